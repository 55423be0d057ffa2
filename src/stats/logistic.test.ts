import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { type ReferenceCase, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type LogisticData, type LogisticFit, logisticRegression } from "./logistic.ts";

interface Expected {
  readonly coef: readonly number[];
  readonly var: readonly (readonly number[])[];
  readonly loglik: readonly number[];
}

const coefficientAgrees = recordAgreement({
  estimator: "Logistic regression, coefficients in standard errors",
  reference: "stats::glm(family = binomial)",
  tolerance: { absolute: 1e-9 },
});
const restAgrees = recordAgreement({
  estimator: "Logistic regression, variance and log likelihood, weights and offset too",
  reference: "stats::glm(family = binomial)",
  tolerance: { relative: 1e-8 },
});
const ridgeCoefficientAgrees = recordAgreement({
  estimator: "Logistic regression with a ridge penalty, coefficients in standard errors",
  reference: "rms::lrm.fit(penalty.matrix =)",
  tolerance: { absolute: 1e-9 },
});
const ridgeRestAgrees = recordAgreement({
  estimator: "Logistic regression with a ridge penalty: variance, likelihood, penalty, degrees of freedom",
  reference: "rms::lrm.fit(penalty.matrix =)",
  tolerance: { relative: 1e-8 },
});

function dataOf({ input }: ReferenceCase): LogisticData {
  const { event, weight, offset, ...covariates } = input;
  return {
    event: Uint8Array.from(event!),
    covariates: Object.values(covariates).map((column) => Float64Array.from(column)),
    ...(weight && { weight: Float64Array.from(weight) }),
    ...(offset && { offset: Float64Array.from(offset) }),
  };
}

function compareCoefficients(
  agrees: typeof coefficientAgrees,
  name: string,
  { coefficients }: LogisticFit,
  expected: Expected,
): void {
  const inErrors = (value: number, j: number) => value / Math.sqrt(expected.var[j]![j]!);
  agrees(name, coefficients.map(inErrors), expected.coef.map(inErrors));
}

for (const c of reference("logistic"))
  test(`logisticRegression agrees with R glm: ${c.name}`, () => {
    const fit = logisticRegression(dataOf(c));
    const expected = c.expected as Expected;
    expect(fit.outcome).toBe("converged");
    compareCoefficients(coefficientAgrees, c.name, fit, expected);
    restAgrees(c.name, fit.variance, expected.var);
    restAgrees(c.name, fit.logLikelihood, expected.loglik);
  });

for (const c of reference("logistic-ridge"))
  test(`a ridge penalty agrees with R: ${c.name}`, () => {
    const thetas = /c\(([\d.,]+)\)\)$/.exec(c.r)![1]!.split(",").map(Number);
    const covariates = thetas.flatMap((theta, j) => (theta > 0 ? [j] : []));
    const fit = logisticRegression({ ...dataOf(c), ridge: { theta: Math.max(...thetas), covariates } });
    const expected = c.expected as Expected & { readonly penalty: number; readonly df: number };
    expect(fit.outcome).toBe("converged");
    compareCoefficients(ridgeCoefficientAgrees, c.name, fit, expected);
    ridgeRestAgrees(c.name, fit.variance, expected.var);
    ridgeRestAgrees(c.name, fit.logLikelihood[1], expected.loglik);
    ridgeRestAgrees(
      c.name,
      [fit.ridge!.penalty, fit.ridge!.degreesOfFreedom],
      [expected.penalty, expected.df],
    );
  });

test("by hand: a two-by-two table, 3 of 4 exposed and 2 of 6 others with the event", () => {
  // Odds 3 and 1/2: intercept log(1/2), slope log 6; variances of log odds 1/2 + 1/4 and of their difference
  // 1/3 + 1 + 1/2 + 1/4. Log likelihood 3 log(3/4) + log(1/4) + 2 log(1/3) + 4 log(2/3);
  // half have the event: 10 log ½.
  const fit = logisticRegression({
    event: Uint8Array.of(1, 1, 1, 0, 1, 1, 0, 0, 0, 0),
    covariates: [Float64Array.of(1, 1, 1, 1, 0, 0, 0, 0, 0, 0)],
  });
  expect(fit).toMatchObject({ outcome: "converged", n: 10, nEvents: 5 });
  expect(fit.coefficients[0]).toBeCloseTo(-Math.log(2), 12);
  expect(fit.coefficients[1]).toBeCloseTo(Math.log(6), 12);
  expect(fit.variance[0]![0]).toBeCloseTo(3 / 4, 12);
  expect(fit.variance[0]![1]).toBeCloseTo(-3 / 4, 12);
  expect(fit.variance[1]![1]).toBeCloseTo(25 / 12, 12);
  expect(fit.logLikelihood[0]).toBeCloseTo(10 * Math.log(0.5), 12);
  const fitted = 3 * Math.log(3 / 4) + Math.log(1 / 4) + 2 * Math.log(1 / 3) + 4 * Math.log(2 / 3);
  expect(fit.logLikelihood[1]).toBeCloseTo(fitted, 12);
});

describe("properties", () => {
  const row = fc.record({
    event: fc.integer({ min: 0, max: 1 }),
    x: fc.integer({ min: -3, max: 3 }),
    z: fc.integer({ min: 0, max: 2 }),
    weight: fc.integer({ min: 1, max: 3 }),
    offset: fc.integer({ min: -2, max: 2 }),
  });
  const rows = fc.array(row, { minLength: 8, maxLength: 40 });
  type Rows = readonly {
    readonly event: number;
    readonly x: number;
    readonly z: number;
    readonly weight: number;
    readonly offset: number;
  }[];
  const columns = (list: Rows): Required<LogisticData> => ({
    event: Uint8Array.from(list, ({ event }) => event),
    covariates: [Float64Array.from(list, ({ x }) => x), Float64Array.from(list, ({ z }) => z)],
    weight: Float64Array.from(list, ({ weight }) => weight),
    offset: Float64Array.from(list, ({ offset }) => offset),
  });
  const close = (a: LogisticFit, b: LogisticFit) => {
    expect(a.outcome).toBe(b.outcome);
    if (a.outcome !== "converged") return;
    for (const [j, value] of a.coefficients.entries()) {
      expect(value).toBeCloseTo(b.coefficients[j]!, 7);
      for (const [k, v] of a.variance[j]!.entries()) expect(v).toBeCloseTo(b.variance[j]![k]!, 6);
    }
    expect(a.logLikelihood[1]).toBeCloseTo(b.logLikelihood[1], 8);
  };

  test("where it converges the score equations hold; where not, no finite maximum exists", () => {
    let nConverged = 0;
    fc.assert(
      fc.property(rows, (list) => {
        const data = columns(list);
        const fit = logisticRegression(data);
        if (fit.outcome !== "converged") {
          expect(["monotone likelihood", "singular"]).toContain(fit.outcome);
          return;
        }
        nConverged++;
        const [b0, b1, b2] = fit.coefficients as unknown as [number, number, number];
        const sums = [0, 0, 0];
        for (const { event, x, z, weight, offset } of list) {
          const rest = weight * (event - 1 / (1 + Math.exp(-(b0 + b1 * x + b2 * z + offset))));
          for (const [j, value] of [1, x, z].entries()) sums[j]! += rest * value;
        }
        for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(1e-6);
      }),
      { numRuns: 1000 },
    );
    expect(nConverged).toBeGreaterThan(300);
  });

  test("a weight counts equal patients, with a ridge too; the order of patients is irrelevant", () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(0, 2), (list, theta) => {
        const ridge = { theta };
        const weighted = logisticRegression({ ...columns(list), ridge });
        const repeated = columns(list.flatMap((one) => new Array<typeof one>(one.weight).fill(one)));
        const { weight: _, ...plain } = repeated;
        close(weighted, logisticRegression({ ...plain, ridge }));
        close(weighted, logisticRegression({ ...columns(list.toReversed()), ridge }));
      }),
    );
  });

  test("exchanged outcomes change the signs; units and origin of a covariate do not matter", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const data = columns(list);
        const fit = logisticRegression(data);
        const other = logisticRegression({
          ...data,
          event: data.event.map((d) => 1 - d),
          offset: data.offset.map((o) => -o),
        });
        close({ ...other, coefficients: other.coefficients.map((b) => -b) }, fit);
        const [x, z] = data.covariates as [Float64Array, Float64Array];
        const moved = logisticRegression({ ...data, covariates: [x.map((u) => 8 * u + 1000), z] });
        expect(moved.outcome).toBe(fit.outcome);
        if (fit.outcome === "converged")
          expect(8 * moved.coefficients[1]!).toBeCloseTo(fit.coefficients[1]!, 7);
      }),
    );
  });
});

describe("edges", () => {
  const modelOf = (event: readonly number[], ...covariates: readonly (readonly number[])[]) =>
    logisticRegression({
      event: Uint8Array.from(event),
      covariates: covariates.map((column) => Float64Array.from(column)),
    });

  test("nobody, one patient, all cases, all controls", () => {
    expect(modelOf([], [])).toMatchObject({ outcome: "singular", reason: "no patients", n: 0 });
    expect(modelOf([1], [2])).toMatchObject({
      outcome: "monotone likelihood",
      reason: "everybody has the event",
    });
    const none = modelOf([0, 0, 0], [1, 2, 3]);
    expect(none).toMatchObject({ outcome: "monotone likelihood", reason: "no events", nEvents: 0 });
    expect(none.coefficients).toEqual(Float64Array.of(NaN, NaN));
  });

  test("separation, also but for a tie, is an outcome that names the covariate; a ridge holds it", () => {
    const complete = modelOf([0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6]);
    const tied = modelOf([0, 0, 0, 1, 1, 1], [1, 2, 3, 3, 5, 6]);
    const beside = modelOf([0, 1, 0, 1, 1, 1, 0], [1, 2, 3, 3, 5, 6, 2], [0, 0, 0, 1, 1, 0, 0]);
    for (const separated of [complete, tied])
      expect(separated).toMatchObject({
        outcome: "monotone likelihood",
        reason: "the likelihood keeps rising as the coefficient of covariate 1 grows",
      });
    expect(beside).toMatchObject({
      outcome: "monotone likelihood",
      reason: "the likelihood keeps rising as the coefficient of covariate 2 grows",
    });
    const held = logisticRegression({
      event: Uint8Array.of(0, 0, 0, 1, 1, 1),
      covariates: [Float64Array.of(1, 2, 3, 4, 5, 6)],
      ridge: { theta: 0.01 },
    });
    expect(held.outcome).toBe("converged");
  });

  test("constant, collinear and more covariates than patients: singular, coefficients NaN", () => {
    for (const [bad, reason] of [
      [modelOf([0, 1, 0, 1], [7, 7, 7, 7]), "covariate 1 is constant or a combination of others"],
      [
        modelOf([0, 1, 0, 1, 1], [1, 2, 3, 4, 9], [3, 5, 7, 9, 19]),
        "covariate 2 is constant or a combination of others",
      ],
      [
        modelOf([0, 1, 0], [1, 2, 4], [1, 3, 1], [9, 2, 2]),
        "covariate 3 is constant or a combination of others",
      ],
    ] as const) {
      expect(bad).toMatchObject({ outcome: "singular", reason });
      expect(bad.coefficients.every(Number.isNaN)).toBe(true);
    }
  });

  test("a rare event, far offsets and a steep slope converge", () => {
    const event = new Uint8Array(20_000);
    for (let i = 0; i < 5; i++) event[i * 3999] = 1;
    const rare = logisticRegression({ event, covariates: [] });
    expect(rare.coefficients[0]).toBeCloseTo(Math.log(5 / 19_995), 10);
    const offset = Float64Array.of(-800, 800, -3, 2, 1);
    const far = logisticRegression({ event: Uint8Array.of(0, 1, 0, 1, 0), covariates: [], offset });
    expect(far.outcome).toBe("converged");
  });

  test("bugs of the caller", () => {
    const event = Uint8Array.of(0, 1, 1);
    const x = Float64Array.of(1, 2, 3);
    for (const wrong of [
      { event, covariates: [Float64Array.of(1, NaN, 3)] },
      { event, covariates: [Float64Array.of(1, 2)] },
      { event: Uint8Array.of(0, 1, 2), covariates: [x] },
      { event, covariates: [x], weight: Float64Array.of(1, 0, 1) },
      { event, covariates: [x], weight: Float64Array.of(1, 0.5, 1) },
      { event, covariates: [x], offset: Float64Array.of(1, Infinity, 1) },
      { event, covariates: [x], ridge: { theta: -1 } },
      { event, covariates: [x], ridge: { theta: 1, covariates: [1] } },
    ])
      expect(() => logisticRegression(wrong)).toThrow(ContractError);
  });
});
