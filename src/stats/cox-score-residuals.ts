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
  const { firstRow, event, columns } = sets;
  const hazardMet = sumsBetween(hazard);
  const driftMet = drift.map(sumsBetween);
  const from = firstTimeAtRisk(sets);
  for (let k = 0; k + 1 < firstRow.length; k++)
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) {
      const to = event[i] === 1 ? k : k + 1;
      const met = hazardMet(from[i]!, to);
      martingale[i]! -= risk[i]! * met;
      for (let j = 0; j < columns.length; j++)
        score[j]![i]! -= risk[i]! * (columns[j]![i]! * met - driftMet[j]!(from[i]!, to));
    }
}

/**
 * Sum of the steps from one time of a stratum up to, not with, another: a difference of running sums that carry
 * their rounding errors, as the steps before a late entry may be larger than those after it by many powers of ten.
 */
function sumsBetween(steps: Float64Array): (from: number, to: number) => number {
  // One longer than the steps: the last is the sum of all.
  const high = new Float64Array(steps.length + 1);
  const low = new Float64Array(steps.length + 1);
  for (let k = 0; k < steps.length; k++) {
    high[k + 1] = high[k]! + steps[k]!;
    const added = high[k + 1]! - high[k]!;
    low[k + 1] = low[k]! + (high[k]! - (high[k + 1]! - added)) + (steps[k]! - added);
  }
  return (from, to) => high[to]! - high[from]! + (low[to]! - low[from]!);
}

/** Of each row, the first time of its stratum after its entry. */
function firstTimeAtRisk({ time, firstRow, firstTime, entry, byEntry, nRows }: RiskSets): Uint32Array {
  const from = new Uint32Array(nRows);
  for (let s = 0; s + 1 < firstTime.length; s++) {
    const end = firstRow[firstTime[s + 1]!]!;
    let entering = firstRow[firstTime[s]!]!;
    if (!byEntry) from.fill(firstTime[s]!, entering, end);
    else
      for (let k = firstTime[s]!; k < firstTime[s + 1]!; k++)
        for (; entering < end && entry![byEntry[entering]!]! < time[k]!; entering++)
          from[byEntry[entering]!] = k;
  }
  return from;
}
