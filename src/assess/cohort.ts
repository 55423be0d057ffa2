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
  /** Of each patient the group of this family that it is in; −1 in none. The groups of a family have one column. */
  readonly codes: Int8Array | Int32Array;
  /** This group's code: its place in the family. */
  readonly code: number;
  readonly n: number;
}

/** One prediction horizon: whose risk, and where on the time axis it is read. */
export interface Reading {
  /** "60 months" */
  readonly label: string;
  /** "60mo", the horizon part of estimate ids. */
  readonly short: string;
  /** Days from the index at which the status is read. */
  readonly atDays: number;
  /** "4.99 years", where the protocol reads just before the horizon. */
  readonly readAt?: string;
  readonly output: string;
  /** Predicted probability of the event by the horizon. */
  readonly risk: Float64Array;
  /** `ascendingOrder` of the risk. */
  readonly byRisk: Uint32Array;
  /** Status and censoring weight of each patient at `atDays`. */
  readonly sample: IpcwSample;
  readonly isPrimary: boolean;
}

/** The patients analysed, as columns in ascending order of time, then source line. */
export interface Cohort {
  readonly n: number;
  /** Days from the index, after administrative censoring. */
  readonly time: Float64Array;
  /** 1 where the event was observed at `time`. */
  readonly event: Uint8Array;
  readonly readings: readonly Reading[];
  readonly groups: readonly Group[];
}

/** A reading as the kernels see it that weight nobody for censoring. */
export type UnweightedReading = Pick<Reading, "short" | "atDays" | "risk" | "byRisk">;

/** What a kernel reads at one horizon. */
export function columnsAt(
  cohort: Pick<Cohort, "time" | "event">,
  reading: Reading,
): PredictionsAtHorizon & { readonly sample: IpcwSample } {
  return { ...unweightedColumnsAt(cohort, reading), sample: reading.sample };
}

/** The same for a kernel that weights nobody for censoring. */
export function unweightedColumnsAt(
  { time, event }: Pick<Cohort, "time" | "event">,
  { risk, byRisk, atDays }: UnweightedReading,
): PredictionsAtHorizon {
  return { time, event, risk, byRisk, horizon: atDays };
}

export function primaryReading(cohort: Cohort): Reading {
  const primary = cohort.readings.find(({ isPrimary }) => isPrimary);
  if (!primary) throw new Error("the protocol has no output for its primary horizon");
  return primary;
}
