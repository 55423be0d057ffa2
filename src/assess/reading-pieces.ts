import { splineCalibration } from "../stats/calibration-spline.ts";
import type { BootstrapIntervals } from "./bootstrap-intervals.ts";
import { calibrationPiece } from "./calibration-piece.ts";
import { type Cohort, columnsAt, type Reading } from "./cohort.ts";
import type { Context } from "./estimate-of.ts";
import type { Piece } from "./piece.ts";
import { calibrationEstimates } from "./risk-performance.ts";

/** One reading with what its measures need: plain data, so that another thread can be given it. */
export interface ReadingTask {
  readonly cohort: Pick<Cohort, "n" | "time" | "event">;
  readonly reading: Reading;
  /** Risks at which the smooth calibration curve is drawn. */
  readonly grid: Float64Array;
  readonly intervals: BootstrapIntervals | undefined;
}

export interface ReadingPieces {
  readonly calibration: Piece;
  readonly plot: Piece;
}

/** How right the risks of one reading are, about half of the work on large cohorts; plain data as well. */
export function readingPieces({ cohort, reading, grid, intervals }: ReadingTask): ReadingPieces {
  const context = contextAt(cohort, reading);
  const curve = { smooth: splineCalibration(columnsAt(cohort, reading)), intervals };
  return {
    calibration: { estimates: calibrationEstimates(cohort, reading, context, curve) },
    plot: calibrationPiece(cohort, reading, grid, curve),
  };
}

/** Patients and events by the reading's time. */
export function contextAt({ n, time, event }: ReadingTask["cohort"], { short, atDays }: Reading): Context {
  let events = 0;
  for (let i = 0; i < n; i++) if (event[i] && time[i]! <= atDays) events++;
  return { n, events, horizon: short, evidence: "retrospective" };
}

export { bootstrapDraws } from "./bootstrap-draws.ts";
