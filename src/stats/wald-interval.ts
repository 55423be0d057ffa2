import { assertLevel } from "./assert.ts";
import { normalQuantile } from "./normal.ts";

/** Estimate ± z · standard error, cut to the range that the quantity can take. */
export function waldInterval({
  estimate,
  stdError,
  level,
  range,
}: {
  readonly estimate: number;
  readonly stdError: number;
  readonly level: number;
  readonly range: readonly [lowest: number, highest: number];
}): { readonly lower: number; readonly upper: number } {
  assertLevel(level);
  const half = -normalQuantile((1 - level) / 2) * stdError;
  return { lower: Math.max(range[0], estimate - half), upper: Math.min(range[1], estimate + half) };
}
