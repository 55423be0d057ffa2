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
 * For many draws of the same rows: the work of a draw grows with n + 100 √n, where `lowess` takes 100 n and an order. x
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

/** The rows nearest to a point that moves up, so many as the default span holds, by the ends of their range. */
class Neighbourhood {
  readonly #x: Float64Array;
  readonly #frequency: Uint32Array;
  /** The first row in it, and how many times of that row lie before. */
  #left: number;
  #before = 0;
  /** The last row in it. */
  #right: number;
  /** The first row that is not all in it, and how many times of that row are. */
  #next: number;
  #within = 0;

  constructor(x: Float64Array, frequency: Uint32Array) {
    this.#x = x;
    this.#frequency = frequency;
    this.#left = nextTaken(frequency, 0);
    let missing = neighbours(countTaken(frequency), defaultSpan);
    let row = 0;
    while (row < x.length && missing >= frequency[row]!) missing -= frequency[row++]!;
    this.#right = previousTaken(frequency, row - 1);
    this.#next = row;
    if (row < x.length && missing > 0) this.#include(missing);
  }

  /** Distance of the farthest row in it, which no row outside is nearer than. */
  radiusAt(point: number): number {
    const x = this.#x;
    while (this.#next < x.length && point - x[this.#left]! > x[this.#next]! - point) {
      const leaving = this.#frequency[this.#left]! - this.#before;
      const step = Math.min(leaving, this.#frequency[this.#next]! - this.#within);
      this.#include(step);
      if (step === leaving) {
        this.#left = nextTaken(this.#frequency, this.#left + 1);
        this.#before = 0;
      } else this.#before += step;
    }
    return Math.max(point - x[this.#left]!, x[this.#right]! - point);
  }

  /** So many times, at most as often as the row is there still. */
  #include(times: number): void {
    this.#right = this.#next;
    this.#within += times;
    if (this.#within < this.#frequency[this.#next]!) return;
    this.#next = nextTaken(this.#frequency, this.#next + 1);
    this.#within = 0;
  }
}
