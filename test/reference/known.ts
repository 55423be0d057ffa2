import { isNotEstimable, type NotEstimable } from "../../src/stats/not-estimable.ts";

/** The result; a test fails with the reason where there is none. */
export function known<Result>(result: Result | NotEstimable): Result {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

export const column = (values: Iterable<number>) => Float64Array.from(values);
export const bits = (values: Iterable<number>) => Uint8Array.from(values);
export const codes = (values: Iterable<number>) => Uint32Array.from(values);
