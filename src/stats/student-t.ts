import { assertLevel, ContractError } from "./assert.ts";
import { betaQuantile, betaUpperQuantile, betaUpperTail, incompleteBeta } from "./beta.ts";

/**
 * Both tails of Student's t distribution: P(|T| ≥ |t|).
 *
 *     I(ν/(ν + t²); ν/2, ½),   I the regularised incomplete beta function
 *
 * Degrees of freedom ν may be any number above 0; others, and a t of NaN, are a ContractError.
 *
 * Reference: Abramowitz & Stegun (1964), 26.7.1 and 26.5.27. Checked against: R 2 * pt(-abs(t), df)
 * (test/reference/student-t.json).
 */
export function studentTwoTails(t: number, degreesOfFreedom: number): number {
  assertDegrees(degreesOfFreedom);
  if (Number.isNaN(t)) throw new ContractError("Student's t of NaN");
  const square = t * t;
  // The smaller of the two shares, which is not rounded.
  return square > degreesOfFreedom
    ? incompleteBeta(degreesOfFreedom / (degreesOfFreedom + square), degreesOfFreedom / 2, 0.5)
    : betaUpperTail(square / (degreesOfFreedom + square), 0.5, degreesOfFreedom / 2);
}

/**
 * The t that |T| stays below with probability `level`, half the width of an interval in standard errors.
 *
 * Checked against: R qt((1 + level) / 2, df) (test/reference/student-t.json).
 */
export function studentHalfWidth(level: number, degreesOfFreedom: number): number {
  assertLevel(level);
  assertDegrees(degreesOfFreedom);
  return pointWithOutside(1 - level, degreesOfFreedom);
}

/**
 * Quantile of Student's t distribution: the t below which it lies with probability p, between 0 and 1.
 *
 * Checked against: R qt(p, df) (test/reference/student-t.json).
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) throw new ContractError(`quantile ${p} of Student's t`);
  assertDegrees(degreesOfFreedom);
  if (p === 0.5) return 0;
  return p < 0.5
    ? -pointWithOutside(2 * p, degreesOfFreedom)
    : pointWithOutside(2 * (1 - p), degreesOfFreedom);
}

/** The t above 0 with P(|T| ≥ t) = outside. */
function pointWithOutside(outside: number, degreesOfFreedom: number): number {
  const near = betaQuantile(outside, degreesOfFreedom / 2, 0.5);
  // 1 − near without a subtraction.
  const far = betaUpperQuantile(outside, 0.5, degreesOfFreedom / 2);
  return Math.sqrt((degreesOfFreedom * far) / near);
}

function assertDegrees(degreesOfFreedom: number): void {
  if (!(degreesOfFreedom > 0 && degreesOfFreedom < Infinity))
    throw new ContractError(`Student's t with ${degreesOfFreedom} degrees of freedom`);
}
