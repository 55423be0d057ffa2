import { ContractError } from "./assert.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

/** What is asked of a test before there are data: a discrimination, an event rate, a positive predictive value. */
export interface PpvTarget {
  readonly auc: number;
  readonly prevalence: number;
  readonly ppv: number;
}

/** Beyond this many standard deviations the share of patients is below the smallest number. */
const farOut = 38;

/**
 * The largest sensitivity at which a test whose scores are normal in patients with and without the event
 * reaches a positive predictive value.
 *
 *     without event N(0, 1), with event N(μ, r²),  μ = Φ⁻¹(AUC) √(1 + r²)
 *     PPV(t) ≥ v  ⇔  S₁(t) / S₀(t) ≥ v/(1 − v) · (1 − p)/p,   Sᵢ(t) = share of scores above t
 *
 * r = `sdRatio` ≥ 1: patients with the event spread at least as much as those without, so the ratio crosses
 * the right-hand side once. A target at or below the prevalence is met by flagging everybody: 1. Anything but
 * 0.5 < auc < 1, 0 < prevalence < 1, 0 < ppv < 1 and r ≥ 1 is a ContractError.
 *
 * Reference: Hanley (1988), Med Decis Making 8, 197–203, doi:10.1177/0272989X8800800308 (binormal ROC).
 */
export function sensitivityAtPpv({ sdRatio, ...target }: PpvTarget & { readonly sdRatio: number }): number {
  if (!(sdRatio >= 1 && sdRatio < Infinity)) throw new ContractError(`ratio of spreads ${sdRatio} below 1`);
  const likelihoodRatio = neededLikelihoodRatio(target);
  if (likelihoodRatio <= 1) return 1;
  const mean = normalQuantile(target.auc) * Math.hypot(1, sdRatio);
  const sensitivity = (threshold: number) => normalCdf((mean - threshold) / sdRatio);
  const isReached = (threshold: number) => sensitivity(threshold) >= likelihoodRatio * normalCdf(-threshold);
  if (!isReached(farOut)) return 0;
  let below = -farOut;
  let above = farOut;
  while (above - below > 1e-12) {
    const middle = (above + below) / 2;
    if (isReached(middle)) above = middle;
    else below = middle;
  }
  return sensitivity(above);
}

/**
 * The sensitivity that no concave ROC curve of this area exceeds at a positive predictive value.
 *
 *     sensitivity ≤ (2 AUC − 1) · L/(L − 1),   L = v/(1 − v) · (1 − p)/p,  at most 1
 *
 * A concave curve through (x, y) lies above the lines from (0, 0) and to (1, 1), whose area is (1 + y − x)/2;
 * the target says y/x ≥ L. The curve of any score becomes concave when thresholds may be mixed at random.
 * Errors as in `sensitivityAtPpv`.
 */
export function sensitivityCeiling(target: PpvTarget): number {
  const likelihoodRatio = neededLikelihoodRatio(target);
  if (likelihoodRatio <= 1) return 1;
  return Math.min(1, ((2 * target.auc - 1) * likelihoodRatio) / (likelihoodRatio - 1));
}

/**
 * The AUC at which scores, normal and equally spread in both groups, reach both targets.
 *
 *     x = y / L,   AUC = Φ((Φ⁻¹(y) − Φ⁻¹(x)) / √2)
 *
 * y the sensitivity, L as in `sensitivityCeiling`; 0.5 where the target is at or below the prevalence.
 * A share that is not between 0 and 1 is a ContractError.
 */
export function aucNeeded({
  prevalence,
  ppv,
  sensitivity,
}: Omit<PpvTarget, "auc"> & { readonly sensitivity: number }): number {
  assertShares({ prevalence, ppv, sensitivity });
  const falsePositiveRate = sensitivity / likelihoodRatioOf(prevalence, ppv);
  if (falsePositiveRate >= sensitivity) return 0.5;
  return normalCdf((normalQuantile(sensitivity) - normalQuantile(falsePositiveRate)) / Math.SQRT2);
}

function neededLikelihoodRatio({ auc, prevalence, ppv }: PpvTarget): number {
  assertShares({ auc, prevalence, ppv });
  if (auc <= 0.5) throw new ContractError(`an AUC of ${auc} ranks no better than chance`);
  return likelihoodRatioOf(prevalence, ppv);
}

function likelihoodRatioOf(prevalence: number, ppv: number): number {
  return (ppv / (1 - ppv)) * ((1 - prevalence) / prevalence);
}

function assertShares(shares: Readonly<Record<string, number>>): void {
  for (const [name, share] of Object.entries(shares))
    if (!(share > 0 && share < 1)) throw new ContractError(`${name} ${share} is not between 0 and 1`);
}
