import { assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { defaultSpan, defaultSteps, neighbours, powerOfTwo } from "./lowess.ts";
import { countUpTo, isAscending } from "./order.ts";
import { TricubeBins } from "./tricube-bins.ts";

/** A curve of straight lines between points; x ascends, each once. */
export interface Knots {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * `lowess` with its span and delta of rows that are each taken a whole number of times, such as those of a bootstrap draw:
 * the same curve as of the rows written out, to rounding.
 *
 * For many draws of the same rows: the work of a draw grows with n + 100 log n, where `lowess` takes 100 n and an order. x
 * ascends. Neighbours and delta are those of the rows taken. Returns the points that lines were fitted at, between which
 * the curve is straight; none where no row is taken. x that does not ascend, numbers that are not finite, or a frequency
 * for fewer or more rows are a ContractError. All x are scaled together, so that where those taken are below 1e-290 of the
 * largest, digits are lost.
 *
 * Reference: as `lowess`. Checked against: `lowess` of the rows written out (frequency-lowess.test.ts).
 */
export function frequencyLowess(data: {
  readonly x: Float64Array;
  readonly y: Float64Array;
}): (frequency: Uint32Array) => Knots {
  assertSameLength({ x: data.x, y: data.y });
  assertFinite({ x: data.x, y: data.y });
  if (!isAscending(data.x)) throw new ContractError("x does not ascend");
  const scale = powerOfTwo(Float64Array.of(data.x[0] ?? 0, data.x.at(-1) ?? 0));
  const x = data.x.map((value) => value * scale);
  const bins = new TricubeBins(x, data.y);
  return (frequency) => {
    assertSameLength({ x, frequency });
    const first = nextTaken(frequency, 0);
    if (first === x.length) return { x: new Float64Array(), y: new Float64Array() };
    bins.take(frequency);
    const range = x[previousTaken(frequency, x.length - 1)]! - x[first]!;
    const neighbourhood = new Neighbourhood(x, frequency);
    const at: number[] = [];
    const value: number[] = [];
    for (let row = first; row < x.length; row = nextFitted(x, frequency, row, range / defaultSteps)) {
      at.push(data.x[row]!);
      value.push(bins.lineAt(x[row]!, neighbourhood.radiusAt(x[row]!), range));
    }
    return { x: Float64Array.from(at), y: Float64Array.from(value) };
  };
}

/** The row of the largest x within delta of this row's, or the next x where there is none; n behind the last. */
function nextFitted(x: Float64Array, frequency: Uint32Array, row: number, delta: number): number {
  const beyond = countUpTo(x, x[row]! + delta);
  const within = previousTaken(frequency, beyond - 1);
  return x[within]! > x[row]! ? within : nextTaken(frequency, beyond);
}

/** How many rows there are with every row written out as often as it is taken. */
export function countTaken(frequency: Uint32Array): number {
  let n = 0;
  for (let row = 0; row < frequency.length; row++) n += frequency[row]!;
  return n;
}

function nextTaken(frequency: Uint32Array, from: number): number {
  let row = from;
  while (row < frequency.length && frequency[row] === 0) row++;
  return row;
}

/** −1 where there is none. */
function previousTaken(frequency: Uint32Array, from: number): number {
  let row = from;
  while (row >= 0 && frequency[row] === 0) row--;
  return row;
}

/** The rows nearest to a point, so many as the default span holds, of rows each taken a whole number of times. */
class Neighbourhood {
  readonly #x: Float64Array;
  /** How many are taken up to each row. */
  readonly #upTo: Uint32Array;
  readonly #size: number;

  constructor(x: Float64Array, frequency: Uint32Array) {
    this.#x = x;
    this.#upTo = new Uint32Array(x.length);
    let taken = 0;
    for (let row = 0; row < x.length; row++) {
      taken += frequency[row]!;
      this.#upTo[row] = taken;
    }
    this.#size = neighbours(taken, defaultSpan);
  }

  /**
   * Distance of the farthest of them, which no other is nearer than. The first of them is the lowest rank from which the
   * nearest value behind them is no nearer than it.
   */
  radiusAt(point: number): number {
    let low = 0;
    let high = Math.max(0, this.#upTo.at(-1)! - this.#size);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (point - this.#valueAt(middle) > this.#valueAt(middle + this.#size) - point) low = middle + 1;
      else high = middle;
    }
    const last = Math.min(low + this.#size, this.#upTo.at(-1)!) - 1;
    return Math.max(point - this.#valueAt(low), this.#valueAt(last) - point);
  }

  /** x of the rank, with every row written out as often as it is taken. */
  #valueAt(rank: number): number {
    const upTo = this.#upTo;
    let low = 0;
    let high = upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (upTo[middle]! > rank) high = middle;
      else low = middle + 1;
    }
    return this.#x[low]!;
  }
}
