/** Masses of a binomial distribution from `first` on; those before and after are below 1e-13 of the largest. */
export interface BinomialMass {
  readonly first: number;
  readonly mass: Float64Array;
}

const negligible = 1e-13;

/**
 * Binomial masses around the mode, each from its neighbour, divided by their sum.
 *
 *     b(k + 1) = b(k) (n − k)/(k + 1) p/(1 − p)
 *
 * Nothing but ratios, so that no factorial is rounded. p from 0 to 1, n a whole number.
 */
export function binomialMass(n: number, p: number): BinomialMass {
  if (p <= 0 || p >= 1) return { first: p <= 0 ? 0 : n, mass: Float64Array.of(1) };
  const mode = Math.min(n, Math.floor((n + 1) * p));
  const odds = p / (1 - p);
  // Further away than this no mass is above the least that counts.
  const reach = Math.ceil(10 * Math.sqrt(n * p * (1 - p))) + 60;
  const start = Math.max(0, mode - reach);
  const scratch = new Float64Array(Math.min(n, mode + reach) - start + 1);
  let [first, last] = [mode - start, mode - start];
  let sum = 1;
  scratch[first] = 1;
  for (let b = 1; last + 1 < scratch.length && b > negligible; ) {
    const k = start + last;
    b *= ((n - k) / (k + 1)) * odds;
    sum += b;
    scratch[++last] = b;
  }
  for (let b = 1; first > 0 && b > negligible; ) {
    const k = start + first;
    b *= k / ((n - k + 1) * odds);
    sum += b;
    scratch[--first] = b;
  }
  const mass = scratch.subarray(first, last + 1);
  for (let i = 0; i < mass.length; i++) mass[i]! /= sum;
  return { first: start + first, mass };
}
