import { assertFinite, assertLevel } from "./assert.ts";
import { betaQuantile, betaUpperQuantile, betaUpperTail, incompleteBeta } from "./beta.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";
import { studentHalfWidth, studentTwoTails } from "./student-t.ts";
import { mean, sum } from "./sum.ts";

/**
 * Standardised mean difference of two samples: how many standard deviations apart their means are.
 *
 *     d = (x̄ − ȳ)/√((s²ₓ + s²ᵧ)/2)
 *
 * s² with n − 1. It does not grow with the number of patients, as a test does. Not estimable: a sample of fewer than two, or
 * no variance in either. A value that is not finite is a ContractError.
 *
 * Reference: Austin (2009), Statistics in Medicine 28, 3083–3107, doi:10.1002/sim.3697. Checked against: the formula in R
 * (test/reference/two-samples.json).
 */
export function standardisedMeanDifference(first: Float64Array, second: Float64Array): number | NotEstimable {
  const [x, y] = [momentsOf(first), momentsOf(second)];
  if (x.n < 2 || y.n < 2) return tooFew;
  const variance = (x.variance + y.variance) / 2;
  return variance > 0 ? (x.mean - y.mean) / Math.sqrt(variance) : { notEstimable: "neither sample varies" };
}

export interface WelchTest extends Limits {
  /** First mean less second. */
  readonly difference: number;
  readonly stdError: number;
  readonly t: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
}

/**
 * Welch's test that two samples have the same mean, their variances free, with its interval.
 *
 *     t = (x̄ − ȳ)/SE,  SE² = s²ₓ/m + s²ᵧ/n,  ν = SE⁴/(s⁴ₓ/(m²(m − 1)) + s⁴ᵧ/(n²(n − 1)))
 *
 * Not estimable, and errors, as in `standardisedMeanDifference`.
 *
 * Reference: Welch (1947), Biometrika 34, 28–35, doi:10.1093/biomet/34.1-2.28. Checked against: R t.test
 * (test/reference/two-samples.json).
 */
export function welchTest(first: Float64Array, second: Float64Array, level = 0.95): WelchTest | NotEstimable {
  assertLevel(level);
  const [x, y] = [momentsOf(first), momentsOf(second)];
  if (x.n < 2 || y.n < 2) return tooFew;
  const [a, b] = [x.variance / x.n, y.variance / y.n];
  if (!(a + b > 0)) return { notEstimable: "neither sample varies" };
  // Of shares of the variance, which neither overflow nor vanish.
  const [shareA, shareB] = [a / (a + b), b / (a + b)];
  const degreesOfFreedom = 1 / (shareA ** 2 / (x.n - 1) + shareB ** 2 / (y.n - 1));
  const difference = x.mean - y.mean;
  const stdError = Math.sqrt(a + b);
  const half = studentHalfWidth(level, degreesOfFreedom) * stdError;
  const t = difference / stdError;
  return {
    difference,
    stdError,
    lower: difference - half,
    upper: difference + half,
    t,
    degreesOfFreedom,
    pValue: studentTwoTails(t, degreesOfFreedom),
  };
}

export interface VarianceRatio extends Limits {
  /** First variance over second. */
  readonly ratio: number;
  readonly degreesOfFreedom: readonly [first: number, second: number];
  readonly pValue: number;
}

/**
 * Ratio of the variances of two samples, with the F test that it is 1 and its interval.
 *
 *     F = s²ₓ/s²ᵧ,   p = 2 min(P(F' ≤ F), P(F' ≥ F)),   limits F/F'₍₁₊level₎⸝₂ and F/F'₍₁₋level₎⸝₂
 *
 * F' with m − 1 and n − 1 degrees of freedom: for normal values only. Not estimable: a sample of fewer than two, or one
 * that does not vary. A value that is not finite is a ContractError.
 *
 * Reference: Snedecor & Cochran (1989), Statistical Methods, 8th ed., section 6.11, ISBN 978-0-8138-1561-9. Checked against:
 * R var.test (test/reference/two-samples.json).
 */
export function varianceRatio(
  first: Float64Array,
  second: Float64Array,
  level = 0.95,
): VarianceRatio | NotEstimable {
  assertLevel(level);
  const [x, y] = [momentsOf(first), momentsOf(second)];
  if (x.n < 2 || y.n < 2) return tooFew;
  if (x.variance === 0 || y.variance === 0) return { notEstimable: "a sample does not vary" };
  const ratio = x.variance / y.variance;
  const [d1, d2] = [x.n - 1, y.n - 1];
  const share = (d1 * ratio) / (d1 * ratio + d2);
  const smallerTail = Math.min(incompleteBeta(share, d1 / 2, d2 / 2), betaUpperTail(share, d1 / 2, d2 / 2));
  const tail = (1 - level) / 2;
  // A quantile of F over its degrees of freedom, from those of a beta variable and of what it leaves.
  const high = (d2 * betaUpperQuantile(tail, d1 / 2, d2 / 2)) / (d1 * betaQuantile(tail, d2 / 2, d1 / 2));
  const low = (d2 * betaQuantile(tail, d1 / 2, d2 / 2)) / (d1 * betaUpperQuantile(tail, d2 / 2, d1 / 2));
  return {
    ratio,
    lower: ratio / high,
    upper: ratio / low,
    degreesOfFreedom: [d1, d2],
    pValue: Math.min(1, 2 * smallerTail),
  };
}

const tooFew = { notEstimable: "a sample has fewer than two values" };

function momentsOf(values: Float64Array) {
  assertFinite({ values });
  const centre = mean(values);
  // Equal values leave the rounding of their mean, not a variance.
  const varies = values.some((value) => value !== values[0]);
  const variance = varies ? sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1) : 0;
  return { n: values.length, mean: varies ? centre : (values[0] ?? Number.NaN), variance };
}
