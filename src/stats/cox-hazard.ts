import type { RiskSetWalk } from "./risk-set-walk.ts";

/**
 * What the events at one time say about the hazard, at the centre of the covariates.
 *
 * Over the rounds r of the time, with f = r/rounds, total = S₀ − f E₀, m = (S₁ − f E₁)/total:
 *
 *     hazard = Σ λ,  λ = W/(rounds · total);   variance = Σ (W/rounds)/total²;   drift = Σ λ m
 *     mean = Σ m / rounds;   ownHazard = Σ (1 − f) λ;   ownDrift = Σ (1 − f) λ m
 *
 * the last two for a row with its event at this time, which has left the risk set by the fraction f.
 */
export class HazardStep {
  hazard = 0;
  ownHazard = 0;
  variance = 0;
  readonly drift: Float64Array;
  readonly ownDrift: Float64Array;
  readonly mean: Float64Array;

  /** p is 0 where only the hazard is asked for. */
  constructor(p: number) {
    this.drift = new Float64Array(p);
    this.ownDrift = new Float64Array(p);
    this.mean = new Float64Array(p);
  }

  /** The step at the time where the walk stands. */
  read({ atRisk, failing, rounds, roundWeight }: RiskSetWalk): void {
    const p = this.drift.length;
    let [hazard, ownHazard, variance] = [0, 0, 0];
    this.drift.fill(0);
    this.ownDrift.fill(0);
    this.mean.fill(0);
    for (let round = 0; round < rounds; round++) {
      const share = round / rounds;
      const total = atRisk.weight - share * failing.weight;
      const added = roundWeight / total;
      hazard += added;
      ownHazard += (1 - share) * added;
      variance += added / total;
      for (let j = 0; j < p; j++) {
        const mean = (atRisk.first[j]! - share * failing.first[j]!) / total;
        this.mean[j]! += mean / rounds;
        this.drift[j]! += added * mean;
        this.ownDrift[j]! += (1 - share) * added * mean;
      }
    }
    this.hazard = hazard;
    this.ownHazard = ownHazard;
    this.variance = variance;
  }
}
