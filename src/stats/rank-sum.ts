import { normalCdf } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { pooledSteps } from "./two-samples.ts";

export interface RankSumTest {
  /** Pairs of a value of each sample in which the first is larger, ties one half. */
  readonly statistic: number;
  /** The same as a share of all pairs: ½ where neither sample tends to be larger. */
  readonly superiority: number;
  readonly pValue: number;
}

/**
 * Wilcoxon's rank sum test (Mann–Whitney) that neither of two samples tends to be larger.
 *
 *     W = #{xᵢ > yⱼ} + ½ #{xᵢ = yⱼ},   z = (|W − mn/2| − ½)/σ, at least 0
 *     σ² = mn/12 · (N + 1 − Σ (t³ − t)/(N (N − 1)))      over runs of t equal values,   N = m + n
 *
 * p from the normal distribution with continuity correction, whatever the number of values; under some ten in a sample it
 * is rough. Not estimable: an empty sample, or values that are all equal. A value that is not finite is a ContractError.
 *
 * Reference: Mann & Whitney (1947), Annals of Mathematical Statistics 18, 50–60, doi:10.1214/aoms/1177730491. Checked
 * against: R wilcox.test(exact = FALSE) (test/reference/two-samples.json).
 */
export function rankSumTest(first: Float64Array, second: Float64Array): RankSumTest | NotEstimable {
  const steps = pooledSteps(first, second);
  const [m, n] = [first.length, second.length];
  if (m === 0 || n === 0) return { notEstimable: "no values" };
  if (steps.value.length === 1) return { notEstimable: "all values are equal" };
  let [twiceWins, ties, below, before] = [0, 0, 0, 0];
  for (let k = 0; k < steps.value.length; k++) {
    const [ofFirst, ofSecond] = [steps.first[k]! - below, steps.second[k]! - before];
    twiceWins += ofFirst * (2 * before + ofSecond);
    const run = ofFirst + ofSecond;
    ties += run * (run * run - 1);
    [below, before] = [steps.first[k]!, steps.second[k]!];
  }
  const total = m + n;
  const variance = ((m * n) / 12) * (total + 1 - ties / total / (total - 1));
  const away = Math.max(0, Math.abs(twiceWins - m * n) / 2 - 0.5);
  return {
    statistic: twiceWins / 2,
    superiority: twiceWins / (2 * m * n),
    pValue: 2 * normalCdf(-away / Math.sqrt(variance)),
  };
}
