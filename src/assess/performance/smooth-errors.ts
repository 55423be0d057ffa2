import type { ComputedEstimate } from "../../evidence/estimate.ts";
import { type Context, estimatesOf, type Outcome } from "../estimate-of.ts";
import type { BootstrapIntervals } from "./bootstrap-intervals.ts";
import type { SmoothReading } from "./reading-task.ts";

type Errors = Readonly<Record<"ici" | "e50" | "e90", number>>;

/** How far the risks are from a smooth curve of what was observed. */
export function smoothErrors(
  { errors, curve, draws }: Omit<SmoothReading, "observed">,
  context: Context,
  intervals: BootstrapIntervals | undefined,
): ComputedEstimate[] {
  const method = intervals
    ? `${curve}; ${draws}, ${intervals.nDraws} draws, seed ${intervals.seed}`
    : `${curve}; no interval without bootstrap`;
  const row = (key: keyof Errors, label: string) => ({
    naming: { measure: `performance.${key}`, label, unit: "proportion", method } as const,
    outcome: (result: Errors): Outcome => ({ value: result[key], ...intervals?.[key] }),
  });
  return estimatesOf(context, errors, [
    row("ici", "Mean calibration error (ICI)"),
    row("e50", "Median calibration error (E50)"),
    row("e90", "90th centile of calibration error (E90)"),
  ]);
}
