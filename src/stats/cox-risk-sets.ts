import { assertBinary, assertFinite, assertSameLength } from "./assert.ts";
import type { Matrix } from "./cholesky.ts";
import { ascendingOrder, isAscending } from "./order.ts";

export type CoxTies = "efron" | "breslow";

export interface CoxData {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  /** One column for each covariate. */
  readonly covariates: readonly Float64Array[];
}

/** The rows of a Cox model in order of time, one column for each covariate, centred and scaled. */
export interface RiskSets {
  readonly nRows: number;
  readonly nCovariates: number;
  readonly nEvents: number;
  readonly event: Uint8Array;
  readonly columns: readonly Float64Array[];
  readonly centre: Float64Array;
  /** Mean absolute deviation of each covariate; 1 where the covariate is constant. */
  readonly scale: Float64Array;
  /** Largest minus smallest scaled value of each covariate. */
  readonly range: Float64Array;
  /** Sum of each scaled covariate over the rows with an event. */
  readonly eventSum: Float64Array;
  /** Distinct times, and the first row of each, with nRows at the end. */
  readonly time: Float64Array;
  readonly firstRow: Uint32Array;
}

export function riskSets({ time, event, covariates }: CoxData): RiskSets {
  const names = Object.fromEntries(covariates.map((column, j) => [`covariate ${j + 1}`, column]));
  assertSameLength({ time, event, ...names });
  assertFinite({ time, ...names });
  assertBinary({ event });
  const order = isAscending(time) ? undefined : ascendingOrder(time);
  const inOrder = (column: Float64Array) => (order ? picked(column, order) : column);
  const spreads = covariates.map(spread);
  const columns = covariates.map((column, j) => standardised(inOrder(column), spreads[j]!));
  const sortedEvent = order ? event.map((_, i) => event[order[i]!]!) : event;
  return {
    ...inOrderOfTime(inOrder(time), sortedEvent, columns),
    nCovariates: columns.length,
    centre: Float64Array.from(spreads, ({ centre }) => centre),
    scale: Float64Array.from(spreads, ({ scale }) => scale),
    range: Float64Array.from(spreads, ({ range }) => range),
  };
}

function picked(column: Float64Array, rows: Uint32Array): Float64Array {
  const result = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = column[rows[i]!]!;
  return result;
}

/** Every `stride`-th row of the same model, with the same centre and scale. */
export function thinnedSets(sets: RiskSets, stride: number): RiskSets {
  const n = Math.ceil(sets.nRows / stride);
  const time = new Float64Array(n);
  const event = new Uint8Array(n);
  for (let i = 0, k = 0; i < n; i++) {
    while (sets.firstRow[k + 1]! <= i * stride) k++;
    time[i] = sets.time[k]!;
    event[i] = sets.event[i * stride]!;
  }
  const columns = sets.columns.map((column) =>
    Float64Array.from({ length: n }, (_, i) => column[i * stride]!),
  );
  return { ...sets, ...inOrderOfTime(time, event, columns) };
}

/** What follows from rows in order of time: their distinct times, and sums over the events. */
function inOrderOfTime(time: Float64Array, event: Uint8Array, columns: readonly Float64Array[]) {
  const nRows = time.length;
  const times = new Float64Array(nRows);
  const firstRow = new Uint32Array(nRows + 1);
  let nTimes = 0;
  let nEvents = 0;
  for (let i = 0; i < nRows; i++) {
    nEvents += event[i]!;
    if (i > 0 && time[i]! === times[nTimes - 1]!) continue;
    times[nTimes] = time[i]!;
    firstRow[nTimes++] = i;
  }
  firstRow[nTimes] = nRows;
  const eventSum = Float64Array.from(columns, (column) => {
    let sum = 0;
    for (let i = 0; i < nRows; i++) sum += event[i]! * column[i]!;
    return sum;
  });
  const distinct = { time: times.slice(0, nTimes), firstRow: firstRow.slice(0, nTimes + 1) };
  return { nRows, nEvents, event, columns, eventSum, ...distinct };
}

function standardised(
  column: Float64Array,
  { centre, scale }: { centre: number; scale: number },
): Float64Array {
  const result = new Float64Array(column.length);
  for (let i = 0; i < column.length; i++) result[i] = (column[i]! - centre) / scale;
  return result;
}

function spread(column: Float64Array): { centre: number; scale: number; range: number } {
  let lowest = Infinity;
  let highest = -Infinity;
  let sum = 0;
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    sum += value;
  }
  // A constant column must become exact zeros, not the rounding error of its mean.
  if (!(lowest < highest)) return { centre: column.length === 0 ? 0 : lowest, scale: 1, range: 0 };
  const centre = sum / column.length;
  let deviation = 0;
  for (let i = 0; i < column.length; i++) deviation += Math.abs(column[i]! - centre);
  const scale = deviation / column.length;
  return { centre, scale, range: (highest - lowest) / scale };
}

export interface PartialLikelihood {
  readonly logLikelihood: number;
  readonly score: Float64Array;
  readonly information: Matrix;
}

/**
 * Log partial likelihood, its gradient and its negative second derivative at `beta` (in scaled units).
 *
 * With S₀, S₁, S₂ the sums of w, w·x, w·x·xᵀ (w = exp(xβ)) over the patients at risk, E₀, E₁, E₂ the same
 * over the d events at that time, and f = k/d for k = 0 … d − 1 (Efron) or 0 (Breslow), each event adds
 *
 *     −log(S₀ − f E₀),   −m = −(S₁ − f E₁)/(S₀ − f E₀),   (S₂ − f E₂)/(S₀ − f E₀) − m·mᵀ
 *
 * One pass from the last time to the first: O(n p²).
 */
export function partialLikelihood(sets: RiskSets, beta: Float64Array, ties: CoxTies): PartialLikelihood {
  const p = sets.nCovariates;
  const { columns, event, firstRow } = sets;
  const atRisk = new Sums(p);
  const failing = new Sums(p);
  const score = sets.eventSum.slice();
  const information = Array.from(beta, () => new Float64Array(p));
  const meanAtRisk = new Float64Array(p);
  let logLikelihood = 0;
  const weight = new Float64Array(longestTie(firstRow));
  for (let k = sets.time.length - 1; k >= 0; k--) {
    const [from, to] = [firstRow[k]!, firstRow[k + 1]!];
    predict(weight, { columns, beta, from, to });
    let events = 0;
    for (let i = from; i < to; i++) {
      events += event[i]!;
      logLikelihood += event[i]! * weight[i - from]!;
      weight[i - from] = Math.exp(weight[i - from]!);
    }
    atRisk.add(columns, weight, from, to);
    if (events === 0) continue;
    for (let i = from; i < to; i++) weight[i - from]! *= event[i]!;
    failing.clear();
    failing.add(columns, weight, from, to);
    for (let tied = 0; tied < events; tied++) {
      const share = ties === "efron" ? tied / events : 0;
      const total = atRisk.weight - share * failing.weight;
      logLikelihood -= Math.log(total);
      for (let a = 0, at = 0; a < p; a++) {
        meanAtRisk[a] = (atRisk.first[a]! - share * failing.first[a]!) / total;
        score[a]! -= meanAtRisk[a]!;
        const row = information[a]!;
        for (let b = 0; b <= a; b++, at++)
          row[b]! +=
            (atRisk.second[at]! - share * failing.second[at]!) / total - meanAtRisk[a]! * meanAtRisk[b]!;
      }
    }
  }
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) information[b]![a] = information[a]![b]!;
  return { logLikelihood, score, information };
}

/** Most rows that share one time. */
export function longestTie(firstRow: Uint32Array): number {
  let longest = 0;
  for (let k = 1; k < firstRow.length; k++) longest = Math.max(longest, firstRow[k]! - firstRow[k - 1]!);
  return longest;
}

/** xβ of the rows of one time; `predictor` starts with the first of them. */
export function predict(
  predictor: Float64Array,
  rows: {
    readonly columns: readonly Float64Array[];
    readonly beta: Float64Array;
    readonly from: number;
    readonly to: number;
  },
): void {
  const { columns, beta, from, to } = rows;
  predictor.fill(0, 0, to - from);
  for (let j = 0; j < columns.length; j++) {
    const column = columns[j]!;
    const coefficient = beta[j]!;
    for (let i = from; i < to; i++) predictor[i - from]! += coefficient * column[i]!;
  }
}

/** Weighted sums of 1, x and the lower triangle of x·xᵀ. */
class Sums {
  weight = 0;
  readonly first: Float64Array;
  readonly second: Float64Array;

  constructor(p: number) {
    this.first = new Float64Array(p);
    this.second = new Float64Array((p * (p + 1)) / 2);
  }

  /** The rows of one time; `weight` starts with the first of them. */
  add(columns: readonly Float64Array[], weight: Float64Array, from: number, to: number): void {
    if (columns.length === 1) this.#addOne(columns[0]!, weight, from, to);
    else if (columns.length === 2) this.#addTwo(columns[0]!, columns[1]!, weight, from, to);
    else this.#addMany(columns, weight, from, to);
  }

  #addMany(columns: readonly Float64Array[], weight: Float64Array, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.weight += weight[i - from]!;
      for (let a = 0, at = 0; a < columns.length; a++) {
        const weighted = weight[i - from]! * columns[a]![i]!;
        this.first[a]! += weighted;
        for (let b = 0; b <= a; b++, at++) this.second[at]! += weighted * columns[b]![i]!;
      }
    }
  }

  // One and two covariates, the calibration models: sums in local variables are several times as fast.
  #addOne(x: Float64Array, weight: Float64Array, from: number, to: number): void {
    let [sum, sumX, sumXX] = [0, 0, 0];
    for (let i = from; i < to; i++) {
      const weighted = weight[i - from]! * x[i]!;
      sum += weight[i - from]!;
      sumX += weighted;
      sumXX += weighted * x[i]!;
    }
    this.weight += sum;
    this.first[0]! += sumX;
    this.second[0]! += sumXX;
  }

  #addTwo(x: Float64Array, y: Float64Array, weight: Float64Array, from: number, to: number): void {
    let [sum, sumX, sumY, sumXX, sumXY, sumYY] = [0, 0, 0, 0, 0, 0];
    for (let i = from; i < to; i++) {
      const weightedX = weight[i - from]! * x[i]!;
      const weightedY = weight[i - from]! * y[i]!;
      sum += weight[i - from]!;
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

  clear(): void {
    this.weight = 0;
    this.first.fill(0);
    this.second.fill(0);
  }
}
