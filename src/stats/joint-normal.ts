import type { Random } from "./random.ts";
import { standardNormal } from "./random-variates.ts";

/** Rows of the lower triangle of a symmetric matrix, the diagonal included. */
export type LowerTriangle = readonly Float64Array[];

/** A pivot under this share of its diagonal is rounding. */
const rounding = 1e-10;

/**
 * What fills its argument with normal variates of mean 0 that have this correlation, which may be singular.
 *
 *     Z = L g,   R = L Lᵀ,   g independent standard normal, as many as the rank of R
 *
 * Columns of the Cholesky factor whose pivot is 0 but for rounding are left out: such a variate is a combination of those
 * before it.
 *
 * Reference: Golub & Van Loan (2013), Matrix Computations, 4th ed., section 4.2.8.
 */
export function jointNormal(correlation: LowerTriangle, random: Random): (into: Float64Array) => void {
  const factor: Float64Array[] = [];
  /** Row of each column of the factor. */
  const pivots: number[] = [];
  correlation.forEach((row, i) => {
    const own = new Float64Array(pivots.length + 1);
    for (const [column, pivot] of pivots.entries()) {
      const other = factor[pivot]!;
      let rest = row[pivot]!;
      for (let k = 0; k < column; k++) rest -= own[k]! * other[k]!;
      own[column] = rest / other[column]!;
    }
    const left = own.reduce((rest, x) => rest - x * x, row[i]!);
    const isFree = left > rounding * row[i]!;
    if (isFree) {
      own[pivots.length] = Math.sqrt(left);
      pivots.push(i);
    }
    factor.push(isFree ? own : own.subarray(0, -1));
  });
  const g = new Float64Array(pivots.length);
  return (into) => {
    for (let k = 0; k < g.length; k++) g[k] = standardNormal(random);
    for (let i = 0; i < factor.length; i++) {
      const row = factor[i]!;
      let sum = 0;
      for (let k = 0; k < row.length; k++) sum += row[k]! * g[k]!;
      into[i] = sum;
    }
  };
}
