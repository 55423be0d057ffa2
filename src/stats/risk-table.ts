import { assertBinary, assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { ascendingOrder, isAscending } from "./order.ts";

/** Who is followed from when, and for how many patients a row stands. */
export interface RowOptions {
  /** Start of observation: a row is at risk at t where entry < t ≤ time. Without it rows are at risk from the start. */
  readonly entry?: Float64Array;
  /** Case weights, at least 0. Without them each row counts once. */
  readonly weight?: Float64Array;
}

/** One entry for each distinct time, ascending; all counts are sums of weights. */
export interface RiskTable {
  readonly time: Float64Array;
  /** Rows under observation just before this time. */
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
  readonly censored: Float64Array;
  /** With delayed entry: when rows came under observation. */
  readonly entries?: Entries;
}

export interface Entries {
  /** Ascending. */
  readonly time: Float64Array;
  /** Weight of the rows before each of them; one longer than `time`. */
  readonly entered: Float64Array;
}

/**
 * Patients at risk, events and censorings at each distinct time.
 *
 * Ties: at equal times, events come before censorings and both before entries, so a row that enters at t is
 * not at risk at t. Times are compared exactly. A time or entry that is not finite, an entry that is not
 * before its time, a negative weight, or rows whose weights are all 0 are a ContractError.
 */
export function riskTable(time: Float64Array, event: Uint8Array, options: RowOptions = {}): RiskTable {
  assertSameLength({ time, event });
  assertFinite({ time });
  assertBinary({ event });
  const { entry, weight } = options;
  if (entry !== undefined) assertEntry(entry, time);
  if (weight !== undefined) assertWeight(weight, time);
  if (entry !== undefined || weight !== undefined) return countBackwards(time, event, options);
  return isAscending(time) ? countRows(time, event) : countRows(...sorted(time, event));
}

export function assertEntry(entry: Float64Array, time: Float64Array): void {
  assertSameLength({ time, entry });
  assertFinite({ entry });
  for (let i = 0; i < entry.length; i++)
    if (!(entry[i]! < time[i]!))
      throw new ContractError(`entry[${i}] is ${entry[i]}, not before time[${i}], ${time[i]}`);
}

function assertWeight(weight: Float64Array, time: Float64Array): void {
  assertSameLength({ time, weight });
  assertFinite({ weight });
  for (let i = 0; i < weight.length; i++)
    if (weight[i]! < 0) throw new ContractError(`weight[${i}] is ${weight[i]}, below 0`);
  if (weight.length > 0 && !weight.some((value) => value > 0)) throw new ContractError("all weights are 0");
}

function sorted(time: Float64Array, event: Uint8Array): [Float64Array, Uint8Array] {
  const order = ascendingOrder(time);
  const sortedTime = new Float64Array(time.length);
  const sortedEvent = new Uint8Array(time.length);
  for (let i = 0; i < order.length; i++) {
    sortedTime[i] = time[order[i]!]!;
    sortedEvent[i] = event[order[i]!]!;
  }
  return [sortedTime, sortedEvent];
}

/** Everybody from the start, each row once, in ascending time. */
function countRows(time: Float64Array, event: Uint8Array): RiskTable {
  const nRows = time.length;
  let nTimes = 0;
  for (let i = 0; i < nRows; i++) if (i === 0 || time[i]! !== time[i - 1]!) nTimes++;
  const counts = emptyCounts(nTimes);
  for (let k = 0, from = 0; k < nTimes; k++) {
    const at = time[from]!;
    let to = from;
    let events = 0;
    for (; to < nRows && time[to] === at; to++) events += event[to]!;
    counts.time[k] = at;
    counts.atRisk[k] = nRows - from;
    counts.events[k] = events;
    counts.censored[k] = to - from - events;
    from = to;
  }
  return counts;
}

function emptyCounts(nTimes: number) {
  return {
    time: new Float64Array(nTimes),
    atRisk: new Float64Array(nTimes),
    events: new Float64Array(nTimes),
    censored: new Float64Array(nTimes),
  };
}

/**
 * From the last time to the first: rows join at their time and leave at their entry. Where every row of some
 * weight that is at risk has the event, `atRisk` is the very sum that `events` is, so that the curve is
 * exactly 0 there whatever the weights round to.
 */
function countBackwards(time: Float64Array, event: Uint8Array, { entry, weight }: RowOptions): RiskTable {
  const order = ascendingOrder(time);
  const entryOrder = entry && ascendingOrder(entry);
  let nTimes = 0;
  for (let i = 0; i < order.length; i++) if (i === 0 || time[order[i]!]! !== time[order[i - 1]!]!) nTimes++;
  const counts = emptyCounts(nTimes);
  let atRisk = 0;
  let rowsAtRisk = 0;
  let from = order.length - 1;
  let entering = order.length - 1;
  for (let k = nTimes - 1; k >= 0; k--) {
    const at = time[order[from]!]!;
    let events = 0;
    let eventRows = 0;
    let censored = 0;
    for (; from >= 0 && time[order[from]!] === at; from--) {
      const row = order[from]!;
      const counted = weight ? weight[row]! : 1;
      if (counted > 0) rowsAtRisk++;
      if (event[row] === 0) censored += counted;
      else {
        events += counted;
        if (counted > 0) eventRows++;
      }
    }
    atRisk += events + censored;
    for (; entry && entering >= 0 && entry[entryOrder![entering]!]! >= at; entering--) {
      const counted = weight ? weight[entryOrder![entering]!]! : 1;
      atRisk -= counted;
      if (counted > 0) rowsAtRisk--;
    }
    if (rowsAtRisk === eventRows) atRisk = events;
    counts.time[k] = at;
    counts.atRisk[k] = atRisk;
    counts.events[k] = events;
    counts.censored[k] = censored;
  }
  return { ...counts, ...(entry && { entries: entriesOf(entry, entryOrder!, weight) }) };
}

function entriesOf(entry: Float64Array, order: Uint32Array, weight: Float64Array | undefined): Entries {
  const time = new Float64Array(order.length);
  const entered = new Float64Array(order.length + 1);
  for (let i = 0; i < order.length; i++) {
    time[i] = entry[order[i]!]!;
    entered[i + 1] = entered[i]! + (weight ? weight[order[i]!]! : 1);
  }
  return { time, entered };
}

/** Under observation just before t: those at risk at the next time, less those who enter until then. */
export function atRiskAt({ time, atRisk, entries }: RiskTable, t: number): number {
  const next = firstTimeFrom(time, t);
  if (next === time.length) return 0;
  if (entries === undefined) return atRisk[next]!;
  const { entered, time: entry } = entries;
  return atRisk[next]! - (entered[firstTimeFrom(entry, time[next]!)]! - entered[firstTimeFrom(entry, t)]!);
}

/** Index of the first time ≥ t, or the length. */
export function firstTimeFrom(time: Float64Array, t: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}
