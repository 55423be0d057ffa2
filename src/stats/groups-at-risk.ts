import { ascendingOrder } from "./order.ts";

interface GroupedRows {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly group: Uint32Array;
  readonly nGroups: number;
  readonly stratum?: Uint32Array;
  readonly nStrata?: number;
  readonly entry?: Float64Array;
}

/** One event time of one stratum; the arrays are by group and are reused for the next. */
export interface GroupsAtRisk {
  stratum: number;
  nAtRisk: number;
  nEvents: number;
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
}

/**
 * Visits each time of each stratum that has an event, strata by code, times ascending, with the patients at
 * risk (entry < t ≤ time) and the events in each group. One walk after one sort.
 */
export function eventTimesByStratum(rows: GroupedRows, visit: (now: GroupsAtRisk) => void): void {
  const { group, nGroups, stratum, nStrata = 1, entry } = rows;
  const { order, starts } = byStratum(ascendingOrder(rows.time), stratum, nStrata);
  const { time, event, groups } = inOrder(rows, order);
  const entering = entry && byStratum(ascendingOrder(entry), stratum, nStrata).order;
  const now: GroupsAtRisk = {
    stratum: 0,
    nAtRisk: 0,
    nEvents: 0,
    atRisk: new Float64Array(nGroups),
    events: new Float64Array(nGroups),
  };
  for (let s = 0; s < nStrata; s++) {
    const end = starts[s + 1]!;
    let inside = starts[s]!;
    now.stratum = s;
    for (let from = inside; from < end; ) {
      const at = time[from]!;
      for (; inside < end; inside++) {
        if (entering && !(entry![entering[inside]!]! < at)) break;
        now.atRisk[entering ? group[entering[inside]!]! : groups[inside]!]!++;
        now.nAtRisk++;
      }
      let to = from;
      for (; to < end && time[to] === at; to++) {
        if (event[to] === 0) continue;
        now.events[groups[to]!]!++;
        now.nEvents++;
      }
      if (now.nEvents > 0) {
        visit(now);
        now.nEvents = 0;
        now.events.fill(0);
      }
      now.nAtRisk -= to - from;
      for (; from < to; from++) now.atRisk[groups[from]!]!--;
    }
  }
}

/** Columns in the order of the walk: each is read several times, and reading out of order is what takes long. */
function inOrder({ time, event, group }: GroupedRows, order: Uint32Array) {
  const n = order.length;
  const sorted = { time: new Float64Array(n), event: new Uint8Array(n), groups: new Uint32Array(n) };
  for (let i = 0; i < n; i++) {
    const row = order[i]!;
    sorted.time[i] = time[row]!;
    sorted.event[i] = event[row]!;
    sorted.groups[i] = group[row]!;
  }
  return sorted;
}

/** The same order with strata one after the other, and where each starts. */
function byStratum(
  order: Uint32Array,
  stratum: Uint32Array | undefined,
  nStrata: number,
): { readonly order: Uint32Array; readonly starts: Uint32Array } {
  const starts = new Uint32Array(nStrata + 1);
  if (stratum === undefined) {
    starts[nStrata] = order.length;
    return { order, starts };
  }
  for (let i = 0; i < stratum.length; i++) starts[stratum[i]! + 1]!++;
  for (let s = 0; s < nStrata; s++) starts[s + 1]! += starts[s]!;
  const next = starts.slice();
  const grouped = new Uint32Array(order.length);
  for (let i = 0; i < order.length; i++) grouped[next[stratum[order[i]!]!]!++] = order[i]!;
  return { order: grouped, starts };
}
