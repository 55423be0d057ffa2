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

/**
 * Score residuals times their case weights, added up within clusters: one column for each covariate, in
 * scaled units. Without `cluster` each row is its own.
 */
export function clusterScores(sets: RiskSets, { beta, ties, cluster }: AtCoefficients): Float64Array[] {
  const { weight, order, nRows } = sets;
  const place = cluster && placesOf(cluster);
  return scoreResiduals(sets, beta, ties).score.map((column) => {
    const sums = new Float64Array(nRows);
    for (let i = 0; i < column.length; i++) {
      const at = place ? place[order ? order[i]! : i]! : i;
      sums[at]! += weight ? weight[i]! * column[i]! : column[i]!;
    }
    return sums;
  });
}

/** A variance of scaled coefficients in the covariates' own units. */
export function unscaled(variance: Matrix, { scale }: RiskSets): Float64Array[] {
  return variance.map((row, i) => row.map((value, j) => value / (scale[i]! * scale[j]!)));
}
