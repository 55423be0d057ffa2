import { assertBinary, assertRisk, assertSameLength, ContractError } from "./assert.ts";
import type { BinaryPredictions } from "./logistic-calibration.ts";
import { assertThresholds } from "./net-benefit.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { ascendingOrder, countUpTo, isAscending } from "./order.ts";

export interface NetBenefits {
  /** Of acting where risk ≥ threshold, less acting on nobody, at each threshold. */
  readonly model: Float64Array;
  /** Of acting on everybody, less acting on nobody. */
  readonly all: Float64Array;
}

/**
 * The net benefits of `binaryDecisionCurve`, without intervals, of patients that are each taken a whole number of times,
 * such as in a bootstrap draw: those of the patients written out, exactly.
 *
 *     NB(t) = TP/n − FP/n · t/(1 − t)
 *
 * For many draws of the same patients, in ascending order of risk: one pass from the highest down counts the flagged. Not
 * estimable: nobody taken. Errors of the caller as for `binaryDecisionCurve`; risks that do not ascend are one too.
 *
 * Reference: Vickers & Elkin (2006), Medical Decision Making 26, 565–574, doi:10.1177/0272989X06295361. Checked against:
 * `binaryDecisionCurve` of the patients written out (frequency-net-benefit.test.ts).
 */
export function frequencyNetBenefit({
  event,
  risk,
  thresholds,
}: Omit<BinaryPredictions, "level"> & { readonly thresholds: Float64Array }): (
  frequency: Uint32Array,
) => NetBenefits | NotEstimable {
  assertSameLength({ event, risk });
  assertBinary({ event });
  assertRisk({ risk });
  assertThresholds(thresholds);
  if (!isAscending(risk)) throw new ContractError("risks do not ascend");
  const nThresholds = thresholds.length;
  const order = ascendingOrder(thresholds);
  const from = Uint32Array.from(order, (k) => firstFlagged(risk, thresholds[k]!));
  return (frequency) => {
    assertSameLength({ risk, frequency });
    // From the first row that each threshold flags, and from the first row of all.
    const taken = new Float64Array(nThresholds + 1);
    const withEvent = new Float64Array(nThresholds + 1);
    let [n, nCases] = [0, 0];
    for (let k = nThresholds, to = risk.length; k >= 0; k--) {
      const start = k === 0 ? 0 : from[k - 1]!;
      for (let row = start; row < to; row++) {
        n += frequency[row]!;
        nCases += frequency[row]! * event[row]!;
      }
      taken[k] = n;
      withEvent[k] = nCases;
      to = start;
    }
    if (n === 0) return { notEstimable: "no patients" };
    const benefit = (truePositives: number, flagged: number, threshold: number) =>
      truePositives / n - ((flagged - truePositives) / n) * (threshold / (1 - threshold));
    const model = new Float64Array(nThresholds);
    order.forEach((k, position) => {
      model[k] = benefit(withEvent[position + 1]!, taken[position + 1]!, thresholds[k]!);
    });
    return { model, all: thresholds.map((threshold) => benefit(nCases, n, threshold)) };
  };
}

/** The first row whose risk is at least the threshold. */
function firstFlagged(risk: Float64Array, threshold: number): number {
  let row = countUpTo(risk, threshold);
  while (row > 0 && risk[row - 1] === threshold) row--;
  return row;
}
