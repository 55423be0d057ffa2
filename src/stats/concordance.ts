import { assertBinary, assertFinite, assertSameLength } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder, isAscending } from "./order.ts";

export interface ScoredFollowUp {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  /** Higher means that the event is expected sooner. */
  readonly score: Float64Array;
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
 * error is the infinitesimal jackknife with w held fixed. O(n log n) by a Fenwick tree over the ranks of the
 * score.
 *
 * Reference: Harrell, Lee & Mark (1996), Stat Med 15, 361–387,
 * doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4; Uno et al. (2011), Stat Med 30,
 * 1105–1117, doi:10.1002/sim.4154; Therneau & Watson (2017), The concordance statistic and the Cox model,
 * Mayo Clinic technical report 85. Checked against: R survival::concordance(reverse = TRUE, timewt = "n" and
 * "n/G2") (test/reference/concordance.json).
 */
export function concordance({ weighting, ...data }: ConcordanceData): Concordance | NotEstimable {
  const sorted = sortByTime(data);
  return weightedConcordance(sorted, countOutlivers(sorted), weighting);
}

/** Both forms of `concordance`, with the work that they share done once. */
export function concordances(
  data: ScoredFollowUp,
): Readonly<Record<ConcordanceData["weighting"], Concordance | NotEstimable>> {
  const sorted = sortByTime(data);
  const outlivers = countOutlivers(sorted);
  return {
    harrell: weightedConcordance(sorted, outlivers, "harrell"),
    uno: weightedConcordance(sorted, outlivers, "uno"),
  };
}

function weightedConcordance(
  sorted: SortedPatients,
  outlivers: Outlivers,
  weighting: ConcordanceData["weighting"],
): Concordance | NotEstimable {
  if (sorted.nEvents === 0) return { notEstimable: "no events" };
  const weight = weighting === "uno" ? censoringWeights(sorted) : undefined;
  const sums = pairSums(sorted, outlivers, weight);
  const { concordant, discordant, tiedScore, nComparable } = sums;
  if (nComparable === 0) return { notEstimable: "no comparable pairs" };
  const total = concordant + discordant + tiedScore;
  const c = (concordant + tiedScore / 2) / total;
  addAsLaterMember(sorted, weight, sums);
  let variance = 0;
  for (let i = 0; i < sorted.n; i++) variance += ((sums.agreement[i]! - c * sums.weight[i]!) / total) ** 2;
  return { c, stdError: Math.sqrt(variance), concordant, discordant, tiedScore, nComparable };
}

/** Patients by time, with the rank of each score. */
interface SortedPatients {
  readonly n: number;
  readonly nEvents: number;
  readonly nRanks: number;
  readonly event: Uint8Array;
  readonly rank: Uint32Array;
  /** First patient of each distinct time, and n at the end. */
  readonly firstAt: Uint32Array;
}

function sortByTime({ time, event, score }: ScoredFollowUp): SortedPatients {
  assertSameLength({ time, event, score });
  assertFinite({ time });
  assertBinary({ event });
  const n = time.length;
  const { ranks, nRanks } = comparedRanks(score, event);
  const order = isAscending(time) ? undefined : ascendingOrder(time);
  const sortedEvent = new Uint8Array(n);
  const rank = new Uint32Array(n);
  const firstAt = new Uint32Array(n + 1);
  let nTimes = 0;
  let nEvents = 0;
  let previous = Number.NaN;
  for (let i = 0; i < n; i++) {
    const row = order ? order[i]! : i;
    if (time[row]! !== previous) firstAt[nTimes++] = i;
    previous = time[row]!;
    sortedEvent[i] = event[row]!;
    nEvents += event[row]!;
    rank[i] = ranks[row]!;
  }
  firstAt[nTimes] = n;
  return { n, nEvents, nRanks, event: sortedEvent, rank, firstAt: firstAt.subarray(0, nTimes + 1) };
}

/**
 * Ranks 1, 2, … of the distinct scores, all scores between two neighbouring scores of events taken as one: every
 * comparable pair has an event, so they are never compared with each other, and fewer ranks are faster.
 */
function comparedRanks(score: Float64Array, event: Uint8Array): { ranks: Uint32Array; nRanks: number } {
  const order = ascendingOrder(score);
  const ranks = new Uint32Array(score.length);
  let nRanks = 0;
  let wasCompared = true;
  for (let from = 0; from < order.length; ) {
    const value = score[order[from]!]!;
    let to = from;
    let isCompared = false;
    for (; to < order.length && score[order[to]!] === value; to++) if (event[order[to]!]) isCompared = true;
    if (isCompared || wasCompared) nRanks++;
    wasCompared = isCompared;
    for (; from < to; from++) ranks[order[from]!] = nRanks;
  }
  return { ranks, nRanks };
}

/** 1/G(t−)² for each distinct time. */
function censoringWeights({ n, event, firstAt }: SortedPatients): Float64Array {
  const weights = new Float64Array(firstAt.length - 1);
  let g = 1;
  for (let k = 0; k < weights.length; k++) {
    weights[k] = 1 / (g * g);
    let events = 0;
    for (let i = firstAt[k]!; i < firstAt[k + 1]!; i++) events += event[i]!;
    const atRisk = n - firstAt[k]! - events;
    const stay = n - firstAt[k + 1]!;
    if (atRisk > 0) g *= stay / atRisk;
  }
  return weights;
}

interface PairSums {
  concordant: number;
  discordant: number;
  tiedScore: number;
  nComparable: number;
  /** For each patient, over the pairs with it: the weight of those that agree (ties half), and of all. */
  readonly agreement: Float64Array;
  readonly weight: Float64Array;
}

/** For each patient with an event: how many of those known to outlive it have a lower, and an equal, score. */
interface Outlivers {
  readonly lower: Uint32Array;
  readonly equal: Uint32Array;
}

/** From the last time to the first. */
function countOutlivers({ n, nRanks, event, rank, firstAt }: SortedPatients): Outlivers {
  const lower = new Uint32Array(n);
  const equal = new Uint32Array(n);
  const outliving = new Fenwick(nRanks);
  for (let k = firstAt.length - 2; k >= 0; k--) {
    const [from, to] = [firstAt[k]!, firstAt[k + 1]!];
    for (let i = from; i < to; i++) if (event[i] === 0) outliving.add(rank[i]!, 1);
    for (let i = from; i < to; i++) {
      if (event[i] === 0) continue;
      lower[i] = outliving.below(rank[i]!);
      equal[i] = outliving.at(rank[i]!);
    }
    for (let i = from; i < to; i++) if (event[i] === 1) outliving.add(rank[i]!, 1);
  }
  return { lower, equal };
}

/** From the last time to the first: each event against those known to outlive it. */
function pairSums(
  { n, event, firstAt }: SortedPatients,
  outlivers: Outlivers,
  weights: Float64Array | undefined,
): PairSums {
  const agreement = new Float64Array(n);
  const weight = new Float64Array(n);
  const sums: PairSums = { concordant: 0, discordant: 0, tiedScore: 0, nComparable: 0, agreement, weight };
  for (let k = firstAt.length - 2; k >= 0; k--) {
    const [from, to] = [firstAt[k]!, firstAt[k + 1]!];
    const w = weights ? weights[k]! : 1;
    let outliving = n - from;
    for (let i = from; i < to; i++) outliving -= event[i]!;
    for (let i = from; i < to; i++) {
      if (event[i] === 0) continue;
      const lower = outlivers.lower[i]!;
      const equal = outlivers.equal[i]!;
      sums.nComparable += outliving;
      sums.concordant += w * lower;
      sums.tiedScore += w * equal;
      sums.discordant += w * (outliving - lower - equal);
      agreement[i] = w * (lower + equal / 2);
      weight[i] = w * outliving;
    }
  }
  return sums;
}

/** From the first time to the last: each patient against the events it outlived. */
function addAsLaterMember(
  { nRanks, event, rank, firstAt }: SortedPatients,
  weights: Float64Array | undefined,
  { agreement, weight }: PairSums,
): void {
  const outlived = new Fenwick(nRanks);
  for (let k = 0; k < firstAt.length - 1; k++) {
    const [from, to] = [firstAt[k]!, firstAt[k + 1]!];
    const compare = (i: number) => {
      const equal = outlived.at(rank[i]!);
      agreement[i]! += outlived.total - outlived.below(rank[i]!) - equal / 2;
      weight[i]! += outlived.total;
    };
    for (let i = from; i < to; i++) if (event[i] === 1) compare(i);
    for (let i = from; i < to; i++) if (event[i] === 1) outlived.add(rank[i]!, weights ? weights[k]! : 1);
    for (let i = from; i < to; i++) if (event[i] === 0) compare(i);
  }
}

/**
 * Weights by rank, with their cumulative sums in O(log n).
 *
 * Reference: Fenwick (1994), Softw Pract Exper 24, 327–336, doi:10.1002/spe.4380240306.
 */
class Fenwick {
  total = 0;
  readonly #sums: Float64Array;
  readonly #own: Float64Array;

  constructor(nRanks: number) {
    this.#sums = new Float64Array(nRanks + 1);
    this.#own = new Float64Array(nRanks + 1);
  }

  add(rank: number, weight: number): void {
    this.total += weight;
    this.#own[rank]! += weight;
    for (let node = rank; node < this.#sums.length; node += node & -node) this.#sums[node]! += weight;
  }

  at(rank: number): number {
    return this.#own[rank]!;
  }

  below(rank: number): number {
    let sum = 0;
    for (let node = rank - 1; node > 0; node -= node & -node) sum += this.#sums[node]!;
    return sum;
  }
}
