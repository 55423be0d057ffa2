import { assertFinite, assertHorizon, assertRisk, assertSameLength } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import { calibrationCurve, type SplineCalibration } from "./calibration-curve.ts";
import type { ComplementaryLogLog } from "./complementary-log-log.ts";
import { fitCox } from "./cox.ts";
import { type BaselineHazard, baselineHazard } from "./cox-baseline.ts";
import { riskSets } from "./cox-risk-sets.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { riskSpline } from "./risk-spline.ts";

/**
 * Smooth calibration curve at a horizon under censoring, and the calibration errors read from it.
 *
 *     observed(r) = 1 − exp(−Λ₀(h) · exp(β₁ x + β₂ s(x))),   x = log(−log(1 − r))
 *
 * a Cox model (Efron ties, the whole follow-up) on a restricted cubic spline of x with knots at its .1, .5
 * and .9 quantiles (type 7) for any number of patients: Harrell's for three knots. Hmisc::rcspline.eval, and so
 * rms, moves the outer knots below 100 patients to the fifth smallest and fifth largest value. Risks of 0 and 1
 * are clipped and counted. Not estimable, with the reason: nobody, no events by the horizon, follow-up that ends
 * before it, knots that coincide, a Cox model without a finite maximum, or one whose hazard is no number. A risk
 * that is not between 0 and 1, or a horizon that is NaN, is a ContractError.
 *
 * Reference: Austin, Harrell & van Klaveren (2020), Statistics in Medicine 39, 2714–2742,
 * doi:10.1002/sim.8570.
 * Checked against: the same model and knots in R, survival::coxph with Hmisc::rcspline.eval
 * (test/reference/horizon.json, calibration-spline-small.json).
 */
export function splineCalibration(
  options: Omit<PredictionsAtHorizon, "level"> & {
    /** Of the risk, where a caller has it for several measures; made here where not. */
    readonly transformed?: ComplementaryLogLog;
  },
): SplineCalibration | NotEstimable {
  const { time, event, risk, horizon } = options;
  assertSameLength({ time, event, risk });
  assertFinite({ time });
  assertRisk({ risk });
  assertHorizon(horizon);
  const reason = whyNotEstimable(time, event, horizon);
  if (reason !== undefined) return { notEstimable: reason };
  const spline = riskSpline(risk, options.byRisk, options.transformed);
  if (isNotEstimable(spline)) return spline;
  const sets = riskSets({ time, event, covariates: spline.columns });
  const fit = fitCox(sets, { ties: "efron" });
  if (fit.outcome !== "converged")
    return { notEstimable: `the smooth curve has no fit: ${fit.reason ?? fit.outcome}` };
  const hazard = cumulativeHazardAt(baselineHazard(fit, sets)[0]!, horizon);
  return calibrationCurve(spline, { coefficients: fit.coefficients, hazard }, risk);
}

function whyNotEstimable(time: Float64Array, event: Uint8Array, horizon: number): string | undefined {
  if (time.length === 0) return "no patients";
  let last = -Infinity;
  let nEvents = 0;
  for (let i = 0; i < time.length; i++) {
    if (time[i]! > last) last = time[i]!;
    if (event[i] && time[i]! <= horizon) nEvents++;
  }
  if (nEvents === 0) return "no events by the horizon";
  return last < horizon ? "follow-up ends before the horizon" : undefined;
}

function cumulativeHazardAt({ time, cumulativeHazard }: BaselineHazard, horizon: number): number {
  let hazard = 0;
  for (let k = 0; k < time.length && time[k]! <= horizon; k++) hazard = cumulativeHazard[k]!;
  return hazard;
}
