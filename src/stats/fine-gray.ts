import { assertFinite, ContractError } from "./assert.ts";
import { cholesky, choleskyInverse, type Matrix } from "./cholesky.ts";
import { scoreVariance } from "./fine-gray-variance.ts";
import { product } from "./matrix.ts";
import { diagonalOf, type FitOutcome, type Maximum, maximiseLikelihood } from "./newton.ts";
import { type SubdistributionLikelihood, subdistributionLikelihood } from "./subdistribution-likelihood.ts";
import { type FineGrayData, type SubdistributionSets, subdistributionSets } from "./subdistribution-sets.ts";

export type { FineGrayData } from "./subdistribution-sets.ts";

export interface FineGrayFit {
  readonly outcome: FitOutcome;
  /** Why the outcome is not "converged": lower case, no full stop. */
  readonly reason?: string;
  readonly n: number;
  /** Events of the cause. */
  readonly nEvents: number;
  readonly nCompeting: number;
  readonly nCensored: number;
  /** Log subdistribution hazard ratio for one unit of each covariate; NaN where the outcome is "singular". */
  readonly coefficients: Float64Array;
  /** Sandwich variance with the censoring curve estimated; NaN unless the fit converged. */
  readonly variance: Matrix;
  /** Inverse information, which takes the weights as known; NaN unless the fit converged. */
  readonly modelVariance: Matrix;
  /** Of the weighted partial likelihood: differences are not likelihood-ratio tests. */
  readonly logLikelihood: readonly [atZero: number, fitted: number];
  /** At all covariates zero, at the times with events of the cause; empty unless the fit converged. */
  readonly baseline: { readonly time: Float64Array; readonly cumulativeHazard: Float64Array };
  readonly iterations: number;
}

/**
 * Fine–Gray regression for the cumulative incidence of one cause.
 *
 *     F(t | x) = 1 − exp(−Λ₀(t) exp(xβ)),   score Σ (x − S₁/S₀) over events = 0,   Λ₀ = Σ d/S₀
 *
 * Patients with a competing event stay in the risk set with falling weight: see `subdistributionSets` for the
 * weights and the tie of events with censorings, which is that of cmprsk, and `scoreVariance` for the variance.
 * Covariates are centred and scaled inside. Converged means that the last Newton step was under 1e-8 standard
 * errors. A fit that has no finite maximum is a value, not an error: see `outcome`.
 *
 * Reference: Fine & Gray (1999), JASA 94, 496–509, doi:10.1080/01621459.1999.10474144.
 * Checked against: R cmprsk::crr (test/reference/fine-gray.json).
 */
export function fineGray(data: FineGrayData): FineGrayFit {
  const sets = subdistributionSets(data);
  const nCompeting = sets.competing.reduce((sum, value) => sum + value, 0);
  const atZero = subdistributionLikelihood(sets, new Float64Array(sets.nCovariates));
  const found = maximum(sets, atZero);
  const { outcome, reason, beta, at, iterations } = found;
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    n: sets.nRows,
    nEvents: sets.nEvents,
    nCompeting,
    nCensored: sets.nRows - sets.nEvents - nCompeting,
    coefficients: beta.map((value, j) => (outcome === "singular" ? Number.NaN : value / sets.scale[j]!)),
    ...variances(sets, found),
    logLikelihood: [atZero.logLikelihood, at.logLikelihood],
    baseline: baselineOf(sets, found),
    iterations,
  };
}

function maximum(
  sets: SubdistributionSets,
  atZero: SubdistributionLikelihood,
): Maximum<SubdistributionLikelihood> {
  const likelihood = (beta: Float64Array) => subdistributionLikelihood(sets, beta);
  const beta = new Float64Array(sets.nCovariates);
  if (sets.nEvents === 0)
    return { outcome: "singular", reason: "no events of the cause", beta, at: atZero, iterations: 0 };
  const diagonal = diagonalOf(atZero, sets.nEvents);
  return maximiseLikelihood({
    likelihood,
    start: { beta, at: atZero },
    range: sets.range,
    diagonal,
    logLikelihoodAtZero: atZero.logLikelihood,
  });
}

function variances(
  sets: SubdistributionSets,
  { outcome, at }: Maximum<SubdistributionLikelihood>,
): { variance: Matrix; modelVariance: Matrix } {
  const { scale } = sets;
  const none = at.information.map((row) => row.map(() => Number.NaN));
  const solved = cholesky(at.information, new Float64Array(scale.length), 0);
  if (outcome !== "converged" || "dependentRow" in solved) return { variance: none, modelVariance: none };
  const unscaled = (matrix: Matrix) =>
    matrix.map((row, i) => row.map((value, j) => value / (scale[i]! * scale[j]!)));
  const inverse = choleskyInverse(solved.factor);
  const sandwich = product(product(inverse, scoreVariance(sets, at)), inverse);
  return { variance: unscaled(sandwich), modelVariance: unscaled(inverse) };
}

function baselineOf(
  { time, events, centre, scale }: SubdistributionSets,
  { outcome, beta, at }: Maximum<SubdistributionLikelihood>,
): FineGrayFit["baseline"] {
  if (outcome !== "converged") return { time: new Float64Array(0), cumulativeHazard: new Float64Array(0) };
  const toZero = Math.exp(-beta.reduce((sum, value, j) => sum + (value * centre[j]!) / scale[j]!, 0));
  const withEvents = Uint32Array.from(time.keys()).filter((k) => events[k]! > 0);
  const cumulativeHazard = new Float64Array(withEvents.length);
  withEvents.forEach((k, position) => {
    cumulativeHazard[position] = (cumulativeHazard[position - 1] ?? 0) + toZero * at.hazard[k]!;
  });
  return { time: time.filter((_, k) => events[k]! > 0), cumulativeHazard };
}

/**
 * Cumulative incidence that a Fine–Gray model predicts for one patient at each time of its baseline.
 *
 *     F(t | x) = 1 − exp(−Λ₀(t) exp(xβ))
 *
 * No standard error: cmprsk gives none either. A fit that did not converge, or a covariate that is not finite, is a
 * ContractError.
 * Checked against: R cmprsk::predict.crr (test/reference/fine-gray-predict.json).
 */
export function fineGrayIncidence(fit: FineGrayFit, covariates: Float64Array): Float64Array {
  if (covariates.length !== fit.coefficients.length)
    throw new ContractError(`${covariates.length} values for ${fit.coefficients.length} coefficients`);
  if (fit.outcome !== "converged") throw new ContractError(`a fit that is ${fit.outcome} predicts nothing`);
  assertFinite({ covariates });
  const predictor = covariates.reduce((sum, x, j) => sum + x * fit.coefficients[j]!, 0);
  return fit.baseline.cumulativeHazard.map((hazard) => -Math.expm1(-hazard * Math.exp(predictor)));
}
