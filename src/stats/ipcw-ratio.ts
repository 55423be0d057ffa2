import { assertCodes, assertSameLength } from "./assert.ts";
import type { IpcwSample } from "./ipcw-mean.ts";
import type { NotEstimable } from "./not-estimable.ts";

/**
 * Weighted counts of patients in disjoint cells (true positive, false positive, …) inside one group of
 * patients, and what the standard error of any ratio of them needs.
 */
export interface WeightedCells {
  readonly nPatients: number;
  /** Σ w for each cell. */
  readonly sum: Float64Array;
  /** Σ w² for each cell. */
  readonly squares: Float64Array;
  /** Row by row, the quadratic form that the estimated censoring curve adds to Σψ²; see `weightedCells`. */
  readonly censoring: Float64Array;
}

/** Groups that exclude each other: the code of each patient's; a negative one is no group. */
export interface Partition {
  readonly group: Int8Array | Uint16Array | Int32Array;
  readonly nGroups: number;
}

/**
 * Weighted counts of the cells for all patients and for each group of each partition, all from one pooled
 * censoring curve, so that the groups of a partition add up to the whole.
 *
 * For rᵢ = wᵢ q(cell of i) the terms of `influenceSquares` become Σ q² Σw² + qᵀ C q with
 *
 *     C = Σ κ [ A Aᵀ (1 − c/Y) − A (A + D)ᵀ − (A + D) Aᵀ ],   κ = c/Y²   over censoring times u ≤ h
 *
 * A(u), D(u): weights by cell of the patients beyond u, and with their event at u. A group's A changes only
 * at its own patients, so C is brought up to date there: one pass for any number of groups.
 *
 * Patients of unknown status weigh nothing and their cell is not read.
 */
export function weightedCells({
  sample,
  cell,
  nCells,
  partitions = [],
}: {
  readonly sample: IpcwSample;
  readonly cell: Uint8Array;
  readonly nCells: number;
  readonly partitions?: readonly Partition[];
}): { readonly whole: WeightedCells; readonly partitions: readonly (readonly WeightedCells[])[] } {
  const { nPatients, order, weight, censoring } = sample;
  assertSameLength({ weight, cell });
  for (const { group, nGroups } of partitions) {
    assertSameLength({ weight, group });
    assertCodes("group", group, { n: nGroups, what: "groups" });
  }
  const { firsts, nAll: nWhole } = inOneRow(partitions);
  const columns = partitions.map(({ group }) => group);
  const tally = emptyTally(nWhole + 1, nCells);
  const add = (row: number) => {
    const w = weight[row]!;
    if (w === 0) return;
    addWeight(tally, nWhole, cell[row]!, w);
    for (let k = 0; k < columns.length; k++) {
      const code = columns[k]![row]!;
      if (code >= 0) addWeight(tally, firsts[k]! + code, cell[row]!, w);
    }
  };
  const addTie = (row: number, kappa: number) => {
    const w = weight[row]!;
    if (w === 0) return;
    subtractTie(tally, nWhole, cell[row]!, w * kappa);
    for (let k = 0; k < columns.length; k++) {
      const code = columns[k]![row]!;
      if (code >= 0) subtractTie(tally, firsts[k]! + code, cell[row]!, w * kappa);
    }
  };
  const rowAt = (position: number) => (order ? order[position]! : position);
  let position = nPatients;
  for (let u = sample.nCensoringTimes - 1; u >= 0; u--) {
    const atRisk = censoring.atRisk[u]!;
    const from = nPatients - atRisk;
    const to = from + censoring.events[u]! + censoring.censored[u]!;
    while (position > to) add(rowAt(--position));
    const share = censoring.censored[u]! / atRisk;
    tally.passed -= (share / atRisk) * (1 + share);
    if (censoring.events[u]! > 0)
      for (let tied = from; tied < to; tied++) addTie(rowAt(tied), share / atRisk);
    while (position > from) add(rowAt(--position));
  }
  while (position > 0) add(rowAt(--position));
  return {
    whole: cellsOf(tally, nWhole, nPatients),
    partitions: partitions.map((partition, k) =>
      countCodes(partition).map((size, code) => cellsOf(tally, firsts[k]! + code, size)),
    ),
  };
}

/** The groups of all partitions one after another: where those of each begin, and how many there are. */
export function inOneRow(partitions: readonly Partition[]): {
  readonly firsts: readonly number[];
  readonly nAll: number;
} {
  let nAll = 0;
  const firsts = partitions.map(({ nGroups }) => {
    nAll += nGroups;
    return nAll - nGroups;
  });
  return { firsts, nAll };
}

function countCodes({ group, nGroups }: Partition): number[] {
  const counts = new Array<number>(nGroups).fill(0);
  for (let i = 0; i < group.length; i++) if (group[i]! >= 0) counts[group[i]!]!++;
  return counts;
}

/** Running sums of every group (the whole is the last), filled from the latest patient to the first. */
interface Tally {
  readonly nCells: number;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  readonly censoring: Float64Array;
  /** Σ −κ (1 + c/Y) over the censoring times passed. */
  passed: number;
  /** Its value when each group was last brought up to date. */
  readonly upToDate: Float64Array;
}

function emptyTally(nGroups: number, nCells: number): Tally {
  return {
    nCells,
    sum: new Float64Array(nGroups * nCells),
    squares: new Float64Array(nGroups * nCells),
    censoring: new Float64Array(nGroups * nCells * nCells),
    passed: 0,
    upToDate: new Float64Array(nGroups),
  };
}

function addWeight(tally: Tally, group: number, cell: number, w: number): void {
  bringUpToDate(tally, group);
  const at = group * tally.nCells + cell;
  tally.sum[at]! += w;
  tally.squares[at]! += w * w;
}

/** −κ (A Dᵀ + D Aᵀ) for one patient of D; called before any patient of that time is added. */
function subtractTie(tally: Tally, group: number, cell: number, weightedKappa: number): void {
  bringUpToDate(tally, group);
  const { nCells, sum, censoring } = tally;
  const corner = group * nCells * nCells;
  for (let other = 0; other < nCells; other++) {
    const change = weightedKappa * sum[group * nCells + other]!;
    censoring[corner + cell * nCells + other]! -= change;
    censoring[corner + other * nCells + cell]! -= change;
  }
}

/** Adds Σ −κ (1 + c/Y) A Aᵀ over the censoring times since the group's A last changed. */
function bringUpToDate(tally: Tally, group: number): void {
  const pending = tally.passed - tally.upToDate[group]!;
  if (pending === 0) return;
  tally.upToDate[group] = tally.passed;
  const { nCells, sum, censoring } = tally;
  const first = group * nCells;
  for (let row = 0; row < nCells; row++)
    for (let column = 0; column < nCells; column++)
      censoring[(first + row) * nCells + column]! += pending * sum[first + row]! * sum[first + column]!;
}

function cellsOf(tally: Tally, group: number, nPatients: number): WeightedCells {
  bringUpToDate(tally, group);
  const { nCells } = tally;
  const [from, to] = [group * nCells, (group + 1) * nCells];
  return {
    nPatients,
    sum: tally.sum.slice(from, to),
    squares: tally.squares.slice(from, to),
    censoring: tally.censoring.slice(from * nCells, to * nCells),
  };
}

export interface IpcwRatio {
  readonly value: number;
  /** Of the influence function, divided by n: without censoring, the binomial standard error. */
  readonly stdError: number;
  /** Kish's effective number of patients behind the denominator: (Σw)² / Σw². */
  readonly effectiveSize: number;
}

/**
 * Ratio of two weighted counts, with the standard error that counts the estimation of the weights.
 *
 *     θ = Σ a·S / Σ b·S,   SE = √( q²·Σw² + qᵀ C q ),   q = (a − θ b) / Σ b·S
 *
 * S the weighted counts by cell, `numerator` a and `denominator` b 0 or 1 for each cell. A denominator
 * without patients gives the reason instead.
 *
 * Reference: Blanche, Dartigues & Jacqmin-Gadda (2013), Statistics in Medicine 32, 5381–5397,
 * doi:10.1002/sim.5958; effective size: Kish (1965), Survey Sampling, section 8.2.
 */
export function ipcwRatio(
  cells: WeightedCells,
  numerator: readonly number[],
  denominator: readonly number[],
): IpcwRatio | NotEstimable {
  const { sum, squares, censoring } = cells;
  const nCells = sum.length;
  let above = 0;
  let below = 0;
  let belowSquares = 0;
  for (let cell = 0; cell < nCells; cell++) {
    above += numerator[cell]! * sum[cell]!;
    below += denominator[cell]! * sum[cell]!;
    belowSquares += denominator[cell]! * squares[cell]!;
  }
  if (below === 0) return { notEstimable: "nobody in the denominator" };
  const value = above / below;
  const q = Array.from(
    { length: nCells },
    (_, cell) => (numerator[cell]! - value * denominator[cell]!) / below,
  );
  let variance = 0;
  for (let row = 0; row < nCells; row++) {
    variance += q[row]! ** 2 * squares[row]!;
    for (let column = 0; column < nCells; column++)
      variance += q[row]! * q[column]! * censoring[row * nCells + column]!;
  }
  return { value, stdError: Math.sqrt(Math.max(0, variance)), effectiveSize: below ** 2 / belowSquares };
}
