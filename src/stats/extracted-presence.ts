import { assertBinary, assertLevel, assertSameLength } from "./assert.ts";
import { clusteredProportion } from "./clustered-mean.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { type Limits, wilson } from "./proportion.ts";

/** Which rows have a value: by the model, and by the person who read the chart. */
export interface Presence {
  readonly isExtracted: Uint8Array;
  readonly isAbstracted: Uint8Array;
  /** Patient of a row, where patients have several. */
  readonly cluster?: Uint32Array;
  readonly level?: number;
}

/** x of n, with Wilson's interval, or that of `clusteredProportion` with clusters. */
export interface CountedShare extends Limits {
  readonly x: number;
  readonly n: number;
  readonly value: number;
}

/** Missed and invented values are different faults, with different bases, and are never added up. */
export interface PresenceCounts {
  readonly n: number;
  readonly nBoth: number;
  readonly nNeither: number;
  /** Of the values in the chart, those that the model does not give. */
  readonly missed: CountedShare | NotEstimable;
  /** Of the rows whose chart has no value, those for which the model gives one. */
  readonly invented: CountedShare | NotEstimable;
  /** Of the values that the model gives, those that the chart does not have. */
  readonly inventedOfGiven: CountedShare | NotEstimable;
}

export function presenceCounts(rows: Presence): PresenceCounts {
  const { isExtracted, isAbstracted, cluster } = rows;
  assertSameLength({ isExtracted, isAbstracted, ...(cluster && { cluster }) });
  assertBinary({ isExtracted, isAbstracted });
  const count = (ours: number, theirs: number) =>
    isExtracted.reduce((sum, e, i) => sum + +(e === ours && isAbstracted[i] === theirs), 0);
  const isInvented = (i: number) => isExtracted[i] === 1 && isAbstracted[i] === 0;
  return {
    n: isExtracted.length,
    nBoth: count(1, 1),
    nNeither: count(0, 0),
    missed: shareOf(rows, { of: (i) => isAbstracted[i] === 1, which: (i) => isExtracted[i] === 0 }),
    invented: shareOf(rows, { of: (i) => isAbstracted[i] === 0, which: isInvented }),
    inventedOfGiven: shareOf(rows, { of: (i) => isExtracted[i] === 1, which: isInvented }),
  };
}

/** The share of some rows among others. */
export function shareOf(
  { isExtracted, cluster, level = 0.95 }: Presence,
  { of, which }: { readonly of: (row: number) => boolean; readonly which: (row: number) => boolean },
): CountedShare | NotEstimable {
  assertLevel(level);
  const base = Uint32Array.from(isExtracted.keys()).filter(of);
  const event = Uint8Array.from(base, (row) => +which(row));
  const [x, n] = [event.reduce((sum, e) => sum + e, 0), base.length];
  if (n === 0) return { notEstimable: "nobody is in its denominator" };
  if (cluster === undefined) return { x, n, value: x / n, ...wilson(x, n, level) };
  const own = Uint32Array.from(base, (row) => cluster[row]!);
  const found = clusteredProportion({ event, cluster: own, level });
  if (isNotEstimable(found)) return found;
  return { x, n, value: x / n, lower: found.lower, upper: found.upper };
}
