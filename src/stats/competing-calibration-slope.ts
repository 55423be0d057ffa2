import { assertLevel, assertRisk, assertSameLength } from "./assert.ts";
import { cholesky, choleskyInverse, choleskySolve, type Matrix } from "./cholesky.ts";
import type { CompetingPredictions } from "./competing-calibration.ts";
import { complementaryLogLog } from "./complementary-log-log.ts";
import { gram, product } from "./matrix.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { pseudoValues } from "./pseudo-values.ts";
import { mean, sum } from "./sum.ts";
import { waldInterval } from "./wald-interval.ts";

export interface CalibrationCoefficient {
  readonly value: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
}

export interface CompetingCalibrationSlope {
  /** With the slope held at 1: calibration in the large; 0 is right. */
  readonly intercept: CalibrationCoefficient | NotEstimable;
  /** Fitted together; 1 is right for the slope. The intercept says nothing without it. */
  readonly joint:
    | { readonly intercept: CalibrationCoefficient; readonly slope: CalibrationCoefficient }
    | NotEstimable;
  /** Risks of 0 or 1 that were moved to 1e-15 or 1 − 1e-15. */
  readonly nClipped: number;
}

/**
 * Calibration intercept and slope of the risk of one cause at a horizon, other causes competing, by a regression of
 * pseudo-values on the complementary log-log of the risk.
 *
 *     E[pseudo-value | x] = 1 − exp(−exp(a + b x)),   x = log(−log(1 − risk))
 *
 * by least squares: the estimating equation with independent, equal weights, its variance the sandwich of the
 * residuals with the pseudo-values taken as known. Risks of 0 and 1 are clipped and counted. Not estimable, with the
 * reason: nobody, follow-up that ends before the horizon, equal risks (the slope), and pseudo-values that no line is
 * nearest to. Of several lines that are each nearest among their neighbours it is the one reached from the line of
 * perfect calibration: in a handful of patients a steep step through single ones may have smaller residuals. Intervals
 * are Wald's. A risk that is not between 0 and 1, or a horizon that is NaN, is a ContractError.
 *
 * Reference: Klein & Andersen (2005), Biometrics 61, 223–229, doi:10.1111/j.0006-341X.2005.031209.x. Checked against:
 * the same equations solved in R with prodlim's pseudo-values (test/reference/competing-calibration-slope.json).
 */
export function competingCalibrationSlope(
  options: CompetingPredictions,
): CompetingCalibrationSlope | NotEstimable {
  const { time, risk, of, level = 0.95, ...followUp } = options;
  assertSameLength({ time, risk });
  assertRisk({ risk });
  assertLevel(level);
  const pseudo = pseudoValues({ ...followUp, time, state: of });
  if (isNotEstimable(pseudo)) return pseudo;
  const { values: x, nClipped } = complementaryLogLog(risk);
  const ones = new Float64Array(x.length).fill(1);
  const coefficient = (value: number, variance: number): CalibrationCoefficient => {
    const stdError = Math.sqrt(variance);
    const interval = waldInterval({ estimate: value, stdError, level, range: [-Infinity, Infinity] });
    return { value, stdError, ...interval };
  };
  const inTheLarge = leastSquares({
    y: pseudo.values,
    columns: [ones],
    offset: x,
    start: Float64Array.of(0),
  });
  const line = x.every((value) => value === x[0])
    ? { notEstimable: "all predicted risks are equal" }
    : leastSquares({ y: pseudo.values, columns: [ones, x], start: Float64Array.of(0, 1) });
  return {
    intercept: isNotEstimable(inTheLarge)
      ? inTheLarge
      : coefficient(inTheLarge.beta[0]!, inTheLarge.variance[0]![0]!),
    joint: isNotEstimable(line)
      ? line
      : {
          intercept: coefficient(line.beta[0]!, line.variance[0]![0]!),
          slope: coefficient(line.beta[1]!, line.variance[1]![1]!),
        },
    nClipped,
  };
}

interface Regression {
  readonly y: Float64Array;
  readonly columns: readonly Float64Array[];
  readonly offset?: Float64Array;
  readonly start: Float64Array;
}

const maxIterations = 500;
const maxHalvings = 40;
/** Length of the last step in standard errors of independent residuals. */
const lastStep = 1e-12;

/** Of the curvature where the mean rises fastest: below it the fitted risks are 0 or 1, and the line runs away. */
const flat = 1e-10;

/** Gauss–Newton with steps halved until the sum of squares does not grow. */
function leastSquares(
  regression: Regression,
): { readonly beta: Float64Array; readonly variance: readonly Float64Array[] } | NotEstimable {
  let at = fitAt(regression, regression.start);
  const scale = spread(regression.columns);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const { slopes, residual, squares } = at;
    const solved = cholesky(gram(slopes), scale, flat);
    if ("dependentRow" in solved) break;
    const score = Float64Array.from(slopes, (column) =>
      column.reduce((total, value, i) => total + value * residual[i]!, 0),
    );
    const step = choleskySolve(solved.factor, score);
    const next = advance(regression, at, step);
    if (next === undefined) break;
    at = next;
    const length = step.reduce((total, value, j) => total + value * score[j]!, 0);
    if (length <= (lastStep ** 2 * squares) / residual.length) return solution(at, solved.factor);
  }
  return { notEstimable: "no calibration line is nearest to the pseudo-values" };
}

interface FitAt {
  readonly beta: Float64Array;
  readonly residual: Float64Array;
  /** Derivative of the mean by each coefficient. */
  readonly slopes: readonly Float64Array[];
  readonly squares: number;
}

function fitAt({ y, columns, offset }: Regression, beta: Float64Array): FitAt {
  const residual = new Float64Array(y.length);
  const slope = new Float64Array(y.length);
  let squares = 0;
  for (let i = 0; i < y.length; i++) {
    let eta = offset ? offset[i]! : 0;
    for (let j = 0; j < beta.length; j++) eta += beta[j]! * columns[j]![i]!;
    residual[i] = y[i]! + Math.expm1(-Math.exp(eta));
    slope[i] = Math.exp(eta - Math.exp(eta));
    squares += residual[i]! ** 2;
  }
  return { beta, residual, slopes: columns.map((column) => column.map((x, i) => x * slope[i]!)), squares };
}

function advance(regression: Regression, { beta, squares }: FitAt, step: Float64Array): FitAt | undefined {
  for (let halving = 0, size = 1; halving <= maxHalvings; halving++, size /= 2) {
    const trial = fitAt(
      regression,
      beta.map((value, j) => value + size * step[j]!),
    );
    // The last steps change the sum by its rounding only.
    if (trial.squares <= squares * (1 + 1e-13)) return trial;
  }
  return undefined;
}

/** Σ (x − x̄)² of each column, or n of one that does not vary: the pivots of X'X. */
function spread(columns: readonly Float64Array[]): Float64Array {
  return Float64Array.from(columns, (column) => {
    const centre = mean(column);
    return sum(column.map((x) => (x - centre) ** 2)) || column.length;
  });
}

/** (X'D²X)⁻¹ X'D²e²X (X'D²X)⁻¹. */
function solution({ beta, slopes, residual }: FitAt, factor: Matrix) {
  const bread = choleskyInverse(factor);
  const meat = gram(slopes.map((column) => column.map((value, i) => value * residual[i]!)));
  return { beta, variance: product(product(bread, meat), bread) };
}
