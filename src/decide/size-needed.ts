import type { KnownEstimate } from "../evidence/estimate.ts";
import type { Limit } from "../protocol/index.ts";
import { requiredSize } from "../stats/sample-size.ts";
import { rangeOf } from "./limit-range.ts";

/**
 * Patients at which every bound that now crosses its limit would clear it, if the estimate stays the same; 0 where none
 * crosses. `widening` stretches the interval about the estimate.
 */
export function sizeNeeded(estimate: KnownEstimate, limit: Limit, widening = 1): number | undefined {
  const { interval, value, n } = estimate;
  if (!interval) return undefined;
  const [low, high] = rangeOf(limit);
  if (value < low || value > high) return undefined;
  const lower = value - widening * (value - interval.lower);
  const upper = value + widening * (interval.upper - value);
  const crossed = [
    ...(lower < low ? [{ bound: lower, threshold: low }] : []),
    ...(upper > high ? [{ bound: upper, threshold: high }] : []),
  ];
  let needed = 0;
  for (const { bound, threshold } of crossed) {
    const size = requiredSize({ n, value, bound, threshold });
    if (typeof size !== "number") return undefined;
    needed = Math.max(needed, size);
  }
  return needed;
}
