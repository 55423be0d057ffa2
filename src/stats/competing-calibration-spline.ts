import { assertHorizon, assertRisk, assertSameLength } from "./assert.ts";
import { calibrationCurve, type SplineCalibration } from "./calibration-curve.ts";
import { assertCause, causeCounts, countUpTo, whyCountsEnd } from "./cause-counts.ts";
import type { CompetingPredictions } from "./competing-calibration.ts";
import { type FineGrayFit, fineGray } from "./fine-gray.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { riskSpline } from "./risk-spline.ts";

/**
 * Smooth calibration curve of the risk of one cause at a horizon, other causes competing, and the calibration errors
 * read from it.
 *
 *     observed(r) = 1 − exp(−Λ₀(h) · exp(β₁ x + β₂ s(x))),   x = log(−log(1 − r))
 *
 * a Fine–Gray model (Breslow ties, the whole follow-up) on the restricted cubic spline of `splineCalibration`. Risks of
 * 0 and 1 are clipped and counted. No standard error: draw again. Not estimable, with the reason: nobody, no events of
 * the cause by the horizon, follow-up that ends before it with patients left or with some of unknown status, knots that
 * coincide, a model without a finite maximum, or one whose hazard is no number. A risk that is not between 0 and 1, or
 * a horizon that is NaN, is a ContractError.
 *
 * Reference: Austin, Putter, Giardiello & van Klaveren (2022), Diagnostic and Prognostic Research 6, 2,
 * doi:10.1186/s41512-021-00114-6. Checked against: cmprsk::crr on Hmisc::rcspline.eval
 * (test/reference/competing-calibration-spline.json).
 */
export function competingSplineCalibration(
  options: Omit<CompetingPredictions, "level">,
): SplineCalibration | NotEstimable {
  const { time, cause, nCauses, of, risk, horizon } = options;
  assertSameLength({ time, risk });
  assertRisk({ risk });
  assertHorizon(horizon);
  assertCause(of, nCauses);
  const counts = causeCounts(options);
  const ends = whyCountsEnd(counts, horizon);
  if (ends !== undefined) return { notEstimable: ends };
  const nTimes = countUpTo(counts.time, horizon);
  if (!counts.events[of - 1]!.subarray(0, nTimes).some((n) => n > 0))
    return { notEstimable: "no events of the cause by the horizon" };
  const spline = riskSpline(risk);
  if (isNotEstimable(spline)) return spline;
  const fit = fineGray({ time, cause, nCauses, of, covariates: spline.columns });
  if (fit.outcome !== "converged")
    return { notEstimable: `the smooth curve has no fit: ${fit.reason ?? fit.outcome}` };
  const model = { coefficients: fit.coefficients, hazard: hazardBy(fit, horizon) };
  return calibrationCurve(spline, model, risk);
}

/** Subdistribution hazard accumulated by the horizon; an event of the cause precedes it. */
function hazardBy({ baseline }: FineGrayFit, horizon: number): number {
  return baseline.cumulativeHazard[countUpTo(baseline.time, horizon) - 1]!;
}
