import { assertBinary, assertRisk, assertSameLength } from "./assert.ts";
import type { IpcwSample } from "./ipcw-mean.ts";
import type { IpcwSkill } from "./ipcw-skill.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";

/** A cohort whose outcome is known for everybody: each has weight 1, and there is no censoring to count. */
function completeSample(event: Uint8Array): IpcwSample {
  assertBinary({ event });
  const nEvents = event.reduce((sum, code) => sum + code, 0);
  const none = new Uint32Array(0);
  const noTimes = new Float64Array(0);
  return {
    nPatients: event.length,
    status: event,
    weight: new Float64Array(event.length).fill(1),
    order: undefined,
    censoring: { time: noTimes, uncensored: noTimes, atRisk: none, events: none, censored: none },
    nCensoringTimes: 0,
    nEvents,
    nEventFree: event.length - nEvents,
    nCompeting: 0,
    nUnknown: 0,
    ...(event.length === 0 && { notEstimable: "no patients" }),
  };
}

/** The sample of predictions of a binary outcome, which are checked. */
export function completeSampleOf({ event, risk }: BinaryPredictions): IpcwSample {
  assertSameLength({ event, risk });
  assertRisk({ risk });
  return completeSample(event);
}

/** Why there is no skill, without a horizon in it. */
export function completeSkill(
  skill: IpcwSkill | NotEstimable,
  { nEvents }: IpcwSample,
): IpcwSkill | NotEstimable {
  if (!isNotEstimable(skill)) return skill;
  return { notEstimable: nEvents === 0 ? "no events" : "everybody has the event" };
}
