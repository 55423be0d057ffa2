import { aalenJohansen, probabilityAt } from "./aalen-johansen.ts";
import { assertFinite, assertRisk, assertSameLength } from "./assert.ts";
import { type CalibrationGroup, groupsOfRisk } from "./calibration-groups.ts";
import { assertCause, causeCounts, whyCountsEnd } from "./cause-counts.ts";
import type { CompetingFollowUpToHorizon } from "./competing-sample.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { type ObservedExpected, overExpected } from "./observed-expected.ts";

export interface CompetingPredictions extends CompetingFollowUpToHorizon {
  /** Predicted risk of the cause by the horizon, other causes competing. */
  readonly risk: Float64Array;
  /** Confidence level of the intervals; .95 where it is not given. */
  readonly level?: number;
}

/**
 * Observed over expected risk of one cause at a horizon, as `observedExpected` with the Aalen–Johansen
 * incidence in place of 1 − Kaplan–Meier.
 *
 * Interval of the observed risk on the log scale of the incidence. Not estimable: nobody, no events of the cause
 * by the horizon, follow-up that ends before it with patients left or with some of unknown status, everybody
 * with the event (the incidence then has no standard error), or a mean prediction of 0. A risk that is not between
 * 0 and 1, or a horizon that is NaN, is a ContractError.
 *
 * Reference: Wolbers, Koller, Witteman & Steyerberg (2009), Epidemiology 20, 555–561,
 * doi:10.1097/EDE.0b013e3181a39056. Checked against: R survival::survfit (test/reference/competing-horizon.json).
 */
export function competingObservedExpected(options: CompetingPredictions): ObservedExpected | NotEstimable {
  const { time, risk, of, horizon, level = 0.95 } = options;
  assertSameLength({ time, risk });
  assertRisk({ risk });
  const ends = whyCountsEnd(causeCounts(options), horizon);
  assertCause(of, options.nCauses);
  if (ends !== undefined) return { notEstimable: ends };
  const at = probabilityAt(aalenJohansen(options), { state: of, t: horizon, level });
  if (at.probability === 0) return { notEstimable: "no events of the cause by the horizon" };
  if (at.stdError === 0) return { notEstimable: "everybody has the event by the horizon" };
  const { probability: observed, stdError } = at;
  const compared = overExpected({ observed, stdError, risk, level });
  if (isNotEstimable(compared)) return compared;
  return {
    observed,
    observedStdError: stdError,
    observedLower: at.lower,
    observedUpper: at.upper,
    ...compared,
  };
}

/**
 * Observed and predicted risk of one cause in groups of similar predicted risk, as `calibrationGroups` with
 * the Aalen–Johansen incidence in place of 1 − Kaplan–Meier.
 *
 * Interval on the log scale of the incidence; NaN limits where a group has no event of the cause,
 * and no standard error either where everybody has it. Not estimable:
 * nobody, or equal risks. Reference and check as `competingObservedExpected`.
 */
export function competingCalibrationGroups(
  options: CompetingPredictions & { readonly nGroups: number },
): readonly CalibrationGroup[] | NotEstimable {
  const { time, cause, risk, of, horizon, nCauses, level = 0.95 } = options;
  assertSameLength({ time, cause, risk });
  assertFinite({ time });
  assertRisk({ risk });
  assertCause(of, nCauses);
  const groups = groupsOfRisk(risk, options.nGroups);
  if (isNotEstimable(groups)) return groups;
  return groups.sizes.flatMap((n, code) => {
    if (n === 0) return [];
    const isOwn = (_: number, row: number) => groups.group[row] === code;
    const own = { time: time.filter(isOwn), cause: cause.filter(isOwn), nCauses };
    const ends = whyCountsEnd(causeCounts(own), horizon);
    const at = probabilityAt(aalenJohansen(own), { state: of, t: horizon, level });
    // An incidence of 1 has the standard error 0, which tells nothing.
    const { stdError, lower, upper } = at.probability > 0 && at.stdError === 0 ? noLimits : at;
    return {
      n,
      nEvents: own.cause.filter((code, i) => code === of && own.time[i]! <= horizon).length,
      atRisk: at.atRisk,
      predicted: risk.filter(isOwn).reduce((sum, r) => sum + r, 0) / n,
      observed: at.probability,
      stdError,
      lower,
      upper,
      ...(ends === undefined ? {} : { ends }),
    };
  });
}

const noLimits = { stdError: Number.NaN, lower: Number.NaN, upper: Number.NaN };
