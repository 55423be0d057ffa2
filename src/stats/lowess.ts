import { assertFinite, assertSameLength, ContractError } from "./assert.ts";
import { ascendingOrder } from "./order.ts";

export interface LowessData {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Share of the values that the neighbourhood of a point holds; 2/3 where it is not given. */
  readonly span?: number;
  /** Points nearer together than this are read off a straight line; by itself 1/100 of the range of x. */
  readonly delta?: number;
}

export const defaultSpan = 2 / 3;
/** Points nearer together than the range of x divided by this are read off a straight line. */
export const defaultSteps = 100;

/**
 * Cleveland's lowess of y on x without robustness iterations: lines fitted to the neighbours of a point by
 * weighted least squares, at points `delta` apart, and straight lines between them.
 *
 *     w = (1 − (|x − x₀|/h)³)³ within h of x₀, else 0;   h the distance of the ⌊n · span⌋-th nearest value
 *
 * The work grows with n times the number of points, about a hundred, so a million values take seconds;
 * `loess` fits at every point. Returns the curve at each value of x, equal x having one value. Where the
 * neighbours have next to one x the value is their weighted mean. Order of rows is irrelevant but for
 * rounding. A span that is not above 0 and at most 1, a delta below 0, or numbers that are not finite are a
 * ContractError.
 *
 * Reference: Cleveland (1979), JASA 74, 829–836, doi:10.1080/01621459.1979.10481038; the steps, with the
 * thresholds .001 and .999 of h, are those of his Fortran program lowess (netlib go/lowess.f), which R runs
 * too. Checked against: R lowess(iter = 0) (test/reference/lowess.json).
 */
export function lowess(data: LowessData): Float64Array {
  assertData(data);
  const { span = defaultSpan } = data;
  const n = data.x.length;
  const order = ascendingOrder(data.x);
  // By a power of two, so that squares neither overflow nor vanish and no digit moves.
  const scale = powerOfTwo(data.x);
  const x = Float64Array.from(order, (row) => data.x[row]! * scale);
  const y = Float64Array.from(order, (row) => data.y[row]!);
  const curve = new Float64Array(n);
  const delta =
    data.delta === undefined ? (n === 0 ? 0 : (x[n - 1]! - x[0]!) / defaultSteps) : data.delta * scale;
  const nNear = neighbours(n, span);
  let left = 0;
  for (let last = -1, i = 0; last < n - 1; ) {
    while (left + nNear < n && x[i]! - x[left]! > x[left + nNear]! - x[i]!) left++;
    const right = Math.min(n, left + nNear) - 1;
    curve[i] = valueAt({ x, y }, x[i]!, left, Math.max(x[i]! - x[left]!, x[right]! - x[i]!));
    for (let j = last + 1; j < i; j++) {
      const share = (x[j]! - x[last]!) / (x[i]! - x[last]!);
      curve[j] = share * curve[i]! + (1 - share) * curve[last]!;
    }
    last = i;
    const furthest = x[last]! + delta;
    for (i = last + 1; i < n && x[i]! <= furthest; i++)
      if (x[i] === x[last]) {
        curve[i] = curve[last]!;
        last = i;
      }
    i = Math.max(last + 1, i - 1);
  }
  const fitted = new Float64Array(n);
  for (let i = 0; i < n; i++) fitted[order[i]!] = curve[i]!;
  return fitted;
}

/** How many of n values the neighbourhood of a point holds, itself included. */
export function neighbours(n: number, span: number): number {
  return Math.max(2, Math.min(n, Math.floor(n * span + 1e-7)));
}

/** That brings the largest value near 1. */
export function powerOfTwo(x: Float64Array): number {
  const largest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? 1 : 2 ** -Math.max(-1000, Math.floor(Math.log2(largest)));
}

function assertData({ x, y, span = 1, delta = 0 }: LowessData): void {
  assertSameLength({ x, y });
  assertFinite({ x, y });
  if (!(span > 0 && span <= 1)) throw new ContractError(`span ${span} is not above 0 and at most 1`);
  if (!(delta >= 0 && delta < Infinity)) throw new ContractError(`delta ${delta} is not a number from 0 on`);
}

/** Nearer than this share of h weighs 1; further than that nothing. */
export const near = 0.001;
export const far = 0.999;

/** The line through the neighbours from `left` on, within `radius` of the point. */
function valueAt({ x, y }: Pick<LowessData, "x" | "y">, point: number, left: number, radius: number): number {
  let [total, sumX, sumY] = [0, 0, 0];
  let end = left;
  for (; end < x.length; end++) {
    const weight = weightOf(x[end]!, point, radius);
    if (weight === 0 && x[end]! > point) break;
    total += weight;
    sumX += weight * (x[end]! - point);
    sumY += weight * y[end]!;
  }
  const centre = sumX / total;
  const level = sumY / total;
  if (radius === 0) return level;
  let [squares, products] = [0, 0];
  for (let j = left; j < end; j++) {
    const weight = weightOf(x[j]!, point, radius);
    const distance = x[j]! - point - centre;
    squares += weight * distance * distance;
    products += weight * distance * y[j]!;
  }
  const range = x[x.length - 1]! - x[0]!;
  const isSpread = Math.sqrt(squares / total) > near * range;
  return isSpread ? level - (centre * products) / squares : level;
}

/** The weight of x in the line at a point with neighbours within `radius`. */
export function weightOf(x: number, point: number, radius: number): number {
  const distance = Math.abs(x - point);
  if (distance > far * radius) return 0;
  if (distance <= near * radius) return 1;
  const share = distance / radius;
  const rest = 1 - share * share * share;
  return rest * rest * rest;
}
