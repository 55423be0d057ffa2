import { assertHorizon } from "./assert.ts";
import {
  assertCause,
  type CauseCounts,
  type CompetingFollowUp,
  causeCounts,
  countUpTo,
  whyCountsEnd,
} from "./cause-counts.ts";
import type { NotEstimable } from "./not-estimable.ts";

export interface PseudoValueData extends CompetingFollowUp {
  /** 0 for the probability of being free of every event, otherwise the number of a cause. */
  readonly state: number;
  readonly horizon: number;
}

/**
 * Jackknife pseudo-values of a probability at a horizon: of the cumulative incidence of one cause, or of
 * survival free of every event.
 *
 *     n θ − (n − 1) θ₋ᵢ      θ the Aalen–Johansen or Kaplan–Meier estimate, θ₋ᵢ the same without patient i
 *
 * Without censoring by the horizon they are 1 where patient i is in the state then, and 0 elsewhere. They take
 * the place of that outcome in a regression; there they need censoring that does not depend on covariates.
 * Exact, not an approximation: the estimate without i has one fewer at risk at the times before i's, so sums
 * before and after each time give all of them in O(n log n). A curve without i that ends before the horizon is
 * carried flat. Not estimable: fewer than two patients, or follow-up that ends before the horizon with
 * patients left or with some of unknown status.
 *
 * Reference: Andersen, Klein & Rosthøj (2003), Biometrika 90, 15–27, doi:10.1093/biomet/90.1.15; Klein &
 * Andersen (2005), Biometrics 61, 223–229, doi:10.1111/j.0006-341X.2005.031209.x.
 * Checked against: R prodlim::jackknife (test/reference/pseudo-values.json).
 */
export function pseudoValues(data: PseudoValueData): { readonly values: Float64Array } | NotEstimable {
  const { state, horizon, ...followUp } = data;
  assertHorizon(horizon);
  const counts = causeCounts(followUp);
  if (state !== 0) assertCause(state, followUp.nCauses);
  const n = followUp.time.length;
  const ends = whyCountsEnd(counts, horizon);
  if (ends !== undefined) return { notEstimable: ends };
  if (n < 2) return { notEstimable: "one patient" };
  const without = estimatesWithout(counts, state, countUpTo(counts.time, horizon));
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const k = countUpTo(counts.time, followUp.time[i]!) - 1;
    const own = followUp.time[i]! > horizon ? without.beyond : without.at[followUp.cause[i]!]![k]!;
    values[i] = n * without.whole - (n - 1) * own;
  }
  return { values };
}

interface EstimatesWithout {
  /** The estimate of everybody. */
  readonly whole: number;
  /** Without a patient followed beyond the horizon. */
  readonly beyond: number;
  /** Without a patient whose follow-up ended by this cause (0 censoring) at each time by the horizon. */
  readonly at: readonly Float64Array[];
}

function estimatesWithout(counts: CauseCounts, state: number, nTimes: number): EstimatesWithout {
  const { atRisk, allEvents, events } = counts;
  const own = state === 0 ? allEvents : events[state - 1]!;
  // After each time: the share that stays free until the horizon, and that fails from the cause.
  const stay = new Float64Array(nTimes + 1);
  const fail = new Float64Array(nTimes + 1);
  stay[nTimes] = 1;
  for (let k = nTimes - 1; k >= 0; k--) {
    const free = (atRisk[k]! - allEvents[k]!) / atRisk[k]!;
    stay[k] = free * stay[k + 1]!;
    fail[k] = own[k]! / atRisk[k]! + free * fail[k + 1]!;
  }
  const at = Array.from({ length: events.length + 1 }, () => new Float64Array(nTimes));
  let free = 1;
  let failed = 0;
  for (let k = 0; k < nTimes; k++) {
    const others = atRisk[k]! - 1;
    for (const [cause, estimates] of at.entries()) {
      const left = allEvents[k]! - (cause > 0 ? 1 : 0);
      const ownLeft = own[k]! - (state === 0 ? +(cause > 0) : +(cause === state));
      const freeNow = others > 0 ? (others - left) / others : 1;
      const failNow = others > 0 ? ownLeft / others : 0;
      estimates[k] =
        state === 0 ? free * freeNow * stay[k + 1]! : failed + free * (failNow + freeNow * fail[k + 1]!);
    }
    if (others === 0) break;
    // Those whose time is later are at risk here, so with one of them left out the others are at least the events.
    failed += (free * own[k]!) / others;
    free *= (others - allEvents[k]!) / others;
  }
  return { whole: state === 0 ? stay[0]! : fail[0]!, beyond: state === 0 ? free : failed, at };
}
