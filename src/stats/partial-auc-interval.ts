import { assertCount, assertLevel, assertSameLength } from "./assert.ts";
import { logitInterval } from "./logit-interval.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import {
  assertPart,
  type CurvePart,
  correctedArea,
  type PartialAuc,
  partialAreaOfRuns,
} from "./partial-auc.ts";
import type { Limits } from "./proportion.ts";
import type { Random } from "./random.ts";
import { drawnSpread, runDraws } from "./run-draws.ts";
import { scoreRuns } from "./score-runs.ts";

export interface PartialAucInterval extends PartialAuc {
  /** Of the area. */
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Of the corrected area, where both limits have one. */
  readonly correctedInterval: Limits | NotEstimable;
  /** What is drawn: clusters where there are any, else rows. */
  readonly nUnits: number;
  readonly nDraws: number;
  /** Draws without cases or without controls, which say nothing. */
  readonly nWithout: number;
}

/**
 * Partial area under the ROC curve with an interval from a bootstrap of rows, or of whole clusters such as patients.
 *
 *     u = area/(to − from),   log odds of u ± z · SD(u over draws)/(u (1 − u))
 *
 * Cases and controls are drawn together, so that their numbers vary as in another cohort. On the log odds scale because the
 * area has ends; percentiles and plain normal limits held the truth less often near them. The corrected area is a straight
 * line of the area, and so are its limits. The draws take their numbers from `random` in turn. Not estimable: as
 * `partialAuc`, one cluster, an area that is the least or the most there is, or draws that do not vary. Fewer than two draws
 * is a ContractError, as are the errors of `partialAuc`.
 *
 * Reference: McClish (1989), Medical Decision Making 9, 190–195, doi:10.1177/0272989X8900900307; Efron & Tibshirani (1993),
 * An Introduction to the Bootstrap, chapter 6, doi:10.1201/9780429246593; clusters: Field & Welsh (2007), J R Stat Soc B 69,
 * 369–390, doi:10.1111/j.1467-9868.2007.00593.x. Checked against: DeLong's standard error for the whole curve, and
 * simulated cohorts whose truth the intervals hold.
 */
export function partialAucInterval({
  score,
  event,
  cluster,
  nDraws,
  random,
  level = 0.95,
  ...part
}: CurvePart & {
  readonly score: Float64Array;
  readonly event: Uint8Array;
  readonly cluster?: Uint32Array;
  readonly nDraws: number;
  readonly random: Random;
  readonly level?: number;
}): PartialAucInterval | NotEstimable {
  assertPart(part);
  assertLevel(level);
  assertSameLength({ score, event, ...(cluster && { cluster }) });
  assertCount("draws", nDraws);
  const runs = scoreRuns(score, event);
  if (isNotEstimable(runs)) return runs;
  const area = partialAreaOfRuns(runs, part);
  const most = part.to - part.from;
  const share = area / most;
  // An area at an end is reached but for rounding.
  if (!(share > 1e-12 && share < 1 - 1e-12))
    return { notEstimable: `the area is the ${share > 0.5 ? "largest" : "smallest"} there is` };
  const draws = runDraws(runs, event, cluster);
  if (draws.nUnits < 2) return { notEstimable: "one cluster has no variance" };
  const spread = drawnSpread(draws, { nDraws, random, measure: (drawn) => partialAreaOfRuns(drawn, part) });
  if (isNotEstimable(spread)) return spread;
  const limits = logitInterval({ share, stdError: spread.stdError / most, level });
  const [lower, upper] = [limits.lower * most, limits.upper * most];
  const [low, high] = [correctedArea(lower, part), correctedArea(upper, part)];
  return {
    area,
    corrected: correctedArea(area, part),
    lower,
    upper,
    correctedInterval: isNotEstimable(low) ? low : isNotEstimable(high) ? high : { lower: low, upper: high },
    nUnits: draws.nUnits,
    nDraws,
    ...spread,
  };
}
