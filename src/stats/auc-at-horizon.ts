import { assertFinite, assertSameLength } from "./assert.ts";
import { aucInfluence } from "./auc-influence.ts";
import { type FollowUpToHorizon, horizonStatusCode } from "./censoring.ts";
import { type IpcwSample, influenceSquares, sampleOf } from "./ipcw-mean.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder, inOrder } from "./order.ts";
import { clopperPearson } from "./proportion.ts";
import { waldInterval } from "./wald-interval.ts";

export interface PredictionsAtHorizon extends FollowUpToHorizon {
  /**
   * Predicted risk of the event by the horizon; higher is more likely. From 0 to 1, except where only its order or a
   * threshold counts: AUC and 2×2 table take any finite score.
   */
  readonly risk: Float64Array;
  /** `ascendingOrder` of the risk, where a caller has it for several measures; made here where not. */
  readonly byRisk?: Uint32Array;
  /** The risk in that order, where a caller has it; made here where not. */
  readonly ascending?: Float64Array;
  /** `ipcwSample` of the same follow-up, where a caller has it for several measures; made here where not. */
  readonly sample?: IpcwSample;
  /** Confidence level of the intervals; .95 where it is not given. */
  readonly level?: number;
}

export interface AucAtHorizon {
  readonly auc: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** `bound`: the risks separate the cases from the controls, so one side is exact. */
  readonly kind: "pointwise" | "bound";
  /** Events by the horizon. */
  readonly nCases: number;
  /** Followed beyond the horizon without event, or with a competing event by it. */
  readonly nControls: number;
}

/**
 * Cumulative/dynamic area under the ROC curve at a horizon, weighted for censoring.
 *
 *     AUC(h) = Σ wᵢ wⱼ [1{rᵢ > rⱼ} + ½ 1{rᵢ = rⱼ}] / (Σ wᵢ Σ wⱼ)    cases i: event by h, controls j
 *
 * Controls: followed beyond h, whose weights are equal and cancel; with a `competingSample`, also those with a
 * competing event by h. Weights from `horizonWeights`. Ties in risk count one half. The standard error is that of the
 * influence function with the estimated censoring curve, the interval Wald's, cut to [0, 1]. Where every case lies above (or below) every control the standard error is 0 and the
 * interval is the exact bound of min(nCases, nControls) disjoint case–control pairs that all agree
 * (Clopper–Pearson). Weights are not in that bound.
 *
 * Reference: Blanche, Dartigues & Jacqmin-Gadda (2013), Statistics in Medicine 32, 5381–5397,
 * doi:10.1002/sim.5958.
 * Checked against: R riskRegression::Score (test/reference/horizon.json).
 */
export function aucAtHorizon(options: PredictionsAtHorizon): AucAtHorizon | NotEstimable {
  const { risk, level = 0.95 } = options;
  const byRisk = options.byRisk ?? ascendingOrder(risk);
  const ascending = options.ascending ?? inOrder(risk, byRisk);
  assertSameLength({ time: options.time, risk, byRisk, ascending });
  assertFinite({ risk });
  const sample = sampleOf(options);
  const { nPatients, nEvents: nCases, nEventFree: nControls } = sample;
  if (nPatients === 0) return { notEstimable: "no patients" };
  if (nCases === 0) return { notEstimable: "no events by the horizon" };
  if (nControls === 0) return { notEstimable: "nobody is followed beyond the horizon" };
  // Competing events alone are controls, but say nothing of a horizon that nobody reaches.
  if (sample.notEstimable !== undefined) return { notEstimable: sample.notEstimable };
  const separated = separation(sample, risk);
  if (separated !== undefined) {
    const pairs = Math.min(nCases, nControls);
    const { lower, upper } = clopperPearson(separated * pairs, pairs, level);
    return { auc: separated, stdError: 0, lower, upper, kind: "bound", nCases, nControls };
  }
  const { auc, influence } = aucInfluence(sample, { byRisk, ascending });
  const stdError = Math.sqrt(influenceSquares(influence) / (nPatients * (nPatients - 1)));
  const interval = waldInterval({ estimate: auc, stdError, level, range: [0, 1] });
  return { auc, stdError, ...interval, kind: "pointwise", nCases, nControls };
}

/** 1 where every case lies above every control, 0 where below; told by the risks, since sums may be rounded. */
function separation({ status }: IpcwSample, risk: Float64Array): 0 | 1 | undefined {
  let [lowestCase, highestCase] = [Infinity, -Infinity];
  let [lowestControl, highestControl] = [Infinity, -Infinity];
  for (let i = 0; i < risk.length; i++) {
    const r = risk[i]!;
    if (status[i] === horizonStatusCode.event) {
      lowestCase = Math.min(lowestCase, r);
      highestCase = Math.max(highestCase, r);
    } else if (status[i] === horizonStatusCode.eventFree) {
      lowestControl = Math.min(lowestControl, r);
      highestControl = Math.max(highestControl, r);
    }
  }
  if (lowestCase > highestControl) return 1;
  return highestCase < lowestControl ? 0 : undefined;
}
