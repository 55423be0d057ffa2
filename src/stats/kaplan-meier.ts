import { assertBinary, assertFinite, assertLevel, assertSameLength, ContractError } from "./assert.ts";
import { normalQuantile } from "./normal.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder, isAscending } from "./order.ts";

/** One entry for each distinct time, ascending. The curve is right-continuous and 1 before the first time. */
export interface SurvivalCurve {
  readonly time: Float64Array;
  /** Patients whose time is at least this one. */
  readonly atRisk: Float64Array;
  readonly events: Float64Array;
  readonly censored: Float64Array;
  readonly survival: Float64Array;
  /** Greenwood's standard error of `survival`; NaN where the curve is 0. */
  readonly stdError: Float64Array;
}

export interface SurvivalAt {
  readonly survival: number;
  readonly stdError: number;
  readonly lower: number;
  readonly upper: number;
  /** Patients whose time is at least t. */
  readonly atRisk: number;
}

/**
 * Kaplan–Meier estimate of the survival function under right censoring.
 *
 *     S(t)     = ∏ (1 − dᵢ/nᵢ)                    over event times tᵢ ≤ t
 *     Var S(t) = S(t)² · Σ dᵢ / (nᵢ (nᵢ − dᵢ))    (Greenwood)
 *
 * Ties: at equal times, events come before censorings, so a patient censored at t is at risk at t.
 * Times are compared exactly. Nobody gives an empty curve. A time that is not finite is a ContractError.
 *
 * Reference: Kaplan & Meier (1958), JASA 53, 457–481, doi:10.1080/01621459.1958.10501452.
 * Checked against: R survival::survfit (test/reference/kaplan-meier.json).
 */
export function kaplanMeier(time: Float64Array, event: Uint8Array): SurvivalCurve {
  assertSameLength({ time, event });
  assertFinite({ time });
  assertBinary({ event });
  return isAscending(time) ? productLimit(time, event) : productLimit(...sorted(time, event));
}

function sorted(time: Float64Array, event: Uint8Array): [Float64Array, Uint8Array] {
  const order = ascendingOrder(time);
  const sortedTime = new Float64Array(time.length);
  const sortedEvent = new Uint8Array(time.length);
  for (let i = 0; i < order.length; i++) {
    sortedTime[i] = time[order[i]!]!;
    sortedEvent[i] = event[order[i]!]!;
  }
  return [sortedTime, sortedEvent];
}

function productLimit(time: Float64Array, event: Uint8Array): SurvivalCurve {
  const nPatients = time.length;
  let nTimes = 0;
  for (let i = 0; i < nPatients; i++) if (i === 0 || time[i]! !== time[i - 1]!) nTimes++;
  const curve = {
    time: new Float64Array(nTimes),
    atRisk: new Float64Array(nTimes),
    events: new Float64Array(nTimes),
    censored: new Float64Array(nTimes),
    survival: new Float64Array(nTimes),
    stdError: new Float64Array(nTimes),
  };
  let survival = 1;
  let greenwoodSum = 0;
  for (let k = 0, from = 0; k < nTimes; k++) {
    const at = time[from]!;
    let to = from;
    let events = 0;
    for (; to < nPatients && time[to] === at; to++) events += event[to]!;
    const atRisk = nPatients - from;
    survival *= (atRisk - events) / atRisk;
    greenwoodSum += events / (atRisk * (atRisk - events));
    curve.time[k] = at;
    curve.atRisk[k] = atRisk;
    curve.events[k] = events;
    curve.censored[k] = to - from - events;
    curve.survival[k] = survival;
    curve.stdError[k] = survival > 0 ? survival * Math.sqrt(greenwoodSum) : Number.NaN;
    from = to;
  }
  return curve;
}

/**
 * The Kaplan–Meier curve at one time, with a pointwise interval on the log scale.
 *
 *     exp(log S(t) ± z · SE(S(t)) / S(t)), the upper limit capped at 1
 *
 * Beyond the last time the curve is carried flat and `atRisk` is 0. Before the first time survival is 1 with
 * standard error 0. Where the curve is 0, or nobody was followed, the interval does not exist: NaN.
 *
 * Reference: Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd ed., section
 * 1.4, doi:10.1002/9781118032985. Checked against: R summary(survfit(…), times =, extend = TRUE), conf.type
 * "log".
 */
export function survivalAt(curve: SurvivalCurve, t: number, level = 0.95): SurvivalAt {
  if (Number.isNaN(t)) throw new ContractError("survival was asked for at time NaN");
  assertLevel(level);
  const n = curve.time.length;
  if (n === 0) return { survival: NaN, stdError: NaN, lower: NaN, upper: NaN, atRisk: 0 };
  const next = firstTimeFrom(curve.time, t);
  const atRisk = next < n ? curve.atRisk[next]! : 0;
  const last = next < n && curve.time[next] === t ? next : next - 1;
  if (last < 0) return { survival: 1, stdError: 0, lower: 1, upper: 1, atRisk };
  const survival = curve.survival[last]!;
  const stdError = curve.stdError[last]!;
  const width = normalQuantile((1 + level) / 2) * (stdError / survival);
  const lower = survival * Math.exp(-width);
  const upper = Math.min(1, survival * Math.exp(width));
  return { survival, stdError, lower, upper, atRisk };
}

/** Index of the first time ≥ t, or the length. */
function firstTimeFrom(time: Float64Array, t: number): number {
  let low = 0;
  let high = time.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A product of fractions that is ½ on paper can miss it by rounding; R uses the same tolerance. */
const halfTolerance = Math.sqrt(Number.EPSILON);

/**
 * Median of a Kaplan–Meier curve: the first time at which it is ½ or less.
 * Where it stays at exactly ½ until a later drop, the midpoint of that interval, as R's quantile.survfit.
 */
export function medianSurvival(curve: SurvivalCurve): { readonly value: number } | NotEstimable {
  const { time, survival } = curve;
  if (time.length === 0) return { notEstimable: "nobody was followed" };
  const atHalf = survival.findIndex((value) => value <= 0.5 + halfTolerance);
  if (atHalf < 0) return { notEstimable: "the curve does not reach one half" };
  const below = survival.findIndex((value) => value < 0.5 - halfTolerance);
  return { value: below < 0 ? time[atHalf]! : (time[atHalf]! + time[below]!) / 2 };
}

/**
 * Median follow-up by the reverse Kaplan–Meier method: censoring is the event, an event censors it. Ties: as
 * in `kaplanMeier` with the roles exchanged, which is what R's survfit(Surv(time, 1 − event) ~ 1) does.
 *
 * Reference: Schemper & Smith (1996), Control Clin Trials 17, 343–346, doi:10.1016/0197-2456(96)00075-X.
 */
export function medianFollowUp(
  time: Float64Array,
  event: Uint8Array,
): { readonly value: number } | NotEstimable {
  assertBinary({ event });
  return medianSurvival(
    kaplanMeier(
      time,
      event.map((occurred) => 1 - occurred),
    ),
  );
}
