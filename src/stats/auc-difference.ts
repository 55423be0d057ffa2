import { assertLevel, assertSameLength } from "./assert.ts";
import { type AucDeLong, aucDeLong, aucOfRuns } from "./delong.ts";
import { normalCdf } from "./normal.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { placements } from "./placements.ts";
import { scoreRuns } from "./score-runs.ts";
import { studentHalfWidth, studentTwoTails } from "./student-t.ts";
import { mean, sum } from "./sum.ts";
import { waldInterval } from "./wald-interval.ts";

export interface AucDifference {
  readonly difference: number;
  /** NaN for a bound, as is the p value. */
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** `bound`: a variance of 0 says nothing, so the interval is put together from those of the two AUCs. */
  readonly kind: "pointwise" | "bound";
  /** Two-sided, of no difference. */
  readonly pValue: number;
  /** Of Student's t, for groups; absent for the normal distribution. */
  readonly degreesOfFreedom?: number;
}

/**
 * Difference in AUC between two scores of the same patients, DeLong's test for correlated curves.
 *
 *     Δ = AUC(score) − AUC(reference)
 *     Var = s²(Vᵢ − V′ᵢ over cases)/nCases + s²(Wⱼ − W′ⱼ over controls)/nControls
 *
 * V the share of controls below each case and W that of cases above each control, ties one half. Interval
 * Wald's, cut to [−1, 1]; p = 2 Φ(−|Δ|/SE). Where one AUC is 0, 1 or that of equal scores, or every patient
 * gains the same, a variance of 0 says nothing: the interval is then the square-and-add one of the two AUCs'
 * intervals, as for groups, which ignores that the patients are the same, and there is no p value. Not
 * estimable: no cases, no controls, a single one of either, and scores that order cases against controls
 * alike. NaN is a ContractError.
 *
 * Reference: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837–845, doi:10.2307/2531595.
 * Checked against: R pROC::roc.test(paired = TRUE) (test/reference/auc-difference.json).
 */
export function pairedAucDifference({
  event,
  score,
  reference,
  level = 0.95,
}: {
  readonly event: Uint8Array;
  readonly score: Float64Array;
  readonly reference: Float64Array;
  readonly level?: number;
}): AucDifference | NotEstimable {
  assertLevel(level);
  assertSameLength({ event, score, reference });
  const runs = scoreRuns(score, event);
  const otherRuns = scoreRuns(reference, event);
  if (isNotEstimable(runs)) return runs;
  if (isNotEstimable(otherRuns)) return otherRuns;
  const [one, other] = [aucOfRuns(runs, level), aucOfRuns(otherRuns, level)];
  if (isNotEstimable(one)) return one;
  if (isNotEstimable(other)) return other;
  const ours = placements(runs, event);
  const theirs = placements(otherRuns, event);
  if (ours.every((value, i) => value === theirs[i]))
    return { notEstimable: "the two scores order cases and controls alike" };
  const gains = ours.map((value, i) => value - theirs[i]!);
  const variance =
    varianceOfMean(gains, event, 1, runs.nControls) + varianceOfMean(gains, event, 0, runs.nCases);
  if (one.kind === "bound" || other.kind === "bound" || variance === 0) return squareAndAdd(one, other);
  const difference = one.auc - other.auc;
  const stdError = Math.sqrt(variance);
  const interval = waldInterval({ estimate: difference, stdError, level, range: [-1, 1] });
  const pValue = 2 * normalCdf(-Math.abs(difference) / stdError);
  return { difference, stdError, ...interval, kind: "pointwise", pValue };
}

export interface ScoredGroup {
  readonly event: Uint8Array;
  readonly score: Float64Array;
}

/**
 * Difference in AUC between two groups of different patients.
 *
 *     Δ = AUC₁ − AUC₂,   SE² = SE₁² + SE₂²,   ν = SE⁴ / (SE₁⁴/(n₁ − 1) + SE₂⁴/(n₂ − 1))
 *
 * Interval and p value by Student's t with ν degrees of freedom, n the patients of a group; the interval is
 * cut to [−1, 1]. Where one AUC is 0, 1 or that of equal scores its variance is 0 and says nothing: the
 * interval is then put together from those of the two AUCs by square-and-add, Δ − √((AUC₁ − l₁)² + (u₂ −
 * AUC₂)²) to Δ + √((u₁ − AUC₁)² + (AUC₂ − l₂)²), and there is no p value. Not estimable where either AUC is
 * not. NaN is a ContractError.
 *
 * Reference: DeLong, DeLong & Clarke-Pearson (1988), doi:10.2307/2531595; Satterthwaite (1946), Biometrics
 * Bulletin 2, 110–114, doi:10.2307/3002019; square-and-add: Newcombe (1998), Statistics in Medicine 17,
 * 873–890, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I. Checked against: R
 * pROC::roc.test(paired = FALSE) (test/reference/auc-difference.json).
 */
export function unpairedAucDifference(
  group: ScoredGroup,
  otherGroup: ScoredGroup,
  level = 0.95,
): AucDifference | NotEstimable {
  const one = aucDeLong(group.score, group.event, level);
  const other = aucDeLong(otherGroup.score, otherGroup.event, level);
  if (isNotEstimable(one)) return { notEstimable: `first group: ${one.notEstimable}` };
  if (isNotEstimable(other)) return { notEstimable: `second group: ${other.notEstimable}` };
  if (one.kind === "bound" || other.kind === "bound") return squareAndAdd(one, other);
  const difference = one.auc - other.auc;
  const variances = [one.stdError ** 2, other.stdError ** 2] as const;
  const variance = variances[0] + variances[1];
  const degreesOfFreedom =
    variance ** 2 /
    (variances[0] ** 2 / (group.event.length - 1) + variances[1] ** 2 / (otherGroup.event.length - 1));
  const stdError = Math.sqrt(variance);
  const half = studentHalfWidth(level, degreesOfFreedom) * stdError;
  return {
    difference,
    stdError,
    lower: Math.max(-1, difference - half),
    upper: Math.min(1, difference + half),
    kind: "pointwise",
    pValue: studentTwoTails(difference / stdError, degreesOfFreedom),
    degreesOfFreedom,
  };
}

function squareAndAdd(one: AucDeLong, other: AucDeLong): AucDifference {
  const difference = one.auc - other.auc;
  return {
    difference,
    stdError: Number.NaN,
    lower: difference - Math.hypot(one.auc - one.lower, other.upper - other.auc),
    upper: difference + Math.hypot(one.upper - one.auc, other.auc - other.lower),
    kind: "bound",
    pValue: Number.NaN,
  };
}

/**
 * Of the mean gain in placement among cases (1) or controls (0). Placements are whole multiples of half a
 * share of the `nOpposite` others, so gains that differ by less are equal but for rounding, and their
 * variance is 0.
 */
function varianceOfMean(gains: Float64Array, event: Uint8Array, code: 0 | 1, nOpposite: number): number {
  const own = gains.filter((_, i) => event[i] === code);
  let [least, most] = [Infinity, -Infinity];
  for (const gain of own) {
    least = Math.min(least, gain);
    most = Math.max(most, gain);
  }
  if (most - least < 0.25 / nOpposite) return 0;
  const centre = mean(own);
  return sum(own.map((gain) => (gain - centre) ** 2)) / (own.length - 1) / own.length;
}
