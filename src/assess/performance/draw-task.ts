import type { BinaryCohort, TimedCohort } from "../cohort/cohort.ts";

interface AnyDrawTask {
  readonly risk: Float64Array;
  readonly grid: Float64Array;
  /** Of the decision curve; none where the reading has no operating point. */
  readonly thresholds: Float64Array;
  readonly seed: number;
  /** Which child of the seed is the reading's: its place among the readings. */
  readonly stream: number;
  readonly nStreams: number;
  /** Draws `from` up to, not with, `to`, of `nDraws`: each has a child of the reading's own. */
  readonly from: number;
  readonly to: number;
  readonly nDraws: number;
}

export interface TimedDrawTask extends AnyDrawTask {
  readonly cohort: Pick<TimedCohort, "kind" | "n" | "time" | "event">;
  readonly atDays: number;
}

export interface BinaryDrawTask extends AnyDrawTask {
  readonly cohort: Pick<BinaryCohort, "kind" | "n" | "event" | "patient">;
  readonly byRisk: Uint32Array;
}

/** Some of the draws of one reading: plain data, so that another thread can be given it. */
export type DrawTask = TimedDrawTask | BinaryDrawTask;

/** What one draw of patients gives. */
export interface Draw {
  /** Absent where the smooth curve could not be fitted. */
  readonly smooth?: {
    readonly ici: number;
    readonly e50: number;
    readonly e90: number;
    /** At each of `grid`. */
    readonly observed: Float64Array;
  };
  /** Net benefit of the model, and of flagging everybody, at each of `thresholds`. */
  readonly netBenefit?: { readonly model: Float64Array; readonly all: Float64Array };
}
