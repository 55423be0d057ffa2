import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { coxModelOf } from "../../test/reference/cox-cases.ts";
import { anyWeight, coxData, coxRows, likelihoodTwin, tiesOf } from "../../test/reference/cox-twin.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type CoxData, type CoxFit, coxRegression } from "./cox.ts";
import { proportionalHazardsTest, type TimeTransform } from "./cox-proportionality.ts";
import { isNotEstimable } from "./not-estimable.ts";

const agrees = recordAgreement({
  estimator: "Cox regression, score test of proportional hazards",
  reference: 'survival::cox.zph(transform = "km", "rank", "identity", "log")',
  tolerance: { relative: 1e-8, absolute: 1e-9 },
});

const transforms: readonly TimeTransform[] = ["km", "rank", "identity", "log"];

function known(...args: Parameters<typeof proportionalHazardsTest>) {
  const result = proportionalHazardsTest(...args);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const c of reference("cox-proportionality")) {
  test(`proportionalHazardsTest agrees with R cox.zph: ${c.name}`, () => {
    const model = coxModelOf(c);
    const fit = coxRegression(model);
    const terms = c.name.endsWith("one term") ? [[0, 1], [2]] : [[0], [1], [2]];
    for (const transform of transforms) {
      const { terms: tests, global } = known(fit, model, { transform, terms });
      agrees(
        c.name,
        [...tests, global].map((one) => [one.chiSquare, one.degreesOfFreedom, one.pValue]),
        (c.expected as Readonly<Record<TimeTransform, unknown>>)[transform],
      );
    }
  });
}

test("by hand: two times, one covariate", () => {
  // x = 1, 0, 1, 0, 0; events at 1 (rows 0, x = 1) and 2 (row 1, x = 0) and 3 (row 2, x = 1), then censored.
  // With r = e^β the means are 2r/(2r + 3), r/(r + 3), r/(r + 2), variances m(1 − m); score 0 gives r.
  const data = {
    time: Float64Array.of(1, 2, 3, 4, 4),
    event: Uint8Array.of(1, 1, 1, 0, 0),
    covariates: [Float64Array.of(1, 0, 1, 0, 0)],
  };
  const fit = coxRegression({ ...data, ties: "breslow" });
  const r = Math.exp(fit.coefficients[0]!);
  const means = [(2 * r) / (2 * r + 3), r / (r + 3), r / (r + 2)];
  const residuals = [1 - means[0]!, -means[1]!, 1 - means[2]!];
  expect(residuals.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 10);
  const g = [-1, 0, 1];
  const sum = (of: (k: number) => number) => of(0) + of(1) + of(2);
  const variance = means.map((m) => m * (1 - m));
  const u = sum((k) => g[k]! * residuals[k]!);
  const reduced =
    sum((k) => g[k]! ** 2 * variance[k]!) - sum((k) => g[k]! * variance[k]!) ** 2 / sum((k) => variance[k]!);
  const result = known(fit, data, { transform: "identity" });
  expect(result.terms[0]!.chiSquare).toBeCloseTo(u ** 2 / reduced, 10);
  expect(result.global).toEqual(result.terms[0]);
});

test("is the score test of the model that lists x·g(t), by a twin that lists each risk set", () => {
  let nTested = 0;
  fc.assert(
    fc.property(coxRows({ weight: anyWeight, maxLength: 25 }), tiesOf, (rows, ties) => {
      const data = coxData(rows);
      const fit = coxRegression({ ...data, ties, variance: "robust" });
      if (fit.outcome !== "converged" || fit.coefficients.some((value) => Math.abs(value) > 3)) return;
      const result = proportionalHazardsTest(fit, data, { transform: "identity", terms: [[0]] });
      if (isNotEstimable(result)) return;
      const beta = Array.from(fit.coefficients);
      const events = rows.filter(({ event }) => event === 1);
      const mean = events.reduce((total, { time }) => total + time, 0) / events.length;
      const at = (factor: (t: number) => number) => likelihoodTwin(rows, beta, ties, factor);
      const plain = at(() => 1).information;
      const once = at((t) => t - mean);
      const twice = at((t) => (t - mean) ** 2).information;
      // Σ g² V less its projection on the plain model's information.
      const [a, b, d] = [plain[0]![0]!, plain[0]![1]!, plain[1]![1]!];
      const [p, q] = [once.information[0]![0]!, once.information[0]![1]!];
      const determinant = a * d - b * b;
      const projected = (d * p * p - 2 * b * p * q + a * q * q) / determinant;
      const left = twice[0]![0]! - projected;
      if (!(determinant > 1e-3 * a * d && left > 1e-3 * twice[0]![0]!)) return;
      nTested++;
      const expected = once.score[0]! ** 2 / left;
      expect(Math.abs(result.terms[0]!.chiSquare - expected)).toBeLessThan(1e-6 * (1 + expected));
    }),
    { numRuns: 2500 },
  );
  expect(nTested).toBeGreaterThan(300);
});

test("a straight line in time is tested whatever its origin and unit; a factor whatever its coding", () => {
  const model = coxModelOf(reference("cox-proportionality")[0]!);
  const fit = coxRegression(model);
  const one = known(fit, model, { transform: "identity", terms: [[0, 1], [2]] });
  const moved = { ...model, time: model.time.map((t) => 1000 + 7 * t) };
  const [x, z, u] = model.covariates as [Float64Array, Float64Array, Float64Array];
  const mixed = { ...model, covariates: [x.map((v, i) => v + z[i]!), z.map((v, i) => v - 2 * x[i]!), u] };
  for (const other of [moved, mixed]) {
    const result = known(coxRegression(other), other, { transform: "identity", terms: [[0, 1], [2]] });
    expect(result.global.chiSquare).toBeCloseTo(one.global.chiSquare, 8);
    expect(result.terms[0]!.chiSquare).toBeCloseTo(one.terms[0]!.chiSquare, 8);
  }
});

test("not estimable, with the reason; bugs of the caller", () => {
  const data: CoxData = {
    time: Float64Array.of(0, 2, 3, 4, 5, 6),
    event: Uint8Array.of(1, 1, 1, 0, 1, 0),
    covariates: [Float64Array.of(1, 0, 2, 1, 0, 3)],
  };
  const fit: CoxFit = coxRegression({ ...data, ties: "efron" });
  expect(proportionalHazardsTest(fit, data, { transform: "log" })).toEqual({
    notEstimable: "a time that is not above 0 has no logarithm",
  });
  const tied = { ...data, time: Float64Array.of(2, 2, 2, 4, 2, 6) };
  const reason = "the events cannot tell how every coefficient changes over time";
  const tiedFit = coxRegression({ ...tied, ties: "efron" });
  expect(proportionalHazardsTest(tiedFit, tied, { transform: "rank" })).toEqual({ notEstimable: reason });
  const censored = { ...data, event: new Uint8Array(6) };
  const none = coxRegression({ ...censored, ties: "efron" });
  expect(proportionalHazardsTest(none, censored, { transform: "rank" })).toEqual({
    notEstimable: "the Cox model: no events",
  });
  const empty = { ...data, covariates: [] };
  expect(
    proportionalHazardsTest(coxRegression({ ...empty, ties: "efron" }), empty, { transform: "km" }),
  ).toEqual({ notEstimable: "the model has no covariates" });
  expect(() => proportionalHazardsTest(fit, data, { transform: "km", terms: [[1]] })).toThrow(ContractError);
  const ridged = coxRegression({ ...data, ties: "efron", ridge: { theta: 1 } });
  expect(() => proportionalHazardsTest(ridged, data, { transform: "km" })).toThrow(ContractError);
});
