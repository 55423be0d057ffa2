import { ContractError } from "./assert.ts";
import { timeReaching } from "./curve-crossing.ts";
import type { SurvivalCurve } from "./kaplan-meier.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { type IntervalScale, survivalBand } from "./survival-interval.ts";

export interface SurvivalQuantile {
  readonly value: number;
  /** Where the lower limit of the curve reaches the same height. */
  readonly lower: number;
  /** NaN where the upper limit of the curve does not reach that height within follow-up. */
  readonly upper: number;
}

/**
 * Time by which a share of patients has the event: the p-quantile of the time to event.
 *
 *     inf { t : S(t) ≤ 1 − p },   limits by the same rule from the pointwise band of S (Brookmeyer–Crowley)
 *
 * Midpoint rule for a curve, or a band, that stays at exactly 1 − p: `timeReaching`. Where a band is not
 * monotone its first crossing counts. Not estimable: nobody, or a curve that stays above 1 − p. A share that
 * is not between 0 and 1 is a ContractError.
 *
 * Reference: Brookmeyer & Crowley (1982), Biometrics 38, 29–41, doi:10.2307/2530286. Checked against: R
 * quantile.survfit (test/reference/survival-quantile.json).
 */
export function survivalQuantile(
  curve: SurvivalCurve,
  share: number,
  level = 0.95,
  scale: IntervalScale = "log",
): SurvivalQuantile | NotEstimable {
  if (!(share > 0 && share < 1)) throw new ContractError(`quantile at ${share}, not between 0 and 1`);
  const band = survivalBand(curve, level, scale);
  if (curve.time.length === 0) return { notEstimable: "nobody was followed" };
  const at = (heights: Float64Array) => timeReaching(1 - share, curve.time, heights);
  const value = at(curve.survival);
  if (Number.isNaN(value)) return { notEstimable: `the curve stays above 1 − ${share}` };
  return { value, lower: at(band.lower), upper: at(band.upper) };
}
