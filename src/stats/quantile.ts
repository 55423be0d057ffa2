import { ContractError } from "./assert.ts";
import { isAscending } from "./order.ts";

/**
 * Sample quantile by linear interpolation between order statistics (R's type 7, its default).
 *
 *     (1 − g) x₍ⱼ₎ + g x₍ⱼ₊₁₎,  1 + (n − 1) p = j + g
 *
 * Values in any order. No values, NaN, or p outside [0, 1] is a ContractError.
 *
 * Reference: Hyndman & Fan (1996), Am Stat 50, 361–365, doi:10.1080/00031305.1996.10473566.
 */
export function quantile(values: Float64Array, p: number): number {
  const sorted = sortedValues(values, p);
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const share = position - below;
  const lower = sorted[below]!;
  return share === 0 ? lower : (1 - share) * lower + share * sorted[below + 1]!;
}

/**
 * Sample quantile that is always one of the values: the smallest with at least a share p at or below it (R's
 * type 1). np within 4 machine epsilons above a whole number counts as that number, as in R. Errors as for
 * `quantile`.
 *
 * Reference: Hyndman & Fan (1996), doi:10.1080/00031305.1996.10473566.
 */
export function observedQuantile(values: Float64Array, p: number): number {
  const sorted = sortedValues(values, p);
  const position = Math.ceil(sorted.length * p - 4 * Number.EPSILON);
  return sorted[Math.max(position, 1) - 1]!;
}

function sortedValues(values: Float64Array, p: number): Float64Array {
  if (!(p >= 0 && p <= 1)) throw new ContractError(`quantile of ${p}, not between 0 and 1`);
  if (values.length === 0) throw new ContractError("quantile of no values");
  if (values.some(Number.isNaN)) throw new ContractError("quantile of values with NaN");
  return isAscending(values) ? values : values.toSorted();
}
