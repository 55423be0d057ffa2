import { assertBinary, assertFinite, assertLevel, assertSameLength } from "./assert.ts";
import { sumsByCluster } from "./clusters.ts";
import { normalQuantile } from "./normal.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson, type Limits, wilson } from "./proportion.ts";
import { mean } from "./sum.ts";

export interface ClusteredMean extends Limits {
  readonly mean: number;
  readonly stdError: number;
  readonly n: number;
  readonly nClusters: number;
  /** Variance over that of as many independent rows; NaN where all values are equal. */
  readonly designEffect: number;
}

/**
 * Mean of values that come in clusters, such as the encounters of a patient, with a standard error that lets rows of one
 * cluster depend on each other in any way.
 *
 *     m = Σ x/n,   Var = C/(C − 1) Σ_c (Σ_{i in c} (xᵢ − m))² / n²
 *
 * C clusters, taken as independent. The mean of squared errors (y − r)² is the Brier score, that of a loss the log loss.
 * Interval m ± z SE: too narrow under some 20 clusters. Not estimable: nobody, or one cluster. A value that is not finite is a
 * ContractError.
 *
 * Reference: Liang & Zeger (1986), Biometrika 73, 13–22, doi:10.1093/biomet/73.1.13; Cochran (1977), Sampling Techniques,
 * 3rd ed., section 9A.1. Checked against: R survey::svymean (test/reference/clustered.json).
 */
export function clusteredMean({
  value,
  cluster,
  level = 0.95,
}: {
  readonly value: Float64Array;
  readonly cluster: Uint32Array;
  readonly level?: number;
}): ClusteredMean | NotEstimable {
  assertSameLength({ value, cluster });
  assertFinite({ value });
  assertLevel(level);
  const n = value.length;
  if (n === 0) return { notEstimable: "nobody" };
  const centre = mean(value);
  const away = value.map((x) => x - centre);
  const { sum: total, nRows } = sumsByCluster(cluster, away);
  const nClusters = nRows.reduce((count, rows) => count + (rows > 0 ? 1 : 0), 0);
  if (nClusters < 2) return { notEstimable: "one cluster has no variance" };
  const squares = total.reduce((sum, x) => sum + x * x, 0);
  const variance = ((nClusters / (nClusters - 1)) * squares) / n / n;
  const independent = away.reduce((sum, x) => sum + x * x, 0) / (n - 1) / n;
  const stdError = Math.sqrt(variance);
  const half = -normalQuantile((1 - level) / 2) * stdError;
  return {
    mean: centre,
    stdError,
    lower: centre - half,
    upper: centre + half,
    n,
    nClusters,
    designEffect: independent > 0 ? variance / independent : Number.NaN,
  };
}

export interface ClusteredProportion extends ClusteredMean {
  /** Independent rows that would say as much. */
  readonly effectiveN: number;
}

/**
 * Proportion of rows that come in clusters, with Wilson's interval for as many independent rows as its standard error is
 * worth.
 *
 *     n* = min(n, p (1 − p)/Var),   Wilson's interval of n* p of n*
 *
 * Mean, standard error and what is not estimable as `clusteredMean`. Where all rows are alike the variance is 0 and says
 * nothing: the interval is Clopper and Pearson's for the clusters, each as one row. An outcome that is not 0 or 1 is a
 * ContractError.
 *
 * Reference: Korn & Graubard (1998), Survey Methodology 24, 193–201; Franco, Little, Louis & Slud (2019), Journal of Survey
 * Statistics and Methodology 7, 334–364, doi:10.1093/jssam/smy019.
 */
export function clusteredProportion({
  event,
  cluster,
  level = 0.95,
}: {
  readonly event: Uint8Array;
  readonly cluster: Uint32Array;
  readonly level?: number;
}): ClusteredProportion | NotEstimable {
  assertBinary({ event });
  const found = clusteredMean({ value: Float64Array.from(event), cluster, level });
  if (isNotEstimable(found)) return found;
  const { mean: p, stdError, n, nClusters } = found;
  if (p === 0 || p === 1)
    return { ...found, ...clopperPearson(p * nClusters, nClusters, level), effectiveN: nClusters };
  const effectiveN = Math.min(n, (p * (1 - p)) / stdError ** 2);
  return { ...found, ...wilson(p * effectiveN, effectiveN, level), effectiveN };
}
