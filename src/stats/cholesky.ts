/** Symmetric matrices as arrays of rows; only small ones (the covariates of a model) come here. */
export type Matrix = readonly Float64Array[];

/**
 * Lower triangle L with A = L Lᵀ, or the index of the first row that adds nothing to the rows before:
 * its pivot is not above `tolerance` times its diagonal entry in `scale`.
 *
 * Reference: Golub & Van Loan (2013), Matrix Computations, 4th ed., algorithm 4.2.1.
 */
export function cholesky(
  a: Matrix,
  scale: Float64Array,
  tolerance: number,
): { readonly factor: Matrix } | { readonly dependentRow: number } {
  const n = a.length;
  const factor = a.map(() => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i]![j]!;
      for (let k = 0; k < j; k++) rest -= factor[i]![k]! * factor[j]![k]!;
      if (j < i) factor[i]![j] = rest / factor[j]![j]!;
      else if (rest > tolerance * scale[i]!) factor[i]![i] = Math.sqrt(rest);
      else return { dependentRow: i };
    }
  }
  return { factor };
}

/** Solves L Lᵀ x = b. */
export function choleskySolve(factor: Matrix, b: Float64Array): Float64Array {
  const n = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i]![k]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= factor[k]![i]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  return x;
}

/** (L Lᵀ)⁻¹, symmetric to the last bit. */
export function choleskyInverse(factor: Matrix): Float64Array[] {
  const n = factor.length;
  const inverse = factor.map((_, column) => {
    const unit = new Float64Array(n);
    unit[column] = 1;
    return choleskySolve(factor, unit);
  });
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) inverse[i]![j] = inverse[j]![i]!;
  return inverse;
}
