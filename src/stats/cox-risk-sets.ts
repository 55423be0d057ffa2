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

/** The rows of a Cox model in order of time, covariates centred and scaled, one row after the other. */
export interface RiskSets {
  readonly nRows: number;
  readonly nCovariates: number;
  readonly nEvents: number;
  readonly event: Uint8Array;
  readonly rows: Float64Array;
  readonly centre: Float64Array;
  /** Mean absolute deviation of each covariate; 1 where the covariate is constant. */
  readonly scale: Float64Array;
  /** Largest minus smallest scaled value of each covariate. */
  readonly range: Float64Array;
  /** Distinct times, and the first row of each, with nRows at the end. */
  readonly time: Float64Array;
  readonly firstRow: Uint32Array;
}

export function riskSets({ time, event, covariates }: CoxData): RiskSets {
  const names = Object.fromEntries(covariates.map((column, j) => [`covariate ${j + 1}`, column]));
  assertSameLength({ time, event, ...names });
  assertFinite({ time, ...names });
  assertBinary({ event });
  const nRows = time.length;
  const p = covariates.length;
  const order = isAscending(time) ? undefined : ascendingOrder(time);
  const spreads = covariates.map(spread);
  const rows = new Float64Array(nRows * p);
  const sortedEvent = new Uint8Array(nRows);
  const times = new Float64Array(nRows);
  const firstRow = new Uint32Array(nRows + 1);
  let nTimes = 0;
  let nEvents = 0;
  for (let i = 0; i < nRows; i++) {
    const row = order ? order[i]! : i;
    sortedEvent[i] = event[row]!;
    nEvents += event[row]!;
    if (i === 0 || time[row]! !== times[nTimes - 1]!) {
      times[nTimes] = time[row]!;
      firstRow[nTimes++] = i;
    }
    for (let j = 0; j < p; j++)
      rows[i * p + j] = (covariates[j]![row]! - spreads[j]!.centre) / spreads[j]!.scale;
  }
  firstRow[nTimes] = nRows;
  return {
    nRows,
    nCovariates: p,
    nEvents,
    event: sortedEvent,
    rows,
    centre: Float64Array.from(spreads, ({ centre }) => centre),
    scale: Float64Array.from(spreads, ({ scale }) => scale),
    range: Float64Array.from(spreads, ({ range }) => range),
    time: times.slice(0, nTimes),
    firstRow: firstRow.slice(0, nTimes + 1),
  };
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
  const { rows, event, firstRow } = sets;
  const atRisk = new Sums(p);
  const failing = new Sums(p);
  const score = new Float64Array(p);
  const information = Array.from(beta, () => new Float64Array(p));
  const meanAtRisk = new Float64Array(p);
  let logLikelihood = 0;
  for (let k = sets.time.length - 1; k >= 0; k--) {
    failing.clear();
    let events = 0;
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) {
      const offset = i * p;
      let predictor = 0;
      for (let j = 0; j < p; j++) predictor += beta[j]! * rows[offset + j]!;
      const weight = Math.exp(predictor);
      atRisk.add(rows, offset, weight);
      if (event[i] === 0) continue;
      events++;
      logLikelihood += predictor;
      for (let j = 0; j < p; j++) score[j]! += rows[offset + j]!;
      failing.add(rows, offset, weight);
    }
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

/** Weighted sums of 1, x and the lower triangle of x·xᵀ. */
class Sums {
  weight = 0;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly #p: number;

  constructor(p: number) {
    this.#p = p;
    this.first = new Float64Array(p);
    this.second = new Float64Array((p * (p + 1)) / 2);
  }

  add(rows: Float64Array, offset: number, weight: number): void {
    this.weight += weight;
    for (let a = 0, at = 0; a < this.#p; a++) {
      const weighted = weight * rows[offset + a]!;
      this.first[a]! += weighted;
      for (let b = 0; b <= a; b++, at++) this.second[at]! += weighted * rows[offset + b]!;
    }
  }

  clear(): void {
    this.weight = 0;
    this.first.fill(0);
    this.second.fill(0);
  }
}
