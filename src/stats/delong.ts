import { assertBinary, assertSameLength } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder } from "./order.ts";
import { clopperPearson } from "./proportion.ts";
import { waldInterval } from "./wald-interval.ts";

export interface AucDeLong {
  readonly auc: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** `bound`: the scores separate cases from controls, so one side is exact. */
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
 * Where every case lies above every control (or below) the variance is 0 and says nothing; the interval is
 * then the exact bound of min(nCases, nControls) disjoint pairs that all agree (Clopper–Pearson). With a
 * single case or control the variance does not exist. Infinite scores are ordered like others; NaN is a
 * ContractError. O(n log n).
 *
 * Reference: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837–845, doi:10.2307/2531595; Sun & Xu
 * (2014), IEEE Signal Process Lett 21, 1389–1393, doi:10.1109/LSP.2014.2337313; bound: Clopper & Pearson
 * (1934), doi:10.1093/biomet/26.4.404. Checked against: R pROC::ci.auc (test/reference/delong.json).
 */
export function aucDeLong(score: Float64Array, event: Uint8Array, level: number): AucDeLong | NotEstimable {
  assertSameLength({ score, event });
  assertBinary({ event });
  let nCases = 0;
  for (let i = 0; i < event.length; i++) nCases += event[i]!;
  const nControls = event.length - nCases;
  if (nCases === 0) return { notEstimable: "no cases" };
  if (nControls === 0) return { notEstimable: "no controls" };
  const runs = tiedRuns(score, event);
  const auc = areaUnderCurve(runs, nCases, nControls);
  const counts = { nCases, nControls };
  if (auc === 0 || auc === 1) {
    const pairs = Math.min(nCases, nControls);
    const { lower, upper } = clopperPearson(auc * pairs, pairs, level);
    return { auc, stdError: 0, lower, upper, kind: "bound", ...counts };
  }
  if (nCases === 1 || nControls === 1)
    return { notEstimable: `the variance needs two ${nCases === 1 ? "cases" : "controls"}, there is one` };
  const stdError = Math.sqrt(deLongVariance(runs, auc, nCases, nControls));
  const interval = waldInterval({ estimate: auc, stdError, level, range: [0, 1] });
  return { auc, stdError, ...interval, kind: "pointwise", ...counts };
}

/** Cases and controls in each run of equal scores, from the lowest score. */
interface Runs {
  readonly cases: Uint32Array;
  readonly controls: Uint32Array;
  readonly length: number;
}

function tiedRuns(score: Float64Array, event: Uint8Array): Runs {
  const order = ascendingOrder(score);
  const cases = new Uint32Array(order.length);
  const controls = new Uint32Array(order.length);
  let length = 0;
  let previous = Number.NaN;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    const value = score[row]!;
    if (value !== previous) length++;
    previous = value;
    if (event[row] === 1) cases[length - 1]!++;
    else controls[length - 1]!++;
  }
  return { cases, controls, length };
}

function areaUnderCurve({ cases, controls, length }: Runs, nCases: number, nControls: number): number {
  let controlsBelow = 0;
  let twiceWins = 0; // a whole number: exact up to 2⁵³
  for (let k = 0; k < length; k++) {
    twiceWins += cases[k]! * (2 * controlsBelow + controls[k]!);
    controlsBelow += controls[k]!;
  }
  return twiceWins / (2 * nCases * nControls);
}

function deLongVariance(
  { cases, controls, length }: Runs,
  auc: number,
  nCases: number,
  nControls: number,
): number {
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
