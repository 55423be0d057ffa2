import { ContractError } from "./assert.ts";
import { sum } from "./sum.ts";

/** Counts over their sum; undefined where there are none. A count that is not finite or is below 0 is a ContractError. */
export function sharesOf(counts: readonly number[]): Float64Array | undefined {
  counts.forEach((count, j) => {
    if (!(count >= 0 && count < Infinity)) throw new ContractError(`count ${j} is ${count}`);
  });
  const total = sum(Float64Array.from(counts));
  return total > 0 ? Float64Array.from(counts, (count) => count / total) : undefined;
}
