import { assertBinary, assertRisk, assertSameLength } from "./assert.ts";
import type { CalibrationErrors } from "./calibration-errors.ts";
import { countTaken, frequencyLowess, type Knots } from "./frequency-lowess.ts";
import { frequencyQuantiles } from "./frequency-quantile.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import type { NotEstimable } from "./not-estimable.ts";

export interface FrequencyCalibration extends CalibrationErrors {
  /** The curve, straight between these points. */
  readonly curve: Knots;
}

/**
 * `lowessCalibration` of patients that are each taken a whole number of times, such as in a bootstrap draw: the same curve
 * and errors as of the patients written out, to rounding. For many draws of the same patients, in ascending order of risk.
 *
 * Not estimable and errors of the caller as for `lowessCalibration`; risks that do not ascend are one too. Reference: that
 * of `lowessCalibration`. Checked against: it, of the patients written out (frequency-calibration.test.ts).
 */
export function frequencyCalibration({
  event,
  risk,
}: Omit<BinaryPredictions, "level">): (frequency: Uint32Array) => FrequencyCalibration | NotEstimable {
  assertSameLength({ event, risk });
  assertBinary({ event });
  assertRisk({ risk });
  const lowess = frequencyLowess({ x: risk, y: Float64Array.from(event) });
  const errorsOf = absoluteErrors(risk);
  return (frequency) => {
    const n = countTaken(frequency);
    if (n === 0) return { notEstimable: "no patients" };
    if (n === 1) return { notEstimable: "one patient" };
    const curve = lowess(frequency);
    const { errors, times } = errorsOf(curve, frequency);
    const sum = sumOf(errors, times);
    const [e50, e90, emax] = frequencyQuantiles(errors, times, [0.5, 0.9, 1]);
    return { ici: sum / n, e50: e50!, e90: e90!, emax: emax!, curve };
  };
}

// Loops over all rows are functions of their own, which are compiled once and not for each place that calls them.

function sumOf(errors: Float64Array, times: Uint32Array): number {
  let sum = 0;
  for (let k = 0; k < errors.length; k++) sum += times[k]! * errors[k]!;
  return sum;
}

/** Gives |curve − risk| of the patients taken, and how often each is; what one draw gives the next one overwrites. */
function absoluteErrors(risk: Float64Array) {
  const errors = new Float64Array(risk.length);
  const times = new Uint32Array(risk.length);
  return (curve: Knots, frequency: Uint32Array) => {
    const n = writeErrors(risk, curve, frequency, errors, times);
    return { errors: errors.subarray(0, n), times: times.subarray(0, n) };
  };
}

/** How many patients are taken. */
function writeErrors(
  risk: Float64Array,
  { x, y }: Knots,
  frequency: Uint32Array,
  errors: Float64Array,
  times: Uint32Array,
): number {
  let n = 0;
  let row = 0;
  for (let k = 0; k < x.length; k++) {
    const end = x[k]!;
    const level = y[k]!;
    const width = k === 0 ? 1 : end - x[k - 1]!;
    const rise = k === 0 ? 0 : level - y[k - 1]!;
    for (; row < risk.length && risk[row]! <= end; row++) {
      const at = risk[row]!;
      const taken = frequency[row]!;
      errors[n] = Math.abs(level - ((end - at) / width) * rise - at);
      times[n] = taken;
      // Kept where it is taken; a branch that goes either way at random takes longer.
      n += (taken | -taken) >>> 31;
    }
  }
  return n;
}
