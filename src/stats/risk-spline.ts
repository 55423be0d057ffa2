import { assertSameLength } from "./assert.ts";
import { type ComplementaryLogLog, complementaryLogLog } from "./complementary-log-log.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { quantiles } from "./quantile.ts";
import { restrictedCubicSpline } from "./spline.ts";

/** Knots closer than this share of their span are one value and rounding. */
const leastKnotDistance = 1e-9;

/** The covariates of a smooth calibration curve: the risk on the complementary log-log scale and its bend. */
export interface RiskSpline {
  readonly columns: readonly Float64Array[];
  /** The same covariates of other risks, with the same knots. */
  readonly columnsOf: (risks: Float64Array) => readonly Float64Array[];
  /** Risks of 0 or 1 that were moved to 1e-15 or 1 − 1e-15. */
  readonly nClipped: number;
}

/**
 * A restricted cubic spline of x = log(−log(1 − risk)) with knots at its .1, .5 and .9 quantiles (type 7).
 *
 * Not estimable where the knots coincide. Risks are taken to be between 0 and 1; `byRisk` is their order, and
 * `transformed` their complementary log-log, where a caller has them.
 */
export function riskSpline(
  risk: Float64Array,
  byRisk?: Uint32Array,
  transformed: ComplementaryLogLog = complementaryLogLog(risk),
): RiskSpline | NotEstimable {
  const { values, nClipped } = transformed;
  assertSameLength({ risk, values });
  // The transform keeps the order of the risks.
  const knots = quantiles(values, [0.1, 0.5, 0.9], byRisk);
  const apart = leastKnotDistance * (knots[2]! - knots[0]!);
  if (!(knots[1]! - knots[0]! > apart && knots[2]! - knots[1]! > apart))
    return { notEstimable: "too few different predicted risks for a smooth curve" };
  const columnsAt = (x: Float64Array) => [x, ...restrictedCubicSpline(x, knots)];
  return {
    columns: columnsAt(values),
    columnsOf: (risks) => columnsAt(complementaryLogLog(risks).values),
    nClipped,
  };
}
