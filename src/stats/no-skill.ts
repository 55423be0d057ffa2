import { ContractError } from "./assert.ts";
import type { NotEstimable } from "./not-estimable.ts";

/** What somebody without a model scores at an event rate p: the base against which a limit is read. */
export interface NoSkill {
  /** Accuracy of the better of never flagging and always flagging: max(p, 1 − p). */
  readonly accuracy: number;
  /** −p ln p − (1 − p) ln(1 − p). */
  readonly logLoss: number;
  /** p (1 − p). */
  readonly brier: number;
}

/** An event rate that is not between 0 and 1 is a ContractError. */
export function noSkill(eventRate: number): NoSkill {
  assertShare("event rate", eventRate);
  const rest = 1 - eventRate;
  return {
    accuracy: Math.max(eventRate, rest),
    logLoss: -eventRate * Math.log(eventRate) - rest * Math.log(rest),
    brier: eventRate * rest,
  };
}

/**
 * What an accuracy means at an event rate, where the sensitivity is known.
 *
 *     specificity = (accuracy − p · sensitivity) / (1 − p)
 *     PPV         = p · sensitivity / (p · sensitivity + (1 − p)(1 − specificity))
 *
 * Not estimable where no specificity from 0 to 1 gives the accuracy, or nobody would be flagged. Shares that
 * are not between 0 and 1 are a ContractError.
 */
export function ppvFromAccuracy({
  accuracy,
  eventRate,
  sensitivity,
}: {
  readonly accuracy: number;
  readonly eventRate: number;
  readonly sensitivity: number;
}): { readonly ppv: number; readonly falsePerTrue: number } | NotEstimable {
  assertShare("accuracy", accuracy);
  assertShare("event rate", eventRate);
  assertShare("sensitivity", sensitivity);
  const truePositive = eventRate * sensitivity;
  // Rounding may leave a hair above or below 0.
  const falsePositive = 1 - accuracy - eventRate * (1 - sensitivity);
  if (falsePositive < -1e-12 || falsePositive > 1 - eventRate + 1e-12)
    return { notEstimable: "no specificity gives this accuracy at this sensitivity" };
  const falsePerTrue = Math.max(0, falsePositive) / truePositive;
  return { ppv: 1 / (1 + falsePerTrue), falsePerTrue };
}

function assertShare(name: string, share: number): void {
  if (!(share > 0 && share < 1)) throw new ContractError(`${name} ${share} is not between 0 and 1`);
}
