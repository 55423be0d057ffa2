import { ContractError } from "./assert.ts";
import { upperIncompleteGamma } from "./gamma.ts";

/**
 * Upper tail of the chi-square distribution, accurate in relative terms.
 *
 *     Q(ν/2, x/2), the regularised upper incomplete gamma function
 *
 * Degrees of freedom may be any number above 0. x below 0 or NaN is a ContractError.
 *
 * Reference: Abramowitz & Stegun (1964), 26.4.19. Checked against: R pchisq(lower.tail = FALSE)
 * (test/reference/special.json, special-tails.json).
 */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  if (!(x >= 0)) throw new ContractError(`chi-square of ${x}`);
  if (!(degreesOfFreedom > 0 && degreesOfFreedom < Infinity))
    throw new ContractError(`chi-square with ${degreesOfFreedom} degrees of freedom`);
  return upperIncompleteGamma(degreesOfFreedom / 2, x / 2);
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
