import type { NotEstimable } from "../../stats/not-estimable.ts";
import type { BinaryCohort, Reading, TimedCohort, UnweightedReading } from "../cohort/cohort.ts";
import type { Context } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";

interface AnyReadingTask {
  readonly context: Context;
  /** Risks at which the smooth calibration curve is drawn. */
  readonly grid: Float64Array;
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
  readonly smooth: SmoothReading;
  readonly plot: Piece;
}

/** The smooth calibration curve of a reading, before rows are drawn for its intervals. */
export interface SmoothReading {
  readonly errors: Readonly<Record<"ici" | "e50" | "e90", number>> | NotEstimable;
  /** At each of `grid`. */
  readonly observed: Float64Array | undefined;
  readonly curve: string;
  /** How rows are drawn. */
  readonly draws: string;
}
