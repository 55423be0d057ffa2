import { assertWord, ContractError } from "./assert.ts";
import type { Matrix } from "./cholesky.ts";
import { type CoxData, type RiskSets, riskSets, thinnedSets } from "./cox-risk-sets.ts";
import { sandwich, unscaled } from "./cox-variance.ts";
import {
  diagonalOf,
  type FitOutcome,
  inverseInformation,
  type Maximum,
  maximiseLikelihood,
  type Place,
} from "./newton.ts";
import { logPartialLikelihoodAtZero, partialLikelihood } from "./partial-likelihood.ts";
import { type PenalisedAt, penalised, type Ridge, ridgeStrength, shrinkage } from "./ridge.ts";
import type { CoxTies } from "./risk-set-walk.ts";

export type { CoxData } from "./cox-risk-sets.ts";
export type { CoxTies } from "./risk-set-walk.ts";

/**
 * "model": the inverse information; a weight counts equal patients and is a whole number. "robust": the
 * sandwich; a weight is a sampling or balancing weight of one patient, any number above 0.
 */
export type CoxVariance = "model" | "robust";

export interface CoxOptions {
  readonly ties: CoxTies;
  readonly variance?: CoxVariance;
  /** Any whole numbers: rows of one cluster are not independent. Makes the variance robust. */
  readonly cluster?: Uint32Array;
  readonly ridge?: Ridge;
}

export interface CoxFit {
  /** "singular" also where there are no events; coefficients are NaN then. */
  readonly outcome: FitOutcome;
  /** Why the outcome is not "converged": lower case, no full stop. */
  readonly reason?: string;
  readonly ties: CoxTies;
  readonly n: number;
  readonly nEvents: number;
  /** Log hazard ratio for one unit of each covariate. */
  readonly coefficients: Float64Array;
  readonly varianceKind: CoxVariance;
  /** Of the coefficients, of the kind named. */
  readonly variance: Matrix;
  /** Inverse of the observed information, the ridge penalty included. */
  readonly modelVariance: Matrix;
  /** Without the ridge penalty. */
  readonly logLikelihood: readonly [atZero: number, fitted: number];
  readonly iterations: number;
  /** With a ridge penalty: what it takes from the log likelihood, and how many free coefficients are left. */
  readonly ridge?: { readonly penalty: number; readonly degreesOfFreedom: number };
}

/**
 * Cox proportional hazards regression by Newton's method, halving any step that loses likelihood.
 *
 *     hazard(t | x) = h₀ₛ(t) · exp(x β + offset),  β maximises the partial likelihood
 *
 * with a baseline hazard h₀ₛ for each stratum s. Ties in time: Efron's or Breslow's approximation; a patient
 * censored at t is at risk at t, one who enters at t is not. Times are compared exactly. The robust variance
 * is that of Lin and Wei, V (Σ U Uᵀ) V with U the weighted score residuals summed within clusters, V the
 * inverse information. A ridge penalty takes θ/2 Σ var(xⱼ) βⱼ² from the log likelihood.
 *
 * Covariates are centred and scaled inside. Newton starts from zero; from 100,000 rows on, from the maximum
 * for every fiftieth row, which saves passes and meets the same criterion. Converged means that the last step
 * was under 1e-8 standard errors. A fit that has no finite maximum is a value, not an error: see `outcome`.
 * A number that is not finite, a weight that is not above 0, or not whole without a robust variance, or an
 * entry that is not before its time is a ContractError.
 *
 * Reference: Cox (1972), J R Stat Soc B 34, 187–220, doi:10.1111/j.2517-6161.1972.tb00899.x; Efron (1977),
 * JASA 72, 557–565, doi:10.1080/01621459.1977.10480613; Breslow (1974), Biometrics 30, 89–99,
 * doi:10.2307/2529620; Lin & Wei (1989), JASA 84, 1074–1078, doi:10.1080/01621459.1989.10478874; Gray (1992),
 * JASA 87, 942–951, doi:10.1080/01621459.1992.10476248.
 * Checked against: R survival::coxph (test/reference/cox.json, cox-options.json).
 */
export function coxRegression({ ties, variance, cluster, ridge, ...data }: CoxData & CoxOptions): CoxFit {
  const options = {
    ties,
    ...(variance !== undefined && { variance }),
    ...(cluster && { cluster }),
    ...(ridge && { ridge }),
  };
  return fitCox(riskSets(data), options);
}

/** As `coxRegression`, for a caller that has the rows in order. */
export function fitCox(sets: RiskSets, options: CoxOptions): CoxFit {
  assertOptions(sets, options);
  const { ties, cluster } = options;
  const varianceKind = cluster ? "robust" : (options.variance ?? "model");
  const likelihood = likelihoodOf(sets, options);
  const start = startOf(sets, options, likelihood);
  const { outcome, reason, beta, at, iterations } = maximum(sets, likelihood, start);
  const inverse = inverseInformation(at.information);
  const modelVariance = unscaled(inverse, sets);
  return {
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ties,
    n: sets.nRows,
    nEvents: sets.nEvents,
    coefficients: beta.map((value, j) => (outcome === "singular" ? Number.NaN : value / sets.scale[j]!)),
    varianceKind,
    variance:
      varianceKind === "model"
        ? modelVariance
        : outcome === "converged"
          ? unscaled(sandwich(sets, inverse, { beta, ties, cluster }), sets)
          : modelVariance.map((row) => row.map(() => Number.NaN)),
    modelVariance,
    logLikelihood: [start.logLikelihoodAtZero, (at.unpenalised ?? at).logLikelihood],
    iterations,
    ...(at.unpenalised && { ridge: shrinkage(at, inverse) }),
  };
}

function assertOptions({ weight, nRows }: RiskSets, { ties, cluster, variance }: CoxOptions): void {
  assertWord("ties", ties, ["efron", "breslow"]);
  if (variance !== undefined) assertWord("variance", variance, ["model", "robust"]);
  if (cluster && cluster.length !== nRows)
    throw new ContractError(`${cluster.length} cluster codes for ${nRows} rows`);
  if (cluster && variance === "model") throw new ContractError("clusters have no model variance");
  if (cluster || variance === "robust") return;
  const broken = weight?.find((value) => !Number.isInteger(value));
  if (broken !== undefined)
    throw new ContractError(`weight ${broken} is not a whole number, so it needs variance "robust"`);
}

type Likelihood = (beta: Float64Array) => PenalisedAt;

function likelihoodOf(sets: RiskSets, { ties, ridge }: CoxOptions): Likelihood {
  if (ridge === undefined) return (beta) => partialLikelihood(sets, beta, ties);
  const strength = ridgeStrength(sets.columns, ridge);
  return (beta) => penalised(partialLikelihood(sets, beta, ties), beta, strength);
}

/** Where Newton starts, and what he needs to know of the place where all coefficients are zero. */
interface Start extends Place<PenalisedAt> {
  readonly diagonal: Float64Array;
  readonly logLikelihoodAtZero: number;
  readonly negligibleStep?: number;
}

function maximum({ range, nEvents }: RiskSets, likelihood: Likelihood, start: Start): Maximum<PenalisedAt> {
  const { beta, at, ...known } = start;
  if (nEvents === 0) return { outcome: "singular", reason: "no events", beta, at, iterations: 0 };
  return maximiseLikelihood({ likelihood, start: { beta, at }, range, ...known });
}

const thinnedFrom = 100_000;
const stride = 50;

/** Zero, or the maximum for every fiftieth of many rows where it has one and gains by it. */
function startOf(sets: RiskSets, options: CoxOptions, likelihood: Likelihood): Start {
  return (
    (sets.nRows < thinnedFrom ? undefined : thinnedStart(sets, options, likelihood)) ??
    zeroStart(sets, likelihood)
  );
}

function zeroStart({ nCovariates, eventWeight }: RiskSets, likelihood: Likelihood): Start {
  const beta = new Float64Array(nCovariates);
  const at = likelihood(beta);
  const diagonal = diagonalOf(at, eventWeight);
  return { beta, at, diagonal, logLikelihoodAtZero: at.logLikelihood };
}

function thinnedStart(sets: RiskSets, options: CoxOptions, likelihood: Likelihood): Start | undefined {
  const few = thinnedSets(sets, stride);
  const likelihoodOfFew = likelihoodOf(few, options);
  const zero = zeroStart(few, likelihoodOfFew);
  const { outcome, beta } = maximum(few, likelihoodOfFew, zero);
  if (outcome !== "converged") return undefined;
  const at = likelihood(beta);
  const logLikelihoodAtZero = logPartialLikelihoodAtZero(sets, options.ties);
  if (at.logLikelihood <= logLikelihoodAtZero) return undefined;
  const diagonal = zero.diagonal.map((value) => Math.max(value * stride, sets.eventWeight));
  // Of so many rows a pass more would take off less than rounding.
  return { beta, at, diagonal, logLikelihoodAtZero, negligibleStep: 1e-9 };
}
