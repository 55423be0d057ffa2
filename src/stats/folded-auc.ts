import { assertLevel, assertSameLength, ContractError } from "./assert.ts";
import { areaUnderCurve } from "./delong.ts";
import type { Folds } from "./folds.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { placements } from "./placements.ts";
import type { Limits } from "./proportion.ts";
import { unitsOf } from "./rows-by-unit.ts";
import { scoreRuns } from "./score-runs.ts";
import { waldInterval } from "./wald-interval.ts";

export interface FoldedAuc extends Limits {
  readonly auc: number;
  readonly stdError: number;
}

/**
 * Cross-validated AUC: the mean over folds of the AUC within each, of scores from models that were not fitted to it.
 *
 *     AUC = (1/K) Σₖ AUCₖ,   Var = (1 + K/(K − 1)) C/(C − 1) Σ_c (Σ_{i in c} ψᵢ)²,   ψᵢ = (Vᵢ − AUCₖ)/(K mₖ)
 *
 * Vᵢ the share of the other class of row i's fold k below (above, for a row that is no event), ties one half; mₖ the rows of
 * i's own class in the fold; c a cluster, or a row. Wald's interval, cut to [0, 1]. ψ alone gives the variance for these models; other
 * rows would give others, which share most of their rows between folds: the factor 1 + K/(K − 1) is Nadeau and Bengio's for that.
 * Without it the interval is too narrow, by a third where the scores say nothing. Not estimable: a fold without events or without others, and scores that leave no variance.
 *
 * Reference: LeDell, Petersen & van der Laan (2015), Electronic Journal of Statistics 9, 1583–1607, doi:10.1214/15-EJS1035;
 * Nadeau & Bengio (2003), Machine Learning 52, 239–281, doi:10.1023/A:1024068626366.
 * Checked against: the formula in R (test/reference/proxies.json).
 */
export function foldedAuc({
  score,
  event,
  folds,
  cluster,
  level = 0.95,
}: {
  readonly score: Float64Array;
  readonly event: Uint8Array;
  readonly folds: Folds;
  readonly cluster?: Uint32Array;
  readonly level?: number;
}): FoldedAuc | NotEstimable {
  assertSameLength({ score, event, fold: folds.of, ...(cluster && { cluster }) });
  assertLevel(level);
  const influence = new Float64Array(score.length);
  let auc = 0;
  for (let k = 0; k < folds.n; k++) {
    const rows = Uint32Array.from(folds.of.keys()).filter((row) => folds.of[row] === k);
    const own = Uint8Array.from(rows, (row) => event[row]!);
    const runs = scoreRuns(
      Float64Array.from(rows, (row) => score[row]!),
      own,
    );
    if (isNotEstimable(runs)) return { notEstimable: `fold ${k + 1}: ${runs.notEstimable}` };
    const inFold = areaUnderCurve(runs);
    auc += inFold / folds.n;
    const placed = placements(runs, own);
    rows.forEach((row, i) => {
      const nOwn = own[i] === 1 ? runs.nCases : runs.nControls;
      influence[row] = (placed[i]! - inFold) / (folds.n * nOwn);
    });
  }
  const units = unitsOf(score.length, cluster);
  if (units.length < 2) throw new ContractError("folds of one cluster");
  const sums = new Float64Array(units.length);
  influence.forEach((psi, row) => {
    sums[units.of[row]!]! += psi;
  });
  const given = (units.length / (units.length - 1)) * sums.reduce((sum, x) => sum + x * x, 0);
  const variance = given * (1 + folds.n / (folds.n - 1));
  if (!(variance > 1e-20)) return { notEstimable: "the scores leave no variance" };
  const stdError = Math.sqrt(variance);
  return { auc, stdError, ...waldInterval({ estimate: auc, stdError, level, range: [0, 1] }) };
}
