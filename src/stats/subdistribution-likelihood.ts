import type { LikelihoodAt } from "./newton.ts";
import type { SubdistributionSets } from "./subdistribution-sets.ts";

/** What a Fine–Gray model says at one place of its coefficients, in scaled units. */
export interface SubdistributionLikelihood extends LikelihoodAt {
  /** exp(xβ) of each row. */
  readonly weight: Float64Array;
  /** d/S₀ at each distinct time: the baseline hazard, at the centre of the covariates. */
  readonly hazard: Float64Array;
  /** S₁/S₀ at each distinct time with events: one column for each covariate. */
  readonly mean: readonly Float64Array[];
  /** Hazard at the centre that each row has met, its time under reduced weight included. */
  readonly exposure: Float64Array;
}

/**
 * Log pseudo-likelihood of the Fine–Gray model, its gradient and its negative second derivative at `beta`.
 *
 *     l = Σ xβ over events − Σ d log S₀,   Sₖ(t) = Σ wᵢ(t) exp(xᵢβ) xᵢ⊗ᵏ,   wᵢ as in `subdistributionSets`
 *
 * Ties in time as Breslow's. The second derivative needs no S₂ for each time: summed over times first,
 *
 *     Σ d S₂/S₀ = Σᵢ exp(xᵢβ) cᵢ xᵢxᵢᵀ,   cᵢ = Σ wᵢ(t) d/S₀   (`exposure`)
 *
 * Those at risk are added up from the last time back, those who linger after a competing event from the first
 * time on, so no sum is taken back. O(n p²).
 */
export function subdistributionLikelihood(
  sets: SubdistributionSets,
  beta: Float64Array,
): SubdistributionLikelihood {
  const { columns, events, eventSum, time } = sets;
  const weight = exponentials(sets, beta);
  const { total, mean } = riskSetMeans(sets, weight);
  const hazard = time.map((_, k) => (events[k]! > 0 ? events[k]! / total[k]! : 0));
  let logLikelihood = beta.reduce((sum, value, j) => sum + value * eventSum[j]!, 0);
  const score = eventSum.slice();
  const information = columns.map(() => new Float64Array(columns.length));
  for (let k = 0; k < time.length; k++) {
    if (events[k] === 0) continue;
    logLikelihood -= events[k]! * Math.log(total[k]!);
    for (let a = 0; a < columns.length; a++) {
      const m = mean[a]![k]!;
      score[a]! -= events[k]! * m;
      for (let b = 0; b <= a; b++) information[a]![b]! -= events[k]! * m * mean[b]![k]!;
    }
  }
  const exposure = exposureTo(sets, hazard);
  for (let i = 0; i < weight.length; i++) {
    const met = weight[i]! * exposure[i]!;
    for (let a = 0; a < columns.length; a++) {
      const weighted = met * columns[a]![i]!;
      for (let b = 0; b <= a; b++) information[a]![b]! += weighted * columns[b]![i]!;
    }
  }
  for (let a = 0; a < columns.length; a++)
    for (let b = 0; b < a; b++) information[b]![a] = information[a]![b]!;
  return { logLikelihood, score, information, weight, hazard, mean, exposure };
}

function exponentials({ columns, nRows }: SubdistributionSets, beta: Float64Array): Float64Array {
  const weight = new Float64Array(nRows);
  for (const [j, column] of columns.entries())
    for (let i = 0; i < nRows; i++) weight[i]! += beta[j]! * column[i]!;
  for (let i = 0; i < nRows; i++) weight[i] = Math.exp(weight[i]!);
  return weight;
}

/** S₀, and S₁/S₀ by covariate, at each distinct time with events. */
function riskSetMeans(sets: SubdistributionSets, weight: Float64Array) {
  const total = weightedSum(sets, weight);
  const mean = sets.columns.map((column) => {
    const sum = weightedSum(
      sets,
      weight.map((w, i) => w * column[i]!),
    );
    return sum.map((value, k) => (sets.events[k]! > 0 ? value / total[k]! : 0));
  });
  return { total, mean };
}

/** Σ wᵢ(t) vᵢ at each distinct time t with events. */
function weightedSum(sets: SubdistributionSets, values: Float64Array): Float64Array {
  const { time, firstRow, events, competing, group, uncensored } = sets;
  const sum = new Float64Array(time.length);
  let atRisk = 0;
  for (let k = time.length - 1; k >= 0; k--) {
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) atRisk += values[i]!;
    if (events[k]! > 0) sum[k] = atRisk;
  }
  const lingering = new Float64Array(uncensored.length);
  for (let k = 0; k < time.length; k++) {
    if (events[k]! > 0)
      for (let g = 0; g < lingering.length; g++) sum[k]! += uncensored[g]![k]! * lingering[g]!;
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++)
      if (competing[i]) lingering[group[i]!]! += values[i]! / uncensored[group[i]!]![k]!;
  }
  return sum;
}

/** Σ wᵢ(t) f(t) over the distinct times t, for each row. */
export function exposureTo(sets: SubdistributionSets, increments: Float64Array): Float64Array {
  const { time, firstRow, competing, group, uncensored, nRows } = sets;
  const exposure = new Float64Array(nRows);
  let met = 0;
  for (let k = 0; k < time.length; k++) {
    met += increments[k]!;
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) exposure[i] = met;
  }
  const later = new Float64Array(uncensored.length);
  for (let k = time.length - 1; k >= 0; k--) {
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++)
      if (competing[i]) exposure[i]! += later[group[i]!]! / uncensored[group[i]!]![k]!;
    for (let g = 0; g < later.length; g++) later[g]! += uncensored[g]![k]! * increments[k]!;
  }
  return exposure;
}
