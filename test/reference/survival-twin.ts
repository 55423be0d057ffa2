import fc from "fast-check";

// Slow, obvious twins of the estimators of survival curves: every risk set is counted from all rows.

export interface Row {
  readonly time: number;
  readonly event: number;
  readonly entry: number;
  readonly weight: number;
  readonly group: number;
  readonly stratum: number;
}

/** Few distinct times, so that ties of events, censorings and entries are common. */
export const rowsOf = (weights: fc.Arbitrary<number>, maxLength = 12): fc.Arbitrary<readonly Row[]> =>
  fc.array(
    fc
      .record({
        time: fc.integer({ min: 1, max: 8 }),
        observed: fc.integer({ min: 1, max: 8 }),
        event: fc.integer({ min: 0, max: 1 }),
        weight: weights,
        group: fc.integer({ min: 0, max: 2 }),
        stratum: fc.integer({ min: 0, max: 1 }),
      })
      .map(({ observed, ...row }) => ({ ...row, entry: row.time - observed })),
    { minLength: 1, maxLength },
  );

export const wholeWeights = fc.integer({ min: 1, max: 3 });
export const anyWeights = fc.integer({ min: 1, max: 40 }).map((tenths) => tenths / 10);
export const nRuns = { numRuns: 2000 };

export function columnsOf(rows: readonly Row[]) {
  return {
    time: Float64Array.from(rows, ({ time }) => time),
    event: Uint8Array.from(rows, ({ event }) => event),
    entry: Float64Array.from(rows, ({ entry }) => entry),
    weight: Float64Array.from(rows, ({ weight }) => weight),
    group: Uint32Array.from(rows, ({ group }) => group),
    stratum: Uint32Array.from(rows, ({ stratum }) => stratum),
  };
}

/** Each row as often as its weight says. */
export function repeated(rows: readonly Row[]): readonly Row[] {
  return rows.flatMap((row) => Array.from({ length: row.weight }, () => ({ ...row, weight: 1 })));
}

export function distinctTimes(rows: readonly Row[]): number[] {
  return [...new Set(rows.map(({ time }) => time))].sort((a, b) => a - b);
}

export function total(rows: readonly Row[]): number {
  return rows.reduce((sum, { weight }) => sum + weight, 0);
}

export function atRisk(rows: readonly Row[], t: number): readonly Row[] {
  return rows.filter(({ time, entry }) => entry < t && t <= time);
}

export function eventsAt(rows: readonly Row[], t: number): readonly Row[] {
  return rows.filter(({ time, event }) => time === t && event === 1);
}

export function survivalTwin(rows: readonly Row[], t: number): number {
  return distinctTimes(rows)
    .filter((at) => at <= t)
    .filter((at) => eventsAt(rows, at).length > 0)
    .reduce((product, at) => {
      // Counted, not subtracted: where all at risk have the event the factor is exactly 0.
      const remain = atRisk(rows, at).filter(({ time, event }) => time > at || event === 0);
      return product * (total(remain) / total(atRisk(rows, at)));
    }, 1);
}

export function hazardTwin(rows: readonly Row[], t: number): number {
  return distinctTimes(rows)
    .filter((at) => at <= t)
    .reduce(
      (sum, at) => sum + total(eventsAt(rows, at)) / Math.max(total(atRisk(rows, at)), Number.MIN_VALUE),
      0,
    );
}

/** √ Σ w² (∂ estimate / ∂ w)², the derivative by difference: it knows no formula of the influence. */
export function jackknifeTwin(rows: readonly Row[], estimate: (rows: readonly Row[]) => number): number {
  const step = 1e-5;
  const moved = (i: number, by: number) =>
    estimate(rows.map((row, j) => (j === i ? { ...row, weight: row.weight + by } : row)));
  const terms = rows.map(({ weight }, i) => (weight * (moved(i, step) - moved(i, -step))) / (2 * step));
  return Math.hypot(...terms);
}
