import { assertFinite, assertSameLength, ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder } from "./order.ts";

/** The work grows with the square of the number of values: beyond this take a spline. */
export const loessLimit = 5000;

/** A term whose part apart from the lower terms is no larger than this share of it, squared, is rounding. */
const leastOwnShare = 1e-20;

export interface LoessData {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Share of the values that the neighbourhood of a point holds. */
  readonly span: number;
  /** Of the polynomial: 1 a line, 2 a parabola. */
  readonly degree: 1 | 2;
  /** Where the curve is wanted, within the range of x. */
  readonly at: Float64Array;
}

export interface Loess {
  /** The curve at each value of `at`. */
  readonly fitted: Float64Array;
}

/**
 * Local regression of y on x: at each point the value of a polynomial fitted to its neighbours by weighted least squares.
 *
 *     w = (1 − (|x − x₀|/h)³)³ within h of x₀, else 0
 *
 * h is the distance of the q-th nearest value, q = ⌊n·span⌋; where the span is above 1 it is that of the farthest
 * times √span, as R computes it (its manual says times span). Computed outright at each point, not between the
 * vertices of a tree; R does so with surface = "direct". Its default, "interpolate", gave fitted risks up to .032
 * away from these on 444 patients. No robustness iterations, no standard error.
 *
 * Ties: equal x are values of their own, so the q nearest may be one x many times. Not estimable, with the reason: no
 * values, a span that holds too few of them, or no more different x of positive weight than the degree at one of the
 * points (R takes a pseudoinverse and warns). A point outside the range of x, a span that is not above 0, a
 * degree that is not 1 or 2, values that are not finite, or more than 5,000 of them are a ContractError.
 *
 * Reference: Cleveland & Devlin (1988), JASA 83, 596–610, doi:10.1080/01621459.1988.10478639; the fit by polynomials that
 * are orthogonal over the neighbours: Forsythe (1957), J SIAM 5, 74–88, doi:10.1137/0105007.
 * Checked against: R loess(surface = "direct") (test/reference/loess.json).
 */
export function loess(data: LoessData): Loess | NotEstimable {
  const { span, degree, at } = data;
  assertData(data);
  const n = data.x.length;
  if (n === 0) return { notEstimable: "no values" };
  const q = Math.min(n, Math.floor(n * span + 1e-5)); // as R: n·span may be a rounding short of a whole number
  if (q <= degree) return { notEstimable: "the span holds too few values" };
  const { x, y } = sortedByX(data);
  const fitted = new Float64Array(at.length);
  let first = 0;
  let before: { readonly point: number; readonly value: number } | undefined;
  for (const i of ascendingOrder(at)) {
    const point = at[i]!;
    if (point !== before?.point) {
      while (first + q < n && point - x[first]! > x[first + q]! - point) first++;
      const neighbours = { x: x.subarray(first, first + q), y: y.subarray(first, first + q) };
      const distance = Math.max(point - x[first]!, x[first + q - 1]! - point);
      const value = localValue(neighbours, point, distance * Math.sqrt(Math.max(1, span)), degree);
      if (value === undefined) return { notEstimable: "too few different values within the span" };
      before = { point, value };
    }
    fitted[i] = before.value;
  }
  return { fitted };
}

function assertData({ x, y, span, degree, at }: LoessData): void {
  assertSameLength({ x, y });
  // A caller without types may ask for another.
  if (![1, 2].includes(degree)) throw new ContractError(`degree ${degree} is not 1 or 2`);
  assertFinite({ x, y, at });
  if (!(span > 0 && span < Infinity)) throw new ContractError(`span ${span} is not above 0`);
  if (x.length > loessLimit)
    throw new ContractError(`loess of ${x.length} values, at most ${loessLimit} are allowed`);
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    low = Math.min(low, x[i]!);
    high = Math.max(high, x[i]!);
  }
  for (let i = 0; i < at.length; i++)
    if (at[i]! < low || at[i]! > high)
      throw new ContractError(`at[${i}] is ${at[i]}, outside the values from ${low} to ${high}`);
}

interface Points {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

function sortedByX({ x, y }: Points): Points {
  const order = ascendingOrder(x);
  return {
    x: Float64Array.from(order, (row) => x[row]!),
    y: Float64Array.from(order, (row) => y[row]!),
  };
}

/** The polynomial's value at `point`; undefined where the neighbours do not determine it. */
function localValue({ x, y }: Points, point: number, radius: number, degree: number): number | undefined {
  if (radius === 0) return undefined;
  const u = x.map((value) => (value - point) / radius);
  const weight = u.map(tricube);
  const rest = y.slice();
  const power = new Float64Array(u.length).fill(1);
  // Orthogonal polynomials in u at the neighbours and at the point, where u = 0.
  let [term, termAtPoint, norm] = [new Float64Array(u.length).fill(1), 1, 1];
  let [lower, lowerAtPoint] = [new Float64Array(u.length), 0];
  let value = 0;
  for (let k = 0; ; k++) {
    const lowerNorm = norm;
    let [fit, centre, whole] = [0, 0, 0];
    norm = 0;
    for (let i = 0; i < u.length; i++) {
      const weighted = weight[i]! * term[i]!;
      norm += weighted * term[i]!;
      fit += weighted * rest[i]!;
      centre += weighted * term[i]! * u[i]!;
      whole += weight[i]! * power[i]! * power[i]!;
      power[i]! *= u[i]!;
    }
    if (!(norm > leastOwnShare * whole)) return undefined;
    value += (fit / norm) * termAtPoint;
    if (k === degree) return value;
    const back = k === 0 ? 0 : norm / lowerNorm;
    const next = new Float64Array(u.length);
    for (let i = 0; i < u.length; i++) {
      rest[i]! -= (fit / norm) * term[i]!;
      next[i] = (u[i]! - centre / norm) * term[i]! - back * lower[i]!;
    }
    const nextAtPoint = -(centre / norm) * termAtPoint - back * lowerAtPoint;
    [lower, lowerAtPoint, term, termAtPoint] = [term, termAtPoint, next, nextAtPoint];
  }
}

function tricube(u: number): number {
  const distance = Math.abs(u);
  if (distance >= 1) return 0;
  const rest = 1 - distance * distance * distance;
  return rest * rest * rest;
}
