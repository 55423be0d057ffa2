import { assertBinary, assertLevel, assertRisk, assertSameLength } from "./assert.ts";
import { placesOf, sumsByCluster } from "./clusters.ts";
import { normalQuantile } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { clopperPearson, type Limits } from "./proportion.ts";
import { mean, sum } from "./sum.ts";

export interface BinaryObservedExpected extends Limits {
  /** Share with the event. */
  readonly observed: number;
  /** Mean predicted risk. */
  readonly expected: number;
  /** Observed over expected: 1 is right, above it the risks are too low on the whole. */
  readonly ratio: number;
  /** Of the ratio; 0 for a bound, where it tells nothing. */
  readonly stdError: number;
  /** `bound`: nobody has the event, or everybody at one risk; the limits are Clopper and Pearson's of the share observed. */
  readonly kind: "pointwise" | "bound";
  readonly n: number;
  readonly nEvents: number;
  /** Rows where there are no clusters. */
  readonly nClusters: number;
}

/**
 * Observed over expected number of events of a binary outcome that is known for everybody, for rows on their own or in
 * clusters such as the encounters of a patient.
 *
 *     O/E = Σ y/Σ r,   Var = C/(C − 1) Σ_c (Σ_{i in c} (yᵢ − O/E · rᵢ))² / (Σ r)²,   interval O/E · exp(± z SE/(O/E))
 *
 * C clusters, taken as independent, the rows of one as dependent in any way; without `cluster` each row is its own. Who is
 * in the cohort counts as drawn too, so that it is the residual y − O/E · r that varies: narrower than an interval from the
 * events alone where risks tell patients apart. Where it leaves no variance the limits are those of the share observed of
 * as many patients as there are clusters, over the mean risk. Not estimable: nobody, one cluster, a mean risk of 0, risks that
 * are the outcomes themselves. A risk outside 0 to 1, or an outcome other than 0 and 1, is a ContractError.
 *
 * Reference: Cochran (1977), Sampling Techniques, 3rd ed., sections 6.3 and 9A.1; Liang & Zeger (1986), Biometrika 73, 13–22,
 * doi:10.1093/biomet/73.1.13. Checked against: R survey::svyratio (test/reference/clustered-calibration.json).
 */
export function binaryObservedExpected({
  event,
  risk,
  cluster,
  level = 0.95,
}: {
  readonly event: Uint8Array;
  readonly risk: Float64Array;
  readonly cluster?: Uint32Array;
  readonly level?: number;
}): BinaryObservedExpected | NotEstimable {
  assertSameLength({ event, risk, ...(cluster && { cluster }) });
  assertBinary({ event });
  assertRisk({ risk });
  assertLevel(level);
  const n = event.length;
  if (n === 0) return { notEstimable: "nobody" };
  const nEvents = event.reduce((total, y) => total + y, 0);
  const expected = mean(risk);
  if (expected === 0) return { notEstimable: "the mean predicted risk is 0" };
  const ratio = nEvents / sum(risk);
  const residual = risk.map((r, i) => event[i]! - ratio * r);
  const byCluster = cluster && sumsByCluster(cluster, residual);
  const nClusters = cluster ? new Set(placesOf(cluster)).size : n;
  if (nClusters < 2)
    return { notEstimable: cluster ? "one cluster has no variance" : "one row has no variance" };
  const totals = byCluster ? byCluster.sum : residual;
  const squares = sum(totals.map((total) => total * total));
  const counts = { observed: nEvents / n, expected, ratio, n, nEvents, nClusters };
  const isBound = nEvents === 0 || (nEvents === n && risk.every((r) => r === risk[0]));
  if (isBound) {
    const all = nEvents === n ? nClusters : 0;
    const { lower, upper } = clopperPearson(all, nClusters, level);
    return { ...counts, stdError: 0, lower: lower / expected, upper: upper / expected, kind: "bound" };
  }
  // What is left is the rounding of residuals that are all 0.
  if (!(squares > 1e-20 * n)) return { notEstimable: "the risks leave no variance" };
  const stdError = Math.sqrt((nClusters / (nClusters - 1)) * squares) / sum(risk);
  const factor = Math.exp((normalQuantile((1 + level) / 2) * stdError) / ratio);
  return { ...counts, stdError, lower: ratio / factor, upper: ratio * factor, kind: "pointwise" };
}
