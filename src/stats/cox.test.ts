import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { type ReferenceCase, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type CoxData, type CoxTies, coxRegression } from "./cox.ts";
import { coxBaseline } from "./cox-baseline.ts";
import { riskSets } from "./cox-risk-sets.ts";
import { partialLikelihood } from "./partial-likelihood.ts";
import { seededRandom } from "./random.ts";

interface Fit {
  readonly coef: readonly number[];
  readonly se: number | readonly number[];
  readonly var: readonly (readonly number[])[];
  readonly loglik: readonly [number, number];
}

const coefficientAgrees = recordAgreement({
  estimator: "Cox regression, coefficients in standard errors",
  reference: "survival::coxph",
  tolerance: { absolute: 1e-9 },
});
const varianceAgrees = recordAgreement({
  estimator: "Cox regression, variance",
  reference: "survival::coxph",
  tolerance: { relative: 1e-8 },
});
const likelihoodAgrees = recordAgreement({
  estimator: "Cox regression, log likelihood",
  reference: "survival::coxph",
  tolerance: { relative: 1e-10 },
});
const baselineAgrees = recordAgreement({
  estimator: "Cox regression, cumulative baseline hazard",
  reference: "survival::basehaz",
  tolerance: { relative: 1e-8, absolute: 1e-9 },
});

function modelOf({ input, r }: ReferenceCase): CoxData & { readonly ties: CoxTies } {
  const { time, event, ...covariates } = input;
  return {
    time: Float64Array.from(time!),
    event: Uint8Array.from(event!),
    covariates: Object.values(covariates).map((column) => Float64Array.from(column)),
    ties: r.includes('"breslow"') ? "breslow" : "efron",
  };
}

for (const c of reference("cox")) {
  test(`coxRegression agrees with R coxph: ${c.name}`, () => {
    const fit = coxRegression(modelOf(c));
    const { coef, se, var: variance, loglik } = c.expected as Fit;
    const standardErrors = [se].flat();
    expect(fit.outcome).toBe("converged");
    coefficientAgrees(
      c.name,
      fit.coefficients.map((value, j) => value / standardErrors[j]!),
      coef.map((value, j) => value / standardErrors[j]!),
    );
    varianceAgrees(c.name, fit.variance, variance);
    likelihoodAgrees(c.name, fit.logLikelihood, loglik);
  });
}

for (const c of reference("cox-baseline")) {
  test(`coxBaseline agrees with R basehaz: ${c.name}`, () => {
    const model = modelOf(c);
    const { time, cumulativeHazard } = coxBaseline(coxRegression(model), model)[0]!;
    const expected = c.expected as { readonly time: number[]; readonly hazard: number[] };
    baselineAgrees(c.name, time, expected.time);
    baselineAgrees(c.name, cumulativeHazard, expected.hazard);
  });
}

test("by hand: three events, x = 0, 1, 0, so e^β solves 2 + e^β = e^β + e^2β", () => {
  // log L = −log(2 + e^β) + β − log(1 + e^β); its derivative is 0 where e^β = √2.
  const data = {
    time: Float64Array.of(1, 2, 3),
    event: Uint8Array.of(1, 1, 1),
    covariates: [Float64Array.of(0, 1, 0)],
  };
  const fit = coxRegression({ ...data, ties: "efron" });
  const hazardRatio = Math.SQRT2;
  expect(fit.coefficients[0]).toBeCloseTo(Math.log(hazardRatio), 12);
  expect(fit.logLikelihood[0]).toBeCloseTo(-Math.log(6), 12);
  // Information: p(1 − p) at the first two times, with p the share of e^β in the risk set.
  const shares = [hazardRatio / (2 + hazardRatio), hazardRatio / (1 + hazardRatio)];
  const information = shares.reduce((sum, share) => sum + share * (1 - share), 0);
  expect(fit.variance[0]![0]).toBeCloseTo(1 / information, 10);
  const { cumulativeHazard } = coxBaseline(fit, data)[0]!;
  const first = 1 / (2 + hazardRatio);
  const second = first + 1 / (1 + hazardRatio);
  [first, second, second + 1].forEach((value, k) => {
    expect(cumulativeHazard[k]).toBeCloseTo(value, 12);
  });
});

describe("properties", () => {
  const rows = fc.array(
    fc.record({
      time: fc.integer({ min: 1, max: 8 }),
      event: fc.integer({ min: 0, max: 1 }),
      x: fc.integer({ min: -3, max: 3 }),
      // Steps of 1e-6: near 5e-324 numbers have no digits left that two ways of computing could agree in.
      z: fc.integer({ min: -2_000_000, max: 2_000_000 }).map((steps) => steps / 1e6),
    }),
    { minLength: 1, maxLength: 25 },
  );
  type Row = { time: number; event: number; x: number; z: number };
  const dataOf = (list: readonly Row[]): CoxData => ({
    time: Float64Array.from(list, ({ time }) => time),
    event: Uint8Array.from(list, ({ event }) => event),
    covariates: [Float64Array.from(list, ({ x }) => x), Float64Array.from(list, ({ z }) => z)],
  });

  /** The definition, event by event: for each time the sums over everyone still at risk. */
  function naiveLogLikelihood(list: readonly Row[], predictor: (row: Row) => number, ties: CoxTies): number {
    const sumOf = (some: readonly Row[]) => some.reduce((sum, row) => sum + Math.exp(predictor(row)), 0);
    let total = 0;
    for (const at of new Set(list.map(({ time }) => time))) {
      const failing = list.filter(({ time, event }) => time === at && event === 1);
      const atRisk = sumOf(list.filter(({ time }) => time >= at));
      failing.forEach((row, k) => {
        const share = ties === "efron" ? k / failing.length : 0;
        total += predictor(row) - Math.log(atRisk - share * sumOf(failing));
      });
    }
    return total;
  }

  test("the likelihood, its gradient and curvature agree with the definition", () => {
    const coefficient = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        rows,
        coefficient,
        coefficient,
        fc.constantFrom<CoxTies>("efron", "breslow"),
        (list, b, c, ties) => {
          const sets = riskSets(dataOf(list));
          const at = (x: number, z: number) => partialLikelihood(sets, Float64Array.of(x, z), ties);
          const { logLikelihood, score, information } = at(b, c);
          const scaled = (row: Row) =>
            (b * (row.x - sets.centre[0]!)) / sets.scale[0]! +
            (c * (row.z - sets.centre[1]!)) / sets.scale[1]!;
          expect(logLikelihood).toBeCloseTo(naiveLogLikelihood(list, scaled, ties), 9);
          const h = 1e-5;
          const slope = (at(b + h, c).logLikelihood - at(b - h, c).logLikelihood) / (2 * h);
          expect(Math.abs(score[0]! - slope)).toBeLessThan(1e-5 * (1 + Math.abs(slope)));
          const bend = (at(b, c - h).score[0]! - at(b, c + h).score[0]!) / (2 * h);
          expect(Math.abs(information[0]![1]! - bend)).toBeLessThan(1e-5 * (1 + Math.abs(bend)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("order of patients, shift and scale of a covariate do not matter", () => {
    const lung = reference("cox")[0]!;
    const model = modelOf(lung);
    const fit = coxRegression(model);
    const reversed = coxRegression({
      ...model,
      time: model.time.toReversed(),
      event: model.event.toReversed(),
      covariates: model.covariates.map((column) => column.toReversed()),
    });
    const moved = coxRegression({
      ...model,
      covariates: model.covariates.map((column, j) =>
        j === 0 ? column.map((x) => 1e6 + x / 365.25) : column,
      ),
    });
    fit.coefficients.forEach((value, j) => {
      expect(Math.abs(reversed.coefficients[j]! / value - 1)).toBeLessThan(1e-11);
      expect(Math.abs(moved.coefficients[j]! / (j === 0 ? 365.25 * value : value) - 1)).toBeLessThan(1e-7);
    });
  });
});

test("many rows start from the maximum for every fiftieth and end at the same maximum as plain Newton", () => {
  const random = seededRandom(7);
  const n = 120_000;
  const x = Float64Array.from({ length: n }, () => 3 * random.next() - 1);
  const z = x.map((value) => Math.max(0, value) ** 3);
  // Hazard exp(0.8 x − 0.02 z), in whole units of time, so that there are ties.
  const time = x.map((value, i) =>
    Math.ceil((-200 * Math.log(1 - random.next())) / Math.exp(0.8 * value - 0.02 * z[i]!)),
  );
  const event = Uint8Array.from(time, (t) => (t < 300 && random.next() < 0.9 ? 1 : 0));
  for (const covariates of [[x], [x, z]]) {
    const fit = coxRegression({ time, event, covariates, ties: "efron" });
    expect(fit.outcome).toBe("converged");
    const sets = riskSets({ time, event, covariates });
    let beta = new Float64Array(covariates.length);
    let at = partialLikelihood(sets, beta, "efron");
    expect(Math.abs(fit.logLikelihood[0]! / at.logLikelihood - 1)).toBeLessThan(1e-13);
    for (let iterations = 0; iterations < 12; iterations++) {
      const step = solved(at.information, at.score);
      beta = beta.map((value, j) => value + step[j]!);
      at = partialLikelihood(sets, beta, "efron");
    }
    fit.coefficients.forEach((value, j) => {
      expect(Math.abs((value * sets.scale[j]!) / beta[j]! - 1)).toBeLessThan(1e-10);
    });
    expect(Math.abs(fit.logLikelihood[1]! / at.logLikelihood - 1)).toBeLessThan(1e-13);
    const inverse = solved(
      at.information,
      Float64Array.from(beta, (_, j) => (j === 0 ? 1 : 0)),
    );
    expect(Math.abs((fit.variance[0]![0]! * sets.scale[0]! ** 2) / inverse[0]! - 1)).toBeLessThan(1e-10);
  }

  /** Cramer's rule for one or two unknowns. */
  function solved(matrix: readonly Float64Array[], right: Float64Array): number[] {
    const [a, b] = matrix;
    if (a!.length === 1) return [right[0]! / a![0]!];
    const determinant = a![0]! * b![1]! - a![1]! * b![0]!;
    return [
      (right[0]! * b![1]! - right[1]! * a![1]!) / determinant,
      (a![0]! * right[1]! - b![0]! * right[0]!) / determinant,
    ];
  }
});

describe("fits without a finite maximum are values with a reason", () => {
  const regress = (time: number[], event: number[], ...covariates: number[][]) =>
    coxRegression({
      time: Float64Array.from(time),
      event: Uint8Array.from(event),
      covariates: covariates.map((column) => Float64Array.from(column)),
      ties: "efron",
    });

  test("no events, nobody, one patient", () => {
    expect(regress([1, 2], [0, 0], [1, 2])).toMatchObject({ outcome: "singular", reason: "no events" });
    expect(regress([], [], [])).toMatchObject({ outcome: "singular", reason: "no events", n: 0 });
    expect(regress([1], [1], [3])).toMatchObject({ outcome: "singular" });
  });

  test("a constant covariate and a combination of others are named", () => {
    const reason = "covariate 2 is constant or a combination of others";
    const x = [1, 3, 2, 5, 1, 4];
    const time = [1, 2, 3, 4, 5, 6];
    const event = [1, 1, 0, 1, 1, 1];
    const constant = regress(time, event, x, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
    expect(constant).toMatchObject({ outcome: "singular", reason });
    expect(constant.coefficients.every(Number.isNaN)).toBe(true);
    expect(constant.variance.flatMap((row) => [...row]).every(Number.isNaN)).toBe(true);
    expect(
      regress(
        time,
        event,
        x,
        x.map((value) => 2 * value + 1),
      ),
    ).toMatchObject({ outcome: "singular", reason });
  });

  test("perfect separation is a monotone likelihood, alone and beside another covariate", () => {
    const separated = [1, 1, 1, 0, 0, 0];
    const reason = "the likelihood keeps rising as the coefficient of covariate 1 grows";
    const alone = regress([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], separated);
    expect(alone).toMatchObject({ outcome: "monotone likelihood", reason });
    const beside = regress([1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], separated, [1, 3, 2, 5, 1, 4]);
    expect(beside.outcome).toBe("monotone likelihood");
    expect(regress([2, 3], [1, 1], [0, 1]).outcome).toBe("monotone likelihood");
  });

  test("no covariates: the null likelihood", () => {
    const none = regress([1, 2, 3], [1, 1, 0]);
    expect(none.outcome).toBe("converged");
    expect(none.logLikelihood[1]).toBeCloseTo(-Math.log(6), 12);
  });
});

test("bugs of the caller", () => {
  const time = Float64Array.of(1, 2);
  const event = Uint8Array.of(1, 1);
  const bad = [Float64Array.of(1, NaN)];
  expect(() => coxRegression({ time, event, covariates: bad, ties: "efron" })).toThrow(
    "covariate 1[1] is NaN",
  );
  expect(() => coxRegression({ time, event, covariates: [time.slice(1)], ties: "efron" })).toThrow(
    ContractError,
  );
  const singular = coxRegression({ time, event, covariates: [Float64Array.of(1, 1)], ties: "efron" });
  expect(() => coxBaseline(singular, { time, event, covariates: [time] })).toThrow(
    "a singular fit has no coefficients",
  );
  expect(() => coxBaseline(singular, { time, event, covariates: [] })).toThrow(ContractError);
});
