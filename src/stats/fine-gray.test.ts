import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { followUpOf, type Row, smallRows } from "../../test/reference/competing-twin.ts";
import { type ReferenceCase, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { causeSpecificCox } from "./cause-specific-cox.ts";
import { coxRegression } from "./cox.ts";
import { type FineGrayData, type FineGrayFit, fineGray, fineGrayIncidence } from "./fine-gray.ts";

const coefficientAgrees = recordAgreement({
  estimator: "Fine–Gray regression, coefficients in standard errors",
  reference: "cmprsk::crr",
  tolerance: { absolute: 1e-8 },
});
const varianceAgrees = recordAgreement({
  estimator: "Fine–Gray regression, variances in products of standard errors",
  reference: "cmprsk::crr",
  tolerance: { absolute: 1e-7 },
});
const likelihoodAgrees = recordAgreement({
  estimator: "Fine–Gray regression, log likelihood",
  reference: "cmprsk::crr",
  tolerance: { relative: 1e-10 },
});
const baselineAgrees = recordAgreement({
  estimator: "Fine–Gray regression, baseline hazard",
  reference: "cmprsk::crr",
  tolerance: { relative: 1e-7 },
});
const predictionAgrees = recordAgreement({
  estimator: "Fine–Gray regression, predicted cumulative incidence",
  reference: "cmprsk::predict.crr",
  tolerance: { relative: 1e-7 },
});

interface Fit {
  readonly coef: readonly number[];
  readonly se: number | readonly number[];
  readonly naive_se: number | readonly number[];
  readonly var: readonly (readonly number[])[];
  readonly loglik: number;
  readonly loglik_null: number;
  readonly uftime: readonly number[];
  readonly bfitj: readonly number[];
}

function modelOf({ input }: ReferenceCase): FineGrayData {
  const { time, cause, of: causes, new1: _, new2: __, group, ...rest } = input;
  // The columns of the R call: age, group, and one more.
  const { age, ...last } = rest;
  const columns = age ? [age, group!, ...Object.values(last)] : Object.values(rest);
  return {
    time: Float64Array.from(time!),
    cause: Uint8Array.from(cause!),
    nCauses: 2,
    of: causes![0]!,
    covariates: columns.map((column) => Float64Array.from(column)),
  };
}

for (const c of reference("fine-gray"))
  test(`fineGray agrees with R crr: ${c.name}`, () => {
    const fit = fineGray(modelOf(c));
    const expected = c.expected as Fit;
    const [se, modelSe] = [[expected.se].flat(), [expected.naive_se].flat()];
    expect(fit.outcome).toBe("converged");
    coefficientAgrees(
      c.name,
      fit.coefficients.map((value, j) => value / se[j]!),
      expected.coef.map((value, j) => value / se[j]!),
    );
    const inUnits = (variance: readonly ArrayLike<number>[]) =>
      variance.map((row, i) => Array.from(row, (value, j) => value / (se[i]! * se[j]!)));
    varianceAgrees(c.name, inUnits(fit.variance), inUnits(expected.var));
    varianceAgrees(
      c.name,
      fit.modelVariance.map((row, j) => Math.sqrt(row[j]!) / modelSe[j]!),
      modelSe.map(() => 1),
    );
    likelihoodAgrees(c.name, fit.logLikelihood, [expected.loglik_null, expected.loglik]);
    baselineAgrees(c.name, fit.baseline.time, expected.uftime);
    const { cumulativeHazard } = fit.baseline;
    const jumps = cumulativeHazard.map((value, k) => value - (cumulativeHazard[k - 1] ?? 0));
    baselineAgrees(c.name, jumps, expected.bfitj);
  });

for (const c of reference("fine-gray-predict"))
  test(`fineGrayIncidence agrees with R predict.crr: ${c.name}`, () => {
    const fit = fineGray(modelOf(c));
    const { time, cif } = c.expected as { time: number[]; cif: number[][] };
    predictionAgrees(c.name, fit.baseline.time, time);
    for (const [j, name] of ["new1", "new2"].entries()) {
      const incidence = fineGrayIncidence(fit, Float64Array.from(c.input[name]!));
      predictionAgrees(
        c.name,
        incidence,
        cif.map((row) => row[j]!),
      );
    }
  });

const regress = (time: number[], cause: number[], ...covariates: number[][]) =>
  fineGray({
    time: Float64Array.from(time),
    cause: Uint8Array.from(cause),
    nCauses: 2,
    of: 1,
    covariates: covariates.map((column) => Float64Array.from(column)),
  });

test("by hand: a patient lingers with weight 3/4, so that 7/4 e^β = √2", () => {
  // x = 1 has the competing event at 1; at 2 one of four is censored, so its weight falls to 3/4. The cause comes
  // at 3 with x = 0, at 4 with x = 1, and x = 0 is left. With y = 7/4 e^β: log L = β − log(2 + y) − log(1 + y).
  const fit = regress([1, 2, 3, 4, 5], [2, 0, 1, 1, 0], [1, 0, 0, 1, 0]);
  const y = Math.SQRT2;
  expect(fit.outcome).toBe("converged");
  expect(fit.coefficients[0]).toBeCloseTo(Math.log((4 / 7) * y), 12);
  expect(fit.logLikelihood[0]).toBeCloseTo(-Math.log(3.75) - Math.log(2.75), 12);
  const shares = [y / (2 + y), y / (1 + y)];
  const information = shares.reduce((sum, share) => sum + share * (1 - share), 0);
  expect(fit.modelVariance[0]![0]).toBeCloseTo(1 / information, 10);
  expect([...fit.baseline.time]).toEqual([3, 4]);
  expect(fit.baseline.cumulativeHazard[0]).toBeCloseTo(1 / (2 + y), 12);
  expect(fit.baseline.cumulativeHazard[1]).toBeCloseTo(1 / (2 + y) + 1 / (1 + y), 12);
  const hazard = (4 / 7) * y * (1 / (2 + y));
  expect(fineGrayIncidence(fit, Float64Array.of(1))[0]).toBeCloseTo(1 - Math.exp(-hazard), 12);
  expect([fit.n, fit.nEvents, fit.nCompeting, fit.nCensored]).toEqual([5, 2, 1, 2]);
});

describe("properties", () => {
  const dataOf = (rows: readonly Row[]): FineGrayData => ({
    ...followUpOf(rows),
    of: 1,
    covariates: [Float64Array.from(rows, ({ z }) => z)],
  });
  const both = (a: FineGrayFit, b: FineGrayFit) => a.outcome === "converged" && b.outcome === "converged";
  const closeTo = (actual: number, expected: number) =>
    expect(Math.abs(actual - expected)).toBeLessThan(1e-7 * (1 + Math.abs(expected)));

  test("without competing events it is a Cox model with Breslow's ties", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const alone = dataOf(rows.map((row) => ({ ...row, cause: Math.min(row.cause, 1) })));
        const fit = fineGray(alone);
        const cox = coxRegression({ ...alone, event: alone.cause, ties: "breslow" });
        if (fit.outcome !== "converged" || cox.outcome !== "converged") return;
        closeTo(fit.coefficients[0]!, cox.coefficients[0]!);
        closeTo(fit.modelVariance[0]![0]!, cox.variance[0]![0]!);
      }),
      { numRuns: 1000 },
    );
  });

  test("order of patients does not matter; each patient twice halves both variances", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const fit = fineGray(dataOf(rows));
        const reversed = fineGray(dataOf(rows.toReversed()));
        const twice = fineGray(dataOf(rows.flatMap((row) => [row, row])));
        expect(reversed.outcome).toBe(fit.outcome);
        if (!both(fit, reversed) || !both(fit, twice)) return;
        closeTo(reversed.coefficients[0]!, fit.coefficients[0]!);
        closeTo(reversed.variance[0]![0]!, fit.variance[0]![0]!);
        closeTo(twice.coefficients[0]!, fit.coefficients[0]!);
        closeTo(twice.variance[0]![0]!, fit.variance[0]![0]! / 2);
        closeTo(twice.modelVariance[0]![0]!, fit.modelVariance[0]![0]! / 2);
      }),
      { numRuns: 500 },
    );
  });

  test("shift and scale of a covariate change its units only", () => {
    const c = reference("fine-gray").find(({ name }) => name === "colon.crr1")!;
    const model = modelOf(c);
    const fit = fineGray(model);
    const moved = fineGray({
      ...model,
      covariates: model.covariates.map((column, j) => (j === 0 ? column.map((x) => 1e4 + 7 * x) : column)),
    });
    fit.coefficients.forEach((value, j) => {
      expect((moved.coefficients[j]! * (j === 0 ? 7 : 1)) / value).toBeCloseTo(1, 9);
    });
    expect((49 * moved.variance[0]![0]!) / fit.variance[0]![0]!).toBeCloseTo(1, 7);
  });

  test("one censoring group is no censoring group", () => {
    const model = modelOf(reference("fine-gray").find(({ name }) => name === "colon.crr1")!);
    const one = fineGray({ ...model, censoringGroup: new Uint16Array(model.time.length) });
    expect(one).toEqual(fineGray(model));
  });
});

describe("fits without a finite maximum are values with a reason", () => {
  test("the first event has the largest value of two at risk, and the next event the least of all", () => {
    // The likelihood 1/(1 + exp(−0.01 β) + exp(−0.74 β)) has no maximum; on the way exp(xβ) leaves the numbers.
    expect(regress([1, 2, 1], [1, 1, 0], [0.74, 0, 0.73])).toMatchObject({ outcome: "monotone likelihood" });
  });

  test("no events of the cause, nobody, one patient, all censored", () => {
    const reason = "no events of the cause";
    expect(regress([1, 2], [2, 0], [1, 2])).toMatchObject({ outcome: "singular", reason, nCompeting: 1 });
    expect(regress([], [], [])).toMatchObject({ outcome: "singular", reason, n: 0 });
    expect(regress([1, 2], [0, 0], [1, 2])).toMatchObject({ outcome: "singular", reason });
    expect(regress([1], [1], [3])).toMatchObject({ outcome: "singular" });
  });

  test("a constant covariate, and a combination of others, are named; no number is given", () => {
    const x = [1, 3, 2, 5, 1, 4];
    const fit = regress([1, 2, 3, 4, 5, 6], [1, 2, 1, 0, 1, 2], x, [1, 1, 1, 1, 1, 1]);
    const reason = "covariate 2 is constant or a combination of others";
    expect(fit).toMatchObject({ outcome: "singular", reason });
    expect(fit.coefficients.every(Number.isNaN)).toBe(true);
    expect([fit.variance, fit.modelVariance].flat().every((row) => row.every(Number.isNaN))).toBe(true);
    const combined = x.map((value) => 2 * value + 1);
    expect(regress([1, 2, 3, 4, 5, 6], [1, 2, 1, 0, 1, 2], x, combined)).toMatchObject({
      outcome: "singular",
      reason,
    });
  });

  test("separation is a monotone likelihood", () => {
    const fit = regress([1, 2, 3, 4, 5, 6], [1, 1, 1, 2, 2, 0], [1, 1, 1, 0, 0, 0]);
    const reason = "the likelihood keeps rising as the coefficient of covariate 1 grows";
    expect(fit).toMatchObject({ outcome: "monotone likelihood", reason });
    expect(fit.variance[0]![0]).toBeNaN();
    expect(fit.baseline.time.length).toBe(0);
    expect(() => fineGrayIncidence(fit, Float64Array.of(1))).toThrow("monotone likelihood predicts nothing");
  });

  test("no covariates: the incidence of everybody", () => {
    // One competing event, nobody censored: jumps 1/3 and 1/2.
    const fit = regress([1, 2, 3], [1, 2, 1]);
    expect(fit.outcome).toBe("converged");
    expect(fit.baseline.cumulativeHazard[1]).toBeCloseTo(1 / 3 + 1 / 2, 14);
  });
});

test("bugs of the caller", () => {
  expect(() => regress([1, NaN], [1, 1], [1, 2])).toThrow(ContractError);
  expect(() => regress([1, 2], [1, 1], [1, NaN])).toThrow("covariate 1[1] is NaN");
  expect(() => regress([1, 2], [1, 3], [1, 2])).toThrow(ContractError);
  expect(() => regress([2, 1], [1, 2], [1])).toThrow(ContractError);
  const data = { time: Float64Array.of(1, 2), cause: Uint8Array.of(1, 2), nCauses: 2, covariates: [] };
  expect(() => fineGray({ ...data, of: 3 })).toThrow("cause 3, of 2 causes");
  expect(() => fineGray({ ...data, of: 1, censoringGroup: Uint16Array.of(0, 2) })).toThrow(
    "censoring group 1 has no patients",
  );
  expect(() => fineGrayIncidence(fineGray({ ...data, of: 1 }), Float64Array.of(1))).toThrow(ContractError);
  const fit = fineGray({
    time: Float64Array.of(1, 2, 3, 4),
    cause: Uint8Array.of(1, 1, 1, 0),
    covariates: [Float64Array.of(1, 0, 1, 0)],
    nCauses: 1,
    of: 1,
  });
  expect(fineGrayIncidence(fit, Float64Array.of(1)).every((p) => p > 0)).toBe(true);
  expect(() => fineGrayIncidence(fit, Float64Array.of(NaN))).toThrow(ContractError);
  expect(() => causeSpecificCox({ ...data, of: 0, ties: "efron" })).toThrow("cause 0, of 2 causes");
});

test("the hazard of one cause is a Cox model in which other causes censor", () => {
  const c = reference("fine-gray").find(({ name }) => name === "colon.crr2")!;
  const model = modelOf(c);
  const fit = causeSpecificCox({ ...model, ties: "efron" });
  const event = model.cause.map((code) => (code === 2 ? 1 : 0));
  expect(fit).toEqual(coxRegression({ ...model, event, ties: "efron" }));
});
