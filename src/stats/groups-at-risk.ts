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
  const { time, event, group, nGroups, stratum, nStrata = 1, entry } = rows;
  const leaving = byStratum(ascendingOrder(time), stratum, nStrata);
  const entering = entry && byStratum(ascendingOrder(entry), stratum, nStrata);
  const now: GroupsAtRisk = {
    stratum: 0,
    nAtRisk: 0,
    nEvents: 0,
    atRisk: new Float64Array(nGroups),
    events: new Float64Array(nGroups),
  };
  for (let s = 0; s < nStrata; s++) {
    const end = leaving.starts[s + 1]!;
    let inside = leaving.starts[s]!;
    now.stratum = s;
    for (let from = inside; from < end; ) {
      const at = time[leaving.order[from]!]!;
      for (; inside < end; inside++) {
        const row = (entering ?? leaving).order[inside]!;
        if (entry && !(entry[row]! < at)) break;
        now.atRisk[group[row]!]!++;
        now.nAtRisk++;
      }
      let to = from;
      for (; to < end && time[leaving.order[to]!] === at; to++) {
        const row = leaving.order[to]!;
        if (event[row] === 0) continue;
        now.events[group[row]!]!++;
        now.nEvents++;
      }
      if (now.nEvents > 0) {
        visit(now);
        now.nEvents = 0;
        now.events.fill(0);
      }
      now.nAtRisk -= to - from;
      for (; from < to; from++) now.atRisk[group[leaving.order[from]!]!]!--;
    }
  }
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
