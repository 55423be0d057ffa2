/**
 * Sum of many numbers with the rounding errors carried along.
 *
 *     Σ xᵢ, with an error of about one rounding whatever their number
 *
 * NaN or an infinity among the values gives NaN or that infinity. Nothing: 0.
 *
 * Reference: Neumaier (1974), Z Angew Math Mech 54, 39–51, doi:10.1002/zamm.19740540106.
 */
export function sum(values: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

/** Arithmetic mean by `sum`; NaN of nothing. */
export function mean(values: Float64Array): number {
  return sum(values) / values.length;
}
