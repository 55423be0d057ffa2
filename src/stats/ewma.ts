import { assertFinite, ContractError } from "./assert.ts";

/** One entry for each observation. */
export interface EwmaChart {
  readonly average: Float64Array;
  /** The average alarms beyond ± this. */
  readonly limit: Float64Array;
  readonly alarms: readonly number[];
}

/**
 * Exponentially weighted moving average chart of standardised observations.
 *
 *     E ← λ z + (1 − λ) E,   limits ± L √(λ/(2 − λ) · (1 − (1 − λ)²ᵗ))
 *
 * z has mean 0 and standard deviation 1 in control, by a mean and a spread frozen beforehand; E starts at 0 and is not set
 * back by an alarm. The limits are those of the tᵗʰ observation and widen to their steady state, whose run length
 * `ewmaRunLength` gives; the narrower limits of the first observations make false alarms there likelier than it says.
 * A z that is not finite, λ not in (0, 1] or L not above 0 are a ContractError.
 *
 * Reference: Roberts (1959), Technometrics 1, 239–250, doi:10.1080/00401706.1959.10489860; Montgomery (2019),
 * Introduction to Statistical Quality Control, 8th ed., section 9.2, ISBN 978-1-119-39930-8.
 */
export function ewmaChart(
  z: Float64Array,
  { lambda, limit }: { readonly lambda: number; readonly limit: number },
): EwmaChart {
  assertFinite({ z });
  if (!(lambda > 0 && lambda <= 1 && limit > 0 && limit < Infinity))
    throw new ContractError(`an EWMA with lambda ${lambda} and limit ${limit}`);
  const chart = { average: new Float64Array(z.length), limit: new Float64Array(z.length) };
  const alarms: number[] = [];
  let average = 0;
  z.forEach((value, t) => {
    average = lambda * value + (1 - lambda) * average;
    // 1 − (1 − λ)^2(t + 1), without cancellation for small λ.
    const settled = -Math.expm1(2 * (t + 1) * Math.log1p(-lambda));
    chart.average[t] = average;
    chart.limit[t] = limit * Math.sqrt((lambda / (2 - lambda)) * settled);
    if (Math.abs(average) > chart.limit[t]!) alarms.push(t);
  });
  return { ...chart, alarms };
}
