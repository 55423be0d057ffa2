import type { Noun } from "../../evidence/noun.ts";
import type { PredictionsAtHorizon } from "../../stats/auc-at-horizon.ts";
import { horizonStatusCode } from "../../stats/censoring.ts";
import type { IpcwSample } from "../../stats/ipcw-mean.ts";
import type { LevelledInput } from "../../stats/proxy-scores.ts";

/** Groups of patients that the protocol names before outcomes are joined. */
export interface Group {
  /** For estimate ids: `age:50-64`, `slice:many_nodes`, `age:50-64,sex:F`. */
  readonly id: string;
  readonly kind: "stratum" | "slice" | "intersection";
  /** The stratifying variable, `slice`, or the crossed variables: `age,sex`. */
  readonly family: string;
  /** As a reader meets it: "age 50–64", "menopausal status: premenopausal". */
  readonly name: string;
  /** Of each patient the group of this family that it is in; −1 in none. The groups of a family have one column. */
  readonly codes: Int8Array | Int32Array;
  /** This group's code: its place in the family. */
  readonly code: number;
  readonly n: number;
}

/** Groups that exclude each other: the strata of one variable, or a slice alone. */
export type Family = readonly Group[];

export function familiesOf(groups: readonly Group[]): Family[] {
  const families = new Map<Group["codes"], Group[]>();
  for (const group of groups) families.set(group.codes, [...(families.get(group.codes) ?? []), group]);
  return [...families.values()];
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
  /** The risk in that order. */
  readonly ascending: Float64Array;
  readonly isPrimary: boolean;
}

/** A reading with the place on the time axis at which it is made. */
export interface TimedReading extends Reading {
  /** Days from the index at which the status is read. */
  readonly atDays: number;
  /** Status and censoring weight of each patient at `atDays`. */
  readonly sample: IpcwSample;
}

/** A variable of the protocol as levels; the last level is that of values not recorded. */
export interface CohortInput {
  readonly name: string;
  /** What a reader calls it. */
  readonly label: string;
  readonly levels: LevelledInput;
}

interface AnyCohort {
  readonly n: number;
  readonly groups: readonly Group[];
  /** What may stand in for a protected group. */
  readonly inputs: readonly CohortInput[];
  /** What a row is called. */
  readonly unit: Noun;
  /** Of the event by the primary horizon, from the model that this one replaces; absent where the protocol names none. */
  readonly replacedRisk?: Float64Array;
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

/** A reading as the kernels see it that weight nobody for censoring. */
export type UnweightedReading = Pick<TimedReading, "short" | "atDays" | "risk" | "byRisk" | "ascending">;

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
  cohort: Pick<TimedCohort, "time" | "event">,
  reading: TimedReading,
): PredictionsAtHorizon & { readonly sample: IpcwSample } {
  return { ...unweightedColumnsAt(cohort, reading), sample: reading.sample };
}

/** The same for a kernel that weights nobody for censoring. */
export function unweightedColumnsAt(
  { time, event }: Pick<TimedCohort, "time" | "event">,
  { risk, byRisk, ascending, atDays }: UnweightedReading,
): PredictionsAtHorizon {
  return { time, event, risk, byRisk, ascending, horizon: atDays };
}

/** Status at the primary horizon and weight of each row: a binary outcome is known of all, each with weight 1. */
export function knownIn(cohort: Cohort): Pick<IpcwSample, "status" | "weight"> {
  if (cohort.kind === "time to event") return primaryReading(cohort).sample;
  const { event, eventFree } = horizonStatusCode;
  return {
    status: cohort.event.map((code) => (code === 1 ? event : eventFree)),
    weight: new Float64Array(cohort.n).fill(1),
  };
}

export function primaryReading(cohort: TimedCohort): TimedReading;
export function primaryReading(cohort: Cohort): Reading;
export function primaryReading(cohort: Cohort): Reading {
  const primary = cohort.readings.find(({ isPrimary }) => isPrimary);
  if (!primary) throw new Error("the protocol has no output for its primary horizon");
  return primary;
}
