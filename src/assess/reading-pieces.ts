import { splineCalibration } from "../stats/calibration-spline.ts";
import { complementaryLogLog } from "../stats/complementary-log-log.ts";
import { binaryReadingPieces } from "./binary-reading.ts";
import { calibrationPiece } from "./calibration-piece.ts";
import { type TimedCohort, type UnweightedReading, unweightedColumnsAt } from "./cohort.ts";
import type { Context } from "./estimate-of.ts";
import type { BinaryReadingTask, ReadingPieces, ReadingTask, TimedReadingTask } from "./reading-task.ts";
import { calibrationEstimates } from "./risk-performance.ts";

/** How right the risks of one reading are: half of the work on large cohorts. */
export function readingPieces(task: ReadingTask): ReadingPieces {
  return isBinary(task) ? binaryReadingPieces(task) : timedReadingPieces(task);
}

function isBinary(task: ReadingTask): task is BinaryReadingTask {
  return task.cohort.kind === "binary";
}

function timedReadingPieces({ cohort, reading, context, grid, intervals }: TimedReadingTask): ReadingPieces {
  const columns = unweightedColumnsAt(cohort, reading);
  const transformed = complementaryLogLog(reading.risk);
  const curve = { smooth: splineCalibration({ ...columns, transformed }), intervals };
  return {
    calibration: { estimates: calibrationEstimates({ ...columns, transformed }, context, curve) },
    plot: calibrationPiece(cohort, reading, grid, curve),
  };
}

/** Patients and events by the reading's time. */
export function contextAt(
  { n, time, event }: Pick<TimedCohort, "n" | "time" | "event">,
  { short, atDays }: UnweightedReading,
): Context {
  let events = 0;
  for (let i = 0; i < n; i++) if (event[i] && time[i]! <= atDays) events++;
  return { n, events, horizon: short, evidence: "retrospective" };
}

export { bootstrapDraws } from "./bootstrap-draws.ts";
export { sorted } from "./sorted-risk.ts";
