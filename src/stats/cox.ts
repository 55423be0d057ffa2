import { cholesky, choleskyInverse, choleskySolve, type Matrix } from "./cholesky.ts";
import {
  type CoxData,
  type CoxTies,
  type PartialLikelihood,
  partialLikelihood,
  type RiskSets,
  riskSets,
  thinnedSets,
} from "./cox-risk-sets.ts";

export type { CoxData, CoxTies } from "./cox-risk-sets.ts";

/**
 * converged: the maximum was found · monotone likelihood: it lies at infinity, so the last coefficients are
 * only large · singular: the data cannot tell the coefficients apart, or there are no events; coefficients
 * are NaN · not converged: neither was reached within the iterations allowed.
 */
export type CoxOutcome = "converged" | "not converged" | "monotone likelihood" | "singular";

export interface CoxFit {
  readonly outcome: CoxOutcome;
  /** Why the outcome is not "converged": lower case, no full stop. */
  readonly reason?: string;
  readonly ties: CoxTies;
  readonly n: number;
  readonly nEvents: number;
  /** Log hazard ratio for one unit of each covariate. */
  readonly coefficients: Float64Array;
  /** Inverse of the observed information. */
  readonly variance: Matrix;
  readonly logLikelihood: readonly [atZero: number, fitted: number];
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

/**
 * Cox proportional hazards regression by Newton's method, halving any step that loses likelihood.
 *
 *     hazard(t | x) = h₀(t) · exp(x β),  β maximises the partial likelihood
 *
 * Ties in time: Efron's or Breslow's approximation; a patient censored at t is at risk at t. Covariates are
 * centred and scaled inside. Newton starts from zero; from 100,000 rows on, from the maximum for every fiftieth
 * row, which saves passes and meets the same criterion. Converged means that the last step was under 1e-8 standard errors. A fit that
 * has no finite maximum is a value, not an error: see `outcome`.
 *
 * Reference: Cox (1972), J R Stat Soc B 34, 187–220, doi:10.1111/j.2517-6161.1972.tb00899.x; Efron (1977),
 * JASA 72, 557–565, doi:10.1080/01621459.1977.10480613; Breslow (1974), Biometrics 30, 89–99,
 * doi:10.2307/2529620.
 * Checked against: R survival::coxph (test/reference/cox.json).
 */
export function coxRegression({ ties, ...data }: CoxData & { readonly ties: CoxTies }): CoxFit {
  return fitCox(riskSets(data), ties);
}

/** As `coxRegression`, for a caller that has the rows in order. */
export function fitCox(sets: RiskSets, ties: CoxTies): CoxFit {
  const atZero = partialLikelihood(sets, new Float64Array(sets.nCovariates), ties);
  const { outcome, reason, beta, at, iterations } = maximise(sets, ties, atZero, startOf(sets, ties, atZero));
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ties,
    n: sets.nRows,
    nEvents: sets.nEvents,
    coefficients: beta.map((value, j) => (outcome === "singular" ? Number.NaN : value / sets.scale[j]!)),
    variance: varianceOf(at.information, sets),
    logLikelihood: [atZero.logLikelihood, at.logLikelihood],
    iterations,
  };
}

const thinnedFrom = 100_000;
const stride = 50;

/** Where Newton starts: zero, or the maximum for every fiftieth of many rows where it has one and gains by it. */
function startOf(sets: RiskSets, ties: CoxTies, atZero: PartialLikelihood): Start {
  const zero = { beta: new Float64Array(sets.nCovariates), at: atZero };
  if (sets.nRows < thinnedFrom) return zero;
  const few = thinnedSets(sets, stride);
  const atZeroOfFew = partialLikelihood(few, zero.beta, ties);
  const { outcome, beta } = maximise(few, ties, atZeroOfFew, { beta: zero.beta, at: atZeroOfFew });
  if (outcome !== "converged") return zero;
  const at = partialLikelihood(sets, beta, ties);
  return at.logLikelihood > atZero.logLikelihood ? { beta, at } : zero;
}

interface Start {
  /** In scaled units. */
  readonly beta: Float64Array;
  readonly at: PartialLikelihood;
}

interface Search {
  readonly outcome: CoxOutcome;
  readonly reason?: string;
  /** In scaled units. */
  readonly beta: Float64Array;
  readonly at: PartialLikelihood;
  readonly iterations: number;
}

function maximise(sets: RiskSets, ties: CoxTies, atZero: PartialLikelihood, start: Start): Search {
  let { beta, at } = start;
  if (sets.nEvents === 0) return { outcome: "singular", reason: "no events", beta, at, iterations: 0 };
  const pivotScale = informationScale(atZero.information, sets);
  for (let iterations = 1; iterations <= maxIterations; iterations++) {
    const solved = cholesky(at.information, pivotScale, pivotTolerance);
    if ("dependentRow" in solved) {
      const covariate = `covariate ${solved.dependentRow + 1}`;
      return iterations === 1
        ? {
            outcome: "singular",
            reason: `${covariate} is constant or a combination of others`,
            beta,
            at,
            iterations,
          }
        : { outcome: "monotone likelihood", reason: atInfinity(covariate), beta, at, iterations };
    }
    const step = choleskySolve(solved.factor, at.score);
    const standardErrors = Math.sqrt(step.reduce((sum, value, j) => sum + value * at.score[j]!, 0));
    const reach = step.map((value, j) => Math.abs(value) * sets.range[j]!);
    const farthest = Math.max(0, ...reach);
    if (standardErrors < flatStep && farthest > farReach) {
      const covariate = `covariate ${reach.indexOf(farthest) + 1}`;
      return { outcome: "monotone likelihood", reason: atInfinity(covariate), beta, at, iterations };
    }
    const next = advance(sets, ties, beta, step, at.logLikelihood);
    if (next === undefined)
      return { outcome: "not converged", reason: "no step raises the likelihood", beta, at, iterations };
    ({ beta, at } = next);
    if (standardErrors < lastStep) return { outcome: "converged", beta, at, iterations };
  }
  const reason = `no maximum within ${maxIterations} iterations`;
  return { outcome: "not converged", reason, beta, at, iterations: maxIterations };
}

function atInfinity(covariate: string): string {
  return `the likelihood keeps rising as the coefficient of ${covariate} grows`;
}

/** The Newton step, halved until the likelihood does not fall by more than rounding. */
function advance(
  sets: RiskSets,
  ties: CoxTies,
  beta: Float64Array,
  step: Float64Array,
  logLikelihood: number,
): { beta: Float64Array<ArrayBuffer>; at: PartialLikelihood } | undefined {
  const acceptable = logLikelihood - 1e-12 * Math.abs(logLikelihood);
  for (let halvings = 0, size = 1; halvings <= maxHalvings; halvings++, size /= 2) {
    const trial = new Float64Array(beta.length);
    for (let j = 0; j < beta.length; j++) trial[j] = beta[j]! + size * step[j]!;
    const at = partialLikelihood(sets, trial, ties);
    if (at.logLikelihood >= acceptable) return { beta: trial, at };
  }
  return undefined;
}

/** Scaled covariates have variance 1 or more, so information far below one per event is none at all. */
function informationScale(information: Matrix, sets: RiskSets): Float64Array {
  return Float64Array.from(information, (row, j) => Math.max(row[j]!, sets.nEvents));
}

/** In the covariates' own units; NaN where the information has no inverse. */
function varianceOf(information: Matrix, { scale }: RiskSets): Float64Array[] {
  const solved = cholesky(information, new Float64Array(scale.length), 0);
  if ("dependentRow" in solved) return information.map((row) => row.map(() => Number.NaN));
  return choleskyInverse(solved.factor).map((row, i) =>
    row.map((value, j) => value / (scale[i]! * scale[j]!)),
  );
}
