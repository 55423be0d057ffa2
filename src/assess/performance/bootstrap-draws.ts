import { resample } from "../../stats/bootstrap.ts";
import { splineCalibration } from "../../stats/calibration-spline.ts";
import { decisionCurve } from "../../stats/net-benefit.ts";
import { isNotEstimable } from "../../stats/not-estimable.ts";
import { type Random, seededRandom } from "../../stats/random.ts";
import { binaryDrawer } from "./binary-draws.ts";
import type { BinaryDrawTask, Draw, DrawTask, TimedDrawTask } from "./draw-task.ts";

/** Resamples patients with replacement, each with all rows; the smooth calibration curve and the decision curve of each draw. */
export function bootstrapDraws(task: DrawTask): Draw[] {
  const { seed, stream, nStreams, from, to, nDraws } = task;
  const children = seededRandom(seed).split(nStreams)[stream]!.split(nDraws);
  const draw = isBinary(task) ? binaryDrawer(task) : (random: Random) => drawOf(task, random);
  return children.slice(from, to).map(draw);
}

function isBinary(task: DrawTask): task is BinaryDrawTask {
  return task.cohort.kind === "binary";
}

function drawOf(task: TimedDrawTask, random: Random): Draw {
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
function drawn({ cohort: { time, event }, risk, atDays }: TimedDrawTask, rows: Uint32Array) {
  const ordered = rows.sort();
  return {
    time: Float64Array.from(ordered, (row) => time[row]!),
    event: Uint8Array.from(ordered, (row) => event[row]!),
    risk: Float64Array.from(ordered, (row) => risk[row]!),
    horizon: atDays,
  };
}
