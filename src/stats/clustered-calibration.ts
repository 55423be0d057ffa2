import { assertSameLength } from "./assert.ts";
import { chiSquareTest } from "./chi-square.ts";
import { cholesky, choleskySolve, type Matrix } from "./cholesky.ts";
import { placesOf, sumsByCluster } from "./clusters.ts";
import type { CalibrationCoefficient } from "./competing-calibration-slope.ts";
import type { LogisticFit } from "./logistic.ts";
import { type BinaryPredictions, calibrationFits, type LogisticCalibration } from "./logistic-calibration.ts";
import { product } from "./matrix.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { waldInterval } from "./wald-interval.ts";

export interface ClusteredCalibration extends LogisticCalibration {
  readonly nClusters: number;
}

/**
 * Calibration in the large, calibration intercept and slope of rows that come in clusters, such as the encounters of a
 * patient, with standard errors that let rows of one cluster depend on each other in any way.
 *
 *     Var = I⁻¹ (C/(C − 1) Σ_c s_c s_cᵀ) I⁻¹,   s_c = Σ_{i in c} (yᵢ − pᵢ)(1, xᵢ),   x = log(r/(1 − r))
 *
 * The coefficients are those of `logisticCalibration`: only their errors change. The test of intercept 0 and slope 1 is
 * Wald's with that variance; a likelihood ratio would take the rows as independent. Intervals are normal: too narrow under
 * some 20 clusters. Not estimable, with the reason: as there; in the large one cluster, jointly fewer than three, and
 * clusters that leave no variance. Errors as there.
 *
 * Reference: Liang & Zeger (1986), Biometrika 73, 13–22, doi:10.1093/biomet/73.1.13; Binder (1983), International
 * Statistical Review 51, 279–292, doi:10.2307/1402588. Checked against: R survey::svyglm
 * (test/reference/clustered-calibration.json).
 */
export function clusteredCalibration(
  options: BinaryPredictions & { readonly cluster: Uint32Array },
): ClusteredCalibration | NotEstimable {
  const { event, cluster, level = 0.95 } = options;
  assertSameLength({ event, cluster });
  const fits = calibrationFits(options);
  if (isNotEstimable(fits)) return fits;
  const { x, inTheLarge, joint, nClipped } = fits;
  const nClusters = new Set(placesOf(cluster)).size;
  const ones = x.map(() => 1);
  const rows = { event, cluster, nClusters };
  return {
    inTheLarge: isNotEstimable(inTheLarge)
      ? inTheLarge
      : alone(inTheLarge, robustVariance(inTheLarge, { ...rows, columns: [ones], offset: x }), level),
    joint: isNotEstimable(joint)
      ? joint
      : together(joint, robustVariance(joint, { ...rows, columns: [ones, x] }), level),
    nClipped,
    nClusters,
  };
}

interface Rows {
  readonly event: Uint8Array;
  readonly cluster: Uint32Array;
  readonly nClusters: number;
  /** The intercept's first. */
  readonly columns: readonly Float64Array[];
  readonly offset?: Float64Array;
}

function robustVariance(
  { coefficients, variance }: LogisticFit,
  { event, cluster, nClusters, columns, offset }: Rows,
): Matrix | NotEstimable {
  if (nClusters < 2) return { notEstimable: "one cluster has no variance" };
  // The scores add up to zero, so that two clusters have one direction between them.
  if (nClusters <= columns.length)
    return { notEstimable: "two clusters have no variance in two coefficients" };
  const residual = Float64Array.from(event, (y, i) => {
    const logOdds = columns.reduce((sum, column, j) => sum + coefficients[j]! * column[i]!, offset?.[i] ?? 0);
    return y - 1 / (1 + Math.exp(-logOdds));
  });
  const scores = columns.map(
    (column) =>
      sumsByCluster(
        cluster,
        column.map((value, i) => value * residual[i]!),
      ).sum,
  );
  const between = scores.map((one) =>
    Float64Array.from(
      scores,
      (other) => (nClusters / (nClusters - 1)) * one.reduce((sum, value, c) => sum + value * other[c]!, 0),
    ),
  );
  return product(product(variance, between), variance);
}

/** Of the model's own variance: rows of one cluster that offset each other leave rounding. */
const rounding = 1e-20;

function alone(fit: LogisticFit, robust: Matrix | NotEstimable, level: number) {
  if (isNotEstimable(robust)) return robust;
  return leavesNone(fit, robust, 0) ?? coefficient(fit, robust, 0, level);
}

function together(
  fit: LogisticFit,
  robust: Matrix | NotEstimable,
  level: number,
): LogisticCalibration["joint"] {
  if (isNotEstimable(robust)) return robust;
  const none = leavesNone(fit, robust, 0) ?? leavesNone(fit, robust, 1);
  if (none) return none;
  const root = cholesky(
    robust,
    Float64Array.from(robust, (row, j) => row[j]!),
    1e-11,
  );
  if ("dependentRow" in root) return noVariance;
  const away = Float64Array.of(fit.coefficients[0]!, fit.coefficients[1]! - 1);
  const solved = choleskySolve(root.factor, away);
  return {
    intercept: coefficient(fit, robust, 0, level),
    slope: coefficient(fit, robust, 1, level),
    test: chiSquareTest(away[0]! * solved[0]! + away[1]! * solved[1]!, 2),
  };
}

const noVariance: NotEstimable = { notEstimable: "the clusters leave no variance" };

function leavesNone(fit: LogisticFit, robust: Matrix, row: number): NotEstimable | undefined {
  return robust[row]![row]! > rounding * fit.variance[row]![row]! ? undefined : noVariance;
}

function coefficient(fit: LogisticFit, robust: Matrix, row: number, level: number): CalibrationCoefficient {
  const value = fit.coefficients[row]!;
  const stdError = Math.sqrt(robust[row]![row]!);
  return {
    value,
    stdError,
    ...waldInterval({ estimate: value, stdError, level, range: [-Infinity, Infinity] }),
  };
}
