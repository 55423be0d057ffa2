import { assertLevel, ContractError } from "./assert.ts";
import type { SurvivalCurve } from "./kaplan-meier.ts";
import { normalCdf, normalQuantile } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { firstTimeFrom } from "./risk-table.ts";
import { waldInterval } from "./wald-interval.ts";

export interface RestrictedMean {
  /** In the unit of the times. */
  readonly horizon: number;
  /** In the unit of the times. */
  readonly value: number;
  readonly stdError: number;
  /** NaN, as `upper`, where the standard error is 0: no event before the horizon, or all patients' at once. */
  readonly lower: number;
  readonly upper: number;
  /** Last time, where it lies before the horizon and the curve above 0: from there the curve is carried flat. */
  readonly carriedFrom?: number;
}

/**
 * Restricted mean survival time: event-free time within the horizon, the area under a survival curve.
 *
 *     μ(τ)     = ∫₀^τ S(t) dt
 *     Var μ(τ) = Σ (∫_{tᵢ}^τ S(t) dt)² · dᵢ / (nᵢ (nᵢ − dᵢ))    over event times tᵢ ≤ τ
 *     interval   μ ± z · SE, within 0 and τ
 *
 * Beyond the last time the curve is carried flat, which `carriedFrom` says. No small-sample factor. Not
 * estimable: nobody. A horizon that is not above 0, a time below 0, or a curve that is not Kaplan–Meier's with
 * Greenwood's variance is a ContractError.
 *
 * Reference: Royston & Parmar (2013), BMC Medical Research Methodology 13, 152, doi:10.1186/1471-2288-13-152.
 * Checked against: R summary(survfit(…), rmean =) (test/reference/restricted-mean.json).
 */
export function restrictedMean(
  curve: SurvivalCurve,
  horizon: number,
  level = 0.95,
): RestrictedMean | NotEstimable {
  assertLevel(level);
  if (!(horizon > 0 && horizon < Infinity)) throw new ContractError(`restricted mean up to ${horizon}`);
  if (curve.variance !== "greenwood")
    throw new ContractError(`restricted mean of a curve with ${curve.variance} variance`);
  const { time, survival, atRisk, events } = curve;
  const last = time.length - 1;
  if (last < 0) return { notEstimable: "nobody was followed" };
  if (time[0]! < 0) throw new ContractError(`restricted mean with a time below 0: ${time[0]}`);
  let area = 0;
  let variance = 0;
  let right = horizon;
  for (let k = firstTimeFrom(time, horizon) - 1; k >= 0; k--) {
    area += survival[k]! * (right - time[k]!);
    right = time[k]!;
    const d = events[k]!;
    if (d > 0 && area > 0) variance += area * area * (d / (atRisk[k]! * (atRisk[k]! - d)));
  }
  area += right;
  const stdError = Math.sqrt(variance);
  const limits = waldInterval({ estimate: area, stdError, level, range: [0, horizon] });
  return {
    horizon,
    value: area,
    stdError,
    ...(stdError > 0 ? limits : { lower: Number.NaN, upper: Number.NaN }),
    ...(time[last]! < horizon && survival[last]! > 0 && { carriedFrom: time[last]! }),
  };
}

export interface RestrictedMeanContrast {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  /** Two-sided, of no difference. */
  readonly pValue: number;
}

/**
 * Difference and ratio of two independent restricted means with the same horizon.
 *
 *     difference  μ₁ − μ₀ ± z · √(SE₁² + SE₀²)
 *     ratio       μ₁/μ₀ · exp(± z · √(SE₁²/μ₁² + SE₀²/μ₀²))
 *
 * Each p value belongs to its own interval. Not estimable: a group whose mean has the standard error 0, and the
 * ratio where a mean is 0. Two horizons are a ContractError.
 *
 * Reference: Uno, Claggett, Tian et al. (2014), Journal of Clinical Oncology 32, 2380–2385,
 * doi:10.1200/JCO.2014.55.2208. Checked against: the same in R from summary(survfit(…), rmean =).
 */
export function compareRestrictedMeans({
  of,
  versus,
  level = 0.95,
}: {
  readonly of: RestrictedMean;
  readonly versus: RestrictedMean;
  readonly level?: number;
}):
  | {
      readonly difference: RestrictedMeanContrast & { readonly stdError: number };
      readonly ratio: RestrictedMeanContrast | NotEstimable;
    }
  | NotEstimable {
  assertLevel(level);
  if (of.horizon !== versus.horizon)
    throw new ContractError(`restricted means up to ${of.horizon} and up to ${versus.horizon} are compared`);
  if (!(of.stdError > 0 && versus.stdError > 0))
    return { notEstimable: "the restricted mean of a group has no variance" };
  const z = -normalQuantile((1 - level) / 2);
  const difference = of.value - versus.value;
  const stdError = Math.hypot(of.stdError, versus.stdError);
  return {
    difference: {
      value: difference,
      stdError,
      lower: difference - z * stdError,
      upper: difference + z * stdError,
      pValue: twoSided(difference / stdError),
    },
    ratio: ratioOf(of, versus, z),
  };
}

function ratioOf(
  of: RestrictedMean,
  versus: RestrictedMean,
  z: number,
): RestrictedMeanContrast | NotEstimable {
  if (of.value === 0 || versus.value === 0) return { notEstimable: "a restricted mean is 0" };
  const ratio = of.value / versus.value;
  const stdError = Math.hypot(of.stdError / of.value, versus.stdError / versus.value);
  const factor = Math.exp(z * stdError);
  return {
    value: ratio,
    lower: ratio / factor,
    upper: ratio * factor,
    pValue: twoSided(Math.log(ratio) / stdError),
  };
}

function twoSided(z: number): number {
  return 2 * normalCdf(-Math.abs(z));
}
