import type { Folds } from "./folds.ts";

/** An input as levels: 0 … nLevels − 1. */
export interface LevelledInput {
  readonly code: Uint16Array | Uint32Array;
  readonly nLevels: number;
}

/** Rows that the overall share counts as at each level: one in few rows says little. */
const priorRows = 2;

/**
 * Log odds of the group at a row's level, from rows of other folds alone.
 *
 *     s = logit((g + 2 p)/(n + 2)),   g of n rows of the level in the group, p the group's share of all those rows
 *
 * `without`: for a row of fold j the folds j and `without` are left out, so that a model which is fitted to these scores and
 * judged on fold `without` has seen of no row what it is told of it.
 */
export function levelScores(
  { code, nLevels }: LevelledInput,
  member: Uint8Array,
  { folds, without }: { readonly folds: Folds; readonly without?: number },
): Float64Array {
  const cells = nLevels * folds.n;
  const [rows, members] = [new Float64Array(cells), new Float64Array(cells)];
  const [rowsOfFold, membersOfFold] = [new Float64Array(folds.n), new Float64Array(folds.n)];
  code.forEach((level, i) => {
    const [fold, m] = [folds.of[i]!, member[i]!];
    rows[level * folds.n + fold]!++;
    members[level * folds.n + fold]! += m;
    rowsOfFold[fold]!++;
    membersOfFold[fold]! += m;
  });
  const total = (counts: Float64Array, from: number, fold: number) => {
    let sum = 0;
    for (let k = 0; k < folds.n; k++) if (k !== fold && k !== without) sum += counts[from + k]!;
    return sum;
  };
  const known = new Float64Array(cells).fill(Number.NaN);
  return Float64Array.from(code, (level, i) => {
    const fold = folds.of[i]!;
    const cell = level * folds.n + fold;
    if (Number.isNaN(known[cell]!)) {
      const share = total(membersOfFold, 0, fold) / total(rowsOfFold, 0, fold);
      const n = total(rows, level * folds.n, fold) + priorRows;
      const g = total(members, level * folds.n, fold) + priorRows * share;
      known[cell] = Math.log(g / (n - g));
    }
    return known[cell]!;
  });
}
