import { assertLevel, assertSameLength, ContractError } from "./assert.ts";
import { percentileInterval } from "./bootstrap.ts";
import { areaUnderCurve } from "./delong.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";
import type { Random } from "./random.ts";
import { runDraws } from "./run-draws.ts";
import { scoreRuns } from "./score-runs.ts";

export interface AucDraws {
  readonly auc: number;
  /** Rows, or clusters. */
  readonly nUnits: number;
  /** The AUC of one bootstrap sample; NaN where it has no cases or no controls. */
  readonly draw: (random: Random) => number;
}

export interface ScoredRows {
  readonly score: Float64Array;
  readonly event: Uint8Array;
  /** Rows that are drawn together, such as the encounters of a patient. */
  readonly cluster?: Uint32Array;
}

/**
 * What draws the AUC of bootstrap samples, of rows or of whole clusters, one for each generator it is given: parts of a
 * bootstrap that take a child each give the same draws on any number of threads.
 *
 * The scores are sorted once; a draw counts how often each row is taken, and costs O(n). Cases and controls are drawn together,
 * so that their numbers vary as in another cohort. Not estimable: no cases, no controls. NaN is a ContractError.
 *
 * Reference: Davison & Hinkley (1997), Bootstrap Methods and their Application, section 2.4,
 * doi:10.1017/CBO9780511802843; clusters: Field & Welsh (2007), J R Stat Soc B 69, 369–390,
 * doi:10.1111/j.1467-9868.2007.00593.x. Checked against: `aucDeLong` of the rows written out (auc-bootstrap.test.ts).
 */
export function aucDraws({ score, event, cluster }: ScoredRows): AucDraws | NotEstimable {
  assertSameLength({ score, event, ...(cluster && { cluster }) });
  const runs = scoreRuns(score, event);
  if (isNotEstimable(runs)) return runs;
  const { draw, nUnits } = runDraws(runs, event, cluster);
  return {
    auc: areaUnderCurve(runs),
    nUnits,
    draw: (random) => {
      const drawn = draw(random);
      return drawn.nCases > 0 && drawn.nControls > 0 ? areaUnderCurve(drawn) : Number.NaN;
    },
  };
}

export interface AucBootstrapInterval extends Limits {
  /** Draws without cases or without controls, which say nothing and are left out. */
  readonly nWithout: number;
}

/**
 * Percentile interval of the AUC from draws of `aucDraws`.
 *
 * Not estimable: fewer than 20 draws with cases and controls.
 *
 * Reference: Efron & Tibshirani (1993), An Introduction to the Bootstrap, section 13.3, doi:10.1201/9780429246593.
 */
export function aucBootstrapInterval(
  draws: Float64Array,
  level: number,
): AucBootstrapInterval | NotEstimable {
  assertLevel(level);
  for (const auc of draws)
    if (auc < 0 || auc > 1) throw new ContractError(`${auc} is no area under a ROC curve`);
  const kept = draws.filter((auc) => !Number.isNaN(auc));
  if (kept.length < 20) return { notEstimable: "fewer than 20 draws have both cases and controls" };
  return { ...percentileInterval(kept, level), nWithout: draws.length - kept.length };
}
