import { assertRisk, assertSameLength } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import { horizonStatusCode } from "./censoring.ts";
import { completeSampleOf, completeSkill } from "./complete-sample.ts";
import { type IpcwSample, sampleOf } from "./ipcw-mean.ts";
import { type IpcwSkill, ipcwSkill, riskForEverybody } from "./ipcw-skill.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { waldInterval } from "./wald-interval.ts";

/** Risks are kept this far from 0 and 1: a certain prediction that fails costs 34.5 and not infinity. */
export const logLossClip = 1e-15;

export interface LogLoss {
  readonly logLoss: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Of the null model: the event rate (at a horizon, 1 − Kaplan–Meier there) given to everybody. */
  readonly nullLogLoss: number;
  /** 1 − log loss / null log loss. */
  readonly skill: IpcwSkill | NotEstimable;
}

/**
 * Logarithmic loss at a horizon, weighted for censoring, and the share of the null model's that it removes.
 *
 *     LL(h) = −(1/n) Σ wᵢ [ dᵢ log rᵢ + (1 − dᵢ) log(1 − rᵢ) ]    r clipped to [1e-15, 1 − 1e-15]
 *
 * dᵢ is 1 for an event by h, else 0; wᵢ from `horizonWeights`. Standard error, intervals and what is not
 * estimable or refused as in `brierAtHorizon`, the log loss's interval cut to 0 below.
 *
 * Reference: Graf, Schmoor, Sauerbrei & Schumacher (1999), Statistics in Medicine 18, 2529–2545 (weights and
 * loss).
 * Checked against: the same sum in R with riskRegression's weights (test/reference/horizon.json).
 */
export function logLossAtHorizon(options: PredictionsAtHorizon): LogLoss | NotEstimable {
  const { risk, level = 0.95 } = options;
  assertSameLength({ time: options.time, risk });
  assertRisk({ risk });
  return logLossOf(sampleOf(options), risk, level);
}

/**
 * Logarithmic loss of a binary outcome that is known for everybody, and the share of the null model's that it
 * removes.
 *
 *     LL    = −(1/n) Σ [ dᵢ log rᵢ + (1 − dᵢ) log(1 − rᵢ) ],      r clipped to [1e-15, 1 − 1e-15]
 *     skill = 1 − LL / (−p̄ log p̄ − (1 − p̄) log(1 − p̄)),   p̄ the event rate
 *
 * A log loss says nothing without the event rate: .3 is no skill at 9 % and good at 50 %. Standard errors,
 * intervals and what is not estimable or refused as in `brierScore`, the log loss's interval cut to 0 below.
 *
 * Reference: Good (1952), J R Stat Soc B 14, 107–114, doi:10.1111/j.2517-6161.1952.tb00104.x.
 * Checked against: the same sum in R (test/reference/binary-scores.json).
 */
export function logLoss(predictions: BinaryPredictions): LogLoss | NotEstimable {
  const sample = completeSampleOf(predictions);
  const score = logLossOf(sample, predictions.risk, predictions.level ?? 0.95);
  return isNotEstimable(score) ? score : { ...score, skill: completeSkill(score.skill, sample) };
}

function logLossOf(sample: IpcwSample, risk: Float64Array, level: number): LogLoss | NotEstimable {
  const loss = logLosses(sample, risk);
  const nullLoss = logLosses(sample, riskForEverybody(sample));
  const skill = ipcwSkill({ sample, loss, nullLoss, level });
  if (isNotEstimable(skill)) return skill;
  const { mean: logLoss, stdError } = skill.loss;
  return {
    logLoss,
    stdError,
    ...waldInterval({ estimate: logLoss, stdError, level, range: [0, Infinity] }),
    nullLogLoss: skill.nullLoss,
    skill: skill.skill,
  };
}

/** −log of the risk of what happened to each patient, or of one risk for everybody; 0 where the status is unknown. */
export function logLosses({ status }: IpcwSample, risk: Float64Array | number): Float64Array {
  const loss = new Float64Array(status.length);
  for (let i = 0; i < loss.length; i++) {
    if (status[i] === horizonStatusCode.unknown) continue;
    const r = clipped(typeof risk === "number" ? risk : risk[i]!);
    loss[i] = -Math.log(status[i] === horizonStatusCode.event ? r : 1 - r);
  }
  return loss;
}

function clipped(risk: number): number {
  return Math.min(Math.max(risk, logLossClip), 1 - logLossClip);
}
