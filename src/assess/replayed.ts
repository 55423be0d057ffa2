/** One score as the file gives it and as the model gives it from the raw row. */
export interface ReplayedScore {
  readonly sourceLine: number;
  /** NaN where the patient has no prediction. */
  readonly predictionLine: number;
  readonly output: string;
  readonly given: number;
  /** NaN where a predictor is missing. */
  readonly recomputed: number;
  /** Variables that the model reads and this row leaves empty. */
  readonly lacks: readonly string[];
}

export interface Replay {
  readonly nPatients: number;
  /** Patients all of whose scores were met. */
  readonly nEqual: number;
  /** Scores that were not met, in order of the source line. */
  readonly differing: readonly ReplayedScore[];
  /** Patients for whom the model gave no score, and with an empty cell among its predictors. */
  readonly nLacking: number;
  /** The predictors that are empty in some of them, and in how many. */
  readonly lacking: readonly { readonly variable: string; readonly n: number }[];
  /** Of the scores that could be recomputed. */
  readonly largestDifference: number;
  readonly tolerance: number;
  /** Of a command: what it wrote to its error stream, which is not kept. */
  readonly errorBytes?: number;
}
