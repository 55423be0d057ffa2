import { assertLevel } from "./assert.ts";
import { normalQuantile } from "./normal.ts";
import type { Limits } from "./proportion.ts";

/** Limits of a share between 0 and 1 whose log odds are taken as normal; the standard error is that of the share. */
export function logitInterval({
  share,
  stdError,
  level,
}: {
  readonly share: number;
  readonly stdError: number;
  readonly level: number;
}): Limits {
  assertLevel(level);
  const factor = Math.exp((normalQuantile((1 + level) / 2) * stdError) / (share * (1 - share)));
  return { lower: share / (share + (1 - share) * factor), upper: share / (share + (1 - share) / factor) };
}
