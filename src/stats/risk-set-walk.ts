import type { RiskSets } from "./cox-risk-sets.ts";
import { RiskSums, type SumOrder } from "./risk-sums.ts";

/** Efron's or Breslow's way to share the risk set among events at one time. */
export type CoxTies = "efron" | "breslow";

/** exp(xβ + offset) of the rows from `from` to `to`, with their case weights; β in scaled units. */
export function relativeRisk(
  { columns, weight, offset }: RiskSets,
  beta: Float64Array,
  { from, to, into }: { readonly from: number; readonly to: number; readonly into: Float64Array },
): Float64Array {
  // exp(0) is 1, and every column is finite.
  if (!offset && isZero(beta)) into.fill(1, 0, to - from);
  else exponentials(columns, beta, offset, { from, to, into });
  if (weight) for (let i = from; i < to; i++) into[i - from]! *= weight[i]!;
  return into;
}

function isZero(beta: Float64Array): boolean {
  for (let j = 0; j < beta.length; j++) if (beta[j] !== 0) return false;
  return true;
}

function exponentials(
  columns: readonly Float64Array[],
  beta: Float64Array,
  offset: Float64Array | undefined,
  { from, to, into }: { readonly from: number; readonly to: number; readonly into: Float64Array },
): void {
  if (offset) for (let i = from; i < to; i++) into[i - from] = offset[i]!;
  else into.fill(0, 0, to - from);
  for (let j = 0; j < columns.length; j++) {
    const column = columns[j]!;
    const coefficient = beta[j]!;
    for (let i = from; i < to; i++) into[i - from]! += coefficient * column[i]!;
  }
  for (let i = 0; i < to - from; i++) into[i] = Math.exp(into[i]!);
}

/** Rows whose risks are computed at one go; few enough to stay in the processor's cache. */
const stretch = 2048;
/** Two-sums keep some 32 digits: below this share of what they held, fewer than 16 are left. */
const leastShare = 1e-12;

/**
 * The risk sets at the times with events, from the last stratum and its last time back; `next` goes to the
 * next of them and says whether there is one.
 *
 * The d events at a time, of total case weight W, take place in rounds: with Efron's ties d rounds of weight
 * W/d, in round r of which the fraction r/d of the events has left the risk set; with Breslow's one round of
 * weight W. A row is at risk at t where entry < t ≤ time.
 */
export class RiskSetWalk {
  /** Index of the time, and the rows that have it. */
  k: number;
  from = 0;
  to = 0;
  rounds = 0;
  roundWeight = 0;
  readonly atRisk: RiskSums;
  /** The rows with an event; empty where there is one round. */
  readonly failing: RiskSums;
  readonly #sets: RiskSets;
  readonly #beta: Float64Array;
  readonly #isEfron: boolean;
  /** Risks of the rows from `#riskFrom` on. */
  readonly #risk: Float64Array;
  #riskFrom: number;
  readonly #tied: Float64Array;
  readonly #one = new Float64Array(1);
  #stratum: number;
  #leaving = -1;
  /** The largest that the risk set has weighed since its sums were made. */
  #peak = 0;

  constructor(sets: RiskSets, beta: Float64Array, { ties, order }: { ties: CoxTies; order: SumOrder }) {
    const most = longestTie(sets.firstRow);
    this.#sets = sets;
    this.#beta = beta;
    this.#isEfron = ties === "efron";
    this.#risk = new Float64Array(Math.max(stretch, most));
    this.#riskFrom = sets.nRows;
    this.#tied = new Float64Array(most);
    this.#stratum = sets.firstTime.length - 1;
    this.k = sets.time.length;
    this.atRisk = new RiskSums(sets.columns, order, sets.entry !== undefined);
    this.failing = new RiskSums(sets.columns, order);
  }

  next(): boolean {
    const { firstRow, firstTime, event } = this.#sets;
    while (--this.k >= 0) {
      if (this.k < firstTime[this.#stratum]!) this.#enterStratum();
      const from = firstRow[this.k]!;
      const to = firstRow[this.k + 1]!;
      if (from < this.#riskFrom) this.#predict(to);
      this.atRisk.add(this.#risk, from, to, this.#riskFrom);
      if (this.#peak < this.atRisk.weight) this.#peak = this.atRisk.weight;
      let events = 0;
      for (let i = from; i < to; i++) events += event[i]!;
      if (events === 0) continue;
      this.from = from;
      this.to = to;
      this.#count(events);
      return true;
    }
    return false;
  }

  /** The risks of this time and of as many before it as fit in. */
  #predict(to: number): void {
    const { firstRow } = this.#sets;
    let first = this.k;
    while (first > 0 && to - firstRow[first - 1]! <= stretch) first--;
    this.#riskFrom = firstRow[first]!;
    relativeRisk(this.#sets, this.#beta, { from: this.#riskFrom, to, into: this.#risk });
  }

  #enterStratum(): void {
    const { firstTime, firstRow } = this.#sets;
    while (this.k < firstTime[this.#stratum]!) this.#stratum--;
    this.atRisk.clear();
    this.#peak = 0;
    this.#leaving = firstRow[firstTime[this.#stratum + 1]!]! - 1;
  }

  #count(events: number): void {
    const { event, weight, entry } = this.#sets;
    const { from, to } = this;
    if (entry) this.#leave(entry);
    let total = events;
    if (weight) {
      total = 0;
      for (let i = from; i < to; i++) total += event[i]! * weight[i]!;
    }
    if (this.rounds > 1) this.failing.clear();
    this.rounds = this.#isEfron ? events : 1;
    this.roundWeight = total / this.rounds;
    if (this.rounds === 1) return;
    const tied = this.#tied;
    for (let i = from; i < to; i++) tied[i - from] = event[i]! * this.#risk[i - this.#riskFrom]!;
    this.failing.add(tied, from, to, from);
  }

  /** Rows that enter at this time or later are not at risk at it, nor before. */
  #leave(entry: Float64Array): void {
    const { byEntry, firstRow, firstTime, time } = this.#sets;
    const first = firstRow[firstTime[this.#stratum]!]!;
    for (; this.#leaving >= first; this.#leaving--) {
      const row = byEntry![this.#leaving]!;
      if (entry[row]! < time[this.k]!) break;
      this.atRisk.addExactly(row, -this.#riskOf(row));
    }
    if (this.atRisk.weight < leastShare * this.#peak) this.#listAgain(entry);
  }

  /** Next to rows so heavy that have left, what is left of the sums has lost its digits. */
  #listAgain(entry: Float64Array): void {
    const { firstRow, firstTime, time } = this.#sets;
    const end = firstRow[firstTime[this.#stratum + 1]!]!;
    this.atRisk.clear();
    for (let i = this.from; i < end; i++)
      if (entry[i]! < time[this.k]!) this.atRisk.addExactly(i, this.#riskOf(i));
    this.#peak = this.atRisk.weight;
  }

  /** By the same operations in the same order as `#predict`, so the same number. */
  #riskOf(row: number): number {
    return relativeRisk(this.#sets, this.#beta, { from: row, to: row + 1, into: this.#one })[0]!;
  }
}

/** Most rows that share one time. */
function longestTie(firstRow: Uint32Array): number {
  let longest = 0;
  for (let k = 1; k < firstRow.length; k++) longest = Math.max(longest, firstRow[k]! - firstRow[k - 1]!);
  return longest;
}
