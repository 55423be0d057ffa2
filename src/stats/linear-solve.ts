import type { Matrix } from "./cholesky.ts";

/**
 * x of A x = b for a square matrix, by Gaussian elimination with partial pivoting; undefined where a pivot is 0.
 *
 * Reference: Golub & Van Loan (2013), Matrix Computations, 4th ed., algorithm 3.4.1, ISBN 978-1-4214-0794-4.
 */
export function linearSolve(matrix: Matrix, right: Float64Array): Float64Array | undefined {
  const rows = matrix.map((row) => row.slice());
  const x = right.slice();
  const n = x.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++)
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    const top = rows[pivot]!;
    if (top[column] === 0) return undefined;
    [rows[pivot], rows[column]] = [rows[column]!, top];
    [x[pivot], x[column]] = [x[column]!, x[pivot]!];
    for (let i = column + 1; i < n; i++) {
      const row = rows[i]!;
      const factor = row[column]! / top[column]!;
      if (factor === 0) continue;
      for (let j = column; j < n; j++) row[j]! -= factor * top[j]!;
      x[i]! -= factor * x[column]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i]! -= rows[i]![j]! * x[j]!;
    x[i]! /= rows[i]![i]!;
  }
  return x;
}
