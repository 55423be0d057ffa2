import { assertFinite, assertLevel, ContractError } from "./assert.ts";
import type { CoxFit } from "./cox.ts";
import { scaledCoefficients, setsOfFit } from "./cox-baseline.ts";
import { HazardStep } from "./cox-hazard.ts";
import { type CoxData, dot, type RiskSets } from "./cox-risk-sets.ts";
import { quadraticForm } from "./matrix.ts";
import { RiskSetWalk } from "./risk-set-walk.ts";
import { assertScale, type IntervalScale, survivalBand } from "./survival-interval.ts";

export interface CoxPatient {
  readonly covariates: Float64Array;
  /** 0 without it. */
  readonly offset?: number;
  /** Whose baseline hazard; needed where the model has strata. */
  readonly stratum?: number;
}

export interface CoxSurvival {
  /** Distinct times of the patient's stratum, ascending. */
  readonly time: Float64Array;
  readonly cumulativeHazard: Float64Array;
  readonly survival: Float64Array;
  /** Of the survival. */
  readonly stdError: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Survival that a Cox model predicts for patients, with standard error and interval.
 *
 *     S(t | x) = exp(−Λ(t | x)),   Λ(t | x) = e^η Λ₀(t),   SE(S) = S · SE(Λ)
 *     Var Λ(t | x) = e^{2η} (Σ (W/d)/total² + qᵀ V q),   q(t) = Σ (x − m) dΛ₀   over the events up to t
 *
 * η = xβ + offset; Λ₀, total and m by the ties of the fit; V its variance, robust where the fit's is. `data` are
 * the rows the model was fitted to, times are those of the patient's stratum. The interval is that of
 * `survivalInterval` on the scale given. Where exp(η) overflows survival is 0, and its standard error too. A fit that
 * did not converge, or a stratum that the model does not have, is a ContractError.
 *
 * Reference: Tsiatis (1981), Ann Stat 9, 93–108, doi:10.1214/aos/1176345335; Therneau & Grambsch (2000),
 * Modeling Survival Data, section 10.2, doi:10.1007/978-1-4757-3294-8. Checked against: R
 * survival::survfit.coxph.
 */
export function coxSurvival(
  fit: CoxFit,
  data: CoxData,
  {
    patients,
    level = 0.95,
    scale = "log",
  }: {
    readonly patients: readonly CoxPatient[];
    readonly level?: number;
    readonly scale?: IntervalScale;
  },
): CoxSurvival[] {
  assertLevel(level);
  assertScale(scale);
  if (fit.outcome !== "converged") throw new ContractError(`a fit that is ${fit.outcome} predicts nothing`);
  const sets = setsOfFit(fit, data);
  const strata = hazardPaths(sets, fit);
  return patients.map((patient) => {
    assertPatient(patient, sets);
    const curve = curveOf(patient, { sets, fit, path: strata[patient.stratum ?? 0]! });
    return { ...curve, ...survivalBand(curve, level, scale) };
  });
}

function assertPatient({ covariates, offset = 0, stratum }: CoxPatient, sets: RiskSets): void {
  assertFinite({ covariates, offset: Float64Array.of(offset) });
  if (covariates.length !== sets.nCovariates)
    throw new ContractError(`${covariates.length} values for ${sets.nCovariates} covariates`);
  const nStrata = sets.firstTime.length - 1;
  if (
    stratum === undefined ? nStrata !== 1 : !(Number.isInteger(stratum) && stratum >= 0 && stratum < nStrata)
  )
    throw new ContractError(`stratum ${stratum} of a model with ${nStrata}`);
}

/** Running sums over the times of one stratum, at the centre of the covariates. */
interface HazardPath {
  readonly time: Float64Array;
  readonly hazard: Float64Array;
  readonly variance: Float64Array;
  /** Σ m dΛ₀, one column for each covariate, in scaled units. */
  readonly drift: readonly Float64Array[];
}

function hazardPaths(sets: RiskSets, fit: CoxFit): HazardPath[] {
  const nTimes = sets.time.length;
  const hazard = new Float64Array(nTimes);
  const variance = new Float64Array(nTimes);
  const drift = sets.columns.map(() => new Float64Array(nTimes));
  const walk = new RiskSetWalk(sets, scaledCoefficients(fit, sets), { ties: fit.ties, order: 1 });
  const step = new HazardStep(drift.length);
  while (walk.next()) {
    step.read(walk);
    hazard[walk.k] = step.hazard;
    variance[walk.k] = step.variance;
    for (let j = 0; j < drift.length; j++) drift[j]![walk.k] = step.drift[j]!;
  }
  return Array.from(sets.firstTime.subarray(1), (to, s) => {
    const running = (steps: Float64Array) => {
      const sums = steps.slice(sets.firstTime[s]!, to);
      for (let k = 1; k < sums.length; k++) sums[k]! += sums[k - 1]!;
      return sums;
    };
    return {
      time: sets.time.subarray(sets.firstTime[s]!, to),
      hazard: running(hazard),
      variance: running(variance),
      drift: drift.map(running),
    };
  });
}

function curveOf(
  { covariates, offset = 0 }: CoxPatient,
  { sets, fit, path }: { readonly sets: RiskSets; readonly fit: CoxFit; readonly path: HazardPath },
) {
  const { centre, scale, offsetCentre } = sets;
  const fromCentre = covariates.map((x, j) => x - centre[j]!);
  const risk = Math.exp(dot(fit.coefficients, fromCentre) + offset - offsetCentre);
  // Far from the data the risk may be beyond the range of numbers: before the first event there is no hazard still.
  const cumulativeHazard = path.hazard.map((hazard) => (hazard === 0 ? 0 : hazard * risk));
  const survival = cumulativeHazard.map((hazard) => Math.exp(-hazard));
  const q = new Float64Array(covariates.length);
  const stdError = survival.map((height, k) => {
    if (height === 0 || path.hazard[k] === 0) return 0;
    for (let j = 0; j < q.length; j++)
      q[j] = fromCentre[j]! * path.hazard[k]! - path.drift[j]![k]! * scale[j]!;
    return height * risk * Math.sqrt(path.variance[k]! + quadraticForm(fit.variance, q));
  });
  return { time: path.time, cumulativeHazard, survival, stdError };
}
