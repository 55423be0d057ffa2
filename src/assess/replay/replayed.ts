import type { Placement } from "../quality/known-at.ts";

/** One score as the file gives it and as the model gives it from the raw row. */
export interface ReplayedScore {
  readonly sourceLine: number;
  /** NaN where the patient has no prediction. */
  readonly predictionLine: number;
  readonly output: string;
  readonly given: number;
  /** NaN where a predictor is missing. */
  readonly recomputed: number;
  /** Variables that the model reads and this row leaves empty; none where all its inputs were left out. */
  readonly lacks: readonly string[];
  /** Present where the inputs were left out, because they are not shown to be known at the prediction. */
  readonly leftOut?: Placement;
}

/** How many of the replayed patients' inputs were known at the prediction, and the rows of the others. */
export interface ReplayTiming {
  readonly knownAt: string;
  readonly predictedAt: string;
  readonly nInTime: number;
  readonly nLate: number;
  readonly nUntimed: number;
  /** Replayed without their inputs and not met, in order of the source line. */
  readonly leftOut: readonly { readonly sourceLine: number; readonly placement: Placement }[];
}

export interface Replay {
  readonly nPatients: number;
  /** Absent where the times of inputs and prediction are not compared: then every row was replayed as it is. */
  readonly timing?: ReplayTiming;
  /** Patients all of whose scores were met. */
  readonly nEqual: number;
  /** Scores that were not met, in order of the source line. */
  readonly differing: readonly ReplayedScore[];
  /** Patients for whom the model gave no score, and with an empty cell among its predictors. */
  readonly nLacking: number;
  /** The predictors that are empty in some of them, and in how many. */
  readonly lacking: readonly { readonly variable: string; readonly n: number }[];
  /** Of the scores that could be recomputed from inputs; null where there are none. */
  readonly largestDifference: number | null;
  readonly tolerance: number;
  /** Of a command: what it wrote to its error stream, which is not kept. */
  readonly errorBytes?: number;
}
