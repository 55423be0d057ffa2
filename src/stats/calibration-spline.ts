import { assertFinite, assertHorizon, assertRisk, assertSameLength } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import { type CalibrationErrors, calibrationErrors } from "./calibration-errors.ts";
import { complementaryLogLog } from "./complementary-log-log.ts";
import { fitCox } from "./cox.ts";
import { type BaselineHazard, baselineHazard } from "./cox-baseline.ts";
import { riskSets } from "./cox-risk-sets.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { quantiles } from "./quantile.ts";
import { restrictedCubicSpline } from "./spline.ts";

/** Knots closer than this share of their span are one value and rounding. */
const leastKnotDistance = 1e-9;

export interface SplineCalibration extends CalibrationErrors {
  /** Smoothed observed risk at the horizon for each predicted risk. */
  readonly observedAt: (risks: Float64Array) => Float64Array;
  /** Risks of 0 or 1 that were moved to 1e-15 or 1 − 1e-15. */
  readonly nClipped: number;
}

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
  options: Omit<PredictionsAtHorizon, "level">,
): SplineCalibration | NotEstimable {
  const { time, event, risk, horizon } = options;
  assertSameLength({ time, event, risk });
  assertFinite({ time });
  assertRisk({ risk });
  assertHorizon(horizon);
  const reason = whyNotEstimable(time, event, horizon);
  if (reason !== undefined) return { notEstimable: reason };
  const { values, nClipped } = complementaryLogLog(risk);
  // The transform keeps the order of the risks.
  const knots = quantiles(values, [0.1, 0.5, 0.9], options.byRisk);
  const apart = leastKnotDistance * (knots[2]! - knots[0]!);
  if (!(knots[1]! - knots[0]! > apart && knots[2]! - knots[1]! > apart))
    return { notEstimable: "too few different predicted risks for a smooth curve" };
  const covariates = [values, ...restrictedCubicSpline(values, knots)];
  const sets = riskSets({ time, event, covariates });
  const fit = fitCox(sets, { ties: "efron" });
  if (fit.outcome !== "converged")
    return { notEstimable: `the smooth curve has no fit: ${fit.reason ?? fit.outcome}` };
  const hazard = cumulativeHazardAt(baselineHazard(fit, sets)[0]!, horizon);
  // There is an event by the horizon, so zero is a hazard that was too small for a number: in a handful of patients
  // whom the risk nearly sorts, coefficients of several hundred balance it.
  if (!(hazard > 0 && hazard < Infinity))
    return { notEstimable: "the smooth curve has no fit: its hazard is beyond the range of numbers" };
  const observed = (columns: readonly Float64Array[]) => observedRisk(columns, fit.coefficients, hazard);
  const observedAt = (risks: Float64Array): Float64Array => {
    assertRisk({ risks });
    const x = complementaryLogLog(risks).values;
    return observed([x, ...restrictedCubicSpline(x, knots)]);
  };
  return { ...calibrationErrors(observed(covariates), risk), observedAt, nClipped };
}

function observedRisk(
  columns: readonly Float64Array[],
  coefficients: Float64Array,
  hazard: number,
): Float64Array {
  const observed = new Float64Array(columns[0]!.length);
  for (let i = 0; i < observed.length; i++) {
    let predictor = 0;
    for (let j = 0; j < columns.length; j++) predictor += coefficients[j]! * columns[j]![i]!;
    observed[i] = -Math.expm1(-hazard * Math.exp(predictor));
  }
  return observed;
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
