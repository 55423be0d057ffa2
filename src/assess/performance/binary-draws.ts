import { frequencyResampler } from "../../stats/bootstrap.ts";
import { frequencyCalibration } from "../../stats/frequency-calibration.ts";
import { frequencyNetBenefit } from "../../stats/frequency-net-benefit.ts";
import { interpolate } from "../../stats/interpolate.ts";
import { isNotEstimable } from "../../stats/not-estimable.ts";
import type { Random } from "../../stats/random.ts";
import type { BinaryDrawTask, Draw } from "./draw-task.ts";

/**
 * What draws the rows of a binary outcome, whole patients where rows have a patient, and gives the smooth calibration curve
 * and the decision curve of each draw. The rows stay in ascending order of risk: a draw is how often each is drawn.
 */
export function binaryDrawer({ cohort, risk, byRisk, grid, thresholds }: BinaryDrawTask) {
  const { event, patient } = cohort;
  const rows = {
    event: inOrder(event, byRisk, new Uint8Array(cohort.n)),
    risk: inOrder(risk, byRisk, new Float64Array(cohort.n)),
  };
  const draw = frequencyResampler(cohort.n, patient && inOrder(patient, byRisk, new Uint32Array(cohort.n)));
  const calibration = frequencyCalibration(rows);
  const netBenefits = thresholds.length === 0 ? undefined : frequencyNetBenefit({ ...rows, thresholds });
  return (random: Random): Draw => {
    const frequency = draw(random);
    const smooth = calibration(frequency);
    const netBenefit = netBenefits?.(frequency);
    return {
      ...(isNotEstimable(smooth)
        ? {}
        : {
            smooth: {
              ici: smooth.ici,
              e50: smooth.e50,
              e90: smooth.e90,
              observed: interpolate({ ...smooth.curve, at: grid }),
            },
          }),
      ...(netBenefit === undefined || isNotEstimable(netBenefit) ? {} : { netBenefit }),
    };
  };
}

/** Written to `to`, which is several times as fast as a typed array's `from` with a function. */
function inOrder<Column extends Uint8Array | Uint32Array | Float64Array>(
  column: Column,
  order: Uint32Array,
  to: Column,
): Column {
  for (let i = 0; i < order.length; i++) to[i] = column[order[i]!]!;
  return to;
}
