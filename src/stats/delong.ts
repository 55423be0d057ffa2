import { assertLevel } from "./assert.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson, type Limits } from "./proportion.ts";
import { type ScoreRuns, scoreRuns } from "./score-runs.ts";
import { waldInterval } from "./wald-interval.ts";

export interface AucDeLong {
  readonly auc: number;
  /** 0 for a bound, where it tells nothing. */
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** `bound`: the scores separate cases from controls, or are all equal, so DeLong's variance is 0. */
  readonly kind: "pointwise" | "bound";
  readonly nCases: number;
  readonly nControls: number;
}

/**
 * Area under the ROC curve with DeLong's standard error and a Wald interval cut to [0, 1].
 *
 *     AUC = mean of ψ(xᵢ, yⱼ), ψ = 1 if xᵢ > yⱼ, ½ if equal, 0 if less      cases xᵢ, controls yⱼ
 *     Var = s²(mean over j of ψ for each case)/nCases + s²(mean over i of ψ for each control)/nControls
 *
 * The variance is 0 where every case lies above every control, or below, or all scores are equal, and nowhere
 * else. It says nothing there, and the interval is an exact bound instead. Of the pairs of a case and a
 * control, k = min(nCases, nControls) can be chosen without a patient in common; they are independent and all
 * came out alike. With b = (α/2)^(1/k), Clopper and Pearson's lower limit for k of k:
 *
 *     above   P(all k above) = P(x > y)^k ≤ AUC^k,  so [b, 1];   below [0, 1 − b]
 *     equal   P(all k equal) = P(x = y)^k,  and AUC lies within P(x = y)/2 of 0 and of 1,  so [b/2, 1 − b/2]
 *
 * With a single case or control the variance does not exist. Infinite scores are ordered like others; NaN is
 * a ContractError. O(n log n).
 *
 * Reference: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837–845, doi:10.2307/2531595; Sun & Xu
 * (2014), IEEE Signal Process Lett 21, 1389–1393, doi:10.1109/LSP.2014.2337313; bound: Clopper & Pearson
 * (1934), doi:10.1093/biomet/26.4.404. Checked against: R pROC::ci.auc (test/reference/delong.json).
 */
export function aucDeLong(score: Float64Array, event: Uint8Array, level: number): AucDeLong | NotEstimable {
  assertLevel(level);
  const runs = scoreRuns(score, event);
  return isNotEstimable(runs) ? runs : aucOfRuns(runs, level);
}

/** As `aucDeLong`, for a caller that has the scores in order. */
export function aucOfRuns(runs: ScoreRuns, level: number): AucDeLong | NotEstimable {
  const { nCases, nControls } = runs;
  const auc = areaUnderCurve(runs);
  const counts = { nCases, nControls };
  if (auc === 0 || auc === 1 || runs.length === 1)
    return {
      auc,
      stdError: 0,
      ...exactBound(auc, Math.min(nCases, nControls), level),
      kind: "bound",
      ...counts,
    };
  if (nCases === 1 || nControls === 1)
    return { notEstimable: `the variance needs two ${nCases === 1 ? "cases" : "controls"}, there is one` };
  const stdError = Math.sqrt(deLongVariance(runs, auc));
  const interval = waldInterval({ estimate: auc, stdError, level, range: [0, 1] });
  return { auc, stdError, ...interval, kind: "pointwise", ...counts };
}

/** The interval of an AUC of 0, 1 or equal scores from so many independent pairs of a case and a control. */
export function exactBound(auc: number, pairs: number, level: number): Limits {
  const least = clopperPearson(pairs, pairs, level).lower;
  if (auc === 1) return { lower: least, upper: 1 };
  if (auc === 0) return { lower: 0, upper: 1 - least };
  return { lower: least / 2, upper: 1 - least / 2 };
}

/** Pairs of a case and a control in which the case is above, ties one half, over all pairs. */
export function areaUnderCurve({
  cases,
  controls,
  length,
  nCases,
  nControls,
}: Omit<ScoreRuns, "score" | "order">): number {
  let controlsBelow = 0;
  let twiceWins = 0; // a whole number: exact up to 2⁵³
  for (let k = 0; k < length; k++) {
    twiceWins += cases[k]! * (2 * controlsBelow + controls[k]!);
    controlsBelow += controls[k]!;
  }
  return twiceWins / (2 * nCases * nControls);
}

function deLongVariance({ cases, controls, length, nCases, nControls }: ScoreRuns, auc: number): number {
  let casesBelow = 0;
  let controlsBelow = 0;
  let caseSquares = 0;
  let controlSquares = 0;
  for (let k = 0; k < length; k++) {
    const caseShare = (controlsBelow + controls[k]! / 2) / nControls;
    const controlShare = (nCases - casesBelow - cases[k]! / 2) / nCases;
    caseSquares += cases[k]! * (caseShare - auc) ** 2;
    controlSquares += controls[k]! * (controlShare - auc) ** 2;
    casesBelow += cases[k]!;
    controlsBelow += controls[k]!;
  }
  return caseSquares / (nCases - 1) / nCases + controlSquares / (nControls - 1) / nControls;
}
