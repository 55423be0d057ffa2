import { splineCalibration } from "../stats/calibration-spline.ts";
import { binaryReadingPieces } from "./binary-reading.ts";
import { calibrationPiece } from "./calibration-piece.ts";
import { columnsAt, type TimedReading } from "./cohort.ts";
import type { Context } from "./estimate-of.ts";
import type { BinaryReadingTask, ReadingPieces, ReadingTask, TimedReadingTask } from "./reading-task.ts";
import { calibrationEstimates, overallEstimates } from "./risk-performance.ts";

/** How right the risks of one reading are, about half of the work on large cohorts; plain data as well. */
export function readingPieces(task: ReadingTask): ReadingPieces {
  return isBinary(task) ? binaryReadingPieces(task) : timedReadingPieces(task);
}

function isBinary(task: ReadingTask): task is BinaryReadingTask {
  return task.cohort.kind === "binary";
}

function timedReadingPieces({ cohort, reading, grid, intervals }: TimedReadingTask): ReadingPieces {
  const context = contextAt(cohort, reading);
  const curve = { smooth: splineCalibration(columnsAt(cohort, reading)), intervals };
  return {
    calibration: { estimates: calibrationEstimates(cohort, reading, context, curve) },
    overall: { estimates: overallEstimates(cohort, reading, context) },
    plot: calibrationPiece(cohort, reading, grid, curve),
  };
}

/** Patients and events by the reading's time. */
export function contextAt(
  { n, time, event }: TimedReadingTask["cohort"],
  { short, atDays }: TimedReading,
): Context {
  let events = 0;
  for (let i = 0; i < n; i++) if (event[i] && time[i]! <= atDays) events++;
  return { n, events, horizon: short, evidence: "retrospective" };
}

export { bootstrapDraws } from "./bootstrap-draws.ts";
