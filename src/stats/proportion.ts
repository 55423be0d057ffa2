import { assertLevel, ContractError } from "./assert.ts";
import { betaQuantile, betaUpperQuantile } from "./beta.ts";
import { normalQuantile } from "./normal.ts";

export interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Wilson's score interval for a proportion x/n.
 *
 *     (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n)
 *
 * x and n may be effective sizes, so any real 0 ≤ x ≤ n with n > 0; anything else is a ContractError.
 * At x = 0 the lower limit is exactly 0, at x = n the upper limit exactly 1.
 *
 * Reference: Wilson (1927), JASA 22, 209–212, doi:10.1080/01621459.1927.10502953.
 * Checked against: R prop.test(correct = FALSE) (test/reference/wilson.json).
 */
export function wilson(x: number, n: number, level: number): Limits {
  assertCounts(x, n, level);
  const z = -normalQuantile((1 - level) / 2);
  const centre = x + (z * z) / 2;
  const half = z * Math.sqrt((x * (n - x)) / n + (z * z) / 4);
  const total = n + z * z;
  // The product of the limits is x²/(n(n + z²)): no subtraction of nearly equal numbers.
  const lower = (x * x * (1 + (z * z) / n)) / (total * (centre + half));
  if (2 * x <= n) return { lower, upper: (centre + half) / total };
  const fromTop = n - x;
  const upper = 1 - (fromTop * fromTop * (1 + (z * z) / n)) / (total * (fromTop + (z * z) / 2 + half));
  return { lower, upper };
}

/**
 * Clopper–Pearson interval for a proportion x/n: exact, never below its level.
 *
 *     lower = quantile (1 − level)/2 of Beta(x, n − x + 1)
 *     upper = quantile (1 + level)/2 of Beta(x + 1, n − x), found by its upper tail
 *
 * x and n may be effective sizes, so any real 0 ≤ x ≤ n with n > 0; anything else is a ContractError.
 * At x = 0 the lower limit is 0, at x = n the upper limit is 1; an x within rounding of 0 or n counts as it.
 *
 * Reference: Clopper & Pearson (1934), Biometrika 26, 404–413, doi:10.1093/biomet/26.4.404; for effective
 * sizes Korn & Graubard (1998), Survey Methodology 24, 193–201. Checked against: R binom.test
 * (test/reference/clopper-pearson.json).
 */
export function clopperPearson(x: number, n: number, level: number): Limits {
  assertCounts(x, n, level);
  const tail = (1 - level) / 2;
  const rounding = Number.EPSILON * n;
  return {
    lower: x <= rounding ? 0 : betaQuantile(tail, x, n - x + 1),
    upper: n - x <= rounding ? 1 : betaUpperQuantile(tail, x + 1, n - x),
  };
}

/**
 * Wilson's interval with a continuity correction: the score interval of half an event less below and half an event more
 * above, cut to [0, 1].
 *
 * Nearer to the exact interval than Wilson's, and wider. At x = 0 the lower limit is exactly 0, at x = n the upper limit
 * exactly 1. Errors as in `wilson`.
 *
 * Reference: Newcombe (1998), Statistics in Medicine 17, 857–872, method 4,
 * doi:10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E. Checked against: R prop.test(correct = TRUE)
 * (test/reference/proportion-intervals.json).
 */
export function wilsonContinuity(x: number, n: number, level: number): Limits {
  assertCounts(x, n, level);
  return {
    lower: x < 0.5 ? 0 : wilson(x - 0.5, n, level).lower,
    upper: n - x < 0.5 ? 1 : wilson(x + 0.5, n, level).upper,
  };
}

/**
 * Jeffreys' interval for a proportion x/n: equal tails of its posterior after the prior Beta(½, ½).
 *
 *     the (1 ∓ level)/2 quantiles of Beta(x + ½, n − x + ½);   0 below at x = 0, 1 above at x = n
 *
 * Right on average over proportions, not for each. Errors as in `wilson`.
 *
 * Reference: Brown, Cai & DasGupta (2001), Statistical Science 16, 101–133, doi:10.1214/ss/1009213286. Checked against:
 * R qbeta (test/reference/proportion-intervals.json).
 */
export function jeffreys(x: number, n: number, level: number): Limits {
  assertCounts(x, n, level);
  const tail = (1 - level) / 2;
  return {
    lower: x === 0 ? 0 : betaQuantile(tail, x + 0.5, n - x + 0.5),
    upper: x === n ? 1 : betaUpperQuantile(tail, x + 0.5, n - x + 0.5),
  };
}

/**
 * Agresti and Coull's interval for a proportion x/n: Wald's with z² trials added, half of them successes.
 *
 *     p̃ ± z √(p̃(1 − p̃)/ñ),   ñ = n + z²,   p̃ = (x + z²/2)/ñ,   cut to [0, 1]
 *
 * Never narrower than Wilson's, whose centre it has. Errors as in `wilson`.
 *
 * Reference: Agresti & Coull (1998), The American Statistician 52, 119–126, doi:10.1080/00031305.1998.10480550. Checked
 * against: the formula in R (test/reference/two-proportions.json).
 */
export function agrestiCoull(x: number, n: number, level: number): Limits {
  assertCounts(x, n, level);
  const z = normalQuantile((1 + level) / 2);
  const total = n + z * z;
  const p = (x + (z * z) / 2) / total;
  const half = z * Math.sqrt((p * (1 - p)) / total);
  return { lower: Math.max(0, p - half), upper: Math.min(1, p + half) };
}

function assertCounts(x: number, n: number, level: number): void {
  assertLevel(level);
  if (!(n > 0 && x >= 0 && x <= n && n < Infinity))
    throw new ContractError(`${x} of ${n} is not a proportion`);
}
