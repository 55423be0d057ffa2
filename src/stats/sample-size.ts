import { ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";

/**
 * The size at which the same estimate's interval would just clear a threshold, its width shrinking as 1/√n.
 *
 *     n′ = ⌈n · ((value − bound) / (value − threshold))²⌉
 *
 * `bound` is the interval's limit on the threshold's side of the value. Not estimable where the value is on
 * the threshold or beyond it (more of the same data cannot show that it is met) and where the interval has no
 * width. A number that is not finite, or n not positive, is a ContractError.
 */
export function requiredSize({
  n,
  value,
  bound,
  threshold,
}: {
  readonly n: number;
  readonly value: number;
  readonly bound: number;
  readonly threshold: number;
}): number | NotEstimable {
  if (![n, value, bound, threshold].every(Number.isFinite) || n <= 0)
    throw new ContractError(
      `required size from n ${n}, value ${value}, bound ${bound}, threshold ${threshold}`,
    );
  if (bound === value) return { notEstimable: "the interval has no width" };
  if (bound < value ? threshold >= value : threshold <= value)
    return { notEstimable: "the estimate itself does not clear the threshold" };
  return Math.ceil(n * ((value - bound) / (value - threshold)) ** 2);
}
