import type { Noun } from "../evidence/noun.ts";
import type { PredictionsAtHorizon } from "../stats/auc-at-horizon.ts";
import type { IpcwSample } from "../stats/ipcw-mean.ts";

/** Groups of patients that the protocol names before outcomes are joined. */
export interface Group {
  /** For estimate ids: `age:50-64`, `slice:many_nodes`. */
  readonly id: string;
  /** The stratifying variable, or `slice`. */
  readonly family: string;
  /** As a reader meets it: "age 50–64", "menopausal status: premenopausal". */
  readonly name: string;
  readonly isMember: Uint8Array;
  readonly n: number;
}

/** One horizon and the risk of the event by it. */
export interface Reading {
  /** "60 months" */
  readonly label: string;
  /** "60mo", the horizon part of estimate ids. */
  readonly short: string;
  /** "4.99 years", where the protocol reads just before the horizon. */
  readonly readAt?: string;
  readonly output: string;
  /** Predicted probability of the event by the horizon. */
  readonly risk: Float64Array;
  /** `ascendingOrder` of the risk. */
  readonly byRisk: Uint32Array;
  readonly isPrimary: boolean;
}

/** A reading with the place on the time axis at which it is made. */
export interface TimedReading extends Reading {
  /** Days from the index at which the status is read. */
  readonly atDays: number;
  /** Status and censoring weight of each patient at `atDays`. */
  readonly sample: IpcwSample;
}

interface AnyCohort {
  readonly n: number;
  readonly groups: readonly Group[];
  /** What a row is called. */
  readonly unit: Noun;
}

/** Patients followed to an event or to the end of observation, in ascending order of time, then source line. */
export interface TimedCohort extends AnyCohort {
  readonly kind: "time to event";
  /** Days from the index, after administrative censoring. */
  readonly time: Float64Array;
  /** 1 where the event was observed at `time`. */
  readonly event: Uint8Array;
  readonly readings: readonly TimedReading[];
}

/** Rows of which it is known whether the event happened by the one horizon, in the order of the source. */
export interface BinaryCohort extends AnyCohort {
  readonly kind: "binary";
  /** 1 where the event happened. */
  readonly event: Uint8Array;
  readonly readings: readonly [Reading];
  /** Whose row each is, as a code; absent where each row is a patient. */
  readonly patient?: Uint32Array;
}

/** The rows analysed, as columns. */
export type Cohort = TimedCohort | BinaryCohort;

/** What a kernel reads at one horizon. */
export function columnsAt(
  { time, event }: Pick<TimedCohort, "time" | "event">,
  { risk, byRisk, atDays, sample }: TimedReading,
): PredictionsAtHorizon & { readonly sample: IpcwSample } {
  return { time, event, risk, byRisk, horizon: atDays, sample };
}

export function primaryReading(cohort: TimedCohort): TimedReading;
export function primaryReading(cohort: Cohort): Reading;
export function primaryReading(cohort: Cohort): Reading {
  const primary = cohort.readings.find(({ isPrimary }) => isPrimary);
  if (!primary) throw new Error("the protocol has no output for its primary horizon");
  return primary;
}
