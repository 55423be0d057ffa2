import { assertFinite, assertLevel, assertSameLength, ContractError } from "./assert.ts";
import { normalQuantile } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";
import { studentHalfWidth } from "./student-t.ts";
import { mean, sum } from "./sum.ts";

export interface PooledEstimate extends Limits {
  readonly value: number;
  readonly stdError: number;
  /** Mean variance of the estimates, each within its imputation. */
  readonly within: number;
  /** Variance of the estimates between imputations. */
  readonly between: number;
  /** Barnard and Rubin's; Infinity where the imputations agree and the complete data would have no limit. */
  readonly degreesOfFreedom: number;
  /** Share of the variance that comes from what is missing. */
  readonly missingShare: number;
  /** Fraction of information that is missing: the share with the finite number of imputations allowed for. */
  readonly missingInformation: number;
  readonly nImputations: number;
}

/** From here on Student's t is the normal distribution to eight digits. */
const asNormal = 1e8;

/**
 * One estimate with its interval from those of several imputations of the same data (Rubin's rules).
 *
 *     θ̄ = mean θ_k,   T = W + (1 + 1/m) B,   W = mean Var_k,   B = Σ (θ_k − θ̄)²/(m − 1),   λ = (1 + 1/m) B/T
 *     ν = ν_m ν_o/(ν_m + ν_o),   ν_m = (m − 1)/λ²,   ν_o = ν_c (ν_c + 1)/(ν_c + 3) · (1 − λ)
 *
 * Interval θ̄ ± t_ν √T. ν_c are the degrees of freedom the complete data would have, Infinity for an estimate with a normal
 * interval. Pool on the scale on which the estimate is normal: log odds of a share, log of a ratio. Not estimable where no
 * estimate has a variance and all are equal. Fewer than two imputations, a variance below 0, or a number that is not finite
 * is a ContractError.
 *
 * Reference: Rubin (1987), Multiple Imputation for Nonresponse in Surveys, chapter 3, doi:10.1002/9780470316696; Barnard & Rubin
 * (1999), Biometrika 86, 948–955, doi:10.1093/biomet/86.4.948. Checked against: the formulas in R
 * (test/reference/rubins-rules.json).
 */
export function rubinsRules({
  estimates,
  variances,
  completeDegreesOfFreedom = Infinity,
  level = 0.95,
}: {
  readonly estimates: Float64Array;
  readonly variances: Float64Array;
  readonly completeDegreesOfFreedom?: number;
  readonly level?: number;
}): PooledEstimate | NotEstimable {
  assertSameLength({ estimates, variances });
  assertFinite({ estimates, variances });
  assertLevel(level);
  const m = estimates.length;
  if (m < 2) throw new ContractError(`${m} imputations have no variance between them`);
  if (variances.some((variance) => variance < 0)) throw new ContractError("a variance is below 0");
  if (!(completeDegreesOfFreedom > 0))
    throw new ContractError(`${completeDegreesOfFreedom} degrees of freedom of the complete data`);
  const value = mean(estimates);
  const within = mean(variances);
  // Equal estimates leave the rounding of their mean, not a variance.
  const differ = estimates.some((estimate) => estimate !== estimates[0]);
  const between = differ ? sum(estimates.map((estimate) => (estimate - value) ** 2)) / (m - 1) : 0;
  const ofMissing = (1 + 1 / m) * between;
  const total = within + ofMissing;
  if (!(total > 0)) return { notEstimable: "the estimates have no variance" };
  const missingShare = ofMissing / total;
  const degreesOfFreedom = pooledDegrees(m, missingShare, completeDegreesOfFreedom);
  const stdError = Math.sqrt(total);
  const half =
    stdError *
    (degreesOfFreedom < asNormal
      ? studentHalfWidth(level, degreesOfFreedom)
      : normalQuantile((1 + level) / 2));
  const increase = ofMissing / within;
  return {
    value,
    stdError,
    lower: value - half,
    upper: value + half,
    within,
    between,
    degreesOfFreedom,
    missingShare,
    missingInformation: within === 0 ? 1 : (increase + 2 / (degreesOfFreedom + 3)) / (1 + increase),
    nImputations: m,
  };
}

function pooledDegrees(m: number, share: number, complete: number): number {
  const ofImputations = (m - 1) / share ** 2;
  if (complete === Infinity) return ofImputations;
  const observed = complete * ((complete + 1) / (complete + 3)) * (1 - share);
  // Without a variance within imputations nothing is observed; then the imputations alone count.
  if (observed === 0) return ofImputations;
  return 1 / (1 / ofImputations + 1 / observed);
}
