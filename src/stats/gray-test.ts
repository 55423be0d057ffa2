import { assertCodes, assertFinite, assertGroups, assertSameLength } from "./assert.ts";
import { assertCause, assertCompeting, type CompetingFollowUp } from "./cause-counts.ts";
import { type ChiSquareTest, chiSquareUpperTail } from "./chi-square.ts";
import { cholesky, choleskySolve } from "./cholesky.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder } from "./order.ts";

export interface GrayTestData extends CompetingFollowUp {
  /** 0 … nGroups − 1. */
  readonly group: Uint16Array;
  readonly nGroups: number;
  /** The cause whose incidence is compared. */
  readonly of: number;
  /** Power of the weight (1 − F₀(t−))^ρ: 0 weighs all times alike, above 0 early ones more. */
  readonly rho: number;
}

export interface GrayTest extends ChiSquareTest {
  /** Observed less expected weighted events of each group; they add up to 0. */
  readonly score: Float64Array;
}

/**
 * Gray's test that the cumulative incidence of one cause is the same in every group.
 *
 *     Zᵢ = Σ (1 − F₀(t−))^ρ [ dᵢ − d Rᵢ/ΣR ]      Rᵢ = Yᵢ (1 − Fᵢ(t−))/Sᵢ(t−)
 *
 * with dᵢ events of the cause among the Yᵢ at risk of group i, Fᵢ and Sᵢ its incidence and event-free share, and
 * F₀ the common incidence under the hypothesis, which grows by d/ΣH, Hᵢ = Yᵢ/Sᵢ(t−). Chi-squared = Z′V⁻¹Z over
 * all groups but one, degrees of freedom = groups − 1. V adds over groups k and times
 *
 *     own cause:    S(t−) d/(ΣH Yₖ) · tie · bᵢ bⱼ,   bᵢ = Aᵢₖ + (1 − (1 − F₀)/Sₖ) (C∞ − C)ᵢₖ
 *     other causes: (Sₖ(t−)/Yₖ)² dₖ · tie · bᵢ bⱼ,   bᵢ = (1 − F₀)/Sₖ · (C∞ − C)ᵢₖ
 *     Aᵢₖ = weight · Hᵢ (1{i = k} − Hₖ/ΣH),          Cᵢₖ(t) = Σ Aᵢₖ d/(ΣH (1 − F₀(t−)))  over times ≤ t
 *
 * where tie is 1 − (d − 1)/(number at risk − 1), the number at risk of the own cause being ΣH·Sₖ(t−). Ties:
 * events before censorings. Not estimable: fewer than two groups with patients, no events of the cause, or a V that
 * is not positive definite: `tie` falls below 0 where more fail than a group's ΣH·Sₖ(t−), and R prints a number then.
 *
 * Reference: Gray (1988), Ann Stat 16, 1141–1154, doi:10.1214/aos/1176350951.
 * Checked against: R cmprsk::cuminc (test/reference/gray-test.json).
 */
export function grayTest(data: GrayTestData): GrayTest | NotEstimable {
  assertCompeting(data);
  assertCause(data.of, data.nCauses);
  assertSameLength({ time: data.time, group: data.group });
  assertFinite({ rho: Float64Array.of(data.rho) });
  const { groups, size } = groupsWithPatients(data);
  if (size.length < 2) return { notEstimable: "fewer than two groups have patients" };
  const times = timesOf(data, groups, size.length);
  if (!times.some(({ own }) => own.some((d) => d > 0))) return { notEstimable: "no events of the cause" };
  const { score, slope } = firstPass(times, size, data.rho);
  const variance = secondPass(times, size, data.rho, slope);
  const tested = size.length - 1;
  const block = variance.slice(0, tested).map((row) => row.slice(0, tested));
  const solved = cholesky(
    block,
    Float64Array.from(block, (row, i) => row[i]!),
    1e-12,
  );
  if ("dependentRow" in solved) return { notEstimable: "the variance of the scores is not positive" };
  const z = score.slice(0, tested);
  const chiSquare = choleskySolve(solved.factor, z).reduce((sum, value, i) => sum + value * z[i]!, 0);
  const all = new Float64Array(data.nGroups);
  for (let g = 0; g < all.length; g++) if (groups[g]! >= 0) all[g] = score[groups[g]!]!;
  return {
    chiSquare,
    degreesOfFreedom: tested,
    pValue: chiSquareUpperTail(chiSquare, tested),
    score: all,
  };
}

/** The place of each group among those that have patients (−1 for none), and their sizes. */
function groupsWithPatients({ group, nGroups }: GrayTestData): { groups: Int32Array; size: Float64Array } {
  assertGroups(nGroups);
  assertCodes("group", group, { n: nGroups, what: "groups" });
  const count = new Float64Array(nGroups);
  for (let i = 0; i < group.length; i++) count[group[i]!]!++;
  let place = 0;
  const groups = Int32Array.from(count, (n) => (n > 0 ? place++ : -1));
  return { groups, size: count.filter((n) => n > 0) };
}

/** What happens at one time, by group. */
interface AtTime {
  readonly own: Float64Array;
  readonly other: Float64Array;
  readonly censored: Float64Array;
}

function timesOf({ time, cause, group, of }: GrayTestData, groups: Int32Array, nGroups: number): AtTime[] {
  const times: AtTime[] = [];
  let now = Number.NaN;
  for (const row of ascendingOrder(time)) {
    if (time[row]! !== now) {
      now = time[row]!;
      const column = () => new Float64Array(nGroups);
      times.push({ own: column(), other: column(), censored: column() });
    }
    const at = times.at(-1)!;
    const column = cause[row] === 0 ? at.censored : cause[row] === of ? at.own : at.other;
    column[groups[group[row]!]!]!++;
  }
  return times;
}

/** The state of the groups at one time with events, before (−) and after it. */
interface Moment {
  readonly atRisk: Float64Array;
  readonly freeBefore: Float64Array;
  readonly free: Float64Array;
  readonly incidenceBefore: Float64Array;
  /** Under the hypothesis. */
  readonly commonBefore: number;
  readonly common: number;
  readonly weight: number;
  /** Events of the cause in all groups. */
  readonly events: number;
  /** Hᵢ, and their sum. */
  readonly patients: Float64Array;
  readonly allPatients: number;
}

/** Calls `visit` at each time with an event; the arrays change afterwards. */
function walk(
  times: readonly AtTime[],
  size: Float64Array,
  rho: number,
  visit: (moment: Moment, at: AtTime) => void,
): void {
  const atRisk = size.slice();
  const free = size.map(() => 1);
  const incidence = size.map(() => 0);
  let common = 0;
  for (const at of times) {
    const events = at.own.reduce((sum, d) => sum + d, 0);
    if (events > 0 || at.other.some((d) => d > 0)) {
      const [freeBefore, incidenceBefore] = [free.slice(), incidence.slice()];
      const patients = atRisk.map((n, g) => (n > 0 ? n / freeBefore[g]! : 0));
      const allPatients = patients.reduce((sum, h) => sum + h, 0);
      for (let g = 0; g < size.length; g++) {
        const n = atRisk[g]!;
        if (n === 0) continue;
        incidence[g]! += (free[g]! * at.own[g]!) / n;
        free[g]! *= (n - at.own[g]! - at.other[g]!) / n;
      }
      const commonBefore = common;
      common += events / allPatients;
      const weight = (1 - commonBefore) ** rho;
      const before = { freeBefore, incidenceBefore, commonBefore };
      visit({ ...before, atRisk, free, common, weight, events, patients, allPatients }, at);
    }
    for (let g = 0; g < size.length; g++) atRisk[g]! -= at.own[g]! + at.other[g]! + at.censored[g]!;
  }
}

/** Aᵢₖ of one time. */
function slopeAt({ weight, patients, allPatients }: Moment, i: number, k: number): number {
  return weight * patients[i]! * ((i === k ? 1 : 0) - patients[k]! / allPatients);
}

/** Adds the growth of Cᵢₖ at one time. */
function grow(slope: readonly Float64Array[], moment: Moment): void {
  const { events, allPatients, commonBefore } = moment;
  if (events === 0) return;
  for (const [i, row] of slope.entries())
    for (let k = 0; k < row.length; k++)
      row[k]! += (slopeAt(moment, i, k) * events) / (allPatients * (1 - commonBefore));
}

/** The scores Z and C at the end. */
function firstPass(times: readonly AtTime[], size: Float64Array, rho: number) {
  const score = size.map(() => 0);
  const slope = Array.from(size, () => size.map(() => 0));
  walk(times, size, rho, (moment, at) => {
    const { atRisk, freeBefore, incidenceBefore, events, weight } = moment;
    const share = atRisk.map((n, g) => (n > 0 ? (n * (1 - incidenceBefore[g]!)) / freeBefore[g]! : 0));
    const all = share.reduce((sum, r) => sum + r, 0);
    for (let g = 0; g < size.length; g++)
      if (atRisk[g]! > 0 && events > 0) score[g]! += weight * (at.own[g]! - (events * share[g]!) / all);
    grow(slope, moment);
  });
  return { score, slope };
}

/** V, for all groups. */
function secondPass(
  times: readonly AtTime[],
  size: Float64Array,
  rho: number,
  slopeAtEnd: readonly Float64Array[],
): Float64Array[] {
  const variance = Array.from(size, () => size.map(() => 0));
  const slope = Array.from(size, () => size.map(() => 0));
  const add = (b: Float64Array, amount: number) => {
    for (const [i, row] of variance.entries())
      for (let j = 0; j < row.length; j++) row[j]! += amount * b[i]! * b[j]!;
  };
  walk(times, size, rho, (moment, at) => {
    const { atRisk, freeBefore, free, common, events, allPatients } = moment;
    grow(slope, moment);
    for (let k = 0; k < size.length; k++) {
      const n = atRisk[k]!;
      if (n === 0) continue;
      const rest = Float64Array.from(slope, (row, i) => slopeAtEnd[i]![k]! - row[k]!);
      const left = free[k]! > 0 ? (1 - common) / free[k]! : 0;
      if (events > 0) {
        const tie = events > 1 ? 1 - (events - 1) / (allPatients * freeBefore[k]! - 1) : 1;
        const amount = (tie * freeBefore[k]! * events) / (allPatients * n);
        add(
          rest.map((c, i) => slopeAt(moment, i, k) + (1 - left) * c),
          amount,
        );
      }
      const d = at.other[k]!;
      if (d === 0 || free[k] === 0) continue;
      const tie = d > 1 ? 1 - (d - 1) / (n - 1) : 1;
      add(
        rest.map((c) => left * c),
        tie * (freeBefore[k]! / n) ** 2 * d,
      );
    }
  });
  return variance;
}
