import { assertFinite, ContractError } from "./assert.ts";
import { ascendingOrder } from "./order.ts";

export interface Observation {
  readonly time: Float64Array;
  readonly entry?: Float64Array;
}

/** Times that are equal on paper can differ by rounding; R uses the same tolerance. */
const tolerance = Math.sqrt(Number.EPSILON);

/**
 * Times in which values that differ by rounding only are made equal, for times that were calculated, such as
 * an age plus months over 12. Each run of neighbours closer than √ε, or than √ε times the mean size of the
 * distinct times, becomes its first value. Entry and time are merged together. Time that is not finite, or an
 * entry that is no longer before its time, is a ContractError.
 *
 * Checked against: R survival::aeqSurv, which survfit applies (timefix = TRUE).
 */
export function mergeNearTies({ time, entry }: Observation): Observation {
  assertFinite({ time, ...(entry && { entry }) });
  const all = new Float64Array(time.length + (entry?.length ?? 0));
  all.set(time);
  if (entry) all.set(entry, time.length);
  const order = ascendingOrder(all);
  const width = Math.max(tolerance, tolerance * meanSize(all, order));
  let first = 0;
  let previous = Number.NaN;
  for (const i of order) {
    const now = all[i]!;
    if (!(now - previous <= width)) first = now;
    all[i] = first;
    previous = now;
  }
  const merged = { time: all.subarray(0, time.length), ...(entry && { entry: all.subarray(time.length) }) };
  for (let i = 0; entry && i < time.length; i++)
    if (!(merged.entry![i]! < merged.time[i]!))
      throw new ContractError(`entry[${i}] is ${entry[i]}, too close to time[${i}], ${time[i]}`);
  return merged;
}

/** Of the distinct values. */
function meanSize(values: Float64Array, order: Uint32Array): number {
  let sum = 0;
  let n = 0;
  for (let i = 0; i < order.length; i++) {
    const value = values[order[i]!]!;
    if (i > 0 && value === values[order[i - 1]!]!) continue;
    sum += Math.abs(value);
    n++;
  }
  return n === 0 ? 0 : sum / n;
}
