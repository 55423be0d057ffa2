import { assertBinary, assertSameLength } from "./assert.ts";
import { type CalibrationErrors, calibrationErrors } from "./calibration-errors.ts";
import { loess } from "./loess.ts";
import type { NotEstimable } from "./not-estimable.ts";

export interface LoessCalibration extends CalibrationErrors {
  /** The curve at each patient's predicted risk; local parabolas may leave 0 to 1. */
  readonly observed: Float64Array;
}

/**
 * Smooth calibration curve of a binary outcome that is known for everybody, by local regression with span .75 and
 * degree 2, and the calibration errors read from it.
 *
 * Computed outright, as R's loess(surface = "direct"); with R's default interpolation the ICI of the 444 patients of
 * the reference cases is .0268 in place of .0285. Censored outcomes are for `splineCalibration`. Conventions and
 * errors are those of `loess`; nobody, and too few different risks, are not estimable.
 *
 * Reference: Austin & Steyerberg (2014), Statistics in Medicine 33, 517–535, doi:10.1002/sim.5941, and (2019),
 * Statistics in Medicine 38, 4051–4065, doi:10.1002/sim.8281.
 * Checked against: R loess(surface = "direct") (test/reference/calibration-loess.json).
 */
export function loessCalibration(outcome: Uint8Array, risk: Float64Array): LoessCalibration | NotEstimable {
  assertSameLength({ outcome, risk });
  assertBinary({ outcome });
  const y = Float64Array.from(outcome);
  const curve = loess({ x: risk, y, span: 0.75, degree: 2, at: risk });
  if ("notEstimable" in curve) return curve;
  return { ...calibrationErrors(curve.fitted, risk), observed: curve.fitted };
}
