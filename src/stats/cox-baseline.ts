import { ContractError } from "./assert.ts";
import type { CoxFit } from "./cox.ts";
import { HazardStep } from "./cox-hazard.ts";
import { type CoxData, dot, type RiskSets, riskSets } from "./cox-risk-sets.ts";
import { RiskSetWalk } from "./risk-set-walk.ts";

/** One entry for each distinct time, ascending. */
export interface BaselineHazard {
  readonly time: Float64Array;
  readonly cumulativeHazard: Float64Array;
}

/**
 * Cumulative baseline hazard of a fitted Cox model in each stratum, at all covariates and the offset zero.
 *
 *     Breslow: Λ₀(t) = Σ W / S₀        Efron: Λ₀(t) = Σ Σᵣ (W/d) / (S₀ − (r/d) E₀),  r = 0 … d − 1
 *
 * with S₀ and E₀ the weighted sums of exp(xβ + offset) over the patients at risk and over the d events, of
 * weight W, at each time up to t. The form follows the fit's ties. The survival of a patient is
 * exp(−Λ₀(t) exp(xβ)); `coxSurvival` gives it with its standard error. `data` are the rows the model was
 * fitted to. A fit without coefficients (singular) is a ContractError.
 *
 * Reference: Breslow (1974), doi:10.2307/2529620; Therneau & Grambsch (2000), Modeling Survival Data, section
 * 10.2, doi:10.1007/978-1-4757-3294-8. Checked against: R survival::basehaz(fit, centered = FALSE).
 */
export function coxBaseline(fit: CoxFit, data: CoxData): readonly BaselineHazard[] {
  return baselineHazard(fit, setsOfFit(fit, data));
}

/** The rows of a fit in order; a fit to other rows, or without coefficients, is a ContractError. */
export function setsOfFit(fit: CoxFit, data: CoxData): RiskSets {
  if (fit.coefficients.length !== data.covariates.length)
    throw new ContractError(
      `${fit.coefficients.length} coefficients for ${data.covariates.length} covariates`,
    );
  if (fit.n !== data.time.length) throw new ContractError(`a fit to ${fit.n} rows, not ${data.time.length}`);
  if (fit.outcome === "singular") throw new ContractError("a singular fit has no coefficients");
  return riskSets(data);
}

/** Coefficients of the centred and scaled covariates. */
export function scaledCoefficients({ coefficients }: CoxFit, { scale }: RiskSets): Float64Array {
  return coefficients.map((value, j) => value * scale[j]!);
}

/** As `coxBaseline`, for a caller that has the rows in order. */
export function baselineHazard(fit: CoxFit, sets: RiskSets): readonly BaselineHazard[] {
  const toZero = Math.exp(-dot(fit.coefficients, sets.centre) - sets.offsetCentre);
  const hazard = new Float64Array(sets.time.length);
  const walk = new RiskSetWalk(sets, scaledCoefficients(fit, sets), { ties: fit.ties, order: 0 });
  const step = new HazardStep(0);
  while (walk.next()) {
    step.read(walk);
    hazard[walk.k] = toZero * step.hazard;
  }
  return Array.from(sets.firstTime.subarray(1), (to, s) => {
    const from = sets.firstTime[s]!;
    const cumulativeHazard = hazard.slice(from, to);
    for (let k = 1; k < cumulativeHazard.length; k++) cumulativeHazard[k]! += cumulativeHazard[k - 1]!;
    return { time: sets.time.subarray(from, to), cumulativeHazard };
  });
}
