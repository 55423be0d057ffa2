import { assertHorizon } from "./assert.ts";
import { assertCause, assertCompeting, type CompetingFollowUp } from "./cause-counts.ts";
import { horizonStatusCode } from "./censoring.ts";
import { type IpcwSample, ipcwSample } from "./ipcw-mean.ts";

export interface CompetingFollowUpToHorizon extends CompetingFollowUp {
  /** The cause that the predicted risk is of. */
  readonly of: number;
  readonly horizon: number;
}

/**
 * What is known of patients at the horizon when causes compete, for the weighted measures that take a `sample`:
 * `aucAtHorizon`, `brierAtHorizon`, `logLossAtHorizon`, `twoByTwoAtHorizon`.
 *
 *     event: the cause by h · event-free: beyond h, or another cause by h · unknown: censored by h
 *
 * One censoring curve for everybody, in which every event, of any cause, comes before the censorings at its
 * time. The weighted share of events is the Aalen–Johansen incidence at h. `event` in the same call is 1
 * for an event of any cause: see `anyEvent`.
 *
 * Reference: Blanche, Dartigues & Jacqmin-Gadda (2013), Statistics in Medicine 32, 5381–5397,
 * doi:10.1002/sim.5958; Schoop, Beyersmann, Schumacher & Binder (2011), Biometrical Journal 53, 88–112,
 * doi:10.1002/bimj.201000073. Checked against: R riskRegression::Score (test/reference/competing-horizon.json).
 */
export function competingSample({ of, horizon, ...followUp }: CompetingFollowUpToHorizon): IpcwSample {
  assertCompeting(followUp);
  assertCause(of, followUp.nCauses);
  assertHorizon(horizon);
  const { time, cause } = followUp;
  const sample = ipcwSample({ time, event: anyEvent(cause), horizon });
  let nCompeting = 0;
  const status = sample.status.map((code, i) => {
    if (code !== horizonStatusCode.event || cause[i] === of) return code;
    nCompeting++;
    return horizonStatusCode.eventFree;
  });
  return {
    ...sample,
    status,
    nEvents: sample.nEvents - nCompeting,
    nEventFree: sample.nEventFree + nCompeting,
    nCompeting,
  };
}

/** 1 where follow-up ended in an event of any cause. */
export function anyEvent(cause: Uint8Array): Uint8Array {
  return cause.map((code) => (code > 0 ? 1 : 0));
}
