import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { Matrix } from "../evidence/figures.ts";
import type { OperatingPoint } from "../protocol/index.ts";
import { ipcwMean, ipcwSample } from "../stats/ipcw-mean.ts";
import { type TwoByTwo, twoByTwoAtHorizon } from "../stats/two-by-two.ts";
import type { Cohort, Reading } from "./cohort.ts";
import { type Context, estimateOf, type Outcome } from "./estimate-of.ts";
import { joinPieces, type Piece } from "./piece.ts";
import { contextOf, rates, weighted } from "./rates.ts";
import { strataPiece } from "./strata.ts";

/** "at .40", as labels print the operating point. */
export function thresholdText(threshold: number): string {
  return threshold.toFixed(2).replace(/^0/, "");
}

/** The smallest risk that is flagged: the threshold itself for ≥, the next double above it for >. */
export function flaggedFrom({
  comparison,
  threshold,
}: Pick<OperatingPoint, "comparison" | "threshold">): number {
  if (comparison === ">=") return threshold;
  const bits = new BigInt64Array(Float64Array.of(threshold === 0 ? 0 : threshold).buffer);
  bits[0] = bits[0]! + 1n;
  return new Float64Array(bits.buffer)[0]!;
}

/** What happens to 1,000 patients at the operating point, for all and for each stratum and slice. */
export function operatingPointPiece(cohort: Cohort, reading: Reading, point: OperatingPoint): Piece {
  const columns = { time: cohort.time, event: cohort.event, risk: reading.risk, horizon: reading.atDays };
  const threshold = flaggedFrom(point);
  const at = thresholdText(point.threshold);
  const { whole } = twoByTwoAtHorizon({ ...columns, threshold });
  const context = contextOf(whole, reading);
  const strata = strataPiece(cohort, reading, threshold, at);
  const own: Piece = {
    estimates: [
      estimateOf(
        context,
        {
          measure: "performance.threshold",
          label: "Operating point",
          unit: "proportion",
          method: `set by the ${point.setBy}`,
        },
        { value: point.threshold },
      ),
      ...rates(whole, context, at),
      ...perThousand(columns, threshold, whole, context),
      ...baseline(whole, context),
    ],
    matrices: [rawCounts(reading, whole)],
  };
  return joinPieces([own, strata]);
}

function baseline(table: TwoByTwo, context: Context): ComputedEstimate[] {
  const never: Outcome =
    "notEstimable" in table.prevalence
      ? table.prevalence
      : {
          value: 1 - table.prevalence.value,
          lower: 1 - table.prevalence.upper,
          upper: 1 - table.prevalence.lower,
        };
  const named = (key: string, label: string) =>
    ({ measure: `performance.${key}`, label, unit: "proportion", method: weighted }) as const;
  return [
    estimateOf(context, named("accuracy", "Accuracy"), table.accuracy),
    estimateOf(context, named("accuracy-flag-nobody", "Accuracy of flagging nobody"), never),
  ];
}

const cells = [
  ["true-positives", "Found", "truePositive", 1, true],
  ["false-positives", "Flagged for nothing", "falsePositive", 0, true],
  ["false-negatives", "Missed", "falseNegative", 1, false],
  ["true-negatives", "Left alone rightly", "trueNegative", 0, false],
] as const;

interface Columns {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly risk: Float64Array;
  readonly horizon: number;
}

/** Weighted cells per 1,000 scored, each with a Wald interval from its influence function, cut at 0 and 1,000. */
function perThousand(
  columns: Columns,
  threshold: number,
  table: TwoByTwo,
  context: Context,
): ComputedEstimate[] {
  const { risk } = columns;
  const sample = ipcwSample(columns);
  const values = new Float64Array(risk.length);
  return cells.map(([key, name, cell, status, flagged]) => {
    for (let i = 0; i < risk.length; i++) {
      values[i] = sample.status[i] === status && risk[i]! >= threshold === flagged ? 1 : 0;
    }
    const mean = ipcwMean(sample, values);
    const outcome: Outcome =
      "notEstimable" in mean
        ? mean
        : {
            value: table.perThousand[cell],
            ...within(1000 * mean.mean, 1000 * 1.959963984540054 * mean.stdError),
          };
    const method = "IPCW, one pooled censoring curve; Wald interval";
    return estimateOf(
      context,
      { measure: `performance.${key}`, label: `${name}, per 1,000`, unit: "perThousand", method },
      outcome,
    );
  });
}

function within(value: number, halfWidth: number): { lower: number; upper: number } {
  return { lower: Math.max(0, value - halfWidth), upper: Math.min(1000, value + halfWidth) };
}

/** Counts as they stand in the file, beside the weighted cells. */
function rawCounts({ short, readAt, label }: Reading, { all, flagged }: TwoByTwo): Matrix {
  const row = (counts: TwoByTwo["all"]) => [counts.events, counts.eventFree, counts.unknown];
  const rest = {
    events: all.events - flagged.events,
    eventFree: all.eventFree - flagged.eventFree,
    unknown: all.unknown - flagged.unknown,
  };
  return {
    id: `performance.operating-point@${short}`,
    label: `Patients at the operating point by status at ${readAt ?? label}, counted`,
    rows: ["flagged", "not flagged"],
    columns: ["event", "event-free", "unknown"],
    cells: [row(flagged), row(rest)],
  };
}
