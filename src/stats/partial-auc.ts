import { ContractError } from "./assert.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { type ScoreRuns, scoreRuns } from "./score-runs.ts";

export interface PartialAuc {
  /** From 0 to `to` − `from`. */
  readonly area: number;
  /** McClish's: ½ for a score that says nothing, 1 for one that separates. */
  readonly corrected: number | NotEstimable;
}

export interface CurvePart {
  readonly over: "specificity" | "sensitivity";
  readonly from: number;
  readonly to: number;
}

/**
 * Area under the part of the ROC curve between two specificities, or between two sensitivities.
 *
 *     area = ∫ sensitivity d specificity from … to;   over sensitivity: ∫ specificity d sensitivity
 *     corrected = ½ (1 + (area − least)/(most − least))
 *     least = (to − from)(1 − (from + to)/2),   most = to − from
 *
 * The curve runs in straight lines between its points, so equal scores count one half and 0 to 1 is the whole
 * AUC. `least` is the area under the diagonal; below it the correction is not defined. Its interval:
 * `partialAucInterval`. Not estimable: no cases, or no controls. NaN among the scores, or limits that are
 * not 0 ≤ from < to ≤ 1, are a ContractError.
 *
 * Reference: McClish (1989), Medical Decision Making 9, 190–195, doi:10.1177/0272989X8900900307.
 * Checked against: R pROC::auc(partial.auc =) (test/reference/partial-auc.json).
 */
export function partialAuc({
  score,
  event,
  ...part
}: CurvePart & {
  readonly score: Float64Array;
  readonly event: Uint8Array;
}): PartialAuc | NotEstimable {
  assertPart(part);
  const runs = scoreRuns(score, event);
  if (isNotEstimable(runs)) return runs;
  const area = partialAreaOfRuns(runs, part);
  return { area, corrected: correctedArea(area, part) };
}

export function assertPart({ over, from, to }: CurvePart): void {
  if (!(from >= 0 && from < to && to <= 1))
    throw new ContractError(`no part of a curve from ${from} to ${to}`);
  // A caller without types may ask for what there is not.
  if (!["specificity", "sensitivity"].includes(over)) throw new ContractError(`no area over "${over}"`);
}

/** Runs may be empty, as in a draw with replacement. */
export function partialAreaOfRuns(
  runs: Pick<ScoreRuns, "cases" | "controls" | "length" | "nCases" | "nControls">,
  { over, from, to }: CurvePart,
): number {
  let area = 0;
  let [casesBelow, controlsBelow] = [0, 0];
  for (let k = 0; k < runs.length; k++) {
    const point = () => [controlsBelow / runs.nControls, 1 - casesBelow / runs.nCases] as const;
    const [specificity, sensitivity] = point();
    casesBelow += runs.cases[k]!;
    controlsBelow += runs.controls[k]!;
    const [nextSpecificity, nextSensitivity] = point();
    area +=
      over === "specificity"
        ? areaWithin([specificity, sensitivity], [nextSpecificity, nextSensitivity], from, to)
        : areaWithin([nextSensitivity, nextSpecificity], [sensitivity, specificity], from, to);
  }
  return area;
}

type Point = readonly [x: number, y: number];

/** Under the line from one point to another, x not falling, between two values of x. */
function areaWithin([x0, y0]: Point, [x1, y1]: Point, from: number, to: number): number {
  const left = Math.max(x0, from);
  const right = Math.min(x1, to);
  if (!(right > left)) return 0;
  const height = (x: number) => y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
  return ((height(left) + height(right)) / 2) * (right - left);
}

/** The area of the diagonal is reached but for rounding. */
const rounding = 1e-12;

export function correctedArea(area: number, { from, to }: CurvePart): number | NotEstimable {
  const most = to - from;
  // The diagonal's distance from the most, as a share of it: least = most (1 − gap).
  const gap = (from + to) / 2;
  const reached = area / most;
  if (gap < rounding || most < rounding) return { notEstimable: "this part of the curve is too narrow" };
  if (reached < 1 - gap - rounding) return { notEstimable: "this part of the curve lies below the diagonal" };
  return (1 + (reached - (1 - gap)) / gap) / 2;
}
