import { splineCalibration } from "../stats/calibration-spline.ts";
import { complementaryLogLog } from "../stats/complementary-log-log.ts";
import { ascendingOrder } from "../stats/order.ts";
import type { BootstrapIntervals } from "./bootstrap-intervals.ts";
import { calibrationPiece } from "./calibration-piece.ts";
import { type Cohort, type UnweightedReading, unweightedColumnsAt } from "./cohort.ts";
import type { Context } from "./estimate-of.ts";
import type { Piece } from "./piece.ts";
import { calibrationEstimates, logLossEstimates, worstCaseBounds } from "./risk-performance.ts";
import { sharedCopy } from "./shared-memory.ts";

/** One reading with what its measures need: plain data, so that another thread can be given it. */
export interface ReadingTask {
  readonly cohort: Pick<Cohort, "n" | "time" | "event">;
  readonly reading: UnweightedReading;
  readonly context: Context;
  /** Risks at which the smooth calibration curve is drawn. */
  readonly grid: Float64Array;
  readonly intervals: BootstrapIntervals | undefined;
}

export interface ReadingPieces {
  readonly calibration: Piece;
  /** Log loss, and the bounds that assume nothing about censoring. */
  readonly overall: Piece;
  readonly plot: Piece;
}

/** How right the risks of one reading are: half of the work on large cohorts, so without the Brier score. */
export function readingPieces({ cohort, reading, context, grid, intervals }: ReadingTask): ReadingPieces {
  const columns = unweightedColumnsAt(cohort, reading);
  const transformed = complementaryLogLog(reading.risk);
  const curve = { smooth: splineCalibration({ ...columns, transformed }), intervals };
  return {
    calibration: { estimates: calibrationEstimates({ ...columns, transformed }, context, curve) },
    overall: {
      estimates: [...logLossEstimates(columns, context), ...worstCaseBounds(cohort, reading, context)],
    },
    plot: calibrationPiece(cohort, reading, grid, curve),
  };
}

/** Patients and events by the reading's time. */
export function contextAt(
  { n, time, event }: ReadingTask["cohort"],
  { short, atDays }: UnweightedReading,
): Context {
  let events = 0;
  for (let i = 0; i < n; i++) if (event[i] && time[i]! <= atDays) events++;
  return { n, events, horizon: short, evidence: "retrospective" };
}

/** As `ascendingOrder`, in memory that threads share. */
export const sharedOrder = (values: Float64Array): Uint32Array => sharedCopy(ascendingOrder(values));

export { bootstrapDraws } from "./bootstrap-draws.ts";
