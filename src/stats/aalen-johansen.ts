import { assertCodes, assertLevel, assertSameLength, ContractError } from "./assert.ts";
import {
  assertCause,
  type CauseCounts,
  type CompetingFollowUp,
  causeCounts,
  countUpTo,
} from "./cause-counts.ts";
import { logInterval } from "./log-interval.ts";

/** The probability of being in one state, right-continuous, with its standard error: one entry for each time. */
export interface StateProbability {
  readonly probability: Float64Array;
  readonly stdError: Float64Array;
}

export interface CumulativeIncidence extends StateProbability {
  readonly events: Float64Array;
  /** Standard error by Gray's variance, which counts ties as draws without replacement. */
  readonly stdErrorGray: Float64Array;
  /** Nelson–Aalen estimate of the cause's cumulative hazard. */
  readonly cumulativeHazard: Float64Array;
}

/** One entry for each distinct time, ascending. */
export interface IncidenceCurves {
  readonly time: Float64Array;
  /** Patients whose time is at least this one. */
  readonly atRisk: Float64Array;
  readonly censored: Float64Array;
  /** Free of every event. */
  readonly eventFree: StateProbability;
  /** The first cause first. At each time these and `eventFree` add up to 1. */
  readonly causes: readonly CumulativeIncidence[];
}

export interface ProbabilityAt {
  readonly probability: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Patients whose time is at least t. */
  readonly atRisk: number;
}

/**
 * Aalen–Johansen estimate of the cumulative incidence of each cause under right censoring.
 *
 *     Fₖ(t)     = Σ S(u−) dₖ(u)/Y(u)                          over u ≤ t, S the Kaplan–Meier curve of all events
 *     Var Fₖ(t) = Σ (S(u−)/Y)² [ Σⱼ dⱼ gⱼ² − (Σⱼ dⱼ gⱼ)²/Y ]   gⱼ = 1{j = k} − (Fₖ(t) − Fₖ(u))/S(u)
 *     Gray:       Σ (S(u−)/Y)² [ dₖ gₖ² (Y − dₖ)/(Y − 1) + d₋ₖ g₋ₖ² (Y − d₋ₖ)/(Y − 1) ]
 *
 * The first variance is the infinitesimal jackknife, that of survfit; the second that of cuminc, with all
 * other causes taken together (−k). Both are carried from time to time as sums of terms of one sign, so they
 * lose no digits near 0. Ties: at equal times events come before censorings. Times are compared exactly.
 * Nobody gives empty curves. A time that is not finite is a ContractError.
 *
 * Reference: Aalen & Johansen (1978), Scand J Stat 5, 141–150 (jstor.org/stable/4615704); Gray (1988), Ann
 * Stat 16, 1141–1154, doi:10.1214/aos/1176350951.
 * Checked against: R survival::survfit and cmprsk::cuminc (test/reference/aalen-johansen.json).
 */
export function aalenJohansen(followUp: CompetingFollowUp): IncidenceCurves {
  return curvesOf(causeCounts(followUp));
}

/** As `aalenJohansen`, for each group 0 … nGroups − 1 by itself. */
export function aalenJohansenByGroup({
  group,
  nGroups,
  ...followUp
}: CompetingFollowUp & { readonly group: Uint16Array; readonly nGroups: number }): IncidenceCurves[] {
  const { time, cause, nCauses } = followUp;
  assertSameLength({ time, group });
  assertCodes("group", group, { n: nGroups, what: "groups" });
  const rows: number[][] = Array.from({ length: nGroups }, () => []);
  for (let i = 0; i < group.length; i++) rows[group[i]!]!.push(i);
  return rows.map((own) =>
    aalenJohansen({
      time: Float64Array.from(own, (row) => time[row]!),
      cause: Uint8Array.from(own, (row) => cause[row]!),
      nCauses,
    }),
  );
}

function curvesOf(counts: CauseCounts): IncidenceCurves {
  const { time, atRisk, censored } = counts;
  const eventFree = eventFreeCurve(counts);
  const causes = counts.events.map((events) => incidenceCurve(counts, events, eventFree.probability));
  return { time, atRisk, censored, eventFree, causes };
}

/** Kaplan–Meier curve of all events with Greenwood's variance, 0 where the curve is 0. */
function eventFreeCurve({ time, atRisk, allEvents }: CauseCounts): StateProbability {
  const probability = new Float64Array(time.length);
  const stdError = new Float64Array(time.length);
  let free = 1;
  let variance = 0;
  for (let k = 0; k < time.length; k++) {
    const [n, d] = [atRisk[k]!, allEvents[k]!];
    const stay = (n - d) / n;
    variance = stay * stay * variance + (free / n) ** 2 * d * stay;
    free *= stay;
    probability[k] = free;
    stdError[k] = Math.sqrt(variance);
  }
  return { probability, stdError };
}

function incidenceCurve(
  { time, atRisk, allEvents }: CauseCounts,
  events: Float64Array,
  eventFree: Float64Array,
): CumulativeIncidence {
  const column = () => new Float64Array(time.length);
  const curve = {
    events,
    probability: column(),
    stdError: column(),
    stdErrorGray: column(),
    cumulativeHazard: column(),
  };
  const jackknife = new OwnAndOther();
  const gray = new OwnAndOther();
  let incidence = 0;
  let hazard = 0;
  for (let k = 0; k < time.length; k++) {
    const before = k === 0 ? 1 : eventFree[k - 1]!;
    const [n, own] = [atRisk[k]!, events[k]!];
    const other = allEvents[k]! - own;
    const unit = (before / n) ** 2;
    jackknife.carry(own / n, other / n);
    jackknife.add(unit * own * (1 - own / n), unit * other * (1 - other / n), (-unit * own * other) / n);
    gray.carry(own / n, other / n);
    gray.add(unit * withoutReplacement(own, n), unit * withoutReplacement(other, n), 0);
    incidence += (before * own) / n;
    hazard += own / n;
    curve.probability[k] = incidence;
    curve.cumulativeHazard[k] = hazard;
    curve.stdError[k] = Math.sqrt(jackknife.own);
    curve.stdErrorGray[k] = Math.sqrt(gray.own);
  }
  return curve;
}

/** d (n − d)/(n − 1), and 1 for the last patient's event. */
function withoutReplacement(events: number, atRisk: number): number {
  return events > 1 ? (events * (atRisk - events)) / (atRisk - 1) : events;
}

/**
 * Variances of the incidence of one cause and of all others together, and their covariance, which is never
 * above 0. Between times an error of the event-free share, −(own + other), goes on into both incidences.
 */
class OwnAndOther {
  own = 0;
  #other = 0;
  #both = 0;

  /** By the hazards of one time. */
  carry(own: number, other: number): void {
    const [stayOwn, stayOther] = [1 - own, 1 - other];
    const [varOwn, varOther, both] = [this.own, this.#other, this.#both];
    this.own = stayOwn * stayOwn * varOwn - 2 * own * stayOwn * both + own * own * varOther;
    this.#other = stayOther * stayOther * varOther - 2 * other * stayOther * both + other * other * varOwn;
    this.#both =
      (stayOwn * stayOther + own * other) * both - other * stayOwn * varOwn - own * stayOther * varOther;
  }

  add(own: number, other: number, both: number): void {
    this.own += own;
    this.#other += other;
    this.#both += both;
  }
}

/**
 * The probability of a state at one time, with a pointwise interval on the log scale.
 *
 *     exp(log p ± z · SE(p)/p), the upper limit capped at 1
 *
 * State 0 is event-free, otherwise the number of the cause. Beyond the last time the curve is carried flat and
 * `atRisk` is 0. Where the probability is 0 the limits do not exist: NaN. For nobody everything is NaN.
 *
 * Reference: Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd ed., section
 * 8.2, doi:10.1002/9781118032985. Checked against: R summary(survfit(…), times =, extend = TRUE), conf.type
 * "log".
 */
export function probabilityAt(
  curves: IncidenceCurves,
  { state, t, level = 0.95 }: { readonly state: number; readonly t: number; readonly level?: number },
): ProbabilityAt {
  if (Number.isNaN(t)) throw new ContractError("the probability of a state was asked for at time NaN");
  assertLevel(level);
  if (state !== 0) assertCause(state, curves.causes.length);
  const { time } = curves;
  if (time.length === 0) return { probability: NaN, stdError: NaN, lower: NaN, upper: NaN, atRisk: 0 };
  const last = countUpTo(time, t) - 1;
  const first = last >= 0 && time[last] === t ? last : last + 1;
  const atRisk = first < time.length ? curves.atRisk[first]! : 0;
  const curve = state === 0 ? curves.eventFree : curves.causes[state - 1]!;
  const probability = last >= 0 ? curve.probability[last]! : state === 0 ? 1 : 0;
  const stdError = last >= 0 ? curve.stdError[last]! : 0;
  return { probability, stdError, ...logInterval({ estimate: probability, stdError, level }), atRisk };
}
