import { assertSameLength, ContractError } from "./assert.ts";
import { isAscending } from "./order.ts";

/**
 * Sample quantile by linear interpolation between order statistics (R's type 7, its default).
 *
 *     (1 − g) x₍ⱼ₎ + g x₍ⱼ₊₁₎,  1 + (n − 1) p = j + g
 *
 * Values in any order. No values, NaN, or p outside [0, 1] is a ContractError.
 *
 * Reference: Hyndman & Fan (1996), Am Stat 50, 361–365, doi:10.1080/00031305.1996.10473566.
 */
export function quantile(values: Float64Array, p: number): number {
  return quantiles(values, [p])[0]!;
}

/** Several quantiles of the same values, each as `quantile`. `order`: their `ascendingOrder`, where a caller has it. */
export function quantiles(values: Float64Array, shares: readonly number[], order?: Uint32Array): number[] {
  const ranked = order ? rankedBy(values, order) : new Ranked(values);
  return shares.map((p) => quantileOf({ length: values.length, at: (rank) => ranked.at(rank) }, p));
}

/** The quantile of so many values that are known by rank. */
export function quantileOf(ranked: { readonly length: number; at(rank: number): number }, p: number): number {
  assertShare(p);
  const position = (ranked.length - 1) * p;
  const below = Math.floor(position);
  const share = position - below;
  const lower = ranked.at(below);
  return share === 0 ? lower : (1 - share) * lower + share * ranked.at(below + 1);
}

/**
 * Sample quantile that is always one of the values: the smallest with at least a share p at or below it (R's
 * type 1). np within 4 machine epsilons above a whole number counts as that number, as in R. Errors as for
 * `quantile`.
 *
 * Reference: Hyndman & Fan (1996), doi:10.1080/00031305.1996.10473566.
 */
export function observedQuantile(values: Float64Array, p: number): number {
  assertShare(p);
  const ranked = new Ranked(values);
  const position = Math.ceil(values.length * p - 4 * Number.EPSILON);
  return ranked.at(Math.max(position, 1) - 1);
}

function assertShare(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new ContractError(`quantile of ${p}, not between 0 and 1`);
}

/** Below this length sorting is as fast as selecting. */
const selectFrom = 512;

function rankedBy(values: Float64Array, order: Uint32Array): Pick<Ranked, "at"> {
  assertSameLength({ values, order });
  if (values.length === 0) throw new ContractError("quantile of no values");
  return { at: (rank) => values[order[rank]!]! };
}

/** Values by rank. Few ranks of many values are found by partition, without sorting the rest. */
class Ranked {
  readonly #values: Float64Array;
  readonly #isSorted: boolean;
  /** Ranks that stand at their place. They divide the rest into smaller before and larger after. */
  readonly #placed: number[] = [];

  constructor(values: Float64Array) {
    if (values.length === 0) throw new ContractError("quantile of no values");
    for (let i = 0; i < values.length; i++)
      if (Number.isNaN(values[i])) throw new ContractError("quantile of values with NaN");
    const isSorted = isAscending(values);
    this.#isSorted = isSorted || values.length < selectFrom;
    this.#values = isSorted ? values : this.#isSorted ? values.toSorted() : values.slice();
  }

  at(rank: number): number {
    if (!this.#isSorted && !this.#placed.includes(rank)) {
      const low = Math.max(0, ...this.#placed.filter((placed) => placed < rank).map((placed) => placed + 1));
      const high = Math.min(...this.#placed.filter((placed) => placed > rank), this.#values.length) - 1;
      placeRank(this.#values, rank, low, high);
      this.#placed.push(rank);
    }
    return this.#values[rank]!;
  }
}

/**
 * Moves the values of ranks first to last, which stand there in any order, so that the one of this rank stands at its
 * place, none larger before it and none smaller after.
 * Where the pivots divide badly the rest is sorted.
 *
 * Reference: Hoare (1961), Algorithm 65: Find, Commun ACM 4, 321–322, doi:10.1145/366622.366647.
 */
function placeRank(values: Float64Array, rank: number, first: number, last: number): void {
  let low = first;
  let high = last;
  for (let round = 2 * Math.ceil(Math.log2(values.length)); low < high; round--) {
    if (round === 0) {
      values.subarray(low, high + 1).sort();
      return;
    }
    const pivot = middleOf(values[low]!, values[(low + high) >>> 1]!, values[high]!);
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const larger = values[left]!;
      values[left++] = values[right]!;
      values[right--] = larger;
    }
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else return;
  }
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
