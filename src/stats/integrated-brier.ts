import { assertFinite, assertLevel, assertRisk, assertSameLength, ContractError } from "./assert.ts";
import { brierLoss } from "./brier.ts";
import type { FollowUp } from "./censoring.ts";
import { influenceFunction } from "./influence-function.ts";
import { type IpcwSample, ipcwSample } from "./ipcw-mean.ts";
import { type IpcwSkill, riskForEverybody } from "./ipcw-skill.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { mean, sum } from "./sum.ts";
import { waldInterval } from "./wald-interval.ts";

export interface PredictedCurves extends FollowUp {
  /** Ascending, above 0, in the unit of the follow-up. */
  readonly horizons: Float64Array;
  /** For each horizon the predicted risk of the event by then, one number for each patient. */
  readonly risks: readonly Float64Array[];
  /** `competingSample` of the follow-up at a horizon, where causes compete; `ipcwSample` where not given. */
  readonly sampleAt?: (horizon: number) => IpcwSample;
  /** Confidence level of the intervals; .95 where it is not given. */
  readonly level?: number;
}

export interface IntegratedBrier {
  readonly integratedBrier: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** With the Kaplan–Meier risk at each horizon (Aalen–Johansen where causes compete) given to everybody. */
  readonly nullIntegratedBrier: number;
  /** 1 − integrated Brier score / that of the null model. */
  readonly scaled: IpcwSkill | NotEstimable;
  /** The Brier score at each horizon. */
  readonly brier: Float64Array;
}

/**
 * Integrated Brier score: the mean over time of the Brier score weighted for censoring.
 *
 *     IBS = (1/h_K) Σⱼ Brier(hⱼ) (hⱼ₊₁ − hⱼ),   j = 1 … K − 1
 *
 * Each Brier score holds from its horizon to the next, and 0 before the first, as in riskRegression and pec: the last
 * horizon only ends the integral, and a coarse grid leaves out the time before its first horizon. Standard error from
 * the sum of the influence functions, the estimation of the weights counted; interval Wald's, cut to [0, 1], that of
 * the scaled score to 1 above. Fewer than two horizons, horizons out of order or not above 0, and risks that
 * are not between 0 and 1 are a ContractError; not estimable where the Brier score at one of them is not.
 *
 * Reference: Graf, Schmoor, Sauerbrei & Schumacher (1999), Statistics in Medicine 18, 2529–2545,
 * doi:10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5. Checked against: R
 * riskRegression::Score(summary = "ibs"), the standard error against its influence functions
 * (test/reference/integrated-brier.json).
 */
export function integratedBrier(curves: PredictedCurves): IntegratedBrier | NotEstimable {
  assertCurves(curves);
  const { time, event, horizons, risks, level = 0.95 } = curves;
  const n = time.length;
  if (n === 0) return { notEstimable: "no patients" };
  if (n < 2) return { notEstimable: "one patient" };
  const sampleAt = curves.sampleAt ?? ((horizon: number) => ipcwSample({ time, event, horizon }));
  const last = horizons.length - 1;
  const brier = new Float64Array(horizons.length);
  const [model, none] = [new Float64Array(n), new Float64Array(n)];
  const total = { model: 0, none: 0 };
  for (const [j, horizon] of horizons.entries()) {
    const sample = sampleAt(horizon);
    assertSameLength({ time, weight: sample.weight });
    if (sample.notEstimable !== undefined) return { notEstimable: `at ${horizon}: ${sample.notEstimable}` };
    const share = j < last ? (horizons[j + 1]! - horizon) / horizons[last]! : 0;
    const [ours, nulls] = [risks[j]!, riskForEverybody(sample)].map((risk) => weightedLoss(sample, risk));
    brier[j] = sum(ours!) / n;
    total.model += share * brier[j]!;
    total.none += (share * sum(nulls!)) / n;
    addInfluence(model, { sample, weighted: ours!, share });
    addInfluence(none, { sample, weighted: nulls!, share });
  }
  const stdError = stdErrorOf(model);
  return {
    integratedBrier: total.model,
    stdError,
    ...waldInterval({ estimate: total.model, stdError, level, range: [0, 1] }),
    nullIntegratedBrier: total.none,
    scaled: scaledBy({ model, none, total, level }),
    brier,
  };
}

function assertCurves({ time, event, horizons, risks, level }: PredictedCurves): void {
  assertFinite({ horizons });
  if (level !== undefined) assertLevel(level);
  if (horizons.length < 2) throw new ContractError(`${horizons.length} horizons to integrate over`);
  if (risks.length !== horizons.length)
    throw new ContractError(`risks at ${risks.length} of ${horizons.length} horizons`);
  horizons.forEach((horizon, j) => {
    if (!(horizon > (j === 0 ? 0 : horizons[j - 1]!)))
      throw new ContractError(`horizon ${horizon} is not later than the one before`);
    assertSameLength({ time, event, risk: risks[j]! });
    assertRisk({ risk: risks[j]! });
  });
}

/** wᵢ (dᵢ − riskᵢ)². */
function weightedLoss(sample: IpcwSample, risk: Float64Array | number): Float64Array {
  return brierLoss(sample, risk).map((loss, i) => sample.weight[i]! * loss);
}

function addInfluence(
  total: Float64Array,
  {
    sample,
    weighted,
    share,
  }: { readonly sample: IpcwSample; readonly weighted: Float64Array; readonly share: number },
): void {
  if (share === 0) return;
  const influence = influenceFunction({ sample, direct: weighted, weighted });
  for (let i = 0; i < total.length; i++) total[i]! += share * influence[i]!;
}

function stdErrorOf(influence: Float64Array): number {
  const n = influence.length;
  const centre = mean(influence);
  return Math.sqrt(sum(influence.map((value) => (value - centre) ** 2)) / (n * (n - 1)));
}

/** By the delta method: the influence of 1 − a/b is (a/b · influence of b − influence of a) / b. */
function scaledBy({
  model,
  none,
  total,
  level,
}: {
  readonly model: Float64Array;
  readonly none: Float64Array;
  readonly total: { readonly model: number; readonly none: number };
  readonly level: number;
}): IpcwSkill | NotEstimable {
  if (total.none === 0) return { notEstimable: "the null model makes no error" };
  const ratio = total.model / total.none;
  const stdError = stdErrorOf(model.map((value, i) => (ratio * none[i]! - value) / total.none));
  const interval = waldInterval({ estimate: 1 - ratio, stdError, level, range: [-Infinity, 1] });
  return { value: 1 - ratio, stdError, ...interval };
}
