import { assertBinary, assertFinite, assertHorizon, assertSameLength } from "./assert.ts";
import { ascendingOrder, isAscending } from "./order.ts";

/** One entry for each distinct time at which somebody is censored, ascending. */
export interface CensoringCurve {
  readonly time: Float64Array;
  /** Patients whose time is at least this one. */
  readonly atRisk: Uint32Array;
  /** Events at exactly this time. */
  readonly events: Uint32Array;
  readonly censored: Uint32Array;
  /** G: probability of not yet being censored, from this time on; 1 before the first time. */
  readonly uncensored: Float64Array;
}

/** What is known of a patient at the horizon. */
export const horizonStatusCode = { eventFree: 0, event: 1, unknown: 2 } as const;

export interface FollowUp {
  readonly time: Float64Array;
  /** 1 where the event happened at `time`, 0 where follow-up ended there. */
  readonly event: Uint8Array;
}

export interface FollowUpToHorizon extends FollowUp {
  readonly horizon: number;
}

/** Rows in ascending time; undefined where they already are, so that sorted columns are not permuted. */
export function timeOrder(time: Float64Array): Uint32Array | undefined {
  return isAscending(time) ? undefined : ascendingOrder(time);
}

/**
 * Reverse Kaplan–Meier estimate of the censoring distribution.
 *
 *     G(t) = ∏ (1 − cᵢ / (nᵢ − dᵢ))    over censoring times tᵢ ≤ t
 *
 * with cᵢ censored and dᵢ events at tᵢ, nᵢ at risk. Ties: events come before censorings, so patients with an
 * event at tᵢ are no longer at risk of being censored there; survfit with the event indicator reversed leaves
 * them in. Nobody gives an empty curve.
 *
 * Reference: Gerds & Schumacher (2006), Biometrical Journal 48, 1029–1040, doi:10.1002/bimj.200610301.
 * Checked against: the weights inside R riskRegression::Score (test/reference/horizon.json).
 */
export function censoringCurve(time: Float64Array, event: Uint8Array): CensoringCurve {
  assertFollowUp({ time, event });
  return censoringCurveInOrder({ time, event }, timeOrder(time));
}

export function assertFollowUp({ time, event }: FollowUp): void {
  assertSameLength({ time, event });
  assertFinite({ time });
  assertBinary({ event });
}

/** As `censoringCurve`, for a caller that already has the order of the rows. */
export function censoringCurveInOrder(
  { time, event }: FollowUp,
  order: Uint32Array | undefined,
): CensoringCurve {
  const n = time.length;
  let nTimes = 0;
  const at = new Float64Array(n);
  const atRisk = new Uint32Array(n);
  const events = new Uint32Array(n);
  const censored = new Uint32Array(n);
  const uncensored = new Float64Array(n);
  let free = 1;
  for (let from = 0; from < n; ) {
    const now = time[order ? order[from]! : from]!;
    let to = from;
    let nEvents = 0;
    for (; to < n; to++) {
      const row = order ? order[to]! : to;
      if (time[row] !== now) break;
      nEvents += event[row]!;
    }
    const nCensored = to - from - nEvents;
    if (nCensored > 0) {
      free *= 1 - nCensored / (n - from - nEvents);
      at[nTimes] = now;
      atRisk[nTimes] = n - from;
      events[nTimes] = nEvents;
      censored[nTimes] = nCensored;
      uncensored[nTimes++] = free;
    }
    from = to;
  }
  return {
    time: at.slice(0, nTimes),
    atRisk: atRisk.slice(0, nTimes),
    events: events.slice(0, nTimes),
    censored: censored.slice(0, nTimes),
    uncensored: uncensored.slice(0, nTimes),
  };
}

/**
 * What is known of each patient at the horizon: 1 event at or before it, 0 followed beyond it without event,
 * 2 censored at or before it, so unknown. The horizon itself belongs to the past: an event at h counts, a
 * patient censored at h is unknown.
 */
export function horizonStatus({ time, event, horizon }: FollowUpToHorizon): Uint8Array {
  assertFollowUp({ time, event });
  assertHorizon(horizon);
  const { eventFree, event: eventCode, unknown } = horizonStatusCode;
  const status = new Uint8Array(time.length);
  for (let i = 0; i < status.length; i++)
    status[i] = time[i]! > horizon ? eventFree : event[i] ? eventCode : unknown;
  return status;
}

/**
 * Inverse probability of censoring weights at a horizon.
 *
 *     w = 1/G(t−) for an event at t ≤ h,  1/G(h) for follow-up beyond h,  0 for a patient censored by h
 *
 * With G from `censoringCurve` the weights of the events add up to n times the Kaplan–Meier risk at h.
 *
 * Reference: Graf, Schmoor, Sauerbrei & Schumacher (1999), Statistics in Medicine 18, 2529–2545,
 * doi:10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5.
 * Checked against: R riskRegression (test/reference/horizon.json).
 */
export function horizonWeights(followUp: FollowUpToHorizon): Float64Array {
  assertFollowUp(followUp);
  const order = timeOrder(followUp.time);
  return horizonWeightsInOrder(followUp, order, censoringCurveInOrder(followUp, order));
}

/** As `horizonWeights`, for a caller that already has the order of the rows and the curve. */
export function horizonWeightsInOrder(
  { time, event, horizon }: FollowUpToHorizon,
  order: Uint32Array | undefined,
  curve: CensoringCurve,
): Float64Array {
  const n = time.length;
  const weight = new Float64Array(n);
  const nJumps = curve.time.length;
  let free = 1;
  let jump = 0;
  let position = 0;
  for (; position < n; position++) {
    const row = order ? order[position]! : position;
    const now = time[row]!;
    if (now > horizon) break;
    while (jump < nJumps && curve.time[jump]! < now) free = curve.uncensored[jump++]!;
    if (event[row]) weight[row] = 1 / free;
  }
  while (jump < nJumps && curve.time[jump]! <= horizon) free = curve.uncensored[jump++]!;
  for (; position < n; position++) weight[order ? order[position]! : position] = 1 / free;
  return weight;
}
