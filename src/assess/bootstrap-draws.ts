import { resample } from "../stats/bootstrap.ts";
import { splineCalibration } from "../stats/calibration-spline.ts";
import { decisionCurve } from "../stats/net-benefit.ts";
import { isNotEstimable } from "../stats/not-estimable.ts";
import { type Random, seededRandom } from "../stats/random.ts";
import type { Cohort } from "./cohort.ts";

/** Some of the draws of one reading: plain data, so that another thread can be given it. */
export interface DrawTask {
  readonly cohort: Pick<Cohort, "n" | "time" | "event">;
  readonly risk: Float64Array;
  readonly atDays: number;
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

/** Resamples patients with replacement; the smooth calibration curve and the decision curve of each draw. */
export function bootstrapDraws(task: DrawTask): Draw[] {
  const { seed, stream, nStreams, from, to, nDraws } = task;
  const children = seededRandom(seed).split(nStreams)[stream]!.split(nDraws);
  return children.slice(from, to).map((random) => drawOf(task, random));
}

function drawOf(task: DrawTask, random: Random): Draw {
  const { grid, thresholds } = task;
  const columns = drawn(task, resample(task.cohort.n, random));
  const smooth = splineCalibration(columns);
  const curve = thresholds.length === 0 ? undefined : decisionCurve({ ...columns, thresholds });
  return {
    ...(isNotEstimable(smooth)
      ? {}
      : {
          smooth: {
            ici: smooth.ici,
            e50: smooth.e50,
            e90: smooth.e90,
            observed: smooth.observedAt(grid),
          },
        }),
    ...(curve === undefined || isNotEstimable(curve)
      ? {}
      : { netBenefit: { model: curve.model, all: curve.all } }),
  };
}

/** The drawn patients in ascending order of time, so that kernels need not sort again. */
function drawn({ cohort: { time, event }, risk, atDays }: DrawTask, rows: Uint32Array) {
  const ordered = rows.sort();
  return {
    time: Float64Array.from(ordered, (row) => time[row]!),
    event: Uint8Array.from(ordered, (row) => event[row]!),
    risk: Float64Array.from(ordered, (row) => risk[row]!),
    horizon: atDays,
  };
}
