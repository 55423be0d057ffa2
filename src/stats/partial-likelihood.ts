import { dot, type RiskSets } from "./cox-risk-sets.ts";
import type { LikelihoodAt } from "./newton.ts";
import { type CoxTies, RiskSetWalk } from "./risk-set-walk.ts";

/**
 * Log partial likelihood, its gradient and its negative second derivative at `beta` (in scaled units).
 *
 * With S₀, S₁, S₂ the sums of w, w·x, w·x·xᵀ (w the case weight times exp(xβ + offset)) over the patients at
 * risk, E₀, E₁, E₂ the same over the d events at that time, W the case weight of those, and f = r/d for
 * r = 0 … d − 1 (Efron) or 0 (Breslow), each event adds its own case weight times xβ + offset, and each round
 * W/d times
 *
 *     −log(S₀ − f E₀),   −m = −(S₁ − f E₁)/(S₀ − f E₀),   (S₂ − f E₂)/(S₀ − f E₀) − m·mᵀ
 *
 * One walk from the last time to the first: O(n p²). `factor` multiplies what each distinct time adds.
 */
export function partialLikelihood(
  sets: RiskSets,
  beta: Float64Array,
  ties: CoxTies,
  factor?: Float64Array,
): LikelihoodAt {
  const p = sets.nCovariates;
  const walk = new RiskSetWalk(sets, beta, { ties, order: 2 });
  const { atRisk, failing } = walk;
  const { sum: score, offset } = factor
    ? eventTotals(sets, factor)
    : { sum: sets.eventSum.slice(), offset: sets.eventOffset };
  const information = Array.from(beta, () => new Float64Array(p));
  const mean = new Float64Array(p);
  let logLikelihood = offset + dot(beta, score);
  while (walk.next()) {
    const { rounds } = walk;
    const weight = factor ? walk.roundWeight * factor[walk.k]! : walk.roundWeight;
    for (let round = 0; round < rounds; round++) {
      const share = round / rounds;
      const total = atRisk.weight - share * failing.weight;
      logLikelihood -= weight * Math.log(total);
      for (let a = 0, at = 0; a < p; a++) {
        const m = (atRisk.first[a]! - share * failing.first[a]!) / total;
        mean[a] = m;
        score[a]! -= weight * m;
        const row = information[a]!;
        for (let b = 0; b <= a; b++, at++)
          row[b]! += weight * ((atRisk.second[at]! - share * failing.second[at]!) / total - m * mean[b]!);
      }
    }
  }
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) information[b]![a] = information[a]![b]!;
  return { logLikelihood, score, information };
}

/** `partialLikelihood` with all coefficients zero, without its derivatives. */
export function logPartialLikelihoodAtZero(sets: RiskSets, ties: CoxTies): number {
  const walk = new RiskSetWalk(sets, new Float64Array(sets.nCovariates), { ties, order: 0 });
  let logLikelihood = sets.eventOffset;
  while (walk.next())
    for (let round = 0; round < walk.rounds; round++)
      logLikelihood -=
        walk.roundWeight * Math.log(walk.atRisk.weight - (round / walk.rounds) * walk.failing.weight);
  return logLikelihood;
}

/** `eventSum` and `eventOffset`, each event times the factor of its time. */
function eventTotals({ time, firstRow, event, weight, columns, offset }: RiskSets, factor: Float64Array) {
  const counted = new Float64Array(event.length);
  for (let k = 0; k < time.length; k++)
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++)
      counted[i] = event[i]! * (weight ? weight[i]! : 1) * factor[k]!;
  return {
    sum: Float64Array.from(columns, (column) => dot(counted, column)),
    offset: offset ? dot(counted, offset) : 0,
  };
}
