import { ContractError } from "./assert.ts";
import { cholesky, choleskyInverse, choleskySolve, type Matrix } from "./cholesky.ts";
import { logisticRegression } from "./logistic.ts";
import { gram } from "./matrix.ts";
import type { Random } from "./random.ts";
import { chiSquareVariate, standardNormal } from "./random-variates.ts";
import { spread, standardised } from "./standardise.ts";
import { mean } from "./sum.ts";

/** Predictors of every row, and which rows have the value to be imputed. */
export interface ImputationRows {
  readonly predictors: readonly Float64Array[];
  readonly observed: Uint32Array;
  readonly missing: Uint32Array;
}

/** Share of each diagonal entry but the first that is added to it: predictors that others add up to stay finite. */
const smallRidge = 1e-5;

interface LinearDraw {
  /** Predictions for the observed rows with the coefficients of least squares. */
  readonly ofObserved: Float64Array;
  /** Predictions for the missing rows with the coefficients drawn. */
  readonly ofMissing: Float64Array;
  /** Residual standard deviation drawn. */
  readonly sigma: number;
}

/**
 * Bayesian linear regression of the observed values: a draw of its coefficients and error from their posterior.
 *
 *     σ*² = RSS/χ²_ν,   β* ~ N(β̂, σ*² (XᵀX)⁻¹),   ν = max(1, rows − coefficients)
 *
 * Reference: Rubin (1987), Multiple Imputation for Nonresponse in Surveys, p. 167, doi:10.1002/9780470316696.
 */
function linearDraw(y: Float64Array, rows: ImputationRows, random: Random): LinearDraw {
  const { observed, missing } = rows;
  const design = designOf(rows, observed);
  const x = design.map((column) => pick(column, observed));
  // About the mean, which the ridge spares.
  const centre = mean(y);
  const away = y.map((value) => value - centre);
  const information = gram(x).map((row, j) =>
    row.map((value, k) => (j === k && j > 0 ? value * (1 + smallRidge) : value)),
  );
  const factor = factorOf(information);
  const beta = choleskySolve(
    factor,
    Float64Array.from(x, (column) => dot(column, away)),
  );
  const ofObserved = predicted(x, beta, y.length);
  const residual = away.reduce((total, value, i) => total + (value - ofObserved[i]!) ** 2, 0);
  const freedom = Math.max(1, y.length - x.length);
  const sigma = Math.sqrt(residual / chiSquareVariate(random, freedom));
  const drawn = drawnAround(beta, choleskyInverse(factor), sigma, random);
  const ofMissing = predicted(
    design.map((column) => pick(column, missing)),
    drawn,
    missing.length,
  );
  const back = (value: number) => value + centre;
  return { ofObserved: ofObserved.map(back), ofMissing: ofMissing.map(back), sigma };
}

/** Values of a normal distribution about the prediction. */
export function normalImputation(y: Float64Array, rows: ImputationRows, random: Random): Float64Array {
  const { ofMissing, sigma } = linearDraw(y, rows, random);
  return ofMissing.map((prediction) => prediction + sigma * standardNormal(random));
}

/** Donors that a value is drawn from; more where predictions tie. */
const nDonors = 5;

/**
 * Predictive mean matching: the value of one of the five observed rows whose predictions are nearest, drawn at random.
 *
 * Observed rows are predicted with the coefficients of least squares, missing ones with those drawn (type 1), so that only
 * values that occur are imputed and their uncertainty is kept.
 *
 * Reference: Little (1988), J Business & Economic Statistics 6, 287–296, doi:10.1080/07350015.1988.10509663; van Buuren (2018),
 * Flexible Imputation of Missing Data, 2nd ed., section 3.4, doi:10.1201/9780429492259.
 */
export function matchedImputation(y: Float64Array, rows: ImputationRows, random: Random): Float64Array {
  const { ofObserved, ofMissing } = linearDraw(y, rows, random);
  const order = Uint32Array.from(ofObserved.keys()).sort((a, b) => ofObserved[a]! - ofObserved[b]!);
  const sorted = Float64Array.from(order, (row) => ofObserved[row]!);
  return ofMissing.map((prediction) => {
    const [from, to] = donors(sorted, prediction);
    return y[order[from + random.integer(to - from)]!]!;
  });
}

/** The range of the nearest in a sorted column, with all that tie with its ends. */
function donors(sorted: Float64Array, at: number): readonly [from: number, to: number] {
  let from = firstFrom(sorted, at);
  let to = from;
  const wanted = Math.min(nDonors, sorted.length);
  while (to - from < wanted) {
    const below = from > 0 ? at - sorted[from - 1]! : Infinity;
    const above = to < sorted.length ? sorted[to]! - at : Infinity;
    if (below < above) from--;
    else to++;
  }
  const [lowest, highest] = [sorted[from]!, sorted[to - 1]!];
  while (to < sorted.length && sorted[to] === highest) to++;
  return [firstFrom(sorted, lowest), to];
}

/** The first place whose value is not below `at`. */
function firstFrom(sorted: Float64Array, at: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** As a normal prior of three standard deviations for each standardised coefficient: columns may separate the levels. */
const weakRidge = { theta: 0.1 };

/**
 * Levels by logistic regressions one after another, each with coefficients drawn from their posterior: level 0 against all
 * others, level 1 against those above it, and so on (continuation ratios). A binary column has one.
 *
 *     P(level ≥ j + 1 | level ≥ j) = logit⁻¹(x β*),   β* ~ N(β̂, I⁻¹)
 *
 * A level that no observed row above the one before has is never drawn, and one that all have always.
 *
 * Reference: Rubin (1987), pp. 169–170; van Buuren (2018), section 3.6; continuation ratios: Agresti (2013), Categorical Data
 * Analysis, 3rd ed., section 8.3.6, ISBN 978-0-470-46363-5.
 */
export function levelImputation(
  y: Float64Array,
  rows: ImputationRows & { readonly nLevels: number },
  random: Random,
): Float64Array {
  const level = new Float64Array(rows.missing.length);
  for (let j = 0; j < rows.nLevels - 1; j++) {
    const above = logisticDraw(y, j, rows, random);
    for (let i = 0; i < level.length; i++) if (level[i] === j && random.next() < above[i]!) level[i] = j + 1;
  }
  return level;
}

/** Drawn risk of a level above j for each missing row, from the observed rows of level j and above. */
function logisticDraw(y: Float64Array, j: number, rows: ImputationRows, random: Random): Float64Array {
  const { observed, missing } = rows;
  const at = observed.filter((_, i) => y[i]! >= j);
  const event = Uint8Array.from(
    y.filter((value) => value >= j),
    (value) => +(value > j),
  );
  const nAbove = event.reduce((total, e) => total + e, 0);
  if (nAbove === 0 || nAbove === event.length)
    return new Float64Array(missing.length).fill(nAbove === 0 ? 0 : 1);
  const [ones, ...columns] = designOf(rows, at);
  const { coefficients, variance } = logisticRegression({
    event,
    covariates: columns.map((column) => pick(column, at)),
    ridge: weakRidge,
  });
  const drawn = drawnAround(coefficients, variance, 1, random);
  const logOdds = predicted(
    [ones!, ...columns].map((column) => pick(column, missing)),
    drawn,
    missing.length,
  );
  return logOdds.map((value) => 1 / (1 + Math.exp(-value)));
}

/** A column of ones and the predictors that vary among some rows, centred and scaled by them. */
function designOf({ predictors, observed, missing }: ImputationRows, rows: Uint32Array): Float64Array[] {
  const ones = new Float64Array(observed.length + missing.length).fill(1);
  const scaled = predictors.flatMap((column) => {
    const found = spread(pick(column, rows));
    return found.range > 0 ? [standardised(column, found)] : [];
  });
  return [ones, ...scaled];
}

function drawnAround(centre: Float64Array, variance: Matrix, scale: number, random: Random): Float64Array {
  const root = factorOf(variance);
  const z = centre.map(() => standardNormal(random));
  return centre.map(
    (value, j) => value + scale * root[j]!.reduce((total, entry, k) => total + entry * z[k]!, 0),
  );
}

function factorOf(matrix: Matrix): Matrix {
  const root = cholesky(
    matrix,
    Float64Array.from(matrix, (row, j) => row[j]!),
    1e-14,
  );
  if ("dependentRow" in root)
    throw new ContractError(`predictor ${root.dependentRow} adds nothing to the others`);
  return root.factor;
}

function pick(column: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => column[row]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((total, value, i) => total + value * b[i]!, 0);
}

function predicted(columns: readonly Float64Array[], beta: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n);
  for (const [j, column] of columns.entries())
    for (let i = 0; i < n; i++) result[i]! += beta[j]! * column[i]!;
  return result;
}
