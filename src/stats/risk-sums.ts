/** Highest power of x that is summed. */
export type SumOrder = 0 | 1 | 2;

/**
 * Sums of w, w·x and the lower triangle of w·x·xᵀ over a set of rows that grows, and may shrink.
 *
 * Where rows are also removed the sums carry what rounding left out (two-sum), so that removing a row undoes
 * adding it even after a far heavier one.
 *
 * Reference: Knuth (1998), The Art of Computer Programming 2, 3rd ed., section 4.2.2, theorem C.
 */
export class RiskSums {
  weight = 0;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly #columns: readonly Float64Array[];
  readonly #isExact: boolean;
  readonly #row: Float64Array;
  readonly #total = new Float64Array(1);
  readonly #lostTotal = new Float64Array(1);
  readonly #lostFirst: Float64Array;
  readonly #lostSecond: Float64Array;

  constructor(columns: readonly Float64Array[], order: SumOrder, isExact = false) {
    const p = columns.length;
    this.#columns = columns;
    this.#isExact = isExact;
    this.#row = new Float64Array(p);
    this.first = new Float64Array(order > 0 ? p : 0);
    this.second = new Float64Array(order > 1 ? (p * (p + 1)) / 2 : 0);
    this.#lostFirst = new Float64Array(isExact ? this.first.length : 0);
    this.#lostSecond = new Float64Array(isExact ? this.second.length : 0);
  }

  clear(): void {
    this.weight = 0;
    this.first.fill(0);
    this.second.fill(0);
    this.#total[0] = 0;
    this.#lostTotal[0] = 0;
    this.#lostFirst.fill(0);
    this.#lostSecond.fill(0);
  }

  /** The rows from `from` to `to`; the weight of row i stands at i − `shift`. */
  add(weight: Float64Array, from: number, to: number, shift = 0): void {
    if (this.#isExact) for (let i = from; i < to; i++) this.addExactly(i, weight[i - shift]!);
    else if (this.first.length === 0) this.#addNone(weight, from, to, shift);
    else if (this.second.length === 1) this.#addOne(weight, from, to, shift);
    else if (this.second.length === 3) this.#addTwo(weight, from, to, shift);
    else this.#addMany(weight, from, to, shift);
  }

  // Sums in local variables here and below: several times as fast as in fields.
  #addNone(weight: Float64Array, from: number, to: number, shift: number): void {
    let sum = 0;
    for (let i = from; i < to; i++) sum += weight[i - shift]!;
    this.weight += sum;
  }

  #addMany(weight: Float64Array, from: number, to: number, shift: number): void {
    const { first, second } = this;
    const row = this.#row;
    const columns = this.#columns;
    const p = row.length;
    const withSecond = second.length > 0;
    let sum = 0;
    for (let i = from; i < to; i++) {
      const w = weight[i - shift]!;
      if (w === 0) continue;
      sum += w;
      for (let a = 0; a < p; a++) row[a] = columns[a]![i]!;
      for (let a = 0, at = 0; a < p; a++) {
        const weighted = w * row[a]!;
        first[a]! += weighted;
        if (withSecond) for (let b = 0; b <= a; b++, at++) second[at]! += weighted * row[b]!;
      }
    }
    this.weight += sum;
  }

  // One and two covariates: the calibration models.
  #addOne(weight: Float64Array, from: number, to: number, shift: number): void {
    const x = this.#columns[0]!;
    let [sum, sumX, sumXX] = [0, 0, 0];
    for (let i = from; i < to; i++) {
      const weighted = weight[i - shift]! * x[i]!;
      sum += weight[i - shift]!;
      sumX += weighted;
      sumXX += weighted * x[i]!;
    }
    this.weight += sum;
    this.first[0]! += sumX;
    this.second[0]! += sumXX;
  }

  #addTwo(weight: Float64Array, from: number, to: number, shift: number): void {
    const x = this.#columns[0]!;
    const y = this.#columns[1]!;
    let [sum, sumX, sumY, sumXX, sumXY, sumYY] = [0, 0, 0, 0, 0, 0];
    for (let i = from; i < to; i++) {
      const weightedX = weight[i - shift]! * x[i]!;
      const weightedY = weight[i - shift]! * y[i]!;
      sum += weight[i - shift]!;
      sumX += weightedX;
      sumY += weightedY;
      sumXX += weightedX * x[i]!;
      sumXY += weightedX * y[i]!;
      sumYY += weightedY * y[i]!;
    }
    this.weight += sum;
    this.first[0]! += sumX;
    this.first[1]! += sumY;
    this.second[0]! += sumXX;
    this.second[1]! += sumXY;
    this.second[2]! += sumYY;
  }

  /** One row; the same row with the weight's sign turned removes it. */
  addExactly(i: number, weight: number): void {
    const columns = this.#columns;
    const { first, second } = this;
    addTo(this.#total, this.#lostTotal, 0, weight);
    this.weight = this.#total[0]!;
    for (let a = 0, at = 0; a < first.length; a++) {
      const weighted = weight * columns[a]![i]!;
      addTo(first, this.#lostFirst, a, weighted);
      if (second.length > 0)
        for (let b = 0; b <= a; b++, at++) addTo(second, this.#lostSecond, at, weighted * columns[b]![i]!);
    }
  }
}

/** What a + b in double precision leaves out, exactly. */
function lost(a: number, b: number): number {
  const sum = a + b;
  const part = sum - a;
  return a - (sum - part) + (b - part);
}

/** `sums[at] += value`, with what rounding leaves out in `left`. */
function addTo(sums: Float64Array, left: Float64Array, at: number, value: number): void {
  const rest = left[at]! + lost(sums[at]!, value);
  const sum = sums[at]! + value;
  const total = sum + rest;
  sums[at] = total;
  left[at] = rest - (total - sum);
}
