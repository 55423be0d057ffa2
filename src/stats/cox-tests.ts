import { ContractError } from "./assert.ts";
import { type ChiSquareTest, chiSquareTest } from "./chi-square.ts";
import { cholesky, choleskySolve, type Matrix } from "./cholesky.ts";
import type { CoxFit } from "./cox.ts";
import { setsOfFit } from "./cox-baseline.ts";
import type { CoxData } from "./cox-risk-sets.ts";
import { clusterScores } from "./cox-variance.ts";
import { gram } from "./matrix.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { partialLikelihood } from "./partial-likelihood.ts";

/** Of the hypothesis that all coefficients are 0; degrees of freedom: the number of covariates. */
export interface CoxTests {
  readonly likelihoodRatio: ChiSquareTest;
  readonly score: ChiSquareTest;
  /** With the variance of the fit: robust where that is. */
  readonly wald: ChiSquareTest;
  /** Where the variance of the fit is robust. */
  readonly robustScore?: ChiSquareTest;
}

/**
 * Tests of a Cox model against no covariates.
 *
 *     likelihood ratio  2 (l(β) − l(0))        score  U(0)ᵀ I(0)⁻¹ U(0)
 *     Wald  βᵀ V⁻¹ β                           robust score  U(0)ᵀ (Σ UᵢUᵢᵀ)⁻¹ U(0), Uᵢ by cluster
 *
 * `data` are the rows the model was fitted to, with the clusters of the fit. With a robust variance only Wald
 * and the robust score are valid. Not estimable, with the reason: a fit that did not converge, no covariates,
 * fewer clusters than covariates. A fit with a ridge penalty is a ContractError.
 *
 * Reference: Therneau & Grambsch (2000), Modeling Survival Data, sections 3.4 and 7.3,
 * doi:10.1007/978-1-4757-3294-8. Checked against: R survival::summary.coxph (test/reference/cox-options.json).
 */
export function coxTests(
  fit: CoxFit,
  { cluster, ...data }: CoxData & { readonly cluster?: Uint32Array },
): CoxTests | NotEstimable {
  if (fit.ridge) throw new ContractError("no tests against no covariates after a ridge penalty");
  if (fit.outcome !== "converged") return { notEstimable: `the Cox model: ${fit.reason}` };
  const sets = setsOfFit(fit, data);
  if (cluster && cluster.length !== fit.n)
    throw new ContractError(`${cluster.length} cluster codes for ${fit.n} rows`);
  const p = sets.nCovariates;
  if (p === 0) return { notEstimable: "the model has no covariates" };
  const zero = new Float64Array(p);
  const atZero = partialLikelihood(sets, zero, fit.ties);
  const test = (vector: Float64Array, variance: Matrix) => {
    const chiSquare = inverseForm(variance, vector);
    return chiSquare === undefined ? undefined : chiSquareTest(chiSquare, p);
  };
  const [fromZero, fitted] = fit.logLikelihood;
  const score = test(atZero.score, atZero.information);
  const wald = test(fit.coefficients, fit.variance);
  const tests = { likelihoodRatio: chiSquareTest(2 * (fitted - fromZero), p) };
  if (!score || !wald) return { notEstimable: "the variance of the coefficients has no inverse" };
  if (fit.varianceKind === "model") return { ...tests, score, wald };
  const scores = clusterScores(sets, { beta: zero, ties: fit.ties, cluster });
  const robustScore = test(
    Float64Array.from(scores, (column) => column.reduce((sum, value) => sum + value, 0)),
    gram(scores),
  );
  if (!robustScore) return { notEstimable: "the variance of the scores has no inverse" };
  return { ...tests, score, wald, robustScore };
}

/** bᵀ A⁻¹ b; undefined where A has no inverse. */
function inverseForm(a: Matrix, b: Float64Array): number | undefined {
  const scale = Float64Array.from(a, (row, j) => row[j]!);
  const solved = cholesky(a, scale, 1e-11);
  if ("dependentRow" in solved) return undefined;
  return choleskySolve(solved.factor, b).reduce((sum, value, j) => sum + value * b[j]!, 0);
}
