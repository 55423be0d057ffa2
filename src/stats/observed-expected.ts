import { assertRisk, assertSameLength } from "./assert.ts";
import type { PredictionsAtHorizon } from "./auc-at-horizon.ts";
import { kaplanMeier, type SurvivalCurve, survivalAt } from "./kaplan-meier.ts";
import { normalQuantile } from "./normal.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { mean } from "./sum.ts";

export interface ObservedExpected {
  /** Kaplan–Meier risk at the horizon, its interval on the log scale of survival. */
  readonly observed: number;
  readonly observedStdError: number;
  readonly observedLower: number;
  readonly observedUpper: number;
  /** Mean predicted risk. */
  readonly expected: number;
  /** Observed over expected, with its interval. */
  readonly ratio: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Observed over expected risk at a horizon: calibration in the large under censoring.
 *
 *     O/E = F(h) / mean(r),   interval  O/E · exp(± z · SE(F(h)) / F(h)),   F = 1 − Kaplan–Meier
 *
 * The predictions are taken as given, so only F varies. Not estimable: nobody, no events by the horizon,
 * follow-up that ends before it with patients left or with some of unknown status, everybody with the event
 * (the curve then has no standard error), or a mean prediction of 0. A risk that is not between 0 and 1, or a
 * horizon that is NaN, is a ContractError.
 *
 * Reference: McLernon, Giardiello, Van Calster et al. (2023), Annals of Internal Medicine 176, 105–114,
 * doi:10.7326/M22-0844. Checked against: R survival::survfit (test/reference/horizon.json).
 */
export function observedExpected(options: PredictionsAtHorizon): ObservedExpected | NotEstimable {
  const { time, event, risk, horizon, level = 0.95 } = options;
  assertSameLength({ time, risk });
  assertRisk({ risk });
  const curve = kaplanMeier(time, event);
  const reason = whyCurveEnds(curve, horizon);
  if (reason !== undefined) return { notEstimable: reason };
  const at = survivalAt(curve, horizon, level);
  if (at.survival === 0) return { notEstimable: "everybody has the event by the horizon" };
  if (at.survival === 1) return { notEstimable: "no events by the horizon" };
  const compared = overExpected({ observed: 1 - at.survival, stdError: at.stdError, risk, level });
  if (isNotEstimable(compared)) return compared;
  return {
    observed: 1 - at.survival,
    observedStdError: at.stdError,
    observedLower: 1 - at.upper,
    observedUpper: 1 - at.lower,
    ...compared,
  };
}

/** An observed risk over the mean predicted risk, with its interval on the log scale. */
export function overExpected({
  observed,
  stdError,
  risk,
  level,
}: {
  readonly observed: number;
  readonly stdError: number;
  readonly risk: Float64Array;
  readonly level: number;
}): Pick<ObservedExpected, "expected" | "ratio" | "lower" | "upper"> | NotEstimable {
  const expected = mean(risk);
  if (!(expected > 0)) return { notEstimable: "the mean predicted risk is 0" };
  const factor = Math.exp(-normalQuantile((1 - level) / 2) * (stdError / observed));
  const ratio = observed / expected;
  return { expected, ratio, lower: ratio / factor, upper: ratio * factor };
}

/**
 * Why a Kaplan–Meier curve says nothing at the horizon; undefined where it does.
 *
 * A curve that the last patient's event takes to 0 would give the event to all who were censored before.
 */
export function whyCurveEnds(
  { time, survival, censored }: SurvivalCurve,
  horizon: number,
): string | undefined {
  const last = time.length - 1;
  if (last < 0) return "no patients";
  if (survival[last]! > 0) return time[last]! < horizon ? "follow-up ends before the horizon" : undefined;
  const isUnknown = time[last]! <= horizon && censored.some((n) => n > 0);
  return isUnknown ? "nobody is followed beyond the horizon" : undefined;
}
