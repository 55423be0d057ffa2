import { assertFinite, assertLevel, assertRisk, assertSameLength } from "./assert.ts";
import { aucInfluence } from "./auc-influence.ts";
import { brierLoss } from "./brier.ts";
import type { FollowUpToHorizon } from "./censoring.ts";
import { type IpcwSample, influenceSquares, ipcwMean, sampleOf } from "./ipcw-mean.ts";
import { logLosses } from "./log-loss.ts";
import { normalCdf } from "./normal.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { ascendingOrder, inOrder } from "./order.ts";
import { sum } from "./sum.ts";
import { waldInterval } from "./wald-interval.ts";

export interface PairedPredictions extends FollowUpToHorizon {
  /** Predicted risk of the event by the horizon. */
  readonly risk: Float64Array;
  /** Another prediction for the same patients, which the difference is taken from. */
  readonly reference: Float64Array;
  /** `ipcwSample` or `competingSample` of the same follow-up; made here, without competing causes, where not given. */
  readonly sample?: IpcwSample;
  /** Confidence level of the interval; .95 where it is not given. */
  readonly level?: number;
}

/** A measure of one prediction less that of another for the same patients. */
export interface PairedContrast {
  readonly difference: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Two-sided, of no difference. */
  readonly pValue: number;
}

/**
 * Difference in the area under the ROC curve at a horizon between two predictions for the same patients.
 *
 *     Δ = AUC(risk) − AUC(reference),   SE from the difference of the two influence functions
 *
 * with the censoring curve estimated; interval Wald's, cut to [−1, 1]; p = 2 Φ(−|Δ|/SE). Conventions of cases,
 * controls and ties as in `aucAtHorizon`. Not estimable without cases or controls, and where the influence functions
 * are equal but for rounding: then the predictions order the patients alike, or each of them separates cases from
 * controls.
 *
 * Reference: Blanche, Dartigues & Jacqmin-Gadda (2013), Statistics in Medicine 32, 5381–5397,
 * doi:10.1002/sim.5958, section 4. Checked against: R riskRegression::Score (test/reference/paired-contrast.json).
 */
export function aucContrast(options: PairedPredictions): PairedContrast | NotEstimable {
  const sample = pairedSample(options);
  const { nPatients, nEvents, nEventFree, notEstimable } = sample;
  if (nPatients === 0) return { notEstimable: "no patients" };
  if (nEvents === 0) return { notEstimable: "no events by the horizon" };
  if (nEventFree === 0) return { notEstimable: "nobody is followed beyond the horizon" };
  if (notEstimable !== undefined) return { notEstimable };
  const [ours, theirs] = [options.risk, options.reference].map((risk) => {
    const byRisk = ascendingOrder(risk);
    return aucInfluence(sample, { byRisk, ascending: inOrder(risk, byRisk) });
  }) as [ReturnType<typeof aucInfluence>, ReturnType<typeof aucInfluence>];
  const minus = (one: Float64Array, other: Float64Array) => one.map((value, i) => value - other[i]!);
  const squares = influenceSquares({
    sample,
    direct: minus(ours.influence.direct, theirs.influence.direct),
    weighted: minus(ours.influence.weighted, theirs.influence.weighted),
  });
  const stdError = Math.sqrt(squares / (nPatients * (nPatients - 1)));
  // Of an influence function that is 1 in place of a share less the area.
  const size = Math.sqrt(1 / nEvents + 1 / nEventFree);
  return contrast({ difference: ours.auc - theirs.auc, stdError, size, range: [-1, 1] }, options);
}

/**
 * Difference in the Brier score at a horizon between two predictions for the same patients.
 *
 *     Δ = (1/n) Σ wᵢ ((dᵢ − riskᵢ)² − (dᵢ − referenceᵢ)²),   SE from its influence function
 *
 * Negative where the risk is nearer to what happened. Interval and p value as in `aucContrast`; not estimable where
 * the weighted mean is not, or where one is as much nearer for everybody. A risk that is not between 0 and 1 is a
 * ContractError.
 *
 * Reference: Gerds & Schumacher (2006), Biometrical Journal 48, 1029–1040, doi:10.1002/bimj.200610301.
 * Checked against: R riskRegression::Score (test/reference/paired-contrast.json).
 */
export function brierContrast(options: PairedPredictions): PairedContrast | NotEstimable {
  return lossContrast(options, brierLoss, [-1, 1]);
}

/**
 * Difference in the log loss at a horizon between two predictions for the same patients, as `brierContrast`.
 *
 *     Δ = (1/n) Σ wᵢ (lossᵢ − loss of the referenceᵢ),   risks clipped as in `logLossAtHorizon`
 *
 * Checked against: the mean of the weighted differences in R, its standard error as that of the Brier score.
 */
export function logLossContrast(options: PairedPredictions): PairedContrast | NotEstimable {
  return lossContrast(options, logLosses, [-Infinity, Infinity]);
}

function lossContrast(
  options: PairedPredictions,
  lossOf: (sample: IpcwSample, risk: Float64Array) => Float64Array,
  range: readonly [lowest: number, highest: number],
): PairedContrast | NotEstimable {
  const sample = pairedSample(options);
  assertRisk({ risk: options.risk, reference: options.reference });
  const [loss, reference] = [lossOf(sample, options.risk), lossOf(sample, options.reference)];
  const result = ipcwMean(
    sample,
    loss.map((value, i) => value - reference[i]!),
  );
  if (isNotEstimable(result)) return result;
  const terms = sample.weight.map((w, i) => (w * (loss[i]! + reference[i]!)) ** 2);
  const size = Math.sqrt(sum(terms)) / sample.nPatients;
  return contrast({ difference: result.mean, stdError: result.stdError, size, range }, options);
}

function pairedSample(options: PairedPredictions): IpcwSample {
  const { time, risk, reference, level } = options;
  if (level !== undefined) assertLevel(level);
  assertSameLength({ time, risk, reference });
  assertFinite({ risk, reference });
  return sampleOf(options);
}

/** Of its size: a standard error below this is 0 and rounding. */
const rounding = 1e-12;

function contrast(
  {
    difference,
    stdError,
    size,
    range,
  }: {
    readonly difference: number;
    readonly stdError: number;
    /** What the standard error would be if nothing of the two predictions cancelled. */
    readonly size: number;
    readonly range: readonly [lowest: number, highest: number];
  },
  { level = 0.95 }: { readonly level?: number },
): PairedContrast | NotEstimable {
  if (!(stdError > rounding * size))
    return { notEstimable: "the two predictions do not differ in any patient's part" };
  const interval = waldInterval({ estimate: difference, stdError, level, range });
  return { difference, stdError, ...interval, pValue: 2 * normalCdf(-Math.abs(difference) / stdError) };
}
