import { assertFinite, assertLevel } from "./assert.ts";
import { noncentralTQuantile } from "./noncentral-t.ts";
import { normalQuantile } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";
import { studentHalfWidth } from "./student-t.ts";
import { mean, sum } from "./sum.ts";

export interface EstimateWithLimits extends Limits {
  readonly value: number;
}

export interface LimitsOfAgreement {
  readonly n: number;
  /** Mean difference. */
  readonly bias: EstimateWithLimits;
  readonly standardDeviation: number;
  /** Between these lie 95 % of differences, if they are normal. */
  readonly lowerLimit: EstimateWithLimits;
  readonly upperLimit: EstimateWithLimits;
}

/**
 * Bland and Altman's limits of agreement, with exact intervals for normal differences.
 *
 *     d̄ ∓ z s,   z = Φ⁻¹(.975);   of d̄ + z s:  d̄ + s t(q; n − 1, z√n)/√n at q = (1 ∓ level)/2, that of the lower limit mirrored
 *
 * t(q; ν, δ) the quantile of the noncentral t. Differences must be independent: one for each patient. They should not grow with
 * what is measured (then take logarithms or ratios). Not estimable: fewer than two differences, or all alike. NaN is a
 * ContractError.
 *
 * Reference: Bland & Altman (1986), Lancet 327, 307–310, doi:10.1016/S0140-6736(86)90837-8; Carkeet (2015), Optometry and
 * Vision Science 92, e71–e80, doi:10.1097/OPX.0000000000000513. Checked against: R integrate, uniroot (test/reference/extracted-values.json).
 */
export function limitsOfAgreement(differences: Float64Array, level = 0.95): LimitsOfAgreement | NotEstimable {
  assertFinite({ differences });
  assertLevel(level);
  const n = differences.length;
  if (n < 2) return { notEstimable: "fewer than two differences" };
  const centre = mean(differences);
  const standardDeviation = Math.sqrt(sum(differences.map((d) => (d - centre) ** 2)) / (n - 1));
  // Equal differences leave rounding.
  if (!(standardDeviation > 1e-12 * Math.abs(centre))) return { notEstimable: "all differences are equal" };
  const z = normalQuantile(0.975);
  const half = (studentHalfWidth(level, n - 1) * standardDeviation) / Math.sqrt(n);
  const factor = (q: number) => noncentralTQuantile(q, n - 1, z * Math.sqrt(n)) / Math.sqrt(n);
  const [near, far] = [factor((1 - level) / 2), factor((1 + level) / 2)];
  const at = (side: 1 | -1, k: number) => centre + side * k * standardDeviation;
  return {
    n,
    bias: { value: centre, lower: centre - half, upper: centre + half },
    standardDeviation,
    lowerLimit: { value: at(-1, z), lower: at(-1, far), upper: at(-1, near) },
    upperLimit: { value: at(1, z), lower: at(1, near), upper: at(1, far) },
  };
}
