import { splineCalibration } from "../../stats/calibration-spline.ts";
import { complementaryLogLog } from "../../stats/complementary-log-log.ts";
import { isNotEstimable } from "../../stats/not-estimable.ts";
import { type TimedCohort, type UnweightedReading, unweightedColumnsAt } from "../cohort/cohort.ts";
import type { Context } from "../estimate-of.ts";
import { binaryReadingPieces } from "./binary-reading.ts";
import { calibrationPiece } from "./calibration-piece.ts";
import type { BinaryReadingTask, ReadingPieces, ReadingTask, TimedReadingTask } from "./reading-task.ts";
import { calibrationEstimates } from "./risk-performance.ts";

/** How right the risks of one reading are: half of the work on large cohorts. */
export function readingPieces(task: ReadingTask): ReadingPieces {
  return isBinary(task) ? binaryReadingPieces(task) : timedReadingPieces(task);
}

function isBinary(task: ReadingTask): task is BinaryReadingTask {
  return task.cohort.kind === "binary";
}

function timedReadingPieces({ cohort, reading, context, grid }: TimedReadingTask): ReadingPieces {
  const columns = unweightedColumnsAt(cohort, reading);
  const transformed = complementaryLogLog(reading.risk);
  const smooth = splineCalibration({ ...columns, transformed });
  return {
    calibration: { estimates: calibrationEstimates({ ...columns, transformed }, context) },
    smooth: {
      errors: isNotEstimable(smooth) ? smooth : { ici: smooth.ici, e50: smooth.e50, e90: smooth.e90 },
      observed: isNotEstimable(smooth) ? undefined : smooth.observedAt(grid),
      curve: "restricted cubic spline, Cox",
      draws: "percentile bootstrap",
    },
    plot: calibrationPiece(cohort, reading),
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

export { sorted } from "../cohort/sorted-risk.ts";
export { bootstrapDraws } from "./bootstrap-draws.ts";
