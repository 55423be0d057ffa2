import { expect } from "vitest";
import type { YardstickCase } from "./yardstick.ts";

export type Check = (reference: YardstickCase) => void;

export interface Exception {
  readonly because: string;
  /** What is compared all the same. */
  readonly check?: Check;
}

/** What takes which cases: the first pattern that fits, unless an exception names the case. */
export interface Checks {
  readonly covered: readonly (readonly [id: RegExp, check: Check])[];
  /** Where the answer is another one than R's, and why. */
  readonly exceptions: Readonly<Record<string, Exception>>;
}

export const closedForm = { relative: 1e-10, absolute: 1e-12 };

/** Where ours is a typed reason. */
export const reasonIs =
  (notEstimable: string, answer: Parameters<Check> extends [infer C] ? (c: C) => unknown : never): Check =>
  (reference) =>
    expect(answer(reference)).toEqual({ notEstimable });

/** The same exception for several cases. */
export function exceptionsOf(
  ...groups: readonly (readonly [ids: readonly string[], because: string, check: Check])[]
): Checks["exceptions"] {
  return Object.fromEntries(
    groups.flatMap(([ids, because, check]) => ids.map((id) => [id, { because, check }] as const)),
  );
}
