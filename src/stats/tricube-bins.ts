import { far, near, weightOf } from "./lowess.ts";

/** Powers of x − centre that are summed in a bin: the weight has degree 9, the squared distance 2. */
const nPowers = 12;
/** Coefficients of the weight. */
const nTerms = 10;
/** Of a bin: a, b, Σ w, Σ w t, Σ w t², Σ w y, Σ w y t, with distances a + b t from the point in radii. */
const nSums = 7;

/**
 * Rows of ascending x in bins of neighbouring ranks, from which the lowess line at any point is found without a walk over
 * all rows, for any frequencies of the rows.
 *
 *     Σ f w(u) uᵏ,  u = (x − x₀)/h,  w = (1 − |u|³)³
 *
 * On one side of x₀ the weight is a polynomial in t = (x − c)/s, where c is the middle of a bin and s half its width:
 * 1 − |α + β t|³ has four coefficients, its cube ten, so the sums of a bin follow from Σ f tᵏ, k = 0 … 11, and Σ f y tᵏ.
 * The cube is taken of the four, not expanded from (1 − u³)³, so that small weights keep their digits. A bin that holds
 * x₀ or one of the limits of weight 1 or 0 is summed row by row.
 */
export class TricubeBins {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  /** The first row of each bin, and behind the last. */
  readonly #start: Uint32Array;
  readonly #centre: Float64Array;
  readonly #halfWidth: Float64Array;
  /** t of each row. */
  readonly #place: Float64Array;
  /** Rows whose y is not 0, and the first of them in each bin. */
  readonly #withY: Uint32Array;
  readonly #startWithY: Uint32Array;
  #frequency: Uint32Array = new Uint32Array();
  readonly #moments: Float64Array;
  readonly #momentsOfY: Float64Array;
  readonly #sums: Float64Array;
  readonly #weight = new Float64Array(nTerms);

  /** x ascends. The work of a point is least with bins of about √n rows. */
  constructor(x: Float64Array, y: Float64Array) {
    const n = x.length;
    const binSize = Math.ceil(Math.sqrt(n));
    const nBins = n === 0 ? 0 : Math.ceil(n / binSize);
    this.#x = x;
    this.#y = y;
    this.#start = Uint32Array.from({ length: nBins + 1 }, (_, bin) => Math.min(n, bin * binSize));
    this.#centre = new Float64Array(nBins);
    this.#halfWidth = new Float64Array(nBins);
    this.#place = new Float64Array(n);
    this.#withY = rowsWith(y);
    this.#startWithY = new Uint32Array(nBins + 1);
    this.#moments = new Float64Array(nBins * nPowers);
    this.#momentsOfY = new Float64Array(nBins * nPowers);
    this.#sums = new Float64Array(nBins * nSums);
    for (let bin = 0, k = 0; bin < nBins; bin++) {
      const [from, to] = [this.#start[bin]!, this.#start[bin + 1]!];
      const centre = x[from]! + (x[to - 1]! - x[from]!) / 2;
      const halfWidth = Math.max(x[to - 1]! - centre, centre - x[from]!);
      this.#centre[bin] = centre;
      this.#halfWidth[bin] = halfWidth;
      for (let row = from; row < to; row++)
        this.#place[row] = halfWidth === 0 ? 0 : (x[row]! - centre) / halfWidth;
      while (k < this.#withY.length && this.#withY[k]! < to) k++;
      this.#startWithY[bin + 1] = k;
    }
  }

  /** Takes each row so many times from here on. */
  take(frequency: Uint32Array): void {
    this.#frequency = frequency;
    for (let bin = 0; bin + 1 < this.#start.length; bin++) {
      this.#sumPowers(bin);
      this.#sumPowersOfY(bin);
    }
  }

  /** Σ f tᵏ of a bin, in variables of their own, which stay in registers. */
  #sumPowers(bin: number): void {
    const [frequency, place] = [this.#frequency, this.#place];
    const to = this.#start[bin + 1]!;
    let [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let row = this.#start[bin]!; row < to; row++) {
      const t = place[row]!;
      let power: number = frequency[row]!;
      m0 += power;
      m1 += power *= t;
      m2 += power *= t;
      m3 += power *= t;
      m4 += power *= t;
      m5 += power *= t;
      m6 += power *= t;
      m7 += power *= t;
      m8 += power *= t;
      m9 += power *= t;
      m10 += power *= t;
      m11 += power * t;
    }
    this.#moments.set([m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11], bin * nPowers);
  }

  /** Σ f y tᵏ of a bin. */
  #sumPowersOfY(bin: number): void {
    const [frequency, place, y, withY, moments] = [
      this.#frequency,
      this.#place,
      this.#y,
      this.#withY,
      this.#momentsOfY,
    ];
    const first = bin * nPowers;
    moments.fill(0, first, first + nPowers);
    for (let k = this.#startWithY[bin]!; k < this.#startWithY[bin + 1]!; k++) {
      const row = withY[k]!;
      const t = place[row]!;
      let power = frequency[row]! * y[row]!;
      for (let j = first; j < first + nPowers; j++) {
        moments[j]! += power;
        power *= t;
      }
    }
  }

  /**
   * The value at x₀ of the line fitted to the rows within `radius`, or their weighted mean where they spread over no more
   * than a thousandth of `range`.
   */
  lineAt(point: number, radius: number, range: number): number {
    const sums = this.#sums;
    const end = this.#sumAround(point, radius);
    let [total, sumU, sumY] = [0, 0, 0];
    for (let i = 0; i < end; i += nSums) {
      total += sums[i + 2]!;
      sumU += sums[i]! * sums[i + 2]! + sums[i + 1]! * sums[i + 3]!;
      sumY += sums[i + 5]!;
    }
    const centre = sumU / total;
    const level = sumY / total;
    if (radius === 0) return level;
    let [squares, products] = [0, 0];
    for (let i = 0; i < end; i += nSums) {
      const a = sums[i]! - centre;
      const b = sums[i + 1]!;
      squares += a * a * sums[i + 2]! + 2 * a * b * sums[i + 3]! + b * b * sums[i + 4]!;
      products += a * sums[i + 5]! + b * sums[i + 6]!;
    }
    const isSpread = Math.sqrt(squares / total) * radius > near * range;
    return isSpread ? level - (centre * products) / squares : level;
  }

  /** Writes the sums of each bin with weight; where they end. */
  #sumAround(point: number, radius: number): number {
    const [x, start] = [this.#x, this.#start];
    let end = 0;
    for (let bin = 0; bin + 1 < start.length; bin++) {
      if (this.#moments[bin * nPowers] === 0) continue;
      const below = point - x[start[bin]!]!;
      const above = x[start[bin + 1]! - 1]! - point;
      const nearest = Math.max(0, -below, -above);
      const farthest = Math.max(below, above);
      if (nearest > far * radius) continue;
      if (farthest <= near * radius) this.#sumEqually(bin, point, radius, end);
      else if (nearest > near * radius && farthest <= far * radius)
        this.#sumByPowers(bin, point, radius, end);
      else this.#sumRows(bin, point, radius, end);
      end += nSums;
    }
    return end;
  }

  /** Of a bin whose rows all weigh 1. */
  #sumEqually(bin: number, point: number, radius: number, at: number): void {
    this.#weight.fill(0)[0] = 1;
    this.#sumWeighted(bin, point, radius, at);
  }

  /** Of a bin on one side of the point, all of it between the limits. */
  #sumByPowers(bin: number, point: number, radius: number, at: number): void {
    const side = this.#centre[bin]! < point ? -1 : 1;
    const alpha = (side * (this.#centre[bin]! - point)) / radius;
    const beta = (side * this.#halfWidth[bin]!) / radius;
    cubeOf(
      (1 - alpha) * (1 + alpha + alpha * alpha),
      -3 * alpha * alpha * beta,
      -3 * alpha * beta * beta,
      -beta * beta * beta,
      this.#weight,
    );
    this.#sumWeighted(bin, point, radius, at);
  }

  /** Of a bin whose rows weigh the polynomial in t. */
  #sumWeighted(bin: number, point: number, radius: number, at: number): void {
    const [moments, ofY, weight, sums] = [this.#moments, this.#momentsOfY, this.#weight, this.#sums];
    const first = bin * nPowers;
    let [total, totalT, totalTT, totalY, totalTY] = [0, 0, 0, 0, 0];
    for (let j = 0; j < nTerms; j++) {
      const w = weight[j]!;
      total += w * moments[first + j]!;
      totalT += w * moments[first + j + 1]!;
      totalTT += w * moments[first + j + 2]!;
      totalY += w * ofY[first + j]!;
      totalTY += w * ofY[first + j + 1]!;
    }
    const unit = radius === 0 ? 1 : radius;
    sums[at] = (this.#centre[bin]! - point) / unit;
    sums[at + 1] = this.#halfWidth[bin]! / unit;
    sums[at + 2] = total;
    sums[at + 3] = totalT;
    sums[at + 4] = totalTT;
    sums[at + 5] = totalY;
    sums[at + 6] = totalTY;
  }

  #sumRows(bin: number, point: number, radius: number, at: number): void {
    const [x, y, frequency, sums] = [this.#x, this.#y, this.#frequency, this.#sums];
    const unit = radius === 0 ? 1 : radius;
    const to = this.#start[bin + 1]!;
    let [total, totalU, totalUU, totalY, totalUY] = [0, 0, 0, 0, 0];
    for (let row = this.#start[bin]!; row < to; row++) {
      const times = frequency[row]!;
      if (times === 0) continue;
      const weight = weightOf(x[row]!, point, radius);
      if (weight === 0) continue;
      const w = times * weight;
      const u = (x[row]! - point) / unit;
      total += w;
      totalU += w * u;
      totalUU += w * u * u;
      totalY += w * y[row]!;
      totalUY += w * u * y[row]!;
    }
    sums[at] = 0;
    sums[at + 1] = 1;
    sums[at + 2] = total;
    sums[at + 3] = totalU;
    sums[at + 4] = totalUU;
    sums[at + 5] = totalY;
    sums[at + 6] = totalUY;
  }
}

/** Those whose y is not 0. */
function rowsWith(y: Float64Array): Uint32Array {
  const rows = new Uint32Array(y.length);
  let n = 0;
  for (let row = 0; row < y.length; row++) if (y[row] !== 0) rows[n++] = row;
  return rows.slice(0, n);
}

/** Writes the coefficients of (p₀ + p₁ t + p₂ t² + p₃ t³)³. */
function cubeOf(p0: number, p1: number, p2: number, p3: number, cube: Float64Array): void {
  const s0 = p0 * p0;
  const s1 = 2 * p0 * p1;
  const s2 = 2 * p0 * p2 + p1 * p1;
  const s3 = 2 * (p0 * p3 + p1 * p2);
  const s4 = 2 * p1 * p3 + p2 * p2;
  const s5 = 2 * p2 * p3;
  const s6 = p3 * p3;
  cube[0] = s0 * p0;
  cube[1] = s0 * p1 + s1 * p0;
  cube[2] = s0 * p2 + s1 * p1 + s2 * p0;
  cube[3] = s0 * p3 + s1 * p2 + s2 * p1 + s3 * p0;
  cube[4] = s1 * p3 + s2 * p2 + s3 * p1 + s4 * p0;
  cube[5] = s2 * p3 + s3 * p2 + s4 * p1 + s5 * p0;
  cube[6] = s3 * p3 + s4 * p2 + s5 * p1 + s6 * p0;
  cube[7] = s4 * p3 + s5 * p2 + s6 * p1;
  cube[8] = s5 * p3 + s6 * p2;
  cube[9] = s6 * p3;
}
