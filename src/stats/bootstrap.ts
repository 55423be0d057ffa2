import { assertCount, assertLevel } from "./assert.ts";
import type { Limits } from "./proportion.ts";
import { quantile } from "./quantile.ts";
import type { Random } from "./random.ts";

/** n row numbers drawn with replacement from 0 … n − 1; n that is no whole number is a ContractError. */
export function resample(n: number, random: Random): Uint32Array {
  assertCount("rows to draw from", n);
  const rows = new Uint32Array(n);
  for (let i = 0; i < n; i++) rows[i] = random.integer(n);
  return rows;
}

/**
 * Percentile interval: the (1 − level)/2 and (1 + level)/2 quantiles of the bootstrap draws, interpolated
 * (type 7). No draws, or NaN among them, is a ContractError: a draw without an estimate is counted by the
 * caller.
 *
 * Reference: Efron & Tibshirani (1993), An Introduction to the Bootstrap, section 13.3,
 * doi:10.1201/9780429246593.
 */
export function percentileInterval(draws: Float64Array, level: number): Limits {
  assertLevel(level);
  const sorted = draws.toSorted();
  return { lower: quantile(sorted, (1 - level) / 2), upper: quantile(sorted, (1 + level) / 2) };
}
