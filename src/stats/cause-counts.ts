import { assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { ascendingOrder, isAscending } from "./order.ts";

/** Follow-up that ends in one of several events, or in censoring. */
export interface CompetingFollowUp {
  readonly time: Float64Array;
  /** 0 censored, otherwise the number of the cause: 1 … nCauses. */
  readonly cause: Uint8Array;
  readonly nCauses: number;
}

/** One entry for each distinct time, ascending. */
export interface CauseCounts {
  readonly time: Float64Array;
  /** Patients whose time is at least this one. */
  readonly atRisk: Float64Array;
  readonly censored: Float64Array;
  /** Events of each cause, the first cause first. */
  readonly events: readonly Float64Array[];
  /** Events of any cause. */
  readonly allEvents: Float64Array;
}

/** Throws unless times are finite and every cause is a whole number from 0 to `nCauses`. */
export function assertCompeting({ time, cause, nCauses }: CompetingFollowUp): void {
  assertSameLength({ time, cause });
  assertFinite({ time });
  if (!(Number.isInteger(nCauses) && nCauses >= 1 && nCauses <= 255))
    throw new ContractError(`${nCauses} causes`);
  for (let i = 0; i < cause.length; i++)
    if (cause[i]! > nCauses) throw new ContractError(`cause[${i}] is ${cause[i]}, of ${nCauses} causes`);
}

/** Throws unless `cause` is the number of one of the causes. */
export function assertCause(cause: number, nCauses: number): void {
  if (!(Number.isInteger(cause) && cause >= 1 && cause <= nCauses))
    throw new ContractError(`cause ${cause}, of ${nCauses} causes`);
}

/** The rows in order of time; the columns themselves where they already are. */
export function inOrderOfTime({ time, cause, nCauses }: CompetingFollowUp): CompetingFollowUp {
  if (isAscending(time)) return { time, cause, nCauses };
  const order = ascendingOrder(time);
  return {
    time: Float64Array.from(order, (row) => time[row]!),
    cause: Uint8Array.from(order, (row) => cause[row]!),
    nCauses,
  };
}

/** How many are at risk, fail from each cause and are censored at each distinct time; times compared exactly. */
export function causeCounts(followUp: CompetingFollowUp): CauseCounts {
  assertCompeting(followUp);
  const { time, cause, nCauses } = inOrderOfTime(followUp);
  const n = time.length;
  let nTimes = 0;
  for (let i = 0; i < n; i++) if (i === 0 || time[i]! !== time[i - 1]!) nTimes++;
  const column = () => new Float64Array(nTimes);
  const counts = {
    time: column(),
    atRisk: column(),
    censored: column(),
    events: Array.from({ length: nCauses }, column),
    allEvents: column(),
  };
  for (let from = 0, k = 0; from < n; k++) {
    const now = time[from]!;
    counts.time[k] = now;
    counts.atRisk[k] = n - from;
    for (; from < n && time[from] === now; from++) {
      const code = cause[from]!;
      if (code === 0) counts.censored[k]!++;
      else {
        counts.events[code - 1]![k]!++;
        counts.allEvents[k]!++;
      }
    }
  }
  return counts;
}

/** How many of the ascending values are at most `limit`. */
export function countUpTo(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Why curves from these counts say nothing at the horizon; undefined where they do. */
export function whyCountsEnd(
  { time, atRisk, allEvents, censored }: CauseCounts,
  horizon: number,
): string | undefined {
  const last = time.length - 1;
  if (last < 0) return "no patients";
  const endsInEvents = atRisk[last] === allEvents[last];
  if (!endsInEvents) return time[last]! < horizon ? "follow-up ends before the horizon" : undefined;
  // A last event would stand for all who were censored before it.
  const isUnknown = time[last]! <= horizon && censored.some((n) => n > 0);
  return isUnknown ? "nobody is followed beyond the horizon" : undefined;
}
