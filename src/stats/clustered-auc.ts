import { assertLevel, assertSameLength } from "./assert.ts";
import { sumsByCluster } from "./clusters.ts";
import { type AucDeLong, areaUnderCurve, exactBound } from "./delong.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { placements } from "./placements.ts";
import { scoreRuns } from "./score-runs.ts";
import { waldInterval } from "./wald-interval.ts";

export interface ClusteredAuc extends AucDeLong {
  readonly nClusters: number;
}

/**
 * Area under the ROC curve of rows that come in clusters, such as the encounters of a patient, which may be cases in some and
 * controls in others.
 *
 *     Var = S₁₀/m + S₀₁/n + 2 S₁₁/(m n)
 *     S₁₀ = C₁/((C₁ − 1) m) Σ_c (V_c − m_c A)²,  S₀₁ = C₀/((C₀ − 1) n) Σ_c (W_c − n_c A)²,
 *     S₁₁ = C/(C − 1) Σ_c (V_c − m_c A)(W_c − n_c A)
 *
 * A the AUC of all rows; V_c the sum over the m_c cases of cluster c of the share of controls below, W_c over its n_c
 * controls of the share of cases above, ties one half; C₁ clusters with cases, C₀ with controls, C in all. With one row in
 * each cluster it is DeLong's. Wald's interval cut to [0, 1]. Where A is 0 or 1 or all scores are equal the interval is the
 * bound of `aucDeLong` from the pairs that can be chosen with no cluster in two of them: min(C₁, C₀, ⌊C/2⌋). Not estimable:
 * no cases, no controls, cases or controls in one cluster only, and clusters that leave no variance. NaN is a ContractError.
 *
 * Reference: Obuchowski (1997), Biometrics 53, 567–578, doi:10.2307/2533958. Checked against: the formula in R, and
 * pROC::ci.auc for one row in each cluster (test/reference/clustered.json).
 */
export function clusteredAuc({
  score,
  event,
  cluster,
  level = 0.95,
}: {
  readonly score: Float64Array;
  readonly event: Uint8Array;
  readonly cluster: Uint32Array;
  readonly level?: number;
}): ClusteredAuc | NotEstimable {
  assertSameLength({ score, event, cluster });
  assertLevel(level);
  const runs = scoreRuns(score, event);
  if (isNotEstimable(runs)) return runs;
  const { nCases, nControls } = runs;
  const auc = areaUnderCurve(runs);
  const away = placements(runs, event).map((placement) => placement - auc);
  const ofCases = sumsByCluster(cluster, away, (row) => event[row] === 1);
  const ofControls = sumsByCluster(cluster, away, (row) => event[row] === 0);
  const withCases = occupied(ofCases.nRows);
  const withControls = occupied(ofControls.nRows);
  const nClusters = occupied(ofCases.nRows.map((rows, c) => rows + ofControls.nRows[c]!));
  const counts = { nCases, nControls, nClusters };
  const pairs = Math.min(withCases, withControls, Math.floor(nClusters / 2));
  if (pairs >= 1 && (auc === 0 || auc === 1 || runs.length === 1))
    return { auc, stdError: 0, ...exactBound(auc, pairs, level), kind: "bound", ...counts };
  if (withCases < 2) return { notEstimable: "all cases are in one cluster" };
  if (withControls < 2) return { notEstimable: "all controls are in one cluster" };
  const products = (one: Float64Array, other: Float64Array) =>
    one.reduce((sum, value, c) => sum + value * other[c]!, 0);
  const variance =
    ((withCases / (withCases - 1)) * products(ofCases.sum, ofCases.sum)) / nCases ** 2 +
    ((withControls / (withControls - 1)) * products(ofControls.sum, ofControls.sum)) / nControls ** 2 +
    ((2 * nClusters) / (nClusters - 1)) * (products(ofCases.sum, ofControls.sum) / (nCases * nControls));
  // Rows of one cluster that offset each other leave rounding, or less than nothing.
  if (!(variance > 1e-20)) return { notEstimable: "the clusters leave no variance" };
  const stdError = Math.sqrt(variance);
  return {
    auc,
    stdError,
    ...waldInterval({ estimate: auc, stdError, level, range: [0, 1] }),
    kind: "pointwise",
    ...counts,
  };
}

function occupied(rows: Uint32Array): number {
  return rows.reduce((count, n) => count + (n > 0 ? 1 : 0), 0);
}
