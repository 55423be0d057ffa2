import { HazardStep } from "./cox-hazard.ts";
import type { RiskSets } from "./cox-risk-sets.ts";
import { type CoxTies, RiskSetWalk, relativeRisk } from "./risk-set-walk.ts";

/** For each row as it stands in the risk sets, without its case weight; covariates in scaled units. */
export interface ScoreResiduals {
  readonly martingale: Float64Array;
  /** One column for each covariate. */
  readonly score: readonly Float64Array[];
}

/**
 * Martingale and score residuals of every row.
 *
 *     Mᵢ = δᵢ − rᵢ Σ λ(t),   Uᵢ = δᵢ (xᵢ − m(tᵢ)) − rᵢ Σ (xᵢ − m(t)) λ(t)   over the times at which i is at risk
 *
 * with r = exp(xβ + offset) and λ, m the steps of `HazardStep`; with Efron's ties a row meets its own time as
 * one of the events there. The sums over times are differences of running sums: O(n p).
 */
export function scoreResiduals(sets: RiskSets, beta: Float64Array, ties: CoxTies): ScoreResiduals {
  const { event, columns, weight, nRows } = sets;
  const risk = relativeRisk(sets, beta, { from: 0, to: nRows, into: new Float64Array(nRows) });
  if (weight) for (let i = 0; i < nRows; i++) risk[i]! /= weight[i]!;
  const residuals = {
    martingale: new Float64Array(nRows),
    score: columns.map(() => new Float64Array(nRows)),
  };
  const hazard = new Float64Array(sets.time.length);
  const drift = columns.map(() => new Float64Array(sets.time.length));
  const walk = new RiskSetWalk(sets, beta, { ties, order: 1 });
  const step = new HazardStep(columns.length);
  while (walk.next()) {
    step.read(walk);
    hazard[walk.k] = step.hazard;
    for (let j = 0; j < drift.length; j++) drift[j]![walk.k] = step.drift[j]!;
    for (let i = walk.from; i < walk.to; i++) {
      if (event[i] === 0) continue;
      const own = risk[i]!;
      residuals.martingale[i] = 1 - own * step.ownHazard;
      for (let j = 0; j < columns.length; j++) {
        const x = columns[j]![i]!;
        residuals.score[j]![i] = x - step.mean[j]! - own * (x * step.ownHazard - step.ownDrift[j]!);
      }
    }
  }
  addExposure(residuals, { sets, risk, hazard, drift });
  return residuals;
}

interface Steps {
  readonly sets: RiskSets;
  /** Without case weight. */
  readonly risk: Float64Array;
  readonly hazard: Float64Array;
  readonly drift: readonly Float64Array[];
}

/** What each row meets while at risk; rows with an event have met their own time already. */
function addExposure({ martingale, score }: ScoreResiduals, { sets, risk, hazard, drift }: Steps): void {
  const { time, firstRow, firstTime, event, columns, entry, byEntry } = sets;
  const met = new Float64Array(drift.length);
  for (let s = 0; s + 1 < firstTime.length; s++) {
    let sum = 0;
    met.fill(0);
    let entering = firstRow[firstTime[s]!]!;
    const add = (i: number, sign: number) => {
      const r = sign * risk[i]!;
      martingale[i]! += r * sum;
      for (let j = 0; j < met.length; j++) score[j]![i]! += r * (columns[j]![i]! * sum - met[j]!);
    };
    for (let k = firstTime[s]!; k < firstTime[s + 1]!; k++) {
      const end = firstRow[firstTime[s + 1]!]!;
      for (; byEntry && entering < end && entry![byEntry[entering]!]! < time[k]!; entering++)
        add(byEntry[entering]!, 1);
      for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) if (event[i] === 1) add(i, -1);
      sum += hazard[k]!;
      for (let j = 0; j < met.length; j++) met[j]! += drift[j]![k]!;
      for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) if (event[i] === 0) add(i, -1);
    }
  }
}
