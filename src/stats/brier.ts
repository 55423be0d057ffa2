import { assertRisk, assertSameLength } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import { horizonStatusCode } from "./censoring.ts";
import { type IpcwSample, sampleOf } from "./ipcw-mean.ts";
import { type IpcwSkill, ipcwSkill, riskForEverybody } from "./ipcw-skill.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { waldInterval } from "./wald-interval.ts";

export interface BrierAtHorizon {
  readonly brier: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Brier score of the Kaplan–Meier risk at the horizon given to everybody. */
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
export function brierAtHorizon(options: PredictionsAtHorizon): BrierAtHorizon | NotEstimable {
  const { risk, level = 0.95 } = options;
  assertSameLength({ time: options.time, risk });
  assertRisk({ risk });
  const sample = sampleOf(options);
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
