/** Rows of a bin of the lowest level, and bins of one level in one of the next. */
const leafSize = 64;
const fanOut = 8;

export interface NestedBins {
  /** How many bins hold rows alone; they come first. */
  readonly nLeaves: number;
  /** The rows of each bin. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** The first of the bins within it; of the lowest level its own number. */
  readonly within: Uint32Array;
  /** The bin that it lies in; of the last one its own number. */
  readonly parent: Uint32Array;
}

/** Bins of neighbouring rows, level by level, the last of which holds all. */
export function nestedBins(n: number): NestedBins {
  const nLeaves = Math.max(1, Math.ceil(n / leafSize));
  const [from, to, within, parent] = [[] as number[], [] as number[], [] as number[], [] as number[]];
  for (let bin = 0; bin < nLeaves; bin++) {
    from.push(bin * leafSize);
    to.push(Math.min(n, (bin + 1) * leafSize));
    within.push(bin);
  }
  for (let first = 0, end = nLeaves; end - first > 1; first = end, end = from.length)
    for (let bin = first; bin < end; bin += fanOut) {
      const last = Math.min(end, bin + fanOut) - 1;
      for (let inner = bin; inner <= last; inner++) parent.push(from.length);
      from.push(from[bin]!);
      to.push(to[last]!);
      within.push(bin);
    }
  parent.push(from.length - 1);
  const numbers = (list: readonly number[]) => Uint32Array.from(list);
  return { nLeaves, from: numbers(from), to: numbers(to), within: numbers(within), parent: numbers(parent) };
}

/** Those whose y is not 0. */
export function rowsWith(y: Float64Array): Uint32Array {
  const rows = new Uint32Array(y.length);
  let n = 0;
  for (let row = 0; row < y.length; row++) if (y[row] !== 0) rows[n++] = row;
  return rows.slice(0, n);
}
