import { assertCount, assertLevel, assertSameLength } from "./assert.ts";
import { type AveragePrecision, averagePrecision, averagePrecisionOfRuns } from "./average-precision.ts";
import { logitInterval } from "./logit-interval.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson, type Limits } from "./proportion.ts";
import type { Random } from "./random.ts";
import { drawnSpread, runDraws } from "./run-draws.ts";
import { scoreRuns } from "./score-runs.ts";

export interface AveragePrecisionInterval extends AveragePrecision, Limits {
  readonly stdError: number;
  /** `bound`: every case lies above every control, so that the error says nothing. */
  readonly kind: "pointwise" | "bound";
}

/**
 * Average precision with a logit interval that counts as many observations as there are cases.
 *
 *     log odds of AP ± z/√(nCases · AP (1 − AP))
 *
 * A rule of thumb, not the sampling error of AP, but the one that held the truth best where it was compared with the bootstrap,
 * which is too narrow for few cases. For an AP of 1 the limits are Clopper and Pearson's for nCases of nCases. Rows are
 * taken as independent; for clusters `clusteredAveragePrecision`. Not estimable, and errors, as in `averagePrecision`.
 *
 * Reference: Boyd, Eng & Page (2013), ECML PKDD, LNCS 8190, 451–466, doi:10.1007/978-3-642-40994-3_29. Checked against: the
 * formula in R (test/reference/average-precision-interval.json).
 */
export function averagePrecisionInterval({
  score,
  event,
  level = 0.95,
}: {
  readonly score: Float64Array;
  readonly event: Uint8Array;
  readonly level?: number;
}): AveragePrecisionInterval | NotEstimable {
  assertLevel(level);
  const found = averagePrecision(score, event);
  if (isNotEstimable(found)) return found;
  const { averagePrecision: share, nCases } = found;
  if (share === 1) return { ...found, ...clopperPearson(nCases, nCases, level), stdError: 0, kind: "bound" };
  const stdError = Math.sqrt((share * (1 - share)) / nCases);
  return { ...found, ...logitInterval({ share, stdError, level }), stdError, kind: "pointwise" };
}

export interface ClusteredAveragePrecision extends AveragePrecision, Limits {
  readonly stdError: number;
  readonly nClusters: number;
  readonly nDraws: number;
  /** Draws without cases or without controls, which say nothing. */
  readonly nWithout: number;
}

/**
 * Average precision of rows that come in clusters, such as the encounters of a patient, with a bootstrap of whole clusters.
 *
 *     log odds of AP ± z · SD(AP over draws)/(AP (1 − AP))
 *
 * The draws serve for the standard error alone: their percentiles lie too high, because a case drawn twice is found twice.
 * Too narrow with few cases. The draws take their numbers from `random` in turn. Not estimable: as `averagePrecision`, one
 * cluster, an AP of 1, or draws that do not vary. Fewer than two draws is a ContractError.
 *
 * Reference: Boyd, Eng & Page (2013), doi:10.1007/978-3-642-40994-3_29; clusters: Field & Welsh (2007), J R Stat Soc B 69,
 * 369–390, doi:10.1111/j.1467-9868.2007.00593.x. Checked against: simulated patients, whose truth the intervals hold.
 */
export function clusteredAveragePrecision({
  score,
  event,
  cluster,
  nDraws,
  random,
  level = 0.95,
}: {
  readonly score: Float64Array;
  readonly event: Uint8Array;
  readonly cluster: Uint32Array;
  readonly nDraws: number;
  readonly random: Random;
  readonly level?: number;
}): ClusteredAveragePrecision | NotEstimable {
  assertLevel(level);
  assertSameLength({ score, event, cluster });
  assertCount("draws", nDraws);
  const found = averagePrecision(score, event);
  if (isNotEstimable(found)) return found;
  const runs = scoreRuns(score, event);
  if (isNotEstimable(runs)) return runs;
  const { averagePrecision: share } = found;
  if (share === 1) return { notEstimable: "every case lies above every control" };
  const draws = runDraws(runs, event, cluster);
  if (draws.nUnits < 2) return { notEstimable: "one cluster has no variance" };
  const spread = drawnSpread(draws, { nDraws, random, measure: averagePrecisionOfRuns });
  if (isNotEstimable(spread)) return spread;
  const { stdError, nWithout } = spread;
  return {
    ...found,
    ...logitInterval({ share, stdError, level }),
    stdError,
    nClusters: draws.nUnits,
    nDraws,
    nWithout,
  };
}
