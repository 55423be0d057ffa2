import { assertLevel, ContractError } from "./assert.ts";
import { incompleteBeta } from "./beta.ts";
import { type ChiSquareTest, chiSquareTest } from "./chi-square.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { wilson } from "./proportion.ts";
import type { ProportionDifference } from "./two-proportions.ts";

/** Pairs by what two ratings of the same unit say. */
export interface PairedCounts {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
}

export interface McNemarTest extends ChiSquareTest {
  /** Two-sided, from the binomial distribution of the discordant pairs: never below its level. */
  readonly exactPValue: number;
}

/**
 * McNemar's test that two ratings of the same units are positive equally often.
 *
 *     χ² = (|b − c| − k)² / (b + c),   exact: twice the smaller tail of Binomial(b + c, ½), at most 1
 *
 * b, c the pairs with one rating positive only. k is 0, or with `continuity` (Edwards) 1 where b and c differ; for few pairs
 * the exact p value is better than either.
 * Not estimable without a discordant pair. Counts that are not whole numbers from 0 are a ContractError.
 *
 * Reference: McNemar (1947), Psychometrika 12, 153–157, doi:10.1007/BF02295996; Edwards (1948), Psychometrika
 * 13, 185–187, doi:10.1007/BF02289261. Checked against: R mcnemar.test,
 * binom.test (test/reference/mcnemar.json).
 */
export function mcnemarTest(
  counts: PairedCounts,
  { continuity = false }: { readonly continuity?: boolean } = {},
): McNemarTest | NotEstimable {
  assertPairs(counts);
  const { firstOnly: b, secondOnly: c } = counts;
  const n = b + c;
  if (n === 0) return { notEstimable: "no discordant pairs" };
  const fewer = Math.min(b, c);
  // P(X ≤ k) = I(½; n − k, k + 1)
  const tail = incompleteBeta(0.5, n - fewer, fewer + 1);
  const away = continuity ? Math.max(0, Math.abs(b - c) - 1) : Math.abs(b - c);
  return { ...chiSquareTest(away ** 2 / n, 1), exactPValue: Math.min(1, 2 * tail) };
}

/**
 * Difference of two proportions of the same units, first less second, with Newcombe's interval for paired data.
 *
 *     lower = d − √(l₁² − 2φ l₁ u₂ + u₂²),   upper = d + √(u₁² − 2φ u₁ l₂ + l₂²)
 *
 * with lᵢ, uᵢ the distances of proportion i to its Wilson limits and φ the correlation of the table, corrected towards
 * 0. Errors as in `mcnemarTest`; nobody is a ContractError.
 *
 * Reference: Newcombe (1998), Statistics in Medicine 17, 2635–2650,
 * doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C, method 10. Checked against: the formula in
 * R (test/reference/mcnemar.json).
 */
export function newcombePairedDifference(counts: PairedCounts, level: number): ProportionDifference {
  assertPairs(counts);
  assertLevel(level);
  const { both: a, firstOnly: b, secondOnly: c, neither: d } = counts;
  const n = a + b + c + d;
  if (n === 0) throw new ContractError("no pairs");
  const [one, two] = [wilson(a + b, n, level), wilson(a + c, n, level)];
  const [p1, p2] = [(a + b) / n, (a + c) / n];
  const phi = correlation(counts);
  const difference = (b - c) / n;
  const reach = (x: number, y: number) => Math.sqrt(x * x - 2 * phi * x * y + y * y);
  return {
    difference,
    lower: difference - reach(p1 - one.lower, two.upper - p2),
    upper: difference + reach(one.upper - p1, p2 - two.lower),
  };
}

function correlation({ both: a, firstOnly: b, secondOnly: c, neither: d }: PairedCounts): number {
  const margins = (a + b) * (c + d) * (a + c) * (b + d);
  if (margins === 0) return 0;
  const cross = a * d - b * c;
  const half = (a + b + c + d) / 2;
  const corrected = cross > half ? cross - half : Math.min(cross, 0);
  return corrected / Math.sqrt(margins);
}

function assertPairs(counts: PairedCounts): void {
  for (const [name, count] of Object.entries(counts))
    if (!(Number.isInteger(count) && count >= 0)) throw new ContractError(`${name} is ${count}, not a count`);
}
