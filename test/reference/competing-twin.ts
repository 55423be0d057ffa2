import fc from "fast-check";
import type { CompetingFollowUp } from "../../src/stats/cause-counts.ts";

export interface Row {
  readonly time: number;
  readonly cause: number;
  readonly group: number;
  readonly x: number;
  readonly z: number;
}

/** Small cohorts with many ties in time; two causes, up to three groups. */
export const smallRows = fc.array(
  fc.record({
    time: fc.integer({ min: 1, max: 7 }),
    cause: fc.integer({ min: 0, max: 2 }),
    group: fc.integer({ min: 0, max: 2 }),
    x: fc.integer({ min: -2, max: 2 }),
    z: fc.integer({ min: -200, max: 200 }).map((hundredths) => hundredths / 100),
  }),
  { minLength: 1, maxLength: 16 },
);

export function followUpOf(rows: readonly Row[]): CompetingFollowUp {
  return {
    time: Float64Array.from(rows, ({ time }) => time),
    cause: Uint8Array.from(rows, ({ cause }) => cause),
    nCauses: 2,
  };
}

export function groupOf(rows: readonly Row[]): Uint16Array {
  return Uint16Array.from(rows, ({ group }) => group);
}

export const timesOf = (rows: readonly Row[], until = Infinity) =>
  [...new Set(rows.map(({ time }) => time))].filter((t) => t <= until).sort((a, b) => a - b);

export const atRiskAt = (rows: readonly Row[], u: number) => rows.filter(({ time }) => time >= u).length;

/** Events at u: of one cause, or of any where none is given. */
export const eventsAt = (rows: readonly Row[], u: number, cause?: number) =>
  rows.filter((row) => row.time === u && (cause === undefined ? row.cause > 0 : row.cause === cause)).length;

/** Share free of every event after t, or before it, from the definition. */
export function naiveFree(rows: readonly Row[], t: number, before = false): number {
  return timesOf(rows, t)
    .filter((u) => !before || u < t)
    .reduce((free, u) => free * (1 - eventsAt(rows, u) / atRiskAt(rows, u)), 1);
}

export function naiveIncidence(rows: readonly Row[], cause: number, t: number): number {
  return timesOf(rows, t).reduce(
    (sum, u) => sum + (naiveFree(rows, u, true) * eventsAt(rows, u, cause)) / atRiskAt(rows, u),
    0,
  );
}

/**
 * The infinitesimal jackknife: how the event-free share and the incidence of each cause at t change with each
 * patient's weight, carried from time to time for each patient.
 */
export function naiveInfluence(rows: readonly Row[], t: number): number[][] {
  return rows.map((row) => {
    let free = 1;
    const change = [0, 0, 0];
    for (const u of timesOf(rows, t)) {
      const n = atRiskAt(rows, u);
      const fails = (cause: number) => (row.time === u && row.cause === cause ? 1 : 0);
      const isAtRisk = row.time >= u ? 1 : 0;
      let leaving = 0;
      const freeChange = change[0]!;
      for (const cause of [1, 2]) {
        const hazard = eventsAt(rows, u, cause) / n;
        const moved = freeChange * hazard + (free * (fails(cause) - isAtRisk * hazard)) / n;
        change[cause]! += moved;
        leaving += moved;
      }
      change[0]! -= leaving;
      free *= 1 - eventsAt(rows, u) / n;
    }
    return change;
  });
}

/** Gray's variance of the incidence of one cause, term by term. */
export function naiveGrayVariance(rows: readonly Row[], cause: number, t: number): number {
  return timesOf(rows, t).reduce((sum, u) => {
    const n = atRiskAt(rows, u);
    const free = naiveFree(rows, u);
    const later = free > 0 ? (naiveIncidence(rows, cause, t) - naiveIncidence(rows, cause, u)) / free : 0;
    const own = eventsAt(rows, u, cause);
    const other = eventsAt(rows, u) - own;
    const tie = (d: number) => (d > 1 ? 1 - (d - 1) / (n - 1) : 1);
    const unit = (naiveFree(rows, u, true) / n) ** 2;
    return sum + unit * (own * tie(own) * (1 - later) ** 2 + other * tie(other) * later ** 2);
  }, 0);
}
