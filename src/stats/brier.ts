import { assertRisk, assertSameLength } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import { horizonStatusCode } from "./censoring.ts";
import { completeSampleOf, completeSkill } from "./complete-sample.ts";
import { type IpcwSample, sampleOf } from "./ipcw-mean.ts";
import { type IpcwSkill, ipcwSkill, riskForEverybody } from "./ipcw-skill.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { waldInterval } from "./wald-interval.ts";

export interface BrierScore {
  readonly brier: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Of the null model: the event rate (at a horizon, 1 − Kaplan–Meier there) given to everybody. */
  readonly nullBrier: number;
  /** Index of prediction accuracy, 1 − Brier / null Brier. */
  readonly scaled: IpcwSkill | NotEstimable;
}

/**
 * Brier score at a horizon, weighted for censoring, and the share of the null model's Brier score that it
 * removes.
 *
 *     Brier(h) = (1/n) Σ wᵢ (dᵢ − rᵢ)²      dᵢ 1 for an event by h, else 0; wᵢ from `horizonWeights`
 *     scaled   = 1 − Brier(h) / Brier(h; r = KM risk at h for everybody)
 *
 * The standard error counts the estimation of the weights; intervals are Wald's, the Brier score's cut to [0,
 * 1] and the scaled one's to 1 above. Not estimable: fewer than two patients, or nobody followed beyond the
 * horizon unless all have the event; R gives a number also where the last patient's event stands for all who
 * were censored before. A risk that is not between 0 and 1, or a horizon that is NaN, is a ContractError.
 *
 * Reference: Graf, Schmoor, Sauerbrei & Schumacher (1999), Statistics in Medicine 18, 2529–2545,
 * doi:10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5; Kattan &
 * Gerds (2018), Diagnostic and Prognostic Research 2, 7, doi:10.1186/s41512-018-0029-2.
 * Checked against: R riskRegression::Score (test/reference/horizon.json).
 */
export function brierAtHorizon(options: PredictionsAtHorizon): BrierScore | NotEstimable {
  const { risk, level = 0.95 } = options;
  assertSameLength({ time: options.time, risk });
  assertRisk({ risk });
  return brierOf(sampleOf(options), risk, level);
}

/**
 * Brier score of a binary outcome that is known for everybody, and the share of the null model's that it
 * removes.
 *
 *     Brier  = (1/n) Σ (dᵢ − rᵢ)²,      SE = s(loss)/√n
 *     scaled = 1 − Brier / (p̄ (1 − p̄)),   p̄ the event rate
 *
 * The scaled score's standard error is by the delta method on the paired losses. Intervals are Wald's, the
 * Brier score's cut to [0, 1] and the scaled one's to 1 above. Where every patient's loss is the same, such
 * as risks of one half for everybody, the standard error is 0. Not estimable: nobody, one patient; the scaled
 * score also without events, or where everybody has one. A risk that is not between 0 and 1 is a
 * ContractError.
 *
 * Reference: Brier (1950), Monthly Weather Review 78, 1–3,
 * doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2; Kattan & Gerds (2018), Diagnostic and Prognostic
 * Research 2, 7, doi:10.1186/s41512-018-0029-2. Checked against: R riskRegression::Score of a binary outcome
 * (test/reference/binary-scores.json).
 */
export function brierScore(predictions: BinaryPredictions): BrierScore | NotEstimable {
  const sample = completeSampleOf(predictions);
  const score = brierOf(sample, predictions.risk, predictions.level ?? 0.95);
  return isNotEstimable(score) ? score : { ...score, scaled: completeSkill(score.scaled, sample) };
}

function brierOf(sample: IpcwSample, risk: Float64Array, level: number): BrierScore | NotEstimable {
  const loss = brierLoss(sample, risk);
  const nullLoss = brierLoss(sample, riskForEverybody(sample));
  const skill = ipcwSkill({ sample, loss, nullLoss, level });
  if (isNotEstimable(skill)) return skill;
  const { mean: brier, stdError } = skill.loss;
  return {
    brier,
    stdError,
    ...waldInterval({ estimate: brier, stdError, level, range: [0, 1] }),
    nullBrier: skill.nullLoss,
    scaled: skill.skill,
  };
}

/** (d − risk)² of each patient, or of one risk for everybody; of no use where the status is unknown. */
export function brierLoss({ status }: IpcwSample, risk: Float64Array | number): Float64Array {
  const loss = new Float64Array(status.length);
  for (let i = 0; i < loss.length; i++) {
    const outcome = status[i] === horizonStatusCode.event ? 1 : 0;
    loss[i] = (outcome - (typeof risk === "number" ? risk : risk[i]!)) ** 2;
  }
  return loss;
}
