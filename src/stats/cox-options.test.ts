import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { coxModelOf } from "../../test/reference/cox-cases.ts";
import {
  anyWeight,
  type CoxRow,
  coxData,
  coxRows,
  likelihoodTwin,
  residualsTwin,
  tiesOf,
  wholeWeight,
} from "../../test/reference/cox-twin.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type CoxFit, type CoxOptions, coxRegression } from "./cox.ts";
import { riskSets } from "./cox-risk-sets.ts";
import { coxTests } from "./cox-tests.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { partialLikelihood } from "./partial-likelihood.ts";

interface Expected {
  readonly coef: readonly number[];
  readonly var: readonly (readonly number[])[];
  readonly naive: readonly (readonly number[])[];
  readonly loglik: readonly number[];
  readonly lrt: number;
  readonly score: number;
  readonly wald: number;
  readonly rscore: number | null;
}

const coefficientAgrees = recordAgreement({
  estimator: "Cox regression with strata, entry, weights, offset: coefficients in standard errors",
  reference: "survival::coxph",
  tolerance: { absolute: 1e-9 },
});
const varianceAgrees = recordAgreement({
  estimator: "Cox regression with strata, entry, weights, offset: model, robust and clustered variance",
  reference: "survival::coxph(robust = TRUE, cluster =)",
  tolerance: { relative: 1e-8 },
});
const testsAgree = recordAgreement({
  estimator: "Cox regression: likelihood, likelihood ratio, score, Wald and robust score tests",
  reference: "survival::coxph",
  tolerance: { relative: 1e-8 },
});

for (const c of reference("cox-options")) {
  test(`coxRegression agrees with R coxph: ${c.name}`, () => {
    const model = coxModelOf(c);
    const fit = coxRegression(model);
    const expected = c.expected as Expected;
    const se = expected.naive.map((row, j) => Math.sqrt(row[j]!));
    expect(fit.outcome).toBe("converged");
    coefficientAgrees(
      c.name,
      fit.coefficients.map((value, j) => value / se[j]!),
      expected.coef.map((value, j) => value / se[j]!),
    );
    varianceAgrees(c.name, fit.variance, expected.var);
    varianceAgrees(c.name, fit.modelVariance, expected.naive);
    const tests = coxTests(fit, model);
    if (isNotEstimable(tests)) throw new Error(tests.notEstimable);
    const { likelihoodRatio, score, wald, robustScore } = tests;
    testsAgree(c.name, fit.logLikelihood, expected.loglik);
    testsAgree(
      c.name,
      [likelihoodRatio.chiSquare, score.chiSquare, wald.chiSquare],
      [expected.lrt, expected.score, expected.wald],
    );
    if (expected.rscore !== null) testsAgree(c.name, robustScore!.chiSquare, expected.rscore);
  });
}

test("by hand: two strata, entry, a weight and an offset, e^β solves a quadratic", () => {
  // Stratum 0: at time 2 rows 0 (x = 1, event) and 1 (x = 0) are at risk, row 2 enters then and is not.
  // Stratum 1: at time 1 row 3 (x = 0, event, weight 2) and row 4 (x = 1, offset log 3).
  // l = β − log(e^β + 1) − 2 log(2 + 3e^β) + 2 log 1; l' = 1/(1 + r) − 6r/(2 + 3r) = 0, r = e^β:
  // 2 + 3r = 6r + 6r², so 6r² + 3r − 2 = 0.
  const data = {
    time: Float64Array.of(2, 3, 4, 1, 5),
    entry: Float64Array.of(0, 1, 2, 0, 0),
    event: Uint8Array.of(1, 0, 0, 1, 0),
    weight: Float64Array.of(1, 1, 1, 2, 1),
    offset: Float64Array.of(0, 0, 0, 0, Math.log(3)),
    stratum: Uint32Array.of(0, 0, 0, 1, 1),
    nStrata: 2,
    covariates: [Float64Array.of(1, 0, 1, 0, 1)],
  };
  const fit = coxRegression({ ...data, ties: "efron" });
  const r = (-3 + Math.sqrt(9 + 48)) / 12;
  expect(fit.coefficients[0]).toBeCloseTo(Math.log(r), 12);
  expect(fit.logLikelihood[1]).toBeCloseTo(Math.log(r / (1 + r)) - 2 * Math.log(2 + 3 * r), 12);
  const information = r / (1 + r) ** 2 + (2 * 2 * 3 * r) / (2 + 3 * r) ** 2;
  expect(fit.variance[0]![0]).toBeCloseTo(1 / information, 10);
  // Score residuals times weights: in stratum 0 (δ − p)(x − p) with the shares of the risk set, in stratum 1 twice
  // the like. The robust variance is the sum of their squares over the square of the information.
  const robust = coxRegression({ ...data, variance: "robust", ties: "efron" });
  const [p, q] = [r / (1 + r), (3 * r) / (2 + 3 * r)];
  const scores = [(1 - p) * (1 - p), p * (1 - p), 0, 2 * (-q + q * (2 / (2 + 3 * r))), -(1 - q) * q * 2];
  const squares = scores.reduce((sum, value) => sum + value ** 2, 0);
  expect(robust.variance[0]![0]).toBeCloseTo(squares / information ** 2, 10);
});

test("by hand: three patients, x = 1, 0, 1 in order of time: e^β = 1/√2, and the three tests", () => {
  // U(0) = 1/3 − 1/2 = −1/6, I(0) = 2/9 + 1/4; at the maximum both shares are √2 − 1 and 2 − √2, so I = 6√2 − 8.
  const data = {
    time: Float64Array.of(1, 2, 3),
    event: Uint8Array.of(1, 1, 1),
    covariates: [Float64Array.of(1, 0, 1)],
  };
  const fit = coxRegression({ ...data, ties: "efron" });
  const tests = coxTests(fit, data);
  if (isNotEstimable(tests)) throw new Error(tests.notEstimable);
  const beta = -Math.log(2) / 2;
  expect(fit.coefficients[0]).toBeCloseTo(beta, 12);
  expect(tests.score.chiSquare).toBeCloseTo(1 / 17, 12);
  expect(tests.wald.chiSquare).toBeCloseTo(beta ** 2 * (6 * Math.SQRT2 - 8), 12);
  const atMaximum = beta - Math.log(1 + Math.SQRT2) - Math.log(1 + Math.SQRT1_2);
  expect(tests.likelihoodRatio.chiSquare).toBeCloseTo(2 * (atMaximum + Math.log(6)), 12);
});

describe("a slow twin that lists each risk set", () => {
  const coefficient = fc.integer({ min: -100, max: 100 }).map((hundredths) => hundredths / 100);

  test("likelihood, gradient and curvature, also with a factor of time", () => {
    fc.assert(
      fc.property(coxRows({ weight: anyWeight }), coefficient, coefficient, tiesOf, (rows, b, c, ties) => {
        const sets = riskSets(coxData(rows));
        const { scale, centre, offsetCentre } = sets;
        const beta = Float64Array.of(b * scale[0]!, c * scale[1]!);
        const shift = b * centre[0]! + c * centre[1]! + offsetCentre;
        for (const factor of [undefined, (t: number) => t - 3.5]) {
          const ours = partialLikelihood(sets, beta, ties, factor && sets.time.map(factor));
          const theirs = likelihoodTwin(rows, [b, c], ties, factor);
          // Centring changes the log likelihood by the shift of the events less that of their risk sets: nothing.
          near(ours.logLikelihood, theirs.logLikelihood, 1 + Math.abs(shift) * 50);
          for (const i of [0, 1]) {
            near(ours.score[i]! * scale[i]!, theirs.score[i]!);
            for (const j of [0, 1])
              near(ours.information[i]![j]! * scale[i]! * scale[j]!, theirs.information[i]![j]!);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("robust and clustered variance", () => {
    const rowsAndClusters = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 24, maxLength: 24 });
    let nFitted = 0;
    fc.assert(
      fc.property(
        coxRows({ weight: anyWeight, maxLength: 24 }),
        rowsAndClusters,
        tiesOf,
        (rows, codes, ties) => {
          const cluster = Uint32Array.from(rows, (_, i) => codes[i]!);
          for (const options of [{ variance: "robust" }, { cluster }] as const) {
            const fit = coxRegression({ ...coxData(rows), ...options, ties });
            if (!isSteady(fit)) return;
            nFitted++;
            const beta = Array.from(fit.coefficients);
            const dfbeta = residualsTwin(rows, beta, ties).map(({ score }, i) =>
              fit.modelVariance.map((v) => rows[i]!.weight * (v[0]! * score[0]! + v[1]! * score[1]!)),
            );
            const groups = "cluster" in options ? [0, 1, 2, 3, 4] : rows.map((_, i) => i);
            const sums = groups.map((g) =>
              [0, 1].map((j) =>
                dfbeta.reduce(
                  (sum, row, i) => sum + (("cluster" in options ? codes[i] : i) === g ? row[j]! : 0),
                  0,
                ),
              ),
            );
            for (const a of [0, 1])
              for (const b of [0, 1]) {
                const size = Math.sqrt(fit.modelVariance[a]![a]! * fit.modelVariance[b]![b]!);
                const expected = sums.reduce((sum, row) => sum + row[a]! * row[b]!, 0);
                expect(Math.abs(fit.variance[a]![b]! - expected)).toBeLessThan(1e-9 * (size + 1));
              }
          }
        },
      ),
      { numRuns: 2000, examples: [[lateEntry, [1, 0, 0, 0, 0, 1, ...new Array(18).fill(0)], "efron"]] },
    );
    expect(nFitted).toBeGreaterThan(500);
  });
});

/** In stratum 2 the hazard before the second row enters is ten million times that which the row meets. */
const lateEntry: CoxRow[] = [
  { time: 3, event: 1, weight: 0.5, offset: 0, stratum: 0, x: [0, -0.2], entry: 2 },
  { time: 2, event: 1, weight: 0.1, offset: 0, stratum: 2, x: [-2, -1.62], entry: 1 },
  { time: 4, event: 0, weight: 0.4, offset: 0, stratum: 2, x: [0, -0.01], entry: 1 },
  { time: 1, event: 0, weight: 0.1, offset: 0, stratum: 0, x: [0, 0], entry: 0 },
  { time: 6, event: 0, weight: 2, offset: 0, stratum: 0, x: [2, -0.03], entry: 5 },
  { time: 6, event: 1, weight: 3.1, offset: 0.4, stratum: 0, x: [-2, 1.31], entry: 2 },
  { time: 3, event: 1, weight: 0.2, offset: 0, stratum: 0, x: [1, 1.01], entry: 2 },
  { time: 1, event: 1, weight: 0.1, offset: -0.9, stratum: 2, x: [2, 0.49], entry: 0 },
];

/** Within 1e-9 of the size of the number, or of `size`. */
function near(ours: number, theirs: number, size = 1): void {
  expect(Math.abs(ours - theirs)).toBeLessThan(1e-9 * Math.max(size, Math.abs(theirs), 100));
}

/** Converged, and no coefficient is so large or so uncertain that rounding decides. */
const isSteady = ({ outcome, coefficients, modelVariance }: CoxFit) =>
  outcome === "converged" &&
  coefficients.every((value, j) => Math.abs(value) < 5 && modelVariance[j]![j]! < 10);

describe("properties", () => {
  const options = { numRuns: 300 };
  const fitOf = (rows: readonly CoxRow[], more: CoxOptions) => coxRegression({ ...coxData(rows), ...more });
  const same = (one: CoxFit, other: CoxFit, { likelihood = true } = {}) => {
    expect(other.outcome).toBe(one.outcome);
    if (!isSteady(one)) return;
    for (const j of [0, 1]) {
      const se = Math.sqrt(one.modelVariance[j]![j]!);
      expect(Math.abs(one.coefficients[j]! - other.coefficients[j]!)).toBeLessThan(1e-8 * (se + 1));
      for (const variance of ["modelVariance", "variance"] as const)
        expect(Math.abs(other[variance][j]![j]! - one[variance][j]![j]!)).toBeLessThan(1e-7 * (se + 1) ** 2);
    }
    if (likelihood) near(one.logLikelihood[1], other.logLikelihood[1]);
  };

  test("the order of rows does not matter", () => {
    fc.assert(
      fc.property(coxRows({ weight: anyWeight, maxLength: 25 }), tiesOf, (rows, ties) => {
        const more = { ties, variance: "robust" } as const;
        same(fitOf(rows, more), fitOf(rows.toReversed(), more));
      }),
      options,
    );
  });

  test("with Breslow's ties a weight of 2 is the row twice", () => {
    fc.assert(
      fc.property(coxRows({ weight: wholeWeight, maxLength: 25 }), (rows) => {
        const repeated = rows.flatMap((row) =>
          Array.from({ length: row.weight }, () => ({ ...row, weight: 1 })),
        );
        same(fitOf(rows, { ties: "breslow" }), fitOf(repeated, { ties: "breslow" }));
      }),
      options,
    );
  });

  test("a row cut in two at any time, the parts one cluster, is the row", () => {
    fc.assert(
      fc.property(coxRows({ weight: anyWeight, maxLength: 25 }), tiesOf, (rows, ties) => {
        const cut = rows.flatMap((row, i) => {
          const at = row.entry + (row.time - row.entry) / 3;
          return [
            { ...row, time: at, event: 0, i },
            { ...row, entry: at, i },
          ];
        });
        const cluster = Uint32Array.from(cut, ({ i }) => i);
        same(fitOf(rows, { ties, variance: "robust" }), fitOf(cut, { ties, cluster }));
      }),
      options,
    );
  });

  test("shift and scale of a covariate, of the offset and of the weights", () => {
    fc.assert(
      fc.property(coxRows({ weight: anyWeight, maxLength: 25 }), tiesOf, (rows, ties) => {
        const moved = rows.map((row) => ({
          ...row,
          weight: 8 * row.weight,
          offset: row.offset + 4,
          x: [1000 + 4 * row.x[0]!, row.x[1]!],
        }));
        const [one, other] = [
          fitOf(rows, { ties, variance: "robust" }),
          fitOf(moved, { ties, variance: "robust" }),
        ];
        const unscaled = {
          ...other,
          coefficients: other.coefficients.map((value, j) => (j === 0 ? 4 * value : value)),
          // The robust variance does not feel the size of the weights.
          modelVariance: other.variance.map((row, j) => row.map((value) => value * (j === 0 ? 16 : 1))),
        };
        same(
          { ...one, modelVariance: one.variance },
          { ...unscaled, variance: unscaled.modelVariance },
          {
            likelihood: false,
          },
        );
      }),
      options,
    );
  });

  test("one stratum is none, and an offset of x·b takes b from the coefficient", () => {
    fc.assert(
      fc.property(coxRows({ weight: wholeWeight, maxLength: 25 }), tiesOf, (rows, ties) => {
        const together = rows.map((row) => ({ ...row, stratum: 1 }));
        const { stratum: _, nStrata: __, ...unstratified } = coxData(together);
        const whole = coxRegression({ ...unstratified, ties });
        same(whole, fitOf(together, { ties }));
        const offset = rows.map((row) => ({ ...row, offset: row.offset + 0.5 * row.x[0]! }));
        const less = fitOf(offset, { ties });
        const back = less.coefficients.map((value, j) => (j === 0 ? value + 0.5 : value));
        same(fitOf(rows, { ties }), { ...less, coefficients: back });
      }),
      options,
    );
  });
});

describe("edges", () => {
  const time = Float64Array.of(1, 2, 3, 4, 5, 6);
  const event = Uint8Array.of(1, 1, 0, 1, 1, 0);
  const x = Float64Array.of(1, 3, 2, 5, 1, 4);
  const model = { time, event, covariates: [x], ties: "efron" } as const;

  test("a stratum without events and one without rows change nothing", () => {
    const plain = coxRegression(model);
    const more = coxRegression({
      time: Float64Array.of(...time, 7, 8),
      event: Uint8Array.of(...event, 0, 0),
      covariates: [Float64Array.of(...x, 9, 2)],
      stratum: Uint32Array.of(1, 1, 1, 1, 1, 1, 3, 3),
      nStrata: 5,
      ties: "efron",
    });
    expect(more.coefficients[0]).toBeCloseTo(plain.coefficients[0]!, 12);
    expect(more.logLikelihood[1]).toBeCloseTo(plain.logLikelihood[1], 12);
  });

  test("nobody, all censored, one patient for each stratum: singular, and the robust variance is NaN", () => {
    const none = new Float64Array(0);
    const robust = { variance: "robust", ties: "efron" } as const;
    const nobody = coxRegression({
      time: none,
      entry: none,
      event: new Uint8Array(0),
      covariates: [none],
      stratum: new Uint32Array(0),
      nStrata: 0,
      ...robust,
    });
    expect(nobody).toMatchObject({ outcome: "singular", reason: "no events", n: 0 });
    const censored = coxRegression({ ...model, event: new Uint8Array(6), ...robust });
    expect(censored).toMatchObject({ outcome: "singular", reason: "no events" });
    expect(censored.variance[0]![0]).toBeNaN();
    const apart = coxRegression({
      ...model,
      stratum: Uint32Array.of(0, 1, 2, 3, 4, 5),
      nStrata: 6,
      ...robust,
    });
    expect(apart.outcome).toBe("singular");
    expect(coxTests(censored, model)).toEqual({ notEstimable: "the Cox model: no events" });
    expect(coxTests(coxRegression({ ...model, covariates: [] }), { ...model, covariates: [] })).toEqual({
      notEstimable: "the model has no covariates",
    });
  });

  test("all events at one time: Efron's likelihood is that of drawing without replacement", () => {
    const tied = coxRegression({
      ...model,
      time: new Float64Array(6).fill(2),
      event: new Uint8Array(6).fill(1),
    });
    expect(tied.logLikelihood[0]).toBeCloseTo(-Math.log(720), 12);
  });

  test("separation within strata is a monotone likelihood", () => {
    const fit = coxRegression({
      ...model,
      event: new Uint8Array(6).fill(1),
      covariates: [Float64Array.of(1, 0, 1, 0, 1, 0)],
      stratum: Uint32Array.of(0, 0, 1, 1, 2, 2),
      nStrata: 3,
    });
    expect(fit).toMatchObject({ outcome: "monotone likelihood" });
  });

  test("a patient of enormous risk who enters later leaves no rounding behind", () => {
    const early = {
      time: Float64Array.of(1, 2, 3, 4, 5),
      entry: new Float64Array(5),
      event: Uint8Array.of(1, 1, 1, 1, 0),
      covariates: [Float64Array.of(0, 1, 0, 1, 2)],
      ties: "efron",
    } as const;
    const alone = coxRegression(early);
    for (const heavy of [10, 30, 60, 300]) {
      const fit = coxRegression({
        time: Float64Array.of(...early.time, 14),
        entry: Float64Array.of(...early.entry, 10),
        event: Uint8Array.of(...early.event, 1),
        covariates: [Float64Array.of(...early.covariates[0], 5)],
        offset: Float64Array.of(0, 0, 0, 0, 0, heavy),
        ties: "efron",
      });
      expect(Math.abs(fit.coefficients[0]! / alone.coefficients[0]! - 1)).toBeLessThan(1e-12);
      expect(Math.abs(fit.variance[0]![0]! / alone.variance[0]![0]! - 1)).toBeLessThan(1e-12);
    }
  });

  test("offsets so far apart that their exponentials are no numbers: not converged, with that reason", () => {
    const offset = Float64Array.of(800, -800, 800, -800, 800, -800);
    const { outcome, reason } = coxRegression({ ...model, offset });
    expect({ outcome, reason }).toEqual({
      outcome: "not converged",
      reason: "exp(offset) is beyond the range of numbers",
    });
  });

  test("bugs of the caller", () => {
    const refused = (more: object, message: string) => {
      expect(() => coxRegression({ ...model, ...more })).toThrow(ContractError);
      expect(() => coxRegression({ ...model, ...more })).toThrow(message);
    };
    refused({ weight: Float64Array.of(1, 1, 0, 1, 1, 1) }, "weight[2] is 0, not above 0");
    refused({ weight: Float64Array.of(1, 1, NaN, 1, 1, 1) }, "weight[2] is NaN");
    refused({ weight: Float64Array.of(1, 1.5, 1, 1, 1, 1) }, "weight 1.5 is not a whole number, so it needs");
    refused({ offset: Float64Array.of(1, 1, 1, 1, 1, Infinity) }, "offset[5] is Infinity");
    refused({ entry: Float64Array.of(0, 0, 3, 0, 0, 0) }, "entry[2] is 3, not before time[2], 3");
    refused({ entry: Float64Array.of(0, 0, NaN, 0, 0, 0) }, "entry[2] is NaN");
    refused({ stratum: new Uint32Array(6) }, "stratum and nStrata come together");
    refused({ stratum: new Uint32Array(6).fill(2), nStrata: 2 }, "stratum[0] is 2, of 2 strata");
    refused({ cluster: new Uint32Array(5) }, "5 cluster codes for 6 rows");
    refused({ cluster: new Uint32Array(6), variance: "model" }, "clusters have no model variance");
    refused({ offset: new Float64Array(5) }, "differ in length");
    refused({ stratum: new Uint32Array(6), nStrata: 1.5 }, "1.5 strata");
    refused({ stratum: new Uint32Array(6), nStrata: NaN }, "NaN strata");
    refused({ ties: "exact" }, 'no ties "exact"');
    refused({ variance: "jackknife" }, 'no variance "jackknife"');
  });
});

test("the tests of a clustered fit need a cluster for each row", () => {
  const data = {
    time: Float64Array.of(1, 2, 3, 4),
    event: Uint8Array.of(1, 1, 1, 0),
    covariates: [Float64Array.of(1, 0, 1, 0)],
  };
  const fit = coxRegression({ ...data, ties: "efron", cluster: Uint32Array.of(0, 0, 1, 1) });
  expect(() => coxTests(fit, { ...data, cluster: Uint32Array.of(0, 0, 1) })).toThrow(
    "3 cluster codes for 4 rows",
  );
});

describe("a robust variance that is only rounding", () => {
  const rows = (weight: number[], stratum: number[]) => ({
    time: new Float64Array(weight.length).fill(1),
    event: new Uint8Array(weight.length).fill(1),
    weight: Float64Array.from(weight),
    stratum: Uint32Array.from(stratum),
    nStrata: 2,
  });
  // Of n that are at risk and die at one time all are drawn: by Efron each has the score xᵢ − x̄ − (xᵢ − x̄) = 0.
  test.each([
    [
      "one stratum",
      {
        ...rows([0.2, 0.1, 0.6], [0, 0, 0]),
        covariates: [Float64Array.of(0, -1, -1), Float64Array.of(0, 0.36, -0.73)],
      },
    ],
    [
      "two strata",
      {
        ...rows([0.1, 0.1, 0.1, 0.3], [0, 0, 1, 1]),
        covariates: [Float64Array.of(0, 2, 0, 0), Float64Array.of(0, 0, 0, -1.16)],
      },
    ],
  ])("all die at one time, %s: the variance is 0, and no test follows from it", (_, data) => {
    const fit = coxRegression({ ...data, ties: "efron", variance: "robust" });
    expect(fit.outcome).toBe("converged");
    expect(fit.variance.map((row) => [...row])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(coxTests(fit, data)).toEqual({ notEstimable: "the variance of the coefficients has no inverse" });
  });

  test("one cluster: its score is the sum of all, which is 0 at the maximum", () => {
    const data = {
      time: Float64Array.of(1, 2, 3, 4, 5),
      event: Uint8Array.of(1, 1, 1, 0, 1),
      covariates: [Float64Array.of(0.3, 1.2, 0.1, 0.7, 0.9)],
    };
    const cluster = new Uint32Array(5);
    const fit = coxRegression({ ...data, ties: "efron", cluster });
    expect(fit.variance[0]![0]).toBe(0);
    expect(coxTests(fit, { ...data, cluster })).toEqual({
      notEstimable: "the variance of the coefficients has no inverse",
    });
  });
});

test("coefficients that run away do so with an offset too", () => {
  const data = {
    time: Float64Array.of(4, 1, 1, 1, 4, 1),
    entry: Float64Array.of(3, 0, 0, 0, 0, 0),
    event: Uint8Array.of(1, 1, 1, 0, 1, 0),
    weight: Float64Array.of(1, 1, 1, 1, 2, 1),
    stratum: Uint32Array.of(1, 1, 0, 2, 1, 2),
    nStrata: 3,
    covariates: [Float64Array.of(-1, 0, 1, 0, 1, 1), Float64Array.of(1.29, 0.6, 1.69, -0.32, -0.07, 1.25)],
    ties: "efron",
  } as const;
  const plain = [-0.2, -0.2, 0, -0.4, -0.6, 0];
  const moved = plain.map((offset, i) => offset + 0.5 * data.covariates[0]![i]!);
  for (const offset of [plain, moved])
    expect(coxRegression({ ...data, offset: Float64Array.from(offset) }).outcome).toBe("monotone likelihood");
});
