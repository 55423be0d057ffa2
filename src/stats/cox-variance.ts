import type { Matrix } from "./cholesky.ts";
import { placesOf } from "./clusters.ts";
import type { RiskSets } from "./cox-risk-sets.ts";
import { scoreResiduals } from "./cox-score-residuals.ts";
import { gram, product } from "./matrix.ts";
import type { CoxTies } from "./risk-set-walk.ts";

export interface AtCoefficients {
  /** In scaled units. */
  readonly beta: Float64Array;
  readonly ties: CoxTies;
  readonly cluster?: Uint32Array | undefined;
}

/** V (Σ U Uᵀ) V, U the scores of the clusters. */
export function sandwich(sets: RiskSets, inverse: Matrix, at: AtCoefficients): Float64Array[] {
  return product(product(inverse, gram(clusterScores(sets, at))), inverse);
}

/** A sum this small beside the sizes of its terms is their rounding. */
const roundingOfSums = 1e-11;

/**
 * Score residuals times their case weights, added up within clusters: one column for each covariate, in
 * scaled units. Without `cluster` each row is its own. What is only rounding is 0: where it is all there is,
 * the tests would divide by it.
 */
export function clusterScores(sets: RiskSets, { beta, ties, cluster }: AtCoefficients): Float64Array[] {
  const { weight, order, event, range, nRows } = sets;
  const place = cluster && placesOf(cluster);
  const { score, martingale } = scoreResiduals(sets, beta, ties);
  return score.map((column, j) => {
    const sums = new Float64Array(nRows);
    const sizes = new Float64Array(nRows);
    for (let i = 0; i < column.length; i++) {
      const at = place ? place[order ? order[i]! : i]! : i;
      const w = weight ? weight[i]! : 1;
      // Observed and expected events of the row: neither moves its score by more than the range.
      sizes[at]! += w * range[j]! * (2 * event[i]! - martingale[i]!);
      sums[at]! += w * column[i]!;
    }
    return sums.map((sum, at) => (Math.abs(sum) > roundingOfSums * sizes[at]! ? sum : 0));
  });
}

/** A variance of scaled coefficients in the covariates' own units. */
export function unscaled(variance: Matrix, { scale }: RiskSets): Float64Array[] {
  return variance.map((row, i) => row.map((value, j) => value / (scale[i]! * scale[j]!)));
}
