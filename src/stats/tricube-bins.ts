import { far, near, weightOf } from "./lowess.ts";
import { nestedBins, rowsWith } from "./nested-bins.ts";

/** Powers of x − centre that are summed in a bin: the weight has degree 9, the squared distance 2. */
const nPowers = 12;
/** Coefficients of the weight. */
const nTerms = 10;
/** Of a bin: a, b, Σ w, Σ w t, Σ w t², Σ w y, Σ w y t, with distances a + b t from the point in radii. */
const nSums = 7;

/**
 * Rows of ascending x in bins of neighbouring ranks, and these in larger bins, from which the lowess line at any point is
 * found without a walk over all rows, for any frequencies of the rows.
 *
 *     Σ f w(u) uᵏ,  u = (x − x₀)/h,  w = (1 − |u|³)³
 *
 * On one side of x₀ the weight is a polynomial in t = (x − c)/s, where c is the middle of a bin and s half its width:
 * 1 − |α + β t|³ has four coefficients, its cube ten, so the sums of a bin follow from Σ f tᵏ, k = 0 … 11, and Σ f y tᵏ.
 * The cube is taken of the four, not expanded from (1 − u³)³, so that small weights keep their digits. A bin that holds
 * x₀ or one of the limits of weight 1 or 0 is opened, and one of the lowest level summed row by row. Sums of a larger bin
 * are those of its bins, with t = a + b t′ in their place.
 */
export class TricubeBins {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #nLeaves: number;
  /** Bins from the lowest level up to the one that holds all rows: rows from, rows to, and the first bin within. */
  readonly #from: Uint32Array;
  readonly #to: Uint32Array;
  readonly #within: Uint32Array;
  readonly #centre: Float64Array;
  readonly #halfWidth: Float64Array;
  /** The bin that a bin lies in; of the highest its own number. */
  readonly #parent: Uint32Array;
  /** t of each row. */
  readonly #place: Float64Array;
  /** Rows whose y is not 0, and the first of them in each bin of the lowest level. */
  readonly #withY: Uint32Array;
  readonly #startWithY: Uint32Array;
  #frequency: Uint32Array = new Uint32Array();
  readonly #moments: Float64Array;
  readonly #momentsOfY: Float64Array;
  readonly #sums: Float64Array;
  #end = 0;
  readonly #weight = new Float64Array(nTerms);
  readonly #moved = new Float64Array(nPowers);

  /** x ascends. */
  constructor(x: Float64Array, y: Float64Array) {
    const bins = nestedBins(x.length);
    const nBins = bins.from.length;
    this.#x = x;
    this.#y = y;
    this.#nLeaves = bins.nLeaves;
    this.#from = bins.from;
    this.#to = bins.to;
    this.#within = bins.within;
    this.#parent = bins.parent;
    this.#centre = new Float64Array(nBins);
    this.#halfWidth = new Float64Array(nBins);
    this.#place = new Float64Array(x.length);
    this.#withY = rowsWith(y);
    this.#startWithY = new Uint32Array(this.#nLeaves + 1);
    this.#moments = new Float64Array(nBins * nPowers);
    this.#momentsOfY = new Float64Array(nBins * nPowers);
    this.#sums = new Float64Array(nBins * nSums);
    for (let bin = 0; bin < nBins; bin++) {
      const [first, last] = [x[this.#from[bin]!]!, x[this.#to[bin]! - 1]!];
      const centre = first + (last - first) / 2;
      this.#centre[bin] = centre;
      this.#halfWidth[bin] = Math.max(last - centre, centre - first);
    }
    for (let bin = 0, k = 0; bin < this.#nLeaves; bin++) {
      const [centre, halfWidth, to] = [this.#centre[bin]!, this.#halfWidth[bin]!, this.#to[bin]!];
      for (let row = this.#from[bin]!; row < to; row++)
        this.#place[row] = halfWidth === 0 ? 0 : (x[row]! - centre) / halfWidth;
      while (k < this.#withY.length && this.#withY[k]! < to) k++;
      this.#startWithY[bin + 1] = k;
    }
  }

  /** Takes each row so many times from here on. */
  take(frequency: Uint32Array): void {
    this.#frequency = frequency;
    this.#moments.fill(0);
    this.#momentsOfY.fill(0);
    for (let bin = 0; bin < this.#nLeaves; bin++) {
      this.#sumPowers(bin);
      this.#sumPowersOfY(bin);
    }
    for (let bin = 0; bin + 1 < this.#from.length; bin++) {
      if (this.#moments[bin * nPowers] === 0) continue;
      const parent = this.#parent[bin]!;
      const width = this.#halfWidth[parent]!;
      const a = width === 0 ? 0 : (this.#centre[bin]! - this.#centre[parent]!) / width;
      const b = width === 0 ? 0 : this.#halfWidth[bin]! / width;
      this.#addMoved(this.#moments, bin, parent, a, b);
      this.#addMoved(this.#momentsOfY, bin, parent, a, b);
    }
  }

  /** Adds the sums of powers of t to those of a + b t. */
  #addMoved(moments: Float64Array, bin: number, parent: number, a: number, b: number): void {
    const moved = this.#moved;
    const [first, to] = [bin * nPowers, parent * nPowers];
    for (let j = 0, scale = 1; j < nPowers; j++, scale *= b) moved[j] = scale * moments[first + j]!;
    for (let r = 1; r < nPowers; r++) for (let j = nPowers - 1; j >= r; j--) moved[j]! += a * moved[j - 1]!;
    for (let j = 0; j < nPowers; j++) moments[to + j]! += moved[j]!;
  }

  /** Σ f tᵏ of a bin, in variables of their own, which stay in registers. */
  #sumPowers(bin: number): void {
    const [frequency, place] = [this.#frequency, this.#place];
    const to = this.#to[bin]!;
    let [m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (let row = this.#from[bin]!; row < to; row++) {
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
    this.#end = 0;
    this.#sumBin(this.#from.length - 1, point, radius);
    const end = this.#end;
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

  /** Writes the sums of the bin, or of those within it that have weight, behind what is written. */
  #sumBin(bin: number, point: number, radius: number): void {
    if (this.#moments[bin * nPowers] === 0) return;
    const below = point - this.#x[this.#from[bin]!]!;
    const above = this.#x[this.#to[bin]! - 1]! - point;
    const nearest = Math.max(0, -below, -above);
    const farthest = Math.max(below, above);
    if (nearest > far * radius) return;
    if (farthest <= near * radius) this.#sumEqually(bin, point, radius, this.#end);
    else if (nearest > near * radius && farthest <= far * radius)
      this.#sumByPowers(bin, point, radius, this.#end);
    else if (bin < this.#nLeaves) this.#sumRows(bin, point, radius, this.#end);
    else {
      for (let inner = this.#within[bin]!; this.#parent[inner] === bin && inner !== bin; inner++)
        this.#sumBin(inner, point, radius);
      return;
    }
    this.#end += nSums;
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
    const to = this.#to[bin]!;
    let [total, totalU, totalUU, totalY, totalUY] = [0, 0, 0, 0, 0];
    for (let row = this.#from[bin]!; row < to; row++) {
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
