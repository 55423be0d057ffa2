import { assertHorizon, assertLevel } from "./assert.ts";
import {
  assertCause,
  type CauseCounts,
  type CompetingFollowUp,
  causeCounts,
  countUpTo,
  whyCountsEnd,
} from "./cause-counts.ts";
import { logInterval } from "./log-interval.ts";
import type { NotEstimable } from "./not-estimable.ts";

export interface KaplanMeierGap {
  /** 1 − Kaplan–Meier, competing events counting as censorings. */
  readonly oneMinusKaplanMeier: number;
  /** Aalen–Johansen cumulative incidence. */
  readonly incidence: number;
  /** The first less the second: how far Kaplan–Meier overstates the risk. */
  readonly gap: number;
  /** NaN, like the limits, where no event of the cause follows a competing event: the gap is then exactly 0. */
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * How far 1 − Kaplan–Meier overstates the risk of one cause at a horizon when other causes compete.
 *
 *     gap = (1 − K(h)) − F(h)      K the product over the cause alone, F Aalen–Johansen, S free of every event
 *     Var = Σ [ d q² + d′ q′² − (d q + d′ q′)²/Y ] / Y²    over times u ≤ h, d of the cause, d′ competing
 *     q  = K(u−) K(h)/K(u) − S(u−) (1 − φ),   q′ = S(u−) φ,   φ = (F(h) − F(u))/S(u)
 *
 * Both curves come from the same patients, so the variance is that of their difference: the infinitesimal
 * jackknife, summed over patients in closed form. Interval on the log scale, the upper limit capped at 1. Ties:
 * events before censorings. Not estimable: nobody, or follow-up that ends before the horizon with patients left
 * or with some of unknown status.
 *
 * Reference: Gooley, Leisenring, Crowley & Storer (1999), Statistics in Medicine 18, 695–706,
 * doi:10.1002/(SICI)1097-0258(19990330)18:6<695::AID-SIM60>3.0.CO;2-O; Efron (1982), The Jackknife, the
 * Bootstrap and Other Resampling Plans, chapter 6, doi:10.1137/1.9781611970319.
 * Checked against: R survival::survfit, both curves (test/reference/kaplan-meier-gap.json); the standard error
 * against the jackknife patient by patient and the bootstrap.
 */
export function kaplanMeierGap({
  of,
  horizon,
  level = 0.95,
  ...followUp
}: CompetingFollowUp & {
  readonly of: number;
  readonly horizon: number;
  readonly level?: number;
}): KaplanMeierGap | NotEstimable {
  assertHorizon(horizon);
  assertLevel(level);
  const counts = causeCounts(followUp);
  assertCause(of, followUp.nCauses);
  const ends = whyCountsEnd(counts, horizon);
  if (ends !== undefined) return { notEstimable: ends };
  const own = counts.events[of - 1]!;
  const nTimes = countUpTo(counts.time, horizon);
  const { free, alone, incidence } = curvesBefore(counts, own, nTimes);
  const curves = { oneMinusKaplanMeier: 1 - alone[nTimes]!, incidence };
  if (!causeFollowsCompetitor(counts, own, nTimes)) {
    const none = { stdError: NaN, lower: NaN, upper: NaN };
    return { oneMinusKaplanMeier: incidence, incidence, gap: 0, ...none };
  }
  const gap = curves.oneMinusKaplanMeier - incidence;
  const { atRisk, allEvents } = counts;
  let variance = 0;
  // After each time: the shares that Kaplan–Meier keeps, and that fail from the cause.
  let kept = 1;
  let later = 0;
  for (let k = nTimes - 1; k >= 0; k--) {
    const n = atRisk[k]!;
    const [d, other] = [own[k]!, allEvents[k]! - own[k]!];
    const ofCause = alone[k]! * kept - free[k]! * (1 - later);
    const ofOther = free[k]! * later;
    variance += (d * ofCause ** 2 + other * ofOther ** 2 - (d * ofCause + other * ofOther) ** 2 / n) / n ** 2;
    kept *= (n - d) / n;
    later = d / n + ((n - allEvents[k]!) / n) * later;
  }
  const stdError = Math.sqrt(Math.max(0, variance));
  return { ...curves, gap, stdError, ...logInterval({ estimate: gap, stdError, level }) };
}

/** S and K before each time and after the last of `nTimes`, and F there. */
function curvesBefore({ atRisk, allEvents }: CauseCounts, own: Float64Array, nTimes: number) {
  const free = new Float64Array(nTimes + 1).fill(1);
  const alone = new Float64Array(nTimes + 1).fill(1);
  let incidence = 0;
  for (let k = 0; k < nTimes; k++) {
    const n = atRisk[k]!;
    incidence += (free[k]! * own[k]!) / n;
    free[k + 1] = (free[k]! * (n - allEvents[k]!)) / n;
    alone[k + 1] = (alone[k]! * (n - own[k]!)) / n;
  }
  return { free, alone, incidence };
}

function causeFollowsCompetitor({ allEvents }: CauseCounts, own: Float64Array, nTimes: number): boolean {
  const first = own.findIndex((d, k) => allEvents[k]! > d);
  return first >= 0 && own.subarray(first + 1, nTimes).some((d) => d > 0);
}
