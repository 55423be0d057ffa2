import { assertLevel, ContractError } from "./assert.ts";
import { normalQuantile } from "./normal.ts";
import { type Limits, wilson } from "./proportion.ts";
import { scoreLimits, type TwoProportions } from "./score-difference.ts";

export type { TwoProportions };

export interface ProportionDifference extends Limits {
  readonly difference: number;
}

/**
 * Difference of two independent proportions with Newcombe's interval, his method 10.
 *
 *     d = p₁ − p₂,   lower = d − √((p₁ − l₁)² + (u₂ − p₂)²),   upper = d + √((u₁ − p₁)² + (p₂ − l₂)²)
 *
 * with [l, u] Wilson's interval of each. Counts that are not 0 ≤ x ≤ n with n > 0 are a ContractError.
 *
 * Reference: Newcombe (1998), Statistics in Medicine 17, 873–890,
 * doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I. Checked against: the formula in R
 * (test/reference/two-proportions.json) and examples of that paper.
 */
export function newcombeDifference({ x1, n1, x2, n2 }: TwoProportions, level: number): ProportionDifference {
  const [one, two] = [wilson(x1, n1, level), wilson(x2, n2, level)];
  const [p1, p2] = [x1 / n1, x2 / n2];
  return {
    difference: p1 - p2,
    lower: p1 - p2 - Math.hypot(p1 - one.lower, two.upper - p2),
    upper: p1 - p2 + Math.hypot(one.upper - p1, p2 - two.lower),
  };
}

/**
 * Difference of two independent proportions with Miettinen and Nurminen's score interval.
 *
 *     the δ with (d − δ)² ≤ z² V(δ),   V(δ) = (p̃₁(1 − p̃₁)/n₁ + p̃₂(1 − p̃₂)/n₂) N/(N − 1),   N = n₁ + n₂
 *
 * p̃ maximise the likelihood among those with p̃₁ − p̃₂ = δ. Found by bisection to rounding. Counts that are not
 * whole, or not 0 ≤ x ≤ n with n > 0, are a ContractError.
 *
 * Reference: Miettinen & Nurminen (1985), Statistics in Medicine 4, 213–226, doi:10.1002/sim.4780040211. Checked
 * against: the same limits from a numerical maximisation in R (test/reference/two-proportions.json).
 */
export function miettinenNurminenDifference(counts: TwoProportions, level: number): ProportionDifference {
  const { x1, n1, x2, n2 } = counts;
  assertLevel(level);
  for (const [x, n] of [
    [x1, n1],
    [x2, n2],
  ] as const)
    if (!(Number.isInteger(x) && Number.isInteger(n) && n > 0 && x >= 0 && x <= n))
      throw new ContractError(`${x} of ${n} are not counts`);
  const difference = x1 / n1 - x2 / n2;
  const z = normalQuantile((1 + level) / 2);
  return { difference, ...scoreLimits(counts, z) };
}
