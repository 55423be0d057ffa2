import type { Matrix } from "./cholesky.ts";

/** A B. */
export function product(a: Matrix, b: Matrix): Float64Array[] {
  return a.map((row) =>
    Float64Array.from(b[0] ?? row, (_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)),
  );
}

/** Σ aᵢⱼ bᵢ bⱼ. */
export function quadraticForm(a: Matrix, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) for (let j = 0; j < b.length; j++) sum += a[i]![j]! * b[i]! * b[j]!;
  return sum;
}

/** Aᵀ A of the columns of A. */
export function gram(columns: readonly Float64Array[]): Float64Array[] {
  const result = columns.map(() => new Float64Array(columns.length));
  for (const [a, left] of columns.entries())
    for (let b = 0; b <= a; b++) {
      const right = columns[b]!;
      let sum = 0;
      for (let i = 0; i < left.length; i++) sum += left[i]! * right[i]!;
      result[a]![b] = sum;
      result[b]![a] = sum;
    }
  return result;
}
