import { assertBinary, assertFinite, assertSameLength, assertWord, ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder, inOrder, isAscending } from "./order.ts";

export interface ScoredFollowUp {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  /** Higher means that the event is expected sooner. */
  readonly score: Float64Array;
  /** `ascendingOrder` of the score, where a caller has it for several measures; made here where not. */
  readonly byScore?: Uint32Array;
  /** The score in that order, where a caller has it; made here where not. */
  readonly ascending?: Float64Array;
}

export interface ConcordanceData extends ScoredFollowUp {
  readonly weighting: "harrell" | "uno";
}

export interface Concordance {
  readonly c: number;
  readonly stdError: number;
  /** Sums of pair weights; for "harrell" numbers of pairs. */
  readonly concordant: number;
  readonly discordant: number;
  readonly tiedScore: number;
  readonly nComparable: number;
}

/**
 * Concordance of a score with right-censored times: Harrell's C, or Uno's C, which weights for censoring.
 *
 *     C = Σ w(tᵢ) [1{sᵢ > sⱼ} + ½ 1{sᵢ = sⱼ}] / Σ w(tᵢ)    over pairs with event i and j known to outlive tᵢ
 *     w(t) = 1 (Harrell)    w(t) = 1/G(t−)² (Uno), G the Kaplan–Meier curve of the censoring times
 *
 * A pair is comparable when tᵢ < tⱼ, or tᵢ = tⱼ and j is censored; two events at one time are not. In G,
 * events at a time leave before the censorings at it. No upper time limit: every event counts. The standard
 * error is the infinitesimal jackknife with w held fixed. C is not proper for a risk by t years: another model than
 * the true one can have the highest C (Blanche, Kattan & Gerds 2019, Biostatistics 20, 347–357,
 * doi:10.1093/biostatistics/kxy006); `aucAtHorizon` is for that. O(n log n) by a Fenwick tree over the times with
 * events.
 *
 * Reference: Harrell, Lee & Mark (1996), Stat Med 15, 361–387,
 * doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4; Uno et al. (2011), Stat Med 30,
 * 1105–1117, doi:10.1002/sim.4154; Therneau & Watson (2017), The concordance statistic and the Cox model,
 * Mayo Clinic technical report 85. Checked against: R survival::concordance(reverse = TRUE, timewt = "n" and
 * "n/G2") (test/reference/concordance.json).
 */
export function concordance({ weighting, ...data }: ConcordanceData): Concordance | NotEstimable {
  assertWord("weighting", weighting, ["harrell", "uno"]);
  return concordances(data)[weighting];
}

/** Both forms of `concordance`, from one walk over the patients. */
export function concordances(
  data: ScoredFollowUp,
): Readonly<Record<ConcordanceData["weighting"], Concordance | NotEstimable>> {
  const { time, event, score, byScore } = data;
  assertSameLength({ time, event, score, byScore: byScore ?? score, ascending: data.ascending ?? score });
  assertFinite({ time });
  assertBinary({ event });
  for (let i = 0; i < score.length; i++)
    if (Number.isNaN(score[i])) throw new ContractError("a score is NaN and has no place in an order");
  const order = byScore ?? ascendingOrder(score);
  const ascending = data.ascending ?? inOrder(score, order);
  const axis = timeAxis(time, event);
  const harrell = pairsAt(axis, () => 1);
  const uno = pairsAt(axis, (position) => axis.unoWeight[position]!);
  const none =
    axis.nPositions < 2 ? "no events" : harrell.nComparable === 0 ? "no comparable pairs" : undefined;
  if (none !== undefined) return { harrell: { notEstimable: none }, uno: { notEstimable: none } };
  const met = meetByScore(axis, { byScore: order, ascending, weight: uno.weight });
  return {
    harrell: concordanceOf(harrell, met, met.eventsBefore),
    uno: concordanceOf(uno, met, met.weightBefore),
  };
}

/**
 * Where patients stand on the axis of time: those with an event at the k-th time with events at 2k; those censored
 * from then on, until the next, at 2k + 1. So j is known to outlive i exactly where i has an event and stands before j.
 */
interface TimeAxis {
  readonly nPositions: number;
  /** For each patient; from 1 on. */
  readonly position: Uint32Array;
  /** How many patients stand at each position. */
  readonly nAt: Float64Array;
  /** 1/G(t−)² at the positions of events. */
  readonly unoWeight: Float64Array;
}

function timeAxis(time: Float64Array, event: Uint8Array): TimeAxis {
  const n = time.length;
  const order = isAscending(time) ? undefined : ascendingOrder(time);
  const position = new Uint32Array(n);
  const nAt = new Float64Array(2 * n + 2);
  const unoWeight = new Float64Array(2 * n + 2);
  let k = 0;
  let g = 1;
  for (let from = 0; from < n; ) {
    const now = time[order ? order[from]! : from]!;
    let to = from;
    let events = 0;
    for (; to < n && time[order ? order[to]! : to] === now; to++) events += event[order ? order[to]! : to]!;
    if (events > 0) unoWeight[2 * ++k] = 1 / (g * g);
    for (let i = from; i < to; i++) {
      const row = order ? order[i]! : i;
      position[row] = 2 * k + 1 - event[row]!;
      nAt[position[row]!]!++;
    }
    const atRisk = n - from - events;
    if (atRisk > 0) g *= (n - to) / atRisk;
    from = to;
  }
  const nPositions = 2 * k + 1;
  return {
    nPositions,
    position,
    nAt: nAt.slice(0, nPositions + 1),
    unoWeight: unoWeight.slice(0, nPositions + 1),
  };
}

/** Weighted comparable pairs of one weighting. */
interface Pairs {
  /** Of one patient with an event, at each position; 0 where patients are censored. */
  readonly weight: Float64Array;
  /** Patients after each position. */
  readonly nAfter: Float64Array;
  /** Events before each position. */
  readonly weightBefore: Float64Array;
  readonly nComparable: number;
}

function pairsAt({ nPositions, nAt }: TimeAxis, weightOf: (position: number) => number): Pairs {
  const weight = new Float64Array(nPositions + 1);
  const nAfter = new Float64Array(nPositions + 1);
  const weightBefore = new Float64Array(nPositions + 1);
  let nComparable = 0;
  for (let p = nPositions - 1; p > 0; p--) nAfter[p] = nAfter[p + 1]! + nAt[p + 1]!;
  for (let p = 1; p <= nPositions; p++) {
    if (p % 2 === 0) {
      weight[p] = weightOf(p);
      nComparable += nAt[p]! * nAfter[p]!;
    }
    if (p < nPositions) weightBefore[p + 1] = weightBefore[p]! + weight[p]! * nAt[p]!;
  }
  return { weight, nAfter, weightBefore, nComparable };
}

/** For each patient in order of the score: its position, and whom of lower or equal score it meets there. */
interface Met {
  readonly position: Uint32Array;
  /** Of lower score, at later positions. */
  readonly nLower: Uint32Array;
  /** Of equal score, at later positions. */
  readonly nEqual: Uint32Array;
  /** Events at earlier positions, of lower score and, counted half, of equal score. */
  readonly eventsBefore: Float64Array;
  /** Their weight. */
  readonly weightBefore: Float64Array;
}

/**
 * From the lowest score to the highest: each patient among those of lower score, and then, where scores are equal,
 * among those of lower or equal score.
 *
 * Patients met are counted by position with cumulative counts in O(log n): all patients, events and the weight of the
 * events in turns, so that one walk meets all three.
 *
 * Reference: Fenwick (1994), Softw Pract Exper 24, 327–336, doi:10.1002/spe.4380240306.
 */
function meetByScore(
  { nPositions, position }: TimeAxis,
  {
    byScore,
    ascending,
    weight,
  }: { readonly byScore: Uint32Array; readonly ascending: Float64Array; readonly weight: Float64Array },
): Met {
  const n = byScore.length;
  const met = {
    position: new Uint32Array(n),
    nLower: new Uint32Array(n),
    nEqual: new Uint32Array(n),
    eventsBefore: new Float64Array(n),
    weightBefore: new Float64Array(n),
  };
  for (let i = 0; i < n; i++) met.position[i] = position[byScore[i]!]!;
  const isTied = tiesInOrder(ascending);
  const tree = {
    nAt: new Uint32Array(nPositions + 1),
    sums: new Float64Array(3 * (nPositions + 1)),
  };
  for (let from = 0; from < n; ) {
    let to = from + 1;
    while (to < n && isTied[to]) to++;
    for (let i = from; i < to; i++) meet(tree, met, i, from);
    for (let i = from; i < to; i++) add(tree, met.position[i]!, weight[met.position[i]!]!);
    if (to > from + 1) for (let i = from; i < to; i++) meetAgain(tree, met, i, to);
    from = to;
  }
  return met;
}

/** 1 where a score equals the one before it in order. */
function tiesInOrder(ascending: Float64Array): Uint8Array {
  const isTied = new Uint8Array(ascending.length);
  for (let i = 1; i < ascending.length; i++) isTied[i] = ascending[i] === ascending[i - 1] ? 1 : 0;
  return isTied;
}

/** The patients met so far: at each position, and their cumulative counts. */
interface Tree {
  readonly nAt: Uint32Array;
  readonly sums: Float64Array;
}

function meet({ nAt, sums }: Tree, met: Met, i: number, nMet: number): void {
  const p = met.position[i]!;
  let before = 0;
  let events = 0;
  let weight = 0;
  for (let node = p - 1; node > 0; node &= node - 1) {
    before += sums[3 * node]!;
    events += sums[3 * node + 1]!;
    weight += sums[3 * node + 2]!;
  }
  met.nLower[i] = nMet - before - nAt[p]!;
  met.eventsBefore[i] = events;
  met.weightBefore[i] = weight;
}

/** When those of equal score have been added. */
function meetAgain(tree: Tree, met: Met, i: number, nMet: number): void {
  const nLower = met.nLower[i]!;
  const events = met.eventsBefore[i]!;
  const weight = met.weightBefore[i]!;
  meet(tree, met, i, nMet);
  met.nEqual[i] = met.nLower[i]! - nLower;
  met.nLower[i] = nLower;
  met.eventsBefore[i] = (met.eventsBefore[i]! + events) / 2;
  met.weightBefore[i] = (met.weightBefore[i]! + weight) / 2;
}

/** Events have a weight above 0, censored patients 0. */
function add({ nAt, sums }: Tree, position: number, weight: number): void {
  nAt[position]!++;
  const isEvent = weight > 0 ? 1 : 0;
  for (let node = position; node < nAt.length; node += node & -node) {
    sums[3 * node]!++;
    sums[3 * node + 1]! += isEvent;
    sums[3 * node + 2]! += weight;
  }
}

/**
 * A patient with an event agrees with those of lower score who outlive it, and a patient with those of higher score
 * whom it outlives: with all whom it outlives but those of lower or equal score. Equal scores agree by half.
 */
function concordanceOf(pairs: Pairs, met: Met, before: Float64Array): Concordance {
  const { weight, nAfter, nComparable } = pairs;
  const { position, nLower, nEqual } = met;
  let concordant = 0;
  let discordant = 0;
  let tiedScore = 0;
  for (let i = 0; i < position.length; i++) {
    const p = position[i]!;
    const w = weight[p]!;
    if (w === 0) continue;
    concordant += w * nLower[i]!;
    tiedScore += w * nEqual[i]!;
    discordant += w * (nAfter[p]! - nLower[i]! - nEqual[i]!);
  }
  const total = concordant + discordant + tiedScore;
  const c = (concordant + tiedScore / 2) / total;
  const stdError = Math.sqrt(jackknifeVariance(pairs, met, { before, c, total }));
  return { c, stdError, concordant, discordant, tiedScore, nComparable };
}

/** Sum of what leaving out each patient changes, squared. */
function jackknifeVariance(
  { weight, nAfter, weightBefore }: Pairs,
  { position, nLower, nEqual }: Met,
  { before, c, total }: { readonly before: Float64Array; readonly c: number; readonly total: number },
): number {
  let variance = 0;
  for (let i = 0; i < position.length; i++) {
    const p = position[i]!;
    const agreement = weight[p]! * (nLower[i]! + nEqual[i]! / 2) + weightBefore[p]! - before[i]!;
    const pairs = weight[p]! * nAfter[p]! + weightBefore[p]!;
    variance += ((agreement - c * pairs) / total) ** 2;
  }
  return variance;
}
