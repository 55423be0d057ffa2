import { assertFinite, assertSameLength } from "./assert.ts";
import { type FollowUpToHorizon, horizonStatusCode } from "./censoring.ts";
import { type IpcwSample, influenceSquares, sampleOf } from "./ipcw-mean.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder } from "./order.ts";
import { clopperPearson } from "./proportion.ts";
import { waldInterval } from "./wald-interval.ts";

export interface PredictionsAtHorizon extends FollowUpToHorizon {
  /** Predicted risk of the event by the horizon; higher is more likely. */
  readonly risk: Float64Array;
  /** `ascendingOrder` of the risk, where a caller has it for several measures; made here where not. */
  readonly byRisk?: Uint32Array;
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
  /** Followed beyond the horizon without event. */
  readonly nControls: number;
}

/**
 * Cumulative/dynamic area under the ROC curve at a horizon, weighted for censoring.
 *
 *     AUC(h) = Σ wᵢ [1{rᵢ > rⱼ} + ½ 1{rᵢ = rⱼ}] / (Σ wᵢ · m)    cases i: event by h, controls j: m beyond h
 *
 * Weights from `horizonWeights`; those of the controls are equal and cancel. Ties in risk count one half. The
 * standard error is that of the influence function with the estimated censoring curve, the interval Wald's,
 * cut to [0, 1]. Where every case lies above (or below) every control the standard error is 0 and the
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
  assertSameLength({ time: options.time, risk, byRisk });
  assertFinite({ risk });
  const sample = sampleOf(options);
  const { nPatients, nEvents: nCases, nEventFree: nControls } = sample;
  if (nPatients === 0) return { notEstimable: "no patients" };
  if (nCases === 0) return { notEstimable: "no events by the horizon" };
  if (nControls === 0) return { notEstimable: "nobody is followed beyond the horizon" };
  const share = shareOvertaken(sample, risk, byRisk);
  const { weight, status } = sample;
  let above = 0;
  let caseWeight = 0;
  let [lowest, highest] = [1, 0];
  for (let i = 0; i < nPatients; i++)
    if (status[i] === horizonStatusCode.event) {
      above += weight[i]! * share[i]!;
      caseWeight += weight[i]!;
      if (share[i]! < lowest) lowest = share[i]!;
      if (share[i]! > highest) highest = share[i]!;
    }
  const auc = above / caseWeight;
  if (lowest === 1 || highest === 0) {
    const pairs = Math.min(nCases, nControls);
    const { lower, upper } = clopperPearson(auc * pairs, pairs, level);
    return { auc, stdError: 0, lower, upper, kind: "bound", nCases, nControls };
  }
  const stdError = aucStdError(sample, share, auc, caseWeight);
  const interval = waldInterval({ estimate: auc, stdError, level, range: [0, 1] });
  return { auc, stdError, ...interval, kind: "pointwise", nCases, nControls };
}

/** Cases: share of the controls below. Controls: weighted share of the cases above. Ties one half. */
function shareOvertaken(sample: IpcwSample, risk: Float64Array, byRisk: Uint32Array): Float64Array {
  const { nPatients: n, status, weight, nEventFree } = sample;
  const { event, eventFree } = horizonStatusCode;
  const share = new Float64Array(n);
  // In order of risk, read by row once: weight of a case, −1 for a control, 0 for unknown status.
  const role = new Float64Array(n);
  let caseWeight = 0;
  for (let k = 0; k < n; k++) {
    const row = byRisk[k]!;
    if (status[row] === event) caseWeight += role[k] = weight[row]!;
    else if (status[row] === eventFree) role[k] = -1;
  }
  let casesBelow = 0;
  let controlsBelow = 0;
  for (let from = 0; from < n; ) {
    const now = risk[byRisk[from]!]!;
    let to = from;
    let tiedCases = 0;
    let tiedControls = 0;
    for (; to < n && risk[byRisk[to]!] === now; to++) {
      if (role[to]! > 0) tiedCases += role[to]!;
      else if (role[to]! < 0) tiedControls++;
    }
    const ofCases = (controlsBelow + tiedControls / 2) / nEventFree;
    const ofControls = (caseWeight - casesBelow - tiedCases / 2) / caseWeight;
    for (let k = from; k < to; k++)
      if (role[k] !== 0) share[byRisk[k]!] = role[k]! > 0 ? ofCases : ofControls;
    casesBelow += tiedCases;
    controlsBelow += tiedControls;
    from = to;
  }
  return share;
}

function aucStdError(sample: IpcwSample, share: Float64Array, auc: number, caseWeight: number): number {
  const { nPatients: n, status, weight, nEventFree } = sample;
  const weighted = new Float64Array(n);
  const direct = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    if (status[i] === horizonStatusCode.event)
      direct[i] = weighted[i] = (n * weight[i]! * (share[i]! - auc)) / caseWeight;
    else if (status[i] === horizonStatusCode.eventFree) direct[i] = (n * (share[i]! - auc)) / nEventFree;
  }
  return Math.sqrt(influenceSquares({ sample, direct, weighted }) / (n * (n - 1)));
}
