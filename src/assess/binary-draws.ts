import { binaryDecisionCurve } from "../stats/binary-net-benefit.ts";
import { clusterResampler, resample } from "../stats/bootstrap.ts";
import { lowessCalibration } from "../stats/calibration-lowess.ts";
import { interpolate } from "../stats/interpolate.ts";
import { isNotEstimable } from "../stats/not-estimable.ts";
import type { Random } from "../stats/random.ts";
import type { BinaryDrawTask, Draw } from "./draw-task.ts";

/**
 * What draws the rows of a binary outcome, whole patients where rows have a patient, and gives the smooth calibration curve
 * and the decision curve of each draw.
 */
export function binaryDrawer({ cohort, risk, byRisk, grid, thresholds }: BinaryDrawTask) {
  // In ascending order of risk, so that a draw is put in order by sorting whole numbers.
  const event = Uint8Array.from(byRisk, (row) => cohort.event[row]!);
  const ordered = Float64Array.from(byRisk, (row) => risk[row]!);
  const { patient } = cohort;
  const draw = patient
    ? clusterResampler(Uint32Array.from(byRisk, (row) => patient[row]!))
    : (random: Random) => resample(cohort.n, random);
  return (random: Random): Draw => {
    const rows = draw(random).sort();
    const drawn = {
      event: Uint8Array.from(rows, (row) => event[row]!),
      risk: Float64Array.from(rows, (row) => ordered[row]!),
    };
    const smooth = lowessCalibration(drawn);
    const curve = thresholds.length === 0 ? undefined : binaryDecisionCurve({ ...drawn, thresholds });
    return {
      ...(isNotEstimable(smooth)
        ? {}
        : {
            smooth: {
              ici: smooth.ici,
              e50: smooth.e50,
              e90: smooth.e90,
              observed: interpolate({ x: drawn.risk, y: smooth.observed, at: grid }),
            },
          }),
      ...(curve === undefined || isNotEstimable(curve)
        ? {}
        : {
            netBenefit: {
              model: Float64Array.from(curve, ({ model }) => model.value),
              all: Float64Array.from(curve, ({ all }) => all.value),
            },
          }),
    };
  };
}
