import { percentileInterval, resample } from "../stats/bootstrap.ts";
import { splineCalibration } from "../stats/calibration-spline.ts";
import { decisionCurve } from "../stats/net-benefit.ts";
import type { Random } from "../stats/random.ts";
import type { Cohort, Reading } from "./cohort.ts";

export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/** Percentile intervals of what has no closed-form standard error. */
export interface BootstrapIntervals {
  readonly nDraws: number;
  /** Draws in which the smooth curve could not be fitted; the others are used. */
  readonly nFailed: number;
  readonly seed: number;
  readonly ici: Bounds;
  readonly e50: Bounds;
  readonly e90: Bounds;
  /** At each of `grid`. */
  readonly curve: readonly Bounds[];
  /** At each of `thresholds`. */
  readonly netBenefit: readonly Bounds[];
  readonly netBenefitGain: readonly Bounds[];
}

interface Draws {
  readonly ici: number[];
  readonly e50: number[];
  readonly e90: number[];
  readonly curve: number[][];
  readonly netBenefit: number[][];
  readonly netBenefitGain: number[][];
  nFailed: number;
}

/**
 * Resamples patients with replacement and refits the smooth calibration curve and the decision curve each time.
 *
 * Conventions: 95 % percentile intervals; a draw whose curve cannot be fitted is counted and left out of the curve's
 * intervals; fewer than 20 usable draws give no interval (NaN).
 */
export function bootstrapIntervals(
  cohort: Cohort,
  reading: Reading,
  options: {
    readonly nDraws: number;
    readonly seed: number;
    readonly random: Random;
    readonly grid: Float64Array;
    readonly thresholds: Float64Array;
    readonly onDraw: () => void;
  },
): BootstrapIntervals {
  const { nDraws, seed, random, grid, thresholds, onDraw } = options;
  const lists = (length: number) => Array.from({ length }, (): number[] => []);
  const draws: Draws = {
    ici: [],
    e50: [],
    e90: [],
    curve: lists(grid.length),
    netBenefit: lists(thresholds.length),
    netBenefitGain: lists(thresholds.length),
    nFailed: 0,
  };
  for (let draw = 0; draw < nDraws; draw++) {
    const columns = drawn(cohort, reading, resample(cohort.n, random));
    collectCurve(draws, splineCalibration(columns), grid);
    const curve = decisionCurve({ ...columns, thresholds });
    if (!("notEstimable" in curve)) collectNetBenefit(draws, curve);
    onDraw();
  }
  return {
    nDraws,
    nFailed: draws.nFailed,
    seed,
    ici: bounds(draws.ici),
    e50: bounds(draws.e50),
    e90: bounds(draws.e90),
    curve: draws.curve.map(bounds),
    netBenefit: draws.netBenefit.map(bounds),
    netBenefitGain: draws.netBenefitGain.map(bounds),
  };
}

function bounds(values: readonly number[]): Bounds {
  if (values.length < 20) return { lower: Number.NaN, upper: Number.NaN };
  const { lower, upper } = percentileInterval(Float64Array.from(values), 0.95);
  return { lower, upper };
}

/** The drawn patients in ascending order of time, so that kernels need not sort again. */
function drawn({ time, event }: Cohort, { risk, atDays }: Reading, rows: Uint32Array) {
  const ordered = rows.sort();
  return {
    time: Float64Array.from(ordered, (row) => time[row]!),
    event: Uint8Array.from(ordered, (row) => event[row]!),
    risk: Float64Array.from(ordered, (row) => risk[row]!),
    horizon: atDays,
  };
}

function collectCurve(
  draws: Draws,
  calibration: ReturnType<typeof splineCalibration>,
  grid: Float64Array,
): void {
  if ("notEstimable" in calibration) {
    draws.nFailed++;
    return;
  }
  draws.ici.push(calibration.ici);
  draws.e50.push(calibration.e50);
  draws.e90.push(calibration.e90);
  calibration.observedAt(grid).forEach((observed, i) => {
    draws.curve[i]!.push(observed);
  });
}

function collectNetBenefit(
  draws: Draws,
  curve: { readonly model: Float64Array; readonly all: Float64Array },
): void {
  curve.model.forEach((model, i) => {
    draws.netBenefit[i]!.push(model);
    draws.netBenefitGain[i]!.push(model - Math.max(curve.all[i]!, 0));
  });
}
