import { aalenJohansen, probabilityAt } from "./aalen-johansen.ts";
import { assertRisk, assertSameLength } from "./assert.ts";
import { assertCause, causeCounts, whyCountsEnd } from "./cause-counts.ts";
import type { CompetingPredictions } from "./competing-calibration.ts";
import { assertThresholds, type DecisionCurve, netBenefit } from "./net-benefit.ts";
import type { NotEstimable } from "./not-estimable.ts";

/**
 * Decision curve for one cause at a horizon when others compete, as `decisionCurve` with the Aalen–Johansen
 * incidence among the flagged in place of 1 − Kaplan–Meier: a competing event is no event.
 *
 *     NB(p) = x/n · [ F(h) − (1 − F(h)) · p/(1 − p) ]      x patients with risk ≥ p, F their incidence
 *
 * One pass over the patients for each threshold. Not estimable: nobody, or follow-up of the whole cohort that
 * ends before the horizon with patients left or with some of unknown status. Refused as in `decisionCurve`.
 *
 * Reference: Vickers, Cronin, Elkin & Gonen (2008), BMC Medical Informatics and Decision Making 8, 53,
 * doi:10.1186/1472-6947-8-53. Checked against: the same formula with R survival::survfit
 * (test/reference/competing-horizon.json).
 */
export function competingDecisionCurve(
  options: Omit<CompetingPredictions, "level"> & { readonly thresholds: Float64Array },
): DecisionCurve | NotEstimable {
  const { time, cause, risk, of, horizon, nCauses, thresholds } = options;
  assertSameLength({ time, risk });
  assertRisk({ risk });
  assertThresholds(thresholds);
  const ends = whyCountsEnd(causeCounts(options), horizon);
  assertCause(of, nCauses);
  if (ends !== undefined) return { notEstimable: ends };
  const freeAbove = (threshold: number) => {
    const isFlagged = (_: number, row: number) => risk[row]! >= threshold;
    const flagged = { time: time.filter(isFlagged), cause: cause.filter(isFlagged), nCauses };
    const { probability } = probabilityAt(aalenJohansen(flagged), { state: of, t: horizon });
    return { nFlagged: flagged.time.length, free: 1 - probability };
  };
  const everybody = freeAbove(-Infinity);
  const points = Array.from(thresholds, freeAbove);
  return {
    thresholds: thresholds.slice(),
    model: thresholds.map((threshold, k) => {
      const { nFlagged, free } = points[k]!;
      return nFlagged === 0 ? 0 : (nFlagged / time.length) * netBenefit(free, threshold);
    }),
    all: thresholds.map((threshold) => netBenefit(everybody.free, threshold)),
    nFlagged: Uint32Array.from(points, ({ nFlagged }) => nFlagged),
  };
}
