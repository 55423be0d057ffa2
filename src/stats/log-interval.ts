import { assertLevel } from "./assert.ts";
import { normalQuantile } from "./normal.ts";

/** Limits of a probability above 0 on the log scale, the upper one capped at 1; NaN at 0. */
export function logInterval({
  estimate,
  stdError,
  level,
}: {
  readonly estimate: number;
  readonly stdError: number;
  readonly level: number;
}): { readonly lower: number; readonly upper: number } {
  assertLevel(level);
  if (estimate === 0) return { lower: NaN, upper: NaN };
  const width = -normalQuantile((1 - level) / 2) * (stdError / estimate);
  return { lower: estimate * Math.exp(-width), upper: Math.min(1, estimate * Math.exp(width)) };
}
