import type { BootstrapIntervals } from "./bootstrap-intervals.ts";
import type { BinaryCohort, Reading, TimedCohort, UnweightedReading } from "./cohort.ts";
import type { Context } from "./estimate-of.ts";
import type { Piece } from "./piece.ts";

interface AnyReadingTask {
  readonly context: Context;
  /** Risks at which the smooth calibration curve is drawn. */
  readonly grid: Float64Array;
  readonly intervals: BootstrapIntervals | undefined;
}

export interface TimedReadingTask extends AnyReadingTask {
  readonly cohort: Pick<TimedCohort, "kind" | "n" | "time" | "event">;
  readonly reading: UnweightedReading;
}

export interface BinaryReadingTask extends AnyReadingTask {
  readonly cohort: Pick<BinaryCohort, "kind" | "n" | "event" | "patient" | "unit">;
  readonly reading: Pick<Reading, "short" | "risk" | "byRisk" | "ascending">;
}

/** One reading with what its measures need: plain data, so that another thread can be given it. */
export type ReadingTask = TimedReadingTask | BinaryReadingTask;

export interface ReadingPieces {
  readonly calibration: Piece;
  readonly plot: Piece;
}
