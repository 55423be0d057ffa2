import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { type ScoreRuns, scoreRuns } from "./score-runs.ts";

export interface AveragePrecision {
  readonly averagePrecision: number;
  /** Share of cases: what a score that says nothing comes to. */
  readonly prevalence: number;
  readonly nCases: number;
  readonly nControls: number;
}

/**
 * Average precision: the mean positive predictive value over the cases, each at its own score as threshold.
 *
 *     AP = Σ (sensitivityₖ − sensitivityₖ₋₁) · PPVₖ       over the distinct scores, from the highest
 *
 * Equal scores are flagged together. It is a step sum, not the trapezoids of some programs, which are too
 * high between points far apart. It depends on the prevalence, which is returned: values of cohorts with
 * other prevalences do not compare. Its interval: `averagePrecisionInterval`. Not estimable: no cases, or
 * no controls, where any score has 1. NaN is a ContractError.
 *
 * Reference: Boyd, Eng & Page (2013), ECML PKDD, LNCS 8190, 451–466, doi:10.1007/978-3-642-40994-3_29.
 * Checked against: the sum in R (test/reference/average-precision.json).
 */
export function averagePrecision(score: Float64Array, event: Uint8Array): AveragePrecision | NotEstimable {
  const runs = scoreRuns(score, event);
  if (isNotEstimable(runs)) return runs;
  const { nCases, nControls } = runs;
  return {
    averagePrecision: averagePrecisionOfRuns(runs),
    prevalence: nCases / (nCases + nControls),
    nCases,
    nControls,
  };
}

/** Runs may be empty, as in a draw with replacement. */
export function averagePrecisionOfRuns({
  cases,
  controls,
  length,
  nCases,
}: Pick<ScoreRuns, "cases" | "controls" | "length" | "nCases">): number {
  let area = 0;
  let [truePositives, nFlagged] = [0, 0];
  for (let k = length - 1; k >= 0; k--) {
    truePositives += cases[k]!;
    nFlagged += cases[k]! + controls[k]!;
    if (cases[k]! > 0) area += (cases[k]! * truePositives) / nFlagged;
  }
  return area / nCases;
}
