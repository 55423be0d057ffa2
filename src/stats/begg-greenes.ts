import { assertLevel, ContractError } from "./assert.ts";
import { normalQuantile } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";

/** What is known of those with one test result. */
export interface VerifiedResult {
  /** With the condition, and without it, among those verified. */
  readonly withCondition: number;
  readonly without: number;
  readonly unverified: number;
}

export interface CorrectedShare extends Limits {
  readonly value: number;
  /** Of the logit of the value. */
  readonly logitStdError: number;
}

export interface BeggGreenes {
  readonly sensitivity: CorrectedShare | NotEstimable;
  readonly specificity: CorrectedShare | NotEstimable;
}

/**
 * Sensitivity and specificity where the truth was sought in only some of the patients, as a rule more often after a positive
 * test (verification bias).
 *
 *     sensitivity = φ p₁/(φ p₁ + (1 − φ) p₀),   Var logit = 1/(N φ (1 − φ)) + (1 − p₁)/(v₁ p₁) + (1 − p₀)/(v₀ p₀)
 *
 * φ the share of positive tests among all N, p₁ and p₀ the share with the condition among the v₁, v₀ verified with a
 * positive, a negative test; specificity likewise with 1 − p. Right where, given the test result, being verified does not
 * depend on the condition: a patient verified because of symptoms breaks it. The interval is Wald's on the logit scale. A
 * value that is 0 or 1 has no such interval and is not estimable, nor is anything where nobody with one of the results was
 * verified or a result did not occur. Counts that are not whole numbers from 0 are a ContractError.
 *
 * Reference: Begg & Greenes (1983), Biometrics 39, 207–215, doi:10.2307/2530820, and their example.
 */
export function beggGreenes({
  positive,
  negative,
  level = 0.95,
}: {
  readonly positive: VerifiedResult;
  readonly negative: VerifiedResult;
  readonly level?: number;
}): BeggGreenes | NotEstimable {
  for (const result of [positive, negative])
    for (const [name, count] of Object.entries(result))
      if (!(Number.isSafeInteger(count) && count >= 0))
        throw new ContractError(`${name} is ${count}, not a count`);
  assertLevel(level);
  if (verifiedOf(positive) === 0) return { notEstimable: "nobody with a positive test was verified" };
  if (verifiedOf(negative) === 0) return { notEstimable: "nobody with a negative test was verified" };
  return {
    sensitivity: share(positive, negative, { level, trait: "withCondition" }),
    specificity: share(negative, positive, { level, trait: "without" }),
  };
}

const verifiedOf = ({ withCondition, without }: VerifiedResult) => withCondition + without;

/** Of those with the trait, the share whose test is `right`. */
function share(
  right: VerifiedResult,
  wrong: VerifiedResult,
  { level, trait }: { readonly level: number; readonly trait: "withCondition" | "without" },
): CorrectedShare | NotEstimable {
  const [found, missed] = [right[trait], wrong[trait]];
  if (found === 0 || missed === 0) return { notEstimable: whyBare(found, missed) };
  const [nRight, nWrong] = [right, wrong].map((of) => verifiedOf(of) + of.unverified) as [number, number];
  const [p, q] = [found / verifiedOf(right), missed / verifiedOf(wrong)];
  const logit = Math.log((nRight * p) / (nWrong * q));
  // 1/(N φ (1 − φ)) = 1/N₊ + 1/N₋
  const logitStdError = Math.sqrt(1 / nRight + 1 / nWrong + (1 - p) / found + (1 - q) / missed);
  const half = normalQuantile((1 + level) / 2) * logitStdError;
  const at = (x: number) => 1 / (1 + Math.exp(-x));
  return { value: at(logit), logitStdError, lower: at(logit - half), upper: at(logit + half) };
}

function whyBare(found: number, missed: number): string {
  if (found === 0 && missed === 0) return "nobody verified counts";
  return found === 0 ? "the share is 0, without an interval" : "the share is 1, without an interval";
}
