import { ContractError } from "./assert.ts";

/** Below this length a comparison sort is faster than three counting passes. */
const radixFrom = 512;
const digitBits = 11;
/** Counts of so many values stay in the processor's cache. */
const widestRange = 1 << 16;
const nBuckets = 1 << digitBits;
const digitMask = nBuckets - 1;
const signBit = 0x80000000;
const highWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * The permutation that puts `values` in ascending order; equal values keep their order, −0 equals 0.
 *
 * Long columns: counting sort. Whole numbers in a narrow range, such as days of follow-up, are counted by value;
 * other numbers least significant digit first on the upper 32 bits of IEEE 754, then each run of equal upper
 * halves is put in order by value. Infinities are ordered; NaN is a ContractError.
 *
 * Reference: Knuth (1998), The Art of Computer Programming 3, 2nd ed., sections 5.2, algorithm D, and 5.2.5, algorithm R.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  for (let i = 0; i < values.length; i++)
    if (Number.isNaN(values[i])) throw new ContractError(`values[${i}] is NaN and has no place in an order`);
  if (isAscending(values)) return identity(values.length);
  if (values.length < radixFrom) return identity(values.length).sort(byValue(values));
  const range = rangeOfWholeNumbers(values);
  if (range !== undefined) return orderByCount(values, range);
  const { order, keys } = sortByUpperHalf(values);
  sortRuns(values, order, keys);
  return order;
}

/** Whether each value is at least the one before; NaN among two or more values gives false. */
export function isAscending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i - 1]! <= values[i]!)) return false;
  return true;
}

/** The values in this order. */
export function inOrder(values: Float64Array, order: Uint32Array): Float64Array {
  const result = new Float64Array(order.length);
  for (let k = 0; k < order.length; k++) result[k] = values[order[k]!]!;
  return result;
}

/** How many of the ascending values are at most `limit`. */
export function countUpTo(ascending: Float64Array, limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Range {
  readonly lowest: number;
  readonly size: number;
}

/** Undefined where a value is no whole number or the range is too wide to count by value. */
function rangeOfWholeNumbers(values: Float64Array): Range | undefined {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Math.floor(value) !== value) return undefined;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const size = highest - lowest + 1;
  return size <= widestRange ? { lowest, size } : undefined;
}

function orderByCount(values: Float64Array, { lowest, size }: Range): Uint32Array {
  const position = new Uint32Array(size);
  for (let i = 0; i < values.length; i++) position[values[i]! - lowest]!++;
  accumulate(position);
  const order = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) order[position[values[i]! - lowest]!++] = i;
  return order;
}

function identity(n: number): Uint32Array {
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  return order;
}

function byValue(values: Float64Array): (a: number, b: number) => number {
  return (a, b) => {
    const left = values[a]!;
    const right = values[b]!;
    return left < right ? -1 : left > right ? 1 : a - b;
  };
}

/** The upper half of each number as an unsigned integer of the same order. */
function upperHalves(values: Float64Array): Uint32Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const keys = new Uint32Array(values.length);
  for (let i = 0; i < keys.length; i++) {
    const word = values[i] === 0 ? 0 : words[2 * i + highWord]!; // one key for −0 and 0
    keys[i] = word & signBit ? ~word : word | signBit;
  }
  return keys;
}

/** For each digit, from the least significant: how many keys have each value of it. */
function countDigits(keys: Uint32Array): Uint32Array[] {
  const [low, middle, high] = [
    new Uint32Array(nBuckets),
    new Uint32Array(nBuckets),
    new Uint32Array(nBuckets),
  ];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    low[key & digitMask]!++;
    middle[(key >>> digitBits) & digitMask]!++;
    high[key >>> (2 * digitBits)]!++;
  }
  return [low, middle, high];
}

/** Turns counts into the first position of each bucket. */
function accumulate(counts: Uint32Array): void {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
}

function sortByUpperHalf(values: Float64Array): { order: Uint32Array; keys: Uint32Array } {
  const n = values.length;
  let keys = upperHalves(values);
  let order = identity(n);
  let nextKeys: Uint32Array = new Uint32Array(n);
  let nextOrder: Uint32Array = new Uint32Array(n);
  for (const [pass, position] of countDigits(keys).entries()) {
    const shift = pass * digitBits;
    if (position[(keys[0]! >>> shift) & digitMask] === n) continue;
    accumulate(position);
    for (let i = 0; i < n; i++) {
      const key = keys[i]!;
      const to = position[(key >>> shift) & digitMask]!++;
      nextKeys[to] = key;
      nextOrder[to] = order[i]!;
    }
    [keys, nextKeys] = [nextKeys, keys];
    [order, nextOrder] = [nextOrder, order];
  }
  return { order, keys };
}

/** Orders each run of equal keys by the whole value; runs are short unless the values are tied. */
function sortRuns(values: Float64Array, order: Uint32Array, keys: Uint32Array): void {
  const compare = byValue(values);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    let inOrder = true;
    while (to < order.length && keys[to] === keys[from]) {
      if (values[order[to]!]! < values[order[to - 1]!]!) inOrder = false;
      to++;
    }
    if (!inOrder) {
      if (to - from < 32) insertionSort(values, order, from, to);
      else order.subarray(from, to).sort(compare);
    }
    from = to;
  }
}

function insertionSort(values: Float64Array, order: Uint32Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) {
    const row = order[i]!;
    const value = values[row]!;
    let j = i;
    for (; j > from && values[order[j - 1]!]! > value; j--) order[j] = order[j - 1]!;
    order[j] = row;
  }
}
