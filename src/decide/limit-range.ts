import type { Limit } from "../protocol/index.ts";

/** Where a number keeps the limit; both ends belong to it. */
export function rangeOf(limit: Limit): readonly [low: number, high: number] {
  if (limit.kind === "between") return [limit.low, limit.high];
  return limit.kind === "atLeast" ? [limit.value, Infinity] : [-Infinity, limit.value];
}
