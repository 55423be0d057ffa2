import { assertBinary, assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { placesOf, sumsByCluster } from "./clusters.ts";
import { type MarginTest, normalMarginTest, scoreMarginTest } from "./margin-test.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";

/** Rows of two groups that come in clusters, such as the encounters of a patient. */
interface GroupedRows {
  /** 0 for rows of the first group, 1 for those of the second. */
  readonly group: Uint8Array;
  readonly cluster: Uint32Array;
}

/**
 * Margin tests for a difference of two proportions whose rows come in clusters.
 *
 *     Var(d) = C/(C − 1) Σ_c (Σ_{i in c} uᵢ)²,   uᵢ = (xᵢ − p₁)/n₁ in the first group, −(xᵢ − p₂)/n₂ in the second
 *     D = max(1, Var(d) / (p₁(1 − p₁)/n₁ + p₂(1 − p₂)/n₂)),   then `scoreMarginTest` with xⱼ/D of nⱼ/D
 *
 * A cluster may have rows in both groups. Student's t has as many degrees of freedom as the group with fewer clusters has of
 * them, less 1. Where all rows of each group are alike, D is the most rows that a cluster has on average in a group. Not
 * estimable: nobody, or one cluster, in a group. A row that is not 0 or 1 is a ContractError.
 *
 * Reference: Liang & Zeger (1986), Biometrika 73, 13–22, doi:10.1093/biomet/73.1.13; Rao & Scott (1992), Biometrics 48,
 * 577–585, doi:10.2307/2532311. Checked against: size in simulated audits (docs/fairness-benchmark.md).
 */
export function clusteredMarginTest(
  { event, ...rows }: GroupedRows & { readonly event: Uint8Array },
  margin: number,
): MarginTest | NotEstimable {
  assertBinary({ event });
  const found = clusteredDifference({ value: Float64Array.from(event), ...rows });
  if (isNotEstimable(found)) return found;
  const { mean, n, nClusters, variance } = found;
  const spread = mean.map((p, j) => (p * (1 - p)) / n[j]!);
  const independent = spread[0]! + spread[1]!;
  const effect =
    independent > 0
      ? Math.max(1, variance / independent)
      : Math.max(n[0]! / nClusters[0]!, n[1]! / nClusters[1]!);
  const size = n.map((rows) => Math.max(1, rows / effect));
  const counts = { x1: mean[0]! * size[0]!, n1: size[0]!, x2: mean[1]! * size[1]!, n2: size[1]! };
  return scoreMarginTest(counts, margin, Math.min(...nClusters) - 1);
}

/**
 * Margin tests for a difference of two means, such as of observed less expected outcomes, by the variance of
 * `clusteredMarginTest`.
 *
 * Give each row a cluster of its own where rows are independent. Not estimable: nobody, or one cluster, in a group, or no
 * row away from its mean. A value that is not finite is a ContractError.
 */
export function meanMarginTest(
  rows: GroupedRows & { readonly value: Float64Array },
  margin: number,
): MarginTest | NotEstimable {
  assertFinite({ value: rows.value });
  const found = clusteredDifference(rows);
  if (isNotEstimable(found)) return found;
  const { mean, nClusters, variance } = found;
  if (variance === 0) return { notEstimable: "no row is away from its mean" };
  const difference = mean[0]! - mean[1]!;
  return normalMarginTest({ difference, stdError: Math.sqrt(variance) }, margin, Math.min(...nClusters) - 1);
}

interface ClusteredDifference {
  /** Of each group, as `n` and `nClusters`. */
  readonly mean: readonly number[];
  readonly n: readonly number[];
  readonly nClusters: readonly number[];
  /** Of the difference of the means. */
  readonly variance: number;
}

function clusteredDifference({
  value,
  group,
  cluster,
}: GroupedRows & { readonly value: Float64Array }): ClusteredDifference | NotEstimable {
  assertSameLength({ value, group, cluster });
  const n = [0, 0];
  const total = [0, 0];
  group.forEach((code, i) => {
    if (code > 1) throw new ContractError(`group[${i}] is ${code}, not 0 or 1`);
    n[code]!++;
    total[code]! += value[i]!;
  });
  if (n[0] === 0 || n[1] === 0) return { notEstimable: "nobody" };
  const mean = total.map((sum, code) => sum / n[code]!);
  const place = placesOf(cluster);
  const nClusters = [0, 1].map((code) => countOf(place, (i) => group[i] === code));
  if (Math.min(...nClusters) < 2) return { notEstimable: "one cluster has no variance" };
  const pull = value.map((x, i) => {
    const code = group[i]!;
    return ((x - mean[code]!) / n[code]!) * (code === 0 ? 1 : -1);
  });
  const all = countOf(place, () => true);
  const squares = sumsByCluster(place, pull).sum.reduce((sum, x) => sum + x * x, 0);
  return { mean, n, nClusters, variance: (all / (all - 1)) * squares };
}

/** Clusters that have a row which counts. */
function countOf(place: Uint32Array, counts: (row: number) => boolean): number {
  const isSeen = new Uint8Array(place.length);
  let n = 0;
  for (let row = 0; row < place.length; row++) {
    if (isSeen[place[row]!] || !counts(row)) continue;
    isSeen[place[row]!] = 1;
    n++;
  }
  return n;
}
