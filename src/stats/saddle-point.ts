/**
 * log Γ(z + 1) minus Stirling's formula for it, ½ log(2πz) + z log z − z; z above 0.
 *
 * Reference: Loader (2000), Fast and Accurate Computation of Binomial Probabilities.
 */
export function stirlingError(z: number): number {
  let sum = 0;
  let shifted = z;
  for (; shifted < 16; shifted++) sum += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
  const square = shifted * shifted;
  const series = 1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square;
  return sum + series / shifted;
}

/**
 * a log(m/a) − d with d = m − a, in terms to be added up: the logarithm of a gamma or beta density at m over that at its
 * peak a, without cancellation near the peak. Both m and d are given, because one of them is exact where the other is
 * rounded.
 *
 * Reference: as for `stirlingError`, whose deviance is its negative.
 */
export function logFall(a: number, m: number, d: number): readonly number[] {
  if (d < -0.5 * a) return [a * Math.log(m / a), -d];
  // The ratio is out of range only where a is so small that its logarithm counts for nothing.
  if (Math.abs(d) >= 0.1 * (2 * a + d)) return [a * Math.log1p(Math.min(d / a, Number.MAX_VALUE)), -d];
  const v = d / (2 * a + d);
  let sum = -d * v;
  let term = 2 * a * v;
  for (let k = 3; ; k += 2) {
    term *= v * v;
    const next = sum + term / k;
    if (next === sum) return [sum];
    sum = next;
  }
}

/** The exponential of a sum, with the rounding of the sum carried along: at 700 half an ulp is 6e-14 of the result. */
export function expOfSum(terms: readonly number[]): number {
  let total = 0;
  let lost = 0;
  for (const term of terms) {
    const next = total + term;
    lost += Math.abs(total) >= Math.abs(term) ? total - next + term : term - next + total;
    total = next;
  }
  const value = Math.exp(total);
  return value === 0 ? 0 : value + value * lost;
}
