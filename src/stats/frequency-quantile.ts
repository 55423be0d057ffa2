import { assertSameLength, ContractError } from "./assert.ts";
import { ascendingOrder } from "./order.ts";
import { quantileOf } from "./quantile.ts";

const nBuckets = 4096;

/**
 * Quantiles of values that are each taken a whole number of times: `quantiles` of the values written out, exactly.
 *
 * Counted in buckets of equal width; only the bucket of a rank is put in order. No value taken, NaN, or a share outside
 * [0, 1] is a ContractError. Infinities are ordered.
 */
export function frequencyQuantiles(
  values: Float64Array,
  frequency: Uint32Array,
  shares: readonly number[],
): number[] {
  assertSameLength({ values, frequency });
  const ranked = new RankedByFrequency(values, frequency);
  return shares.map((p) => quantileOf(ranked, p));
}

/** Values by rank, each as often as it is taken. */
class RankedByFrequency {
  readonly length: number;
  readonly #values: Float64Array;
  readonly #frequency: Uint32Array;
  readonly #highest: number;
  /** The bucket of each value. */
  readonly #bucket: Uint16Array;
  /** How many are in each bucket. */
  readonly #size = new Float64Array(nBuckets);
  /** The bucket that was put in order last, and its rows. */
  #opened = -1;
  #rows = new Uint32Array();

  constructor(values: Float64Array, frequency: Uint32Array) {
    const { lowest, highest, n } = rangeTaken(values, frequency);
    const perUnit = nBuckets / (highest - lowest);
    this.length = n;
    this.#values = values;
    this.#frequency = frequency;
    this.#highest = highest;
    this.#bucket = new Uint16Array(values.length);
    // One bucket where they are all equal, too near together or too far apart to be divided.
    fillBuckets(values, frequency, lowest, perUnit < Infinity ? perUnit : 0, this.#bucket, this.#size);
  }

  at(rank: number): number {
    if (rank === this.length - 1) return this.#highest;
    let bucket = 0;
    let before = 0;
    for (; before + this.#size[bucket]! <= rank; bucket++) before += this.#size[bucket]!;
    if (bucket !== this.#opened) this.#open(bucket);
    let k = 0;
    for (; before + this.#frequency[this.#rows[k]!]! <= rank; k++) before += this.#frequency[this.#rows[k]!]!;
    return this.#values[this.#rows[k]!]!;
  }

  #open(bucket: number): void {
    const [values, frequency, bucketOf] = [this.#values, this.#frequency, this.#bucket];
    const rows: number[] = [];
    for (let i = 0; i < bucketOf.length; i++) if (bucketOf[i] === bucket && frequency[i]! > 0) rows.push(i);
    const opened = new Float64Array(rows.length);
    for (let k = 0; k < rows.length; k++) opened[k] = values[rows[k]!]!;
    this.#rows = ascendingOrder(opened).map((k) => rows[k]!);
    this.#opened = bucket;
  }
}

function rangeTaken(values: Float64Array, frequency: Uint32Array) {
  let lowest = Infinity;
  let highest = -Infinity;
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    if (frequency[i] === 0) continue;
    const value = values[i]!;
    if (Number.isNaN(value)) throw new ContractError("quantile of values with NaN");
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    n += frequency[i]!;
  }
  if (n === 0) throw new ContractError("quantile of no values");
  return { lowest, highest, n };
}

function fillBuckets(
  values: Float64Array,
  frequency: Uint32Array,
  lowest: number,
  perUnit: number,
  bucketOf: Uint16Array,
  size: Float64Array,
): void {
  for (let i = 0; i < values.length; i++) {
    if (frequency[i] === 0) continue;
    const bucket = perUnit === 0 ? 0 : Math.min(nBuckets - 1, ((values[i]! - lowest) * perUnit) >>> 0);
    bucketOf[i] = bucket;
    size[bucket]! += frequency[i]!;
  }
}
