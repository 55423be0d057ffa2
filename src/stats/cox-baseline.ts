import { ContractError } from "./assert.ts";
import type { CoxFit } from "./cox.ts";
import { type CoxData, longestTie, predict, type RiskSets, riskSets } from "./cox-risk-sets.ts";

/** One entry for each distinct time, ascending. */
export interface BaselineHazard {
  readonly time: Float64Array;
  readonly cumulativeHazard: Float64Array;
}

/**
 * Cumulative baseline hazard of a fitted Cox model, at all covariates zero.
 *
 *     Breslow: Λ₀(t) = Σ d / S₀        Efron: Λ₀(t) = Σ Σₖ 1 / (S₀ − (k/d) E₀),  k = 0 … d − 1
 *
 * with S₀ and E₀ the sums of exp(xβ) over the patients at risk and over the d events at each time up to t.
 * The form follows the fit's ties. The survival of a patient is exp(−Λ₀(t) exp(xβ)).
 * `data` are the rows the model was fitted to. A fit without coefficients (singular) is a ContractError.
 *
 * Reference: Breslow (1974), doi:10.2307/2529620; Therneau & Grambsch (2000), Modeling Survival Data, section
 * 10.2, doi:10.1007/978-1-4757-3294-8. Checked against: R survival::basehaz(fit, centered = FALSE).
 */
export function coxBaseline(fit: CoxFit, data: CoxData): BaselineHazard {
  if (fit.coefficients.length !== data.covariates.length)
    throw new ContractError(
      `${fit.coefficients.length} coefficients for ${data.covariates.length} covariates`,
    );
  if (fit.coefficients.some(Number.isNaN)) throw new ContractError("a singular fit has no baseline hazard");
  return baselineHazard(fit, riskSets(data));
}

/** As `coxBaseline`, for a caller that has the rows in order. */
export function baselineHazard(fit: CoxFit, sets: RiskSets): BaselineHazard {
  const beta = fit.coefficients.map((value, j) => value * sets.scale[j]!);
  const predictorAtCentre = fit.coefficients.reduce((sum, value, j) => sum + value * sets.centre[j]!, 0);
  const toZero = Math.exp(-predictorAtCentre);
  const hazard = new Float64Array(sets.time.length);
  const predictor = new Float64Array(longestTie(sets.firstRow));
  let atRisk = 0;
  for (let k = sets.time.length - 1; k >= 0; k--) {
    const [from, to] = [sets.firstRow[k]!, sets.firstRow[k + 1]!];
    predict(predictor, { columns: sets.columns, beta, from, to });
    let events = 0;
    let failing = 0;
    for (let i = from; i < to; i++) {
      const weight = Math.exp(predictor[i - from]!);
      atRisk += weight;
      if (sets.event[i] === 0) continue;
      failing += weight;
      events++;
    }
    for (let tied = 0; tied < events; tied++)
      hazard[k]! += toZero / (atRisk - (fit.ties === "efron" ? tied / events : 0) * failing);
  }
  for (let k = 1; k < hazard.length; k++) hazard[k]! += hazard[k - 1]!;
  return { time: sets.time, cumulativeHazard: hazard };
}
