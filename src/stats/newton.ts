import { cholesky, choleskyInverse, choleskySolve, type Matrix } from "./cholesky.ts";

/** A log likelihood at one place, its gradient and its negative second derivative. */
export interface LikelihoodAt {
  readonly logLikelihood: number;
  readonly score: Float64Array;
  readonly information: Matrix;
}

/**
 * converged: the maximum was found · monotone likelihood: it lies at infinity, so the last coefficients are
 * only large · singular: the data cannot tell the coefficients apart · not converged: neither was reached
 * within the iterations allowed.
 */
export type FitOutcome = "converged" | "not converged" | "monotone likelihood" | "singular";

export interface Maximum<At extends LikelihoodAt> {
  readonly outcome: FitOutcome;
  /** Why the outcome is not "converged": lower case, no full stop. */
  readonly reason?: string;
  readonly beta: Float64Array;
  readonly at: At;
  readonly iterations: number;
}

const maxIterations = 60;
const maxHalvings = 40;
/** A pivot this small beside its diagonal entry is rounding, not information. */
const pivotTolerance = 1e-11;
/** Length of the last Newton step in standard errors; the step is still taken and leaves about its square. */
const lastStep = 1e-8;
/** A step short in standard errors that still moves the extremes of a covariate apart leads to infinity. */
const flatStep = 1e-4;
const farReach = 0.1;
/** So does one that gains little, or the third in a row, that makes exp(xβ) too large for a number. */
const shortStep = 0.1;
const manyBeyond = 3;

/** `diagonal` of a search, from the information with all coefficients zero; at least `least`. */
export function diagonalOf({ information }: LikelihoodAt, least: number): Float64Array {
  return Float64Array.from(information, (row, j) => Math.max(row[j]!, least));
}

/** A place to search from. */
export interface Place<At extends LikelihoodAt> {
  readonly beta: Float64Array;
  readonly at: At;
}

/**
 * Maximum of a concave log likelihood by Newton's method, halving any step that loses likelihood.
 *
 * Covariates are expected centred and scaled; `range` is the largest less the smallest value of each, and
 * `diagonal` about what that of the information is where all coefficients are zero. Converged means that the
 * last step was under 1e-8 standard errors; one under `negligibleStep` is not taken.
 *
 * Reference: Dennis & Schnabel (1996), Numerical Methods for Unconstrained Optimization, chapters 5 and 6,
 * doi:10.1137/1.9781611971200.
 */
export function maximiseLikelihood<At extends LikelihoodAt>({
  likelihood,
  start,
  range,
  diagonal,
  logLikelihoodAtZero,
  negligibleStep = 0,
  nameOf = (row) => `covariate ${row + 1}`,
}: {
  readonly likelihood: (beta: Float64Array) => At;
  readonly start: Place<At>;
  readonly range: Float64Array;
  readonly diagonal: Float64Array;
  readonly logLikelihoodAtZero: number;
  /** In standard errors. */
  readonly negligibleStep?: number;
  /** What a reason calls a coefficient. */
  readonly nameOf?: (row: number) => string;
}): Maximum<At> {
  let { beta, at } = start;
  // Where the likelihood rises to 1 its logarithm is a difference of terms as large as those at zero.
  const rounding = 1e-12 * Math.max(Math.abs(logLikelihoodAtZero), Math.abs(start.at.logLikelihood));
  if (!isWithinNumbers(at))
    return {
      outcome: "not converged",
      reason: "exp(offset) is beyond the range of numbers",
      beta,
      at,
      iterations: 0,
    };
  let nBeyond = 0;
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const ended = (outcome: FitOutcome, reason?: string): Maximum<At> => ({
      outcome,
      ...(reason === undefined ? {} : { reason }),
      beta,
      at,
      iterations,
    });
    const solved = cholesky(at.information, diagonal, pivotTolerance);
    if ("dependentRow" in solved) {
      const dependent = nameOf(solved.dependentRow);
      return iterations === 1
        ? ended("singular", `${dependent} is constant or a combination of others`)
        : ended("monotone likelihood", atInfinity(dependent));
    }
    const step = choleskySolve(solved.factor, at.score);
    const standardErrors = Math.sqrt(step.reduce((sum, value, j) => sum + value * at.score[j]!, 0));
    const reach = step.map((value, j) => Math.abs(value) * range[j]!);
    const farthest = Math.max(0, ...reach);
    const covariate = nameOf(reach.indexOf(farthest));
    if (standardErrors < flatStep && farthest > farReach)
      return ended("monotone likelihood", atInfinity(covariate));
    if (standardErrors < negligibleStep) return ended("converged");
    const next = advance(likelihood, { beta, at }, step, rounding);
    if (next === undefined)
      return farthest > farReach
        ? ended("monotone likelihood", atInfinity(covariate))
        : ended("not converged", "no step raises the likelihood");
    nBeyond = next.isBeyondNumbers ? nBeyond + 1 : 0;
    if (farthest > farReach && nBeyond > (standardErrors < shortStep ? 0 : manyBeyond - 1))
      return ended("monotone likelihood", atInfinity(covariate));
    ({ beta, at } = next);
    if (standardErrors < lastStep) return ended("converged");
  }
  const reason = `no maximum within ${maxIterations} iterations`;
  return { outcome: "not converged", reason, beta, at, iterations: maxIterations };
}

function atInfinity(covariate: string): string {
  return `the likelihood keeps rising as the coefficient of ${covariate} grows`;
}

interface Step<At extends LikelihoodAt> extends Place<At> {
  /** A longer step had a likelihood or a derivative of it that is no number. */
  readonly isBeyondNumbers: boolean;
}

/** The Newton step, halved until the likelihood does not fall by more than rounding. */
function advance<At extends LikelihoodAt>(
  likelihood: (beta: Float64Array) => At,
  { beta, at: before }: Place<At>,
  step: Float64Array,
  rounding: number,
): Step<At> | undefined {
  let isBeyondNumbers = false;
  for (let halvings = 0, size = 1; halvings <= maxHalvings; halvings++, size /= 2) {
    const trial = Float64Array.from(beta, (value, j) => value + size * step[j]!);
    const at = likelihood(trial);
    const isNumber = isWithinNumbers(at);
    if (isNumber && at.logLikelihood >= before.logLikelihood - rounding)
      return { beta: trial, at, isBeyondNumbers };
    isBeyondNumbers ||= !isNumber;
  }
  return undefined;
}

/** Where exp(xβ) leaves the numbers the likelihood may still be one, its derivatives no longer. */
const isWithinNumbers = ({ logLikelihood, score, information }: LikelihoodAt) =>
  Number.isFinite(logLikelihood) && [score, ...information].every((row) => row.every(Number.isFinite));

/** NaN where the information has no inverse. */
export function inverseInformation(information: Matrix): Float64Array[] {
  const solved = cholesky(information, new Float64Array(information.length), 0);
  if ("dependentRow" in solved) return information.map((row) => row.map(() => Number.NaN));
  return choleskyInverse(solved.factor);
}
