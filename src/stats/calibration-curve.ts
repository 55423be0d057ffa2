import { assertRisk } from "./assert.ts";
import { type CalibrationErrors, calibrationErrors } from "./calibration-errors.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { RiskSpline } from "./risk-spline.ts";

export interface SplineCalibration extends CalibrationErrors {
  /** Smoothed observed risk at the horizon for each predicted risk. */
  readonly observedAt: (risks: Float64Array) => Float64Array;
  /** Risks of 0 or 1 that were moved to 1e-15 or 1 − 1e-15. */
  readonly nClipped: number;
}

export interface ProportionalHazards {
  readonly coefficients: Float64Array;
  /** Accumulated by the horizon at covariates of zero. */
  readonly hazard: number;
}

/**
 * The calibration curve that a proportional hazards model on a spline of the risk gives, and its errors.
 *
 *     observed(r) = 1 − exp(−Λ₀(h) · exp(β₁ x + β₂ s(x)))
 *
 * Not estimable where the hazard is 0 or infinite.
 */
export function calibrationCurve(
  { columns, columnsOf, nClipped }: RiskSpline,
  model: ProportionalHazards,
  risk: Float64Array,
): SplineCalibration | NotEstimable {
  // There is an event by the horizon, so zero is a hazard that was too small for a number: in a handful of patients
  // whom the risk nearly sorts, coefficients of several hundred balance it.
  if (!(model.hazard > 0 && model.hazard < Infinity))
    return { notEstimable: "the smooth curve has no fit: its hazard is beyond the range of numbers" };
  const observedAt = (risks: Float64Array): Float64Array => {
    assertRisk({ risks });
    return observedRisk(columnsOf(risks), model);
  };
  return { ...calibrationErrors(observedRisk(columns, model), risk), observedAt, nClipped };
}

function observedRisk(
  columns: readonly Float64Array[],
  { coefficients, hazard }: ProportionalHazards,
): Float64Array {
  const observed = new Float64Array(columns[0]!.length);
  for (let i = 0; i < observed.length; i++) {
    let predictor = 0;
    for (let j = 0; j < columns.length; j++) predictor += coefficients[j]! * columns[j]![i]!;
    observed[i] = -Math.expm1(-hazard * Math.exp(predictor));
  }
  return observed;
}
