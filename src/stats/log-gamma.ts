import { ContractError } from "./assert.ts";
import { stirlingError } from "./saddle-point.ts";

/**
 * log Γ(z) for z above 0: Stirling's formula with its error.
 *
 *     log Γ(z) = (z − ½) log z − z + ½ log 2π + δ(z)
 *
 * Reference: Loader (2000), Fast and Accurate Computation of Binomial Probabilities. Checked against: R lgamma
 * (test/reference/special-quantiles.json).
 */
export function logGamma(z: number): number {
  if (!(z > 0 && z < Infinity)) throw new ContractError(`log Γ of ${z}`);
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + stirlingError(z);
}

/** log of the number of ways to choose k of n. */
export function logChoose(n: number, k: number): number {
  return k === 0 || k === n ? 0 : logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
