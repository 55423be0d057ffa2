import { ContractError } from "./assert.ts";
import { normalCdf } from "./normal.ts";

/**
 * Upper tail of the chi-square distribution with a whole number of degrees of freedom.
 *
 *     Q(x; 1) = 2 Φ(−√x),   Q(x; 2) = exp(−x/2),
 *     Q(x; ν + 2) = Q(x; ν) + (x/2)^{ν/2} exp(−x/2) / Γ(ν/2 + 1)
 *
 * Every term is positive, so small tails keep their relative accuracy. x below 0 or NaN, or degrees of freedom
 * that are not a whole number from 1 on, are a ContractError.
 *
 * Reference: Abramowitz & Stegun (1964), 26.4.4, 26.4.5 and 26.4.8. Checked against: R pchisq(lower.tail =
 * FALSE) (test/reference/special.json).
 */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  if (!(x >= 0)) throw new ContractError(`chi-square of ${x}`);
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1)
    throw new ContractError(`chi-square with ${degreesOfFreedom} degrees of freedom`);
  if (x === 0) return 1;
  if (x === Infinity) return 0;
  const isOdd = degreesOfFreedom % 2 === 1;
  let sum = isOdd ? 2 * normalCdf(-Math.sqrt(x)) : Math.exp(-x / 2);
  // The logarithm, because exp(−x/2) alone is below the smallest number from x = 1491 on.
  let logTerm = isOdd ? 0.5 * Math.log((2 * x) / Math.PI) - x / 2 : Math.log(x / 2) - x / 2;
  for (let nu = isOdd ? 1 : 2; nu < degreesOfFreedom; nu += 2) {
    sum += Math.exp(logTerm);
    logTerm += Math.log(x / (nu + 2));
  }
  return Math.min(1, sum);
}

export interface ChiSquareTest {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
}

/** With rounding below 0 taken as 0. */
export function chiSquareTest(statistic: number, degreesOfFreedom: number): ChiSquareTest {
  const chiSquare = Math.max(0, statistic);
  return { chiSquare, degreesOfFreedom, pValue: chiSquareUpperTail(chiSquare, degreesOfFreedom) };
}
