import { quantiles } from "./quantile.ts";

export interface CalibrationErrors {
  /** Integrated calibration index: mean of |observed − predicted| over the patients. */
  readonly ici: number;
  /** Median and 90th centile (type 7) of |observed − predicted|. */
  readonly e50: number;
  readonly e90: number;
  readonly emax: number;
}

/**
 * Summaries of |observed − predicted|, a smooth curve's observed risk at each patient's predicted one.
 *
 * Reference: Austin & Steyerberg (2019), Statistics in Medicine 38, 4051–4065, doi:10.1002/sim.8281.
 */
export function calibrationErrors(observed: Float64Array, risk: Float64Array): CalibrationErrors {
  const errors = new Float64Array(risk.length);
  let sum = 0;
  for (let i = 0; i < errors.length; i++) sum += errors[i] = Math.abs(observed[i]! - risk[i]!);
  const [e50, e90, emax] = quantiles(errors, [0.5, 0.9, 1]);
  return { ici: sum / errors.length, e50: e50!, e90: e90!, emax: emax! };
}
