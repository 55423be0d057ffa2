import type { LowerTriangle } from "./joint-normal.ts";
import type { Units } from "./rows-by-unit.ts";
import type { SliceCensus } from "./slice-census.ts";

/** Gaps of slices against all other rows, and how they vary together. */
export interface SliceGaps {
  readonly mean: Float64Array;
  readonly meanElsewhere: Float64Array;
  /** Of each gap, from its own two means, as a sum over units without a correction for their number. */
  readonly variance: Float64Array;
  /** The same as if each row were a unit. */
  readonly rowVariance: Float64Array;
  /** Of the value among all rows. */
  readonly valueVariance: number;
  /** Where there is no gap; 1 on the diagonal, 0 beside a gap that does not vary. */
  readonly correlation: LowerTriangle;
}

/**
 * Gap of each slice, its variance, and the correlation of all gaps, rows of one unit depending on each other in any way.
 *
 *     gap_s = x̄_s − x̄_rest,   Var_s = Σ_c ψ_cs²,   ψ_cs = Σ_{i in c, inside} (xᵢ − x̄_s)/n_s − Σ_{i in c, outside} (xᵢ − x̄_rest)/n_rest
 *     R_st ∝ Σ_c φ_cs φ_ct,   φ as ψ with the mean of all rows in place of both
 *
 * φ is ψ where the slice has no gap, and does not vanish in a slice without an error, of which ψ would say that it varies
 * with the rest alone, so that many such slices would pass for one. The part of φ that every row has makes a matrix of rank
 * 1; what rows inside have beside it is added. So a unit costs the square of the number of slices that hold its rows.
 *
 * Reference: Liang & Zeger (1986), Biometrika 73, 13–22, doi:10.1093/biomet/73.1.13.
 */
export function sliceGaps(value: Float64Array, census: SliceCensus, units: Units): SliceGaps {
  const centre = value.reduce((sum, x) => sum + x, 0) / value.length;
  const inside = new Float64Array(census.slices.length);
  const squares = new Float64Array(census.slices.length);
  const held = new Uint32Array(census.slices.length);
  let [total, totalSquares] = [0, 0];
  for (let row = 0; row < value.length; row++) {
    const square = (value[row]! - centre) ** 2;
    total += value[row]!;
    totalSquares += square;
    const n = census.slicesOf(row, held);
    for (let k = 0; k < n; k++) {
      inside[held[k]!]! += value[row]!;
      squares[held[k]!]! += square;
    }
  }
  const size = Float64Array.from(census.slices, ({ nRows }) => nRows);
  const rest = size.map((n) => value.length - n);
  const mean = inside.map((sum, s) => sum / size[s]!);
  const meanElsewhere = inside.map((sum, s) => (total - sum) / rest[s]!);
  const away = (values: Float64Array) => values.map((x) => x - centre);
  const centres = { units, size, rest, mean: away(mean), elsewhere: away(meanElsewhere) };
  // Σ(x − x̄)²/n² within the rows of each side.
  const within = (sum: number, n: number, m: number) => Math.max(0, sum / n - m * m) / n;
  const rowVariance = squares.map(
    (sum, s) =>
      within(sum, size[s]!, centres.mean[s]!) + within(totalSquares - sum, rest[s]!, centres.elsewhere[s]!),
  );
  // Equal values leave rounding.
  const isConstant = !(totalSquares > 1e-24 * value.length * centre * centre);
  const valueVariance = isConstant ? 0 : totalSquares / value.length;
  return { mean, meanElsewhere, rowVariance, valueVariance, ...spreadOf(away(value), census, centres) };
}

interface Centres {
  readonly units: Units;
  readonly size: Float64Array;
  readonly rest: Float64Array;
  readonly mean: Float64Array;
  readonly elsewhere: Float64Array;
}

function spreadOf(value: Float64Array, census: SliceCensus, of: Centres) {
  const { units, size, rest, mean, elsewhere } = of;
  const products = Array.from(size, (_, s) => new Float64Array(s + 1));
  const withTotal = new Float64Array(size.length);
  const variance = new Float64Array(size.length);
  // A row inside counts 1/n_s, where one outside counts −1/n_rest: this much more.
  const more = size.map((n, s) => 1 / n + 1 / rest[s]!);
  const moreCentre = size.map((n, s) => mean[s]! / n + elsewhere[s]! / rest[s]!);
  let [sumSum, sumCount, countCount] = [0, 0, 0];
  for (const { sum, count, slices, sums, counts } of sumsByUnit(value, census, units)) {
    sumSum += sum * sum;
    sumCount += sum * count;
    countCount += count * count;
    for (let a = 0; a < slices.length; a++) {
      const s = slices[a]!;
      const own = sums[s]!;
      withTotal[s]! += own * sum;
      const beside = own * more[s]! - counts[s]! * moreCentre[s]!;
      variance[s]! += beside * (beside + (2 * (count * elsewhere[s]! - sum)) / rest[s]!);
      const row = products[s]!;
      for (let b = 0; b <= a; b++) row[slices[b]!]! += own * sums[slices[b]!]!;
    }
  }
  const common = (s: number) =>
    (sumSum - 2 * elsewhere[s]! * sumCount + elsewhere[s]! ** 2 * countCount) / rest[s]! ** 2;
  const covariance = (s: number, t: number) =>
    more[s]! * more[t]! * products[s]![t]! -
    (more[s]! * withTotal[s]!) / rest[t]! -
    (more[t]! * withTotal[t]!) / rest[s]! +
    sumSum / (rest[s]! * rest[t]!);
  const nullSpread = size.map((_, s) => Math.sqrt(Math.max(0, covariance(s, s))));
  return {
    variance: variance.map((x, s) => Math.max(0, x + common(s))),
    correlation: products.map((row, s) =>
      row.map((_, t) => {
        if (s === t) return 1;
        const scale = nullSpread[s]! * nullSpread[t]!;
        return scale > 0 ? covariance(s, t) / scale : 0;
      }),
    ),
  };
}

interface UnitSums {
  /** Of all rows of the unit. */
  readonly sum: number;
  readonly count: number;
  /** Slices that hold one of its rows, ascending. */
  readonly slices: Uint32Array;
  /** Of its rows in each of those; what stands at others says nothing. */
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

/** The same arrays each time. */
function* sumsByUnit(value: Float64Array, census: SliceCensus, units: Units): Generator<UnitSums> {
  const nSlices = census.slices.length;
  const [sums, counts] = [new Float64Array(nSlices), new Float64Array(nSlices)];
  const [ofRow, ofUnit] = [new Uint32Array(nSlices), new Uint32Array(nSlices)];
  for (let unit = 0; unit < units.length; unit++) {
    let [sum, nHeld] = [0, 0];
    const [first, end] = [units.start[unit]!, units.start[unit + 1]!];
    for (let i = first; i < end; i++) {
      const row = units.rows[i]!;
      sum += value[row]!;
      const n = census.slicesOf(row, ofRow);
      for (let k = 0; k < n; k++) {
        const s = ofRow[k]!;
        if (counts[s] === 0) ofUnit[nHeld++] = s;
        counts[s]!++;
        sums[s]! += value[row]!;
      }
    }
    const slices = ofUnit.subarray(0, nHeld).sort();
    yield { sum, count: end - first, slices, sums, counts };
    for (const s of slices) {
      sums[s] = 0;
      counts[s] = 0;
    }
  }
}
