import { gram } from "./matrix.ts";
import type { SubdistributionLikelihood } from "./subdistribution-likelihood.ts";
import { exposureTo } from "./subdistribution-likelihood.ts";
import type { SubdistributionSets } from "./subdistribution-sets.ts";

/**
 * Sum over patients of (ηᵢ + ψᵢ)(ηᵢ + ψᵢ)ᵀ, the variance of the Fine–Gray score with the censoring curve
 * estimated.
 *
 *     ηᵢ = ∫ (xᵢ − E) wᵢ(t) dMᵢ(t)             E = S₁/S₀
 *     ψᵢ = q(tᵢ)/Y(tᵢ) if censored − Σ q(u) c(u)/Y(u)²   over censoring times u ≤ tᵢ in the patient's group
 *     q(u) = Σ Σⱼ wⱼ(t) exp(xⱼβ) (xⱼ − E(t)) d/S₀   over t ≥ u and j with a competing event before u
 *
 * Y(u) counts the patients of the censoring group whose time is at least u, and j is one of them.
 *
 * Reference: Fine & Gray (1999), JASA 94, 496–509, doi:10.1080/01621459.1999.10474144, section 3.2.
 */
export function scoreVariance(sets: SubdistributionSets, at: SubdistributionLikelihood): Float64Array[] {
  const columns = sets.columns.map((_, j) => {
    const residual = scoreResidual(sets, at, j);
    addCensoringTerm(sets, censoringSlope(sets, at, j), residual);
    return residual;
  });
  return gram(columns);
}

/** ηᵢ of one covariate, in order of time. */
function scoreResidual(
  sets: SubdistributionSets,
  { weight, exposure, hazard, mean }: SubdistributionLikelihood,
  j: number,
): Float64Array {
  const { time, firstRow, event } = sets;
  const column = sets.columns[j]!;
  const meanMet = exposureTo(
    sets,
    hazard.map((h, k) => h * mean[j]![k]!),
  );
  const residual = new Float64Array(column.length);
  for (let k = 0; k < time.length; k++)
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) {
      residual[i] = -weight[i]! * (column[i]! * exposure[i]! - meanMet[i]!);
      if (event[i]) residual[i]! += column[i]! - mean[j]![k]!;
    }
  return residual;
}

/** q(u) of one covariate, by censoring group, at each distinct time. */
function censoringSlope(
  sets: SubdistributionSets,
  { weight, hazard, mean }: SubdistributionLikelihood,
  j: number,
): Float64Array[] {
  const { time, firstRow, competing, group, uncensored } = sets;
  const column = sets.columns[j]!;
  return uncensored.map((free, g) => {
    const slope = new Float64Array(time.length);
    // From u on: Σ G(t−) d/S₀, and the same times E.
    const hazardFrom = new Float64Array(time.length + 1);
    const meanFrom = new Float64Array(time.length + 1);
    for (let k = time.length - 1; k >= 0; k--) {
      const increment = free[k]! * hazard[k]!;
      hazardFrom[k] = hazardFrom[k + 1]! + increment;
      meanFrom[k] = meanFrom[k + 1]! + increment * mean[j]![k]!;
    }
    let [before, xBefore] = [0, 0];
    for (let k = 0; k < time.length; k++) {
      slope[k] = xBefore * hazardFrom[k]! - before * meanFrom[k]!;
      for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) {
        if (!competing[i] || group[i] !== g) continue;
        before += weight[i]! / free[k]!;
        xBefore += (weight[i]! * column[i]!) / free[k]!;
      }
    }
    return slope;
  });
}

/** Adds ψᵢ to each row. */
function addCensoringTerm(
  sets: SubdistributionSets,
  slope: readonly Float64Array[],
  residual: Float64Array,
): void {
  const { time, firstRow, event, competing, group, uncensored } = sets;
  const atRisk = new Float64Array(uncensored.length);
  for (const g of group) atRisk[g]!++;
  const drift = new Float64Array(uncensored.length);
  for (let k = 0; k < time.length; k++) {
    const leaving = new Float64Array(uncensored.length);
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) {
      const g = group[i]!;
      leaving[g]!++;
      if (event[i] || competing[i]) continue;
      residual[i]! += slope[g]![k]! / atRisk[g]!;
      drift[g]! -= slope[g]![k]! / atRisk[g]! ** 2;
    }
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) residual[i]! += drift[group[i]!]!;
    for (let g = 0; g < leaving.length; g++) atRisk[g]! -= leaving[g]!;
  }
}
