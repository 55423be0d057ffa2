import { assertBinary, assertRisk, assertSameLength } from "./assert.ts";
import { type CalibrationErrors, calibrationErrors } from "./calibration-errors.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { lowess } from "./lowess.ts";
import type { NotEstimable } from "./not-estimable.ts";

export interface LowessCalibration extends CalibrationErrors {
  /** The curve at each patient's predicted risk; local lines may leave 0 to 1. */
  readonly observed: Float64Array;
}

/**
 * Smooth calibration curve of a binary outcome that is known for everybody, by `lowess` with its default span
 * and delta, and the calibration errors read from it: those of rms::val.prob, whose Eavg is the ICI.
 *
 * For any number of patients, where `loessCalibration` takes 5,000. Equal risks have the event rate for a
 * curve. No interval: take a seeded bootstrap. Not estimable: nobody, or one patient. A risk that is not
 * between 0 and 1 is a ContractError.
 *
 * Reference: Harrell (2015), Regression Modeling Strategies, section 10.11, doi:10.1007/978-3-319-19425-7;
 * Austin & Steyerberg (2019), Statistics in Medicine 38, 4051–4065, doi:10.1002/sim.8281. Checked against: R
 * lowess(iter = 0) and rms::val.prob (test/reference/calibration-lowess.json).
 */
export function lowessCalibration({
  event,
  risk,
}: Omit<BinaryPredictions, "level">): LowessCalibration | NotEstimable {
  assertSameLength({ event, risk });
  assertBinary({ event });
  assertRisk({ risk });
  if (event.length === 0) return { notEstimable: "no patients" };
  if (event.length === 1) return { notEstimable: "one patient" };
  const observed = lowess({ x: risk, y: Float64Array.from(event) });
  return { ...calibrationErrors(observed, risk), observed };
}
