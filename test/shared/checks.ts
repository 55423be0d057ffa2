import { isNotEstimable, type NotEstimable } from "../../src/stats/not-estimable.ts";
import type { YardstickCase } from "./yardstick.ts";

export type Check = (reference: YardstickCase) => void;

/** What takes which cases: the first pattern that fits, unless an exception names the case. */
export interface Checks {
  readonly covered: readonly (readonly [id: RegExp, check: Check])[];
  /** Where the answer is another one than R's, and why. */
  readonly exceptions: Readonly<Record<string, { readonly because: string; readonly check: Check }>>;
}

export const closedForm = { relative: 1e-10, absolute: 1e-12 };

export function known<Result>(result: Result | NotEstimable): Result {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}
