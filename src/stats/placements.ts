import type { ScoreRuns } from "./score-runs.ts";

/** For each case the share of controls below, for each control that of cases above; ties one half. */
export function placements(
  { cases, controls, length, order, nCases, nControls }: ScoreRuns,
  event: Uint8Array,
): Float64Array {
  const placement = new Float64Array(order.length);
  let [casesBelow, controlsBelow, position] = [0, 0, 0];
  for (let k = 0; k < length; k++) {
    const ofCase = (controlsBelow + controls[k]! / 2) / nControls;
    const ofControl = (nCases - casesBelow - cases[k]! / 2) / nCases;
    casesBelow += cases[k]!;
    controlsBelow += controls[k]!;
    for (; position < casesBelow + controlsBelow; position++) {
      const row = order[position]!;
      placement[row] = event[row] === 1 ? ofCase : ofControl;
    }
  }
  return placement;
}
