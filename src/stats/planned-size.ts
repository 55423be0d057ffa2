import { assertLevel, ContractError } from "./assert.ts";
import { normalQuantile } from "./normal.ts";

/**
 * How many must be reviewed to estimate a proportion within ± a half-width.
 *
 *     n = ⌈z² p (1 − p) / w²⌉
 *
 * by the normal approximation, whose interval is symmetric; read it with care where n p or n (1 − p) is under 10. p is
 * the `proportion` expected, w the `halfWidth`. p not between 0 and 1, w not above 0 or not below 1, and a level not
 * between 0 and 1 are a ContractError.
 *
 * Reference: Cochran (1977), Sampling Techniques, 3rd ed., section 4.4, ISBN 978-0-471-16240-7. Checked against: the formula
 * in R (test/reference/planned-size.json).
 */
export function sizeForProportion({
  proportion,
  halfWidth,
  level = 0.95,
}: {
  readonly proportion: number;
  readonly halfWidth: number;
  readonly level?: number;
}): number {
  assertOpen({ proportion, halfWidth });
  assertLevel(level);
  const z = normalQuantile((1 + level) / 2);
  return wholeFrom((z * z * proportion * (1 - proportion)) / (halfWidth * halfWidth));
}

/**
 * How many must be reviewed to see an error at least once, of those that occur at a rate.
 *
 *     n = ⌈log(1 − P) / log(1 − rate)⌉
 *
 * P is the `probability` of seeing one or more. About 3/rate for 95 % ("rule of three"). A rate or probability not
 * between 0 and 1 is a ContractError.
 *
 * Reference: Hanley & Lippman-Hand (1983), JAMA 249, 1743–1745, doi:10.1001/jama.1983.03330370053031. Checked against: the
 * binomial distribution in R (test/reference/planned-size.json).
 */
export function sizeToSeeOne({
  rate,
  probability = 0.95,
}: {
  readonly rate: number;
  readonly probability?: number;
}): number {
  assertOpen({ rate, probability });
  return wholeFrom(Math.log1p(-probability) / Math.log1p(-rate));
}

/** What is known of a model before it is validated. */
export interface ValidationPlan {
  /** Share of patients with the event. */
  readonly prevalence: number;
  /** Standard error wanted. */
  readonly stdError: number;
}

/**
 * Patients needed to estimate observed over expected events with a standard error of its logarithm.
 *
 *     n = ⌈(1 − φ) / (φ SE²)⌉      φ the prevalence
 *
 * Outcomes known for everybody. The interval of O/E = 1 is then exp(± z SE). A prevalence not between 0 and 1 or a standard
 * error not above 0 is a ContractError, also in the two below.
 *
 * Reference: Riley, Debray, Collins et al. (2021), Statistics in Medicine 40, 4230–4251, doi:10.1002/sim.9025. Checked
 * against: the formula in R (test/reference/planned-size.json).
 */
export function sizeForObservedExpected({ prevalence, stdError }: ValidationPlan): number {
  assertPlan({ prevalence, stdError });
  return wholeFrom((1 - prevalence) / (prevalence * stdError * stdError));
}

/**
 * Patients needed to estimate an AUC with a standard error.
 *
 *     SE² = A (1 − A) [1 + (n/2 − 1) ((1 − A)/(2 − A) + A/(1 + A))] / (n² φ (1 − φ))
 *
 * the smallest n whose SE is at most the one asked for; A is the `auc` expected, .5 ≤ A < 1. Reference: Newcombe (2006),
 * Statistics in Medicine 25, 559–573, doi:10.1002/sim.2324, method 4, as in Riley et al. (2021). Checked against: the
 * formula in R (test/reference/planned-size.json).
 */
export function sizeForAuc({ auc, prevalence, stdError }: ValidationPlan & { readonly auc: number }): number {
  assertPlan({ prevalence, stdError });
  if (!(auc >= 0.5 && auc < 1)) throw new ContractError(`an AUC of ${auc}`);
  // SE² n² = a (1 + (n/2 − 1) b): the positive root of SE² n² − (a b/2) n − a (1 − b).
  const a = (auc * (1 - auc)) / (prevalence * (1 - prevalence));
  const b = (1 - auc) / (2 - auc) + auc / (1 + auc);
  const half = (a * b) / 4;
  const square = stdError * stdError;
  return wholeFrom((half + Math.sqrt(half * half + square * a * (1 - b))) / square);
}

/**
 * Patients needed to estimate a calibration slope with a standard error.
 *
 *     n = ⌈I_αα / (SE² (I_αα I_ββ − I_αβ²))⌉,   I = mean of p (1 − p) · (1, l, l²),   l = log(p/(1 − p))
 *
 * `risk` is a sample of the risks that the model is expected to give where it is validated, and is taken to be right.
 * Where all are alike the slope cannot be estimated: a ContractError, as is nobody, a risk not between 0 and 1 or equal to
 * one of them, or a standard error not above 0. Reference: Riley et al. (2021), equation for the calibration slope. Checked
 * against: glm in R (test/reference/planned-size.json).
 */
export function sizeForCalibrationSlope({
  risk,
  stdError,
}: {
  readonly risk: Float64Array;
  readonly stdError: number;
}): number {
  if (!(stdError > 0 && stdError < Infinity)) throw new ContractError(`a standard error of ${stdError}`);
  let [weight, linear] = [0, 0];
  risk.forEach((p, i) => {
    if (!(p > 0 && p < 1)) throw new ContractError(`risk[${i}] is ${p}`);
    weight += p * (1 - p);
    linear += p * (1 - p) * logit(p);
  });
  const centre = linear / weight;
  // I_ββ − I_αβ²/I_αα is the weighted spread of the logits, without the subtraction.
  const spread = risk.reduce((total, p) => total + p * (1 - p) * (logit(p) - centre) ** 2, 0) / risk.length;
  if (!(spread > 0)) throw new ContractError("risks that are all alike have no slope");
  return wholeFrom(1 / (stdError * stdError * spread));
}

const logit = (p: number) => Math.log(p) - Math.log1p(-p);

/** The whole number from this one up; rounding just above a whole number is that number. */
function wholeFrom(size: number): number {
  const n = Math.ceil(size - 1e-9 * size);
  if (!Number.isSafeInteger(n)) throw new ContractError(`a size of ${size}`);
  return Math.max(1, n);
}

function assertOpen(shares: Readonly<Record<string, number>>): void {
  for (const [name, share] of Object.entries(shares))
    if (!(share > 0 && share < 1)) throw new ContractError(`${name} is ${share}, not between 0 and 1`);
}

function assertPlan({ prevalence, stdError }: ValidationPlan): void {
  assertOpen({ prevalence });
  if (!(stdError > 0 && stdError < Infinity)) throw new ContractError(`a standard error of ${stdError}`);
}
