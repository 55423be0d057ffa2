import { assertBinary, assertFinite, assertLevel, assertSameLength, ContractError } from "./assert.ts";
import { normalQuantile } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";

/** Charts drawn at random within strata, each stratum at a rate of its own. */
export interface ReviewSample {
  /** Stratum of each reviewed chart: 0, 1, … */
  readonly stratum: Uint16Array;
  /** Charts in each stratum, reviewed or not. */
  readonly sizes: Float64Array;
}

export interface RatioOptions {
  /**
   * "finite": the estimate is of the charts that the strata hold, and a stratum reviewed whole adds no variance.
   * "infinite": it is of the process that made them. "finite" where it is not given.
   */
  readonly population?: "finite" | "infinite";
  /** Confidence level; .95 where it is not given. */
  readonly level?: number;
}

export interface WeightedRatio {
  readonly value: number;
  readonly stdError: number;
  /**
   * On the logit scale. There is none of an estimate of 0 or 1, nor where the charts of each stratum are alike: the design
   * variance is 0 and says nothing. Where all that count were reviewed, of the finite population, it is the estimate itself.
   */
  readonly interval: Limits | NotEstimable;
  /** Reviewed charts that count in the denominator. */
  readonly n: number;
}

/**
 * A proportion among some of the charts of a stratified review: each chart weighs by what its stratum stands for.
 *
 *     R = Σ w x / Σ w y,   w = N_h/n_h,   Var R = Σ_h (1 − n_h/N_h) n_h/(n_h − 1) Σᵢ (uᵢ − ū_h)²,   u = w (x − R y)/Σ w y
 *
 * y says who counts (`denominator`), x who of them has the trait (`numerator`), both 0 or 1; the variance is Taylor's, with
 * the size of the sampled denominator random. "infinite" leaves out 1 − n_h/N_h. Not estimable: nobody counts, a stratum with
 * charts of which none was reviewed, or one with a single reviewed chart of several, whose variance is unknown. More
 * reviewed charts than a stratum holds, an x without its y, codes beyond the strata, and a size that is not a whole number
 * from 0 are a ContractError.
 *
 * Reference: Cochran (1977), Sampling Techniques, 3rd ed., sections 5A.12, 6.3, ISBN 978-0-471-16240-7; Korn & Graubard
 * (1999), Analysis of Health Surveys, ISBN 978-0-471-13773-3. Checked against: R survey::svyratio
 * (test/reference/stratified-review.json).
 */
export function weightedRatio({
  stratum,
  sizes,
  numerator,
  denominator,
  population = "finite",
  level = 0.95,
}: ReviewSample & RatioOptions & { readonly numerator: Uint8Array; readonly denominator: Uint8Array }):
  | WeightedRatio
  | NotEstimable {
  assertSameLength({ stratum, numerator, denominator });
  assertBinary({ numerator, denominator });
  assertLevel(level);
  if (population !== "finite" && population !== "infinite")
    throw new ContractError(`population ${population}`);
  numerator.forEach((x, i) => {
    if (x > denominator[i]!) throw new ContractError(`numerator[${i}] is 1, denominator[${i}] 0`);
  });
  const reviewed = reviewedOf({ stratum, sizes });
  const unknown = whyUnknown(reviewed, sizes, population);
  if (unknown !== undefined) return { notEstimable: unknown };
  const weight = (i: number) => sizes[stratum[i]!]! / reviewed[stratum[i]!]!;
  let [top, bottom, n] = [0, 0, 0];
  for (let i = 0; i < stratum.length; i++) {
    top += weight(i) * numerator[i]!;
    bottom += weight(i) * denominator[i]!;
    n += denominator[i]!;
  }
  if (n === 0) return { notEstimable: "nobody in the denominator was reviewed" };
  const value = top / bottom;
  const residual = Float64Array.from(
    numerator,
    (x, i) => (weight(i) * (x - value * denominator[i]!)) / bottom,
  );
  const variance = varianceOf(residual, { stratum, sizes }, { reviewed, population });
  const isCensus =
    population === "finite" && stratum.every((h, i) => denominator[i] === 0 || reviewed[h] === sizes[h]);
  // Strata that are each alike leave rounding.
  const stdError = variance > rounding ? Math.sqrt(variance) : 0;
  const interval =
    stdError === 0 && !isCensus && value > 0 && value < 1
      ? { notEstimable: "within each stratum the reviewed charts are alike" }
      : logitInterval(value, stdError, level);
  return { value, stdError, interval, n };
}

/** A variance of a share below it is 0 but for rounding. */
const rounding = 1e-24;

export interface ReviewedAccuracy {
  readonly sensitivity: WeightedRatio | NotEstimable;
  readonly specificity: WeightedRatio | NotEstimable;
  readonly ppv: WeightedRatio | NotEstimable;
  readonly npv: WeightedRatio | NotEstimable;
  readonly prevalence: WeightedRatio | NotEstimable;
}

/**
 * Sensitivity, specificity, predictive values and prevalence from a stratified chart review, each as `weightedRatio`.
 *
 * `alert` and `truth` of each reviewed chart, 0 or 1. Strata by alert, reviewed at different rates, are the usual case: left
 * unweighted, sensitivity comes out too high where alerts are reviewed more often.
 */
export function reviewedAccuracy({
  alert,
  truth,
  ...sample
}: ReviewSample &
  RatioOptions & { readonly alert: Uint8Array; readonly truth: Uint8Array }): ReviewedAccuracy {
  assertSameLength({ alert, truth });
  assertBinary({ alert, truth });
  const share = (ofThose: (a: number, y: number) => boolean, counts: (a: number, y: number) => boolean) => {
    const denominator = alert.map((a, i) => +counts(a, truth[i]!));
    const numerator = alert.map((a, i) => +(counts(a, truth[i]!) && ofThose(a, truth[i]!)));
    return weightedRatio({ ...sample, numerator, denominator });
  };
  const [isAlert, isCase] = [(a: number) => a === 1, (_: number, y: number) => y === 1];
  const [isSilent, isControl] = [(a: number) => a === 0, (_: number, y: number) => y === 0];
  return {
    sensitivity: share(isAlert, isCase),
    specificity: share(isSilent, isControl),
    ppv: share(isCase, isAlert),
    npv: share(isControl, isSilent),
    prevalence: share(isCase, () => true),
  };
}

function reviewedOf({ stratum, sizes }: ReviewSample): Uint32Array {
  assertFinite({ sizes });
  const reviewed = new Uint32Array(sizes.length);
  stratum.forEach((code, i) => {
    if (code >= sizes.length) throw new ContractError(`stratum[${i}] is ${code}, of ${sizes.length} strata`);
    reviewed[code]!++;
  });
  sizes.forEach((size, h) => {
    if (!(Number.isInteger(size) && size >= 0)) throw new ContractError(`sizes[${h}] is ${size}`);
    if (reviewed[h]! > size)
      throw new ContractError(`${reviewed[h]} charts reviewed of ${size} in stratum ${h}`);
  });
  return reviewed;
}

function whyUnknown(
  reviewed: Uint32Array,
  sizes: Float64Array,
  population: "finite" | "infinite",
): string | undefined {
  const none = reviewed.findIndex((n, h) => n === 0 && sizes[h]! > 0);
  if (none >= 0) return `no chart of stratum ${none} was reviewed`;
  const single = reviewed.findIndex((n, h) => n === 1 && (sizes[h]! > 1 || population === "infinite"));
  return single >= 0 ? `one chart of stratum ${single} was reviewed: its variance needs two` : undefined;
}

function varianceOf(
  residual: Float64Array,
  { stratum, sizes }: ReviewSample,
  { reviewed, population }: { readonly reviewed: Uint32Array; readonly population: "finite" | "infinite" },
): number {
  const means = new Float64Array(sizes.length);
  residual.forEach((u, i) => {
    means[stratum[i]!]! += u / reviewed[stratum[i]!]!;
  });
  const squares = new Float64Array(sizes.length);
  residual.forEach((u, i) => {
    squares[stratum[i]!]! += (u - means[stratum[i]!]!) ** 2;
  });
  return squares.reduce((total, square, h) => {
    const n = reviewed[h]!;
    if (n < 2) return total;
    const left = population === "finite" ? 1 - n / sizes[h]! : 1;
    return total + (left * n * square) / (n - 1);
  }, 0);
}

function logitInterval(value: number, stdError: number, level: number): Limits | NotEstimable {
  if (value === 0 || value === 1) return { notEstimable: `every reviewed chart says ${value}` };
  const centre = Math.log(value / (1 - value));
  const half = (normalQuantile((1 + level) / 2) * stdError) / (value * (1 - value));
  const at = (logit: number) => 1 / (1 + Math.exp(-logit));
  return { lower: at(centre - half), upper: at(centre + half) };
}
