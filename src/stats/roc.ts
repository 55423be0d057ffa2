import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { scoreRuns } from "./score-runs.ts";

export interface RocCurve {
  readonly nCases: number;
  readonly nControls: number;
  /** Flagged: score ≥ threshold. Falling; the first is Infinity and flags nobody, whatever the scores. */
  readonly threshold: Float64Array;
  readonly truePositives: Uint32Array;
  readonly falsePositives: Uint32Array;
  readonly sensitivity: Float64Array;
  readonly specificity: Float64Array;
}

/**
 * The points of a ROC curve: one for each distinct score, from nobody to everybody flagged.
 *
 *     sensitivity(t) = share of cases with score ≥ t,   specificity(t) = share of controls with score < t
 *
 * Equal scores are flagged together, so the line between two points is no curve of the data: it stands for
 * drawing lots among the tied. Infinite scores are ordered like others. Not estimable: no cases, or no
 * controls. NaN is a ContractError.
 *
 * Reference: Fawcett (2006), Pattern Recognition Letters 27, 861–874, doi:10.1016/j.patrec.2005.10.010.
 * Checked against: R pROC::roc, whose thresholds lie halfway between scores (test/reference/roc.json).
 */
export function rocCurve(score: Float64Array, event: Uint8Array): RocCurve | NotEstimable {
  const runs = scoreRuns(score, event);
  if (isNotEstimable(runs)) return runs;
  const { nCases, nControls, length } = runs;
  const curve = {
    threshold: new Float64Array(length + 1).fill(Infinity),
    truePositives: new Uint32Array(length + 1),
    falsePositives: new Uint32Array(length + 1),
    sensitivity: new Float64Array(length + 1),
    specificity: new Float64Array(length + 1).fill(1),
  };
  let [truePositives, falsePositives] = [0, 0];
  for (let point = 1; point <= length; point++) {
    const run = length - point;
    truePositives += runs.cases[run]!;
    falsePositives += runs.controls[run]!;
    curve.threshold[point] = runs.score[run]!;
    curve.truePositives[point] = truePositives;
    curve.falsePositives[point] = falsePositives;
    curve.sensitivity[point] = truePositives / nCases;
    curve.specificity[point] = (nControls - falsePositives) / nControls;
  }
  return { nCases, nControls, ...curve };
}
