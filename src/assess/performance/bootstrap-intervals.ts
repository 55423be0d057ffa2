import { percentileInterval } from "../../stats/bootstrap.ts";
import type { Draw } from "./draw-task.ts";

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

/**
 * Intervals from draws of patients.
 *
 * Conventions: 95 % percentile intervals; a draw whose curve cannot be fitted is counted and left out of the curve's
 * intervals; fewer than 20 usable draws give no interval (NaN).
 */
export function bootstrapIntervals(
  draws: readonly Draw[],
  {
    seed,
    nGrid,
    nThresholds,
  }: { readonly seed: number; readonly nGrid: number; readonly nThresholds: number },
): BootstrapIntervals {
  const smooth = draws.flatMap((draw) => draw.smooth ?? []);
  const benefits = draws.flatMap((draw) => draw.netBenefit ?? []);
  const each = (n: number, at: (k: number) => number[]) => Array.from({ length: n }, (_, k) => bounds(at(k)));
  return {
    nDraws: draws.length,
    nFailed: draws.length - smooth.length,
    seed,
    ici: bounds(smooth.map(({ ici }) => ici)),
    e50: bounds(smooth.map(({ e50 }) => e50)),
    e90: bounds(smooth.map(({ e90 }) => e90)),
    curve: each(nGrid, (k) => smooth.map(({ observed }) => observed[k]!)),
    netBenefit: each(nThresholds, (k) => benefits.map(({ model }) => model[k]!)),
    netBenefitGain: each(nThresholds, (k) =>
      benefits.map(({ model, all }) => model[k]! - Math.max(all[k]!, 0)),
    ),
  };
}

function bounds(values: readonly number[]): Bounds {
  if (values.length < 20) return { lower: Number.NaN, upper: Number.NaN };
  const { lower, upper } = percentileInterval(Float64Array.from(values), 0.95);
  return { lower, upper };
}
