import { assertSameLength } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { sharesOf } from "./shares.ts";
import { sum } from "./sum.ts";

export interface JensenShannon {
  /** In nats: 0 where the shares are equal, log 2 where no class is in both. */
  readonly divergence: number;
  /** Square root of the divergence in bits: 0 to 1, a metric. */
  readonly distance: number;
}

/**
 * Jensen–Shannon divergence of two distributions over the same classes, given as counts.
 *
 *     D = ½ Σ pⱼ log(pⱼ/mⱼ) + ½ Σ qⱼ log(qⱼ/mⱼ),   m = (p + q)/2,   distance = √(D / log 2)
 *
 * A class without counts adds 0. Not estimable where either has no counts at all. Counts that are not finite or are
 * below 0, and lists of different lengths, are a ContractError.
 *
 * Reference: Lin (1991), IEEE Transactions on Information Theory 37, 145–151, doi:10.1109/18.61115; Endres & Schindelin
 * (2003), ibid. 49, 1858–1860, doi:10.1109/TIT.2003.813506. Checked against: the formula in R
 * (test/reference/distribution-distances.json).
 */
export function jensenShannon(
  first: readonly number[],
  second: readonly number[],
): JensenShannon | NotEstimable {
  assertSameLength({ first, second });
  const [p, q] = [sharesOf(first), sharesOf(second)];
  if (p === undefined || q === undefined) return { notEstimable: "no counts" };
  const terms = p.map((share, j) => (halfTerm(share, q[j]!) + halfTerm(q[j]!, share)) / 2);
  const divergence = Math.max(0, sum(terms));
  return { divergence, distance: Math.sqrt(divergence / Math.LN2) };
}

/** p log(p/m), m the mean of both; the difference to its tangent p − m, which adds up to 0, keeps the digits of near shares. */
function halfTerm(p: number, q: number): number {
  const middle = (p + q) / 2;
  if (p === 0) return middle;
  const away = (p - q) / (2 * middle);
  // Far below the other share, p/m is what log1p would round away.
  const log = away < -0.5 ? Math.log(p / middle) : Math.log1p(away);
  return p * log - (p - q) / 2;
}
