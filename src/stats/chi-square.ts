import { ContractError } from "./assert.ts";
import { normalCdf } from "./normal.ts";

/**
 * Upper tail of the chi-squared distribution with a whole number of degrees of freedom.
 *
 *     even df:  e^(−x/2) Σ (x/2)ʲ/j!                            j = 0 … df/2 − 1
 *     odd df:   2 Φ(−√x) + e^(−x/2) Σ (x/2)ʲ⁻½/Γ(j + ½)          j = 1 … (df − 1)/2
 *
 * Terms of one sign, so the tail is accurate in relative terms. x below 0, NaN or df below 1 is a ContractError.
 *
 * Reference: Abramowitz & Stegun (1964), 26.4.4 and 26.4.5.
 */
export function chiSquareUpperTail(x: number, df: number): number {
  if (!(x >= 0)) throw new ContractError(`chi-squared tail at ${x}`);
  if (!Number.isInteger(df) || df < 1) throw new ContractError(`${df} degrees of freedom`);
  if (x === Infinity) return 0;
  const half = x / 2;
  const isOdd = df % 2 === 1;
  // The exponential goes into each term, so that a long sum does not overflow.
  let logTerm = isOdd ? 0.5 * Math.log(half) - Math.log(Math.sqrt(Math.PI) / 2) - half : -half;
  let sum = isOdd ? 2 * normalCdf(-Math.sqrt(x)) : 0;
  if (x === 0) return 1;
  for (let j = isOdd ? 1.5 : 1; j <= df / 2; j++) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(half) - Math.log(j);
  }
  return sum;
}
