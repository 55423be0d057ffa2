import { assertCount, assertLevel } from "./assert.ts";
import { normalQuantile } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";

/** Patients by flag and truth. */
export interface ConfusionCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

export interface PositiveRatio extends Limits {
  readonly value: number;
}

export interface LikelihoodRatios {
  /** By how much a flag multiplies the odds of the event. */
  readonly positive: PositiveRatio | NotEstimable;
  /** By how much no flag does. */
  readonly negative: PositiveRatio | NotEstimable;
  /** The first over the second. */
  readonly diagnosticOddsRatio: PositiveRatio | NotEstimable;
}

/**
 * Likelihood ratios of a flag and their quotient, with intervals on the log scale.
 *
 *     LR+ = sensitivity/(1 − specificity),   SE² of its log = 1/tp − 1/(tp + fn) + 1/fp − 1/(fp + tn)
 *     LR− = (1 − sensitivity)/specificity,   SE²             1/fn − 1/(tp + fn) + 1/tn − 1/(fp + tn)
 *     DOR = tp tn/(fp fn),                   SE²             1/tp + 1/fp + 1/fn + 1/tn
 *
 * They do not depend on the prevalence as predictive values do. A ratio is not estimable where a count in it is 0: no
 * constant is added to cells. Nor is any without cases or without controls. What is no count is a ContractError.
 *
 * Reference: Simel, Samsa & Matchar (1991), J Clin Epidemiol 44, 763–770, doi:10.1016/0895-4356(91)90128-V; Glas et al.
 * (2003), J Clin Epidemiol 56, 1129–1135, doi:10.1016/S0895-4356(03)00177-X. Checked against: the formulas in R
 * (test/reference/likelihood-ratios.json).
 */
export function likelihoodRatios(counts: ConfusionCounts, level = 0.95): LikelihoodRatios | NotEstimable {
  for (const [name, count] of Object.entries(counts)) assertCount(name, count);
  assertLevel(level);
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn } = counts;
  const [nCases, nControls] = [tp + fn, fp + tn];
  if (nCases === 0) return { notEstimable: "no cases" };
  if (nControls === 0) return { notEstimable: "no controls" };
  const z = normalQuantile((1 + level) / 2);
  const ratio = (value: number, cells: readonly number[], less: number): PositiveRatio | NotEstimable => {
    if (cells.includes(0)) return { notEstimable: "a count of the ratio is 0" };
    const variance = cells.reduce((total, count) => total + 1 / count, 0) - less;
    const factor = Math.exp(z * Math.sqrt(Math.max(0, variance)));
    return { value, lower: value / factor, upper: value * factor };
  };
  const margins = 1 / nCases + 1 / nControls;
  return {
    positive: ratio((tp * nControls) / (fp * nCases), [tp, fp], margins),
    negative: ratio((fn * nControls) / (tn * nCases), [fn, tn], margins),
    diagnosticOddsRatio: ratio((tp * tn) / (fp * fn), [tp, fp, fn, tn], 0),
  };
}
