import {
  assertBinary,
  assertCodes,
  assertFinite,
  assertGroups,
  assertSameLength,
  ContractError,
} from "./assert.ts";
import { chiSquareUpperTail } from "./chi-square.ts";
import { cholesky, choleskySolve, type Matrix } from "./cholesky.ts";
import { eventTimesByStratum, type GroupsAtRisk } from "./groups-at-risk.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { assertEntry } from "./risk-table.ts";

export interface LogRankData {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  /** 0 … nGroups − 1. */
  readonly group: Uint32Array;
  readonly nGroups: number;
  /** 0 … nStrata − 1; without it all patients are one stratum. */
  readonly stratum?: Uint32Array;
  readonly nStrata?: number;
  /** Start of observation: a patient is at risk at t where entry < t ≤ time. */
  readonly entry?: Float64Array;
}

/** Weight of an event at t: S(t−)^rho · (1 − S(t−))^gamma, S the Kaplan–Meier curve of all groups of the stratum. */
export interface EventWeight {
  readonly rho?: number;
  readonly gamma?: number;
}

/** By group, in the order of the codes. */
export interface GroupCounts {
  readonly n: Float64Array;
  /** Events, each with its weight. */
  readonly observed: Float64Array;
  /** What the events would be if the hazards were equal, with the same weights. */
  readonly expected: Float64Array;
}

export interface LogRank extends GroupCounts {
  readonly byStratum: readonly GroupCounts[];
  /** Covariance of observed − expected. */
  readonly variance: Matrix;
  readonly chiSquare: number;
  /** Groups that some event was expected in, less one. */
  readonly degreesOfFreedom: number;
  readonly pValue: number;
}

/**
 * Log-rank test of equal hazards in two or more groups, stratified if asked, with Fleming–Harrington weights.
 *
 *     O_g = Σ w d_g,   E_g = Σ w d n_g/n,   over event times of each stratum, added over strata
 *     V_gh = Σ w² d (n − d)/(n − 1) · (n_g/n) (1{g = h} − n_h/n)
 *     χ² = (O − E)ᵀ V⁻¹ (O − E)   without one group, degrees of freedom = groups − 1
 *
 * w = 1 is the log-rank test; rho = 1 the Peto–Peto form of the Wilcoxon test. Ties: exact (hypergeometric)
 * variance; a patient censored at t is at risk at t, one who enters at t is not. A group in which no event is
 * expected takes no part. Times are compared exactly. Not estimable: nobody, one group, no events, all events
 * of weight 0, or groups that no event tells apart (never at risk together, or the variance is 0). A time or
 * entry that is not finite, an entry not before its time, a code out of range, a number of groups that is not whole
 * or above 1,000, more strata than rows (or 1,000), or a weight exponent below 0 is a ContractError.
 *
 * Reference: Mantel (1966), Cancer Chemother Rep 50, 163–170; Harrington & Fleming (1982), Biometrika 69,
 * 553–566, doi:10.1093/biomet/69.3.553. Checked against: R survival::survdiff (test/reference/log-rank.json).
 */
export function logRank(data: LogRankData, { rho = 0, gamma = 0 }: EventWeight = {}): LogRank | NotEstimable {
  assertData(data);
  for (const exponent of [rho, gamma])
    if (!(exponent >= 0 && exponent < Infinity))
      throw new ContractError(`event weight to the power ${exponent}`);
  if (data.time.length === 0) return { notEstimable: "no patients" };
  const { nGroups, nStrata = 1 } = data;
  const byStratum = Array.from({ length: nStrata }, () => zeroCounts(nGroups));
  for (let i = 0; i < data.group.length; i++)
    byStratum[data.stratum ? data.stratum[i]! : 0]!.n[data.group[i]!]!++;
  const variance = Array.from({ length: nGroups }, () => new Float64Array(nGroups));
  let survival = 1;
  let stratum = -1;
  eventTimesByStratum(data, (now) => {
    if (now.stratum !== stratum) {
      stratum = now.stratum;
      survival = 1;
    }
    const weight = (rho === 0 ? 1 : survival ** rho) * (gamma === 0 ? 1 : (1 - survival) ** gamma);
    addEvents(now, weight, byStratum[stratum]!, variance);
    survival *= (now.nAtRisk - now.nEvents) / now.nAtRisk;
  });
  for (let g = 0; g < nGroups; g++) for (let h = 0; h < g; h++) variance[h]![g] = variance[g]![h]!;
  return testOf(byStratum, variance, data);
}

function assertData({ time, event, group, nGroups, stratum, nStrata = 1, entry }: LogRankData): void {
  assertSameLength({ time, event, group, ...(stratum && { stratum }) });
  assertFinite({ time });
  assertBinary({ event });
  assertGroups(nGroups);
  assertCodes("group", group, { n: nGroups, what: "groups" });
  if (stratum) assertCodes("stratum", stratum, { n: nStrata, what: "strata" });
  else if (nStrata !== 1) throw new ContractError(`${nStrata} strata without a column that names them`);
  if (entry) assertEntry(entry, time);
}

function zeroCounts(nGroups: number): GroupCounts {
  return {
    n: new Float64Array(nGroups),
    observed: new Float64Array(nGroups),
    expected: new Float64Array(nGroups),
  };
}

/** Lower triangle of the variance; the caller mirrors it. */
function addEvents(now: GroupsAtRisk, weight: number, counts: GroupCounts, variance: Matrix): void {
  const { nAtRisk: n, nEvents: d, atRisk, events } = now;
  const spread = n > 1 ? (weight * weight * d * (n - d)) / (n - 1) : 0;
  for (let g = 0; g < atRisk.length; g++) {
    const share = atRisk[g]! / n;
    counts.observed[g]! += weight * events[g]!;
    counts.expected[g]! += weight * d * share;
    const row = variance[g]!;
    for (let h = 0; h < g; h++) row[h]! -= spread * share * (atRisk[h]! / n);
    row[g]! += spread * share * (1 - share);
  }
}

/** A pivot below this part of its diagonal entry is rounding. */
const singular = 1e-10;

function testOf(
  byStratum: readonly GroupCounts[],
  variance: Matrix,
  { event, nGroups }: LogRankData,
): LogRank | NotEstimable {
  const total = zeroCounts(nGroups);
  for (const counts of byStratum)
    for (const part of ["n", "observed", "expected"] as const)
      for (let g = 0; g < nGroups; g++) total[part][g]! += counts[part][g]!;
  const compared = Array.from(total.expected.keys()).filter((g) => total.expected[g]! > 0);
  if (total.n.filter((n) => n > 0).length < 2) return { notEstimable: "only one group" };
  if (!event.includes(1)) return { notEstimable: "no events" };
  if (compared.length === 0) return { notEstimable: "every event has the weight 0" };
  const notApart = { notEstimable: "the events do not tell all groups apart" };
  if (compared.length === 1) return notApart;
  const others = compared.slice(1);
  const inner = others.map((g) => Float64Array.from(others, (h) => variance[g]![h]!));
  const difference = Float64Array.from(others, (g) => total.observed[g]! - total.expected[g]!);
  const scale = Float64Array.from(inner, (row, g) => row[g]!);
  const decomposed = cholesky(inner, scale, singular);
  if ("dependentRow" in decomposed) return notApart;
  const solved = choleskySolve(decomposed.factor, difference);
  const chiSquare = solved.reduce((sum, value, i) => sum + value * difference[i]!, 0);
  const degreesOfFreedom = others.length;
  const pValue = chiSquareUpperTail(chiSquare, degreesOfFreedom);
  return { ...total, byStratum, variance, chiSquare, degreesOfFreedom, pValue };
}
