import type { Cell, Curve, Matrix } from "../evidence/figures.ts";
import type { PredictionsAtHorizon } from "../stats/auc-at-horizon.ts";
import { calibrationGroups } from "../stats/calibration-groups.ts";
import type { splineCalibration } from "../stats/calibration-spline.ts";
import { quantiles } from "../stats/quantile.ts";
import type { BootstrapIntervals } from "./bootstrap-intervals.ts";
import { type Cohort, type UnweightedReading, unweightedColumnsAt } from "./cohort.ts";
import { estimateOf } from "./estimate-of.ts";
import { joinPieces, type Piece } from "./piece.ts";

const nGridPoints = 60;
const nGroups = 5;

/** Risks between the 1st and 99th centile at which the smooth curve is drawn: beyond them it is a guess. */
export function calibrationGrid({ risk, byRisk }: UnweightedReading): Float64Array {
  if (risk.length === 0) return new Float64Array();
  const [low, high] = quantiles(risk, [0.01, 0.99], byRisk) as [number, number];
  if (!(high > low)) return Float64Array.of(low);
  return Float64Array.from({ length: nGridPoints }, (_, i) => low + ((high - low) * i) / (nGridPoints - 1));
}

/** The smooth calibration curve of one reading, and its intervals where patients were resampled. */
export interface SmoothCurve {
  readonly smooth: ReturnType<typeof splineCalibration>;
  readonly intervals: BootstrapIntervals | undefined;
}

/** The calibration plot: smooth curve with band, groups with intervals, histogram of risks by status. */
export function calibrationPiece(
  cohort: Pick<Cohort, "n" | "time" | "event">,
  reading: UnweightedReading,
  grid: Float64Array,
  { smooth, intervals }: SmoothCurve,
): Piece {
  const curve: Curve[] =
    "notEstimable" in smooth
      ? []
      : [
          {
            id: `performance.calibration@${reading.short}`,
            label: "Smoothed observed risk",
            shape: "line",
            x: [...grid],
            y: [...smooth.observedAt(grid)],
            ...(intervals?.curve.every(({ lower }) => Number.isFinite(lower))
              ? {
                  lower: intervals.curve.map(({ lower }) => lower),
                  upper: intervals.curve.map(({ upper }) => upper),
                }
              : {}),
          },
        ];
  return joinPieces([
    { curves: curve, matrices: [histogram(cohort, reading)] },
    groupPiece(unweightedColumnsAt(cohort, reading), reading),
  ]);
}

/** Each group's mean prediction and Kaplan–Meier risk as estimates, and the table that lists them. */
function groupPiece(columns: PredictionsAtHorizon, { short }: UnweightedReading): Piece {
  const groups = calibrationGroups({ ...columns, nGroups });
  if ("notEstimable" in groups) return {};
  const name = (k: number) => `risk-group:${k + 1}`;
  return {
    estimates: groups.flatMap((group, k) => {
      const { n, nEvents: events, predicted, observed, lower, upper, ends } = group;
      const context = { n, events, horizon: short, stratum: name(k), evidence: "retrospective" as const };
      const of = `, risk group ${k + 1} of ${groups.length}`;
      const naming = (key: string, label: string, method: string) =>
        ({ measure: `performance.${key}`, label: `${label}${of}`, unit: "proportion", method }) as const;
      return [
        estimateOf(context, naming("expected", "Mean predicted risk", "mean"), { value: predicted }),
        estimateOf(
          context,
          naming("observed", "Observed risk", "1 − Kaplan–Meier in the group, log interval"),
          ends === undefined ? { value: observed, lower, upper } : { notEstimable: ends },
        ),
      ];
    }),
    tables: [
      {
        id: `performance.calibration-groups@${short}`,
        caption: `${groups.length} groups by predicted risk`,
        columns: [
          { key: "group", label: "Risk group", align: "start" },
          { key: "n", label: "n", align: "end" },
          { key: "predicted", label: "Predicted", align: "end" },
          { key: "observed", label: "Observed", align: "end" },
        ],
        rows: groups.map(({ n }, k): Cell[] => [
          String(k + 1),
          String(n),
          { id: `performance.expected@${short}/${name(k)}`, part: "value" },
          { id: `performance.observed@${short}/${name(k)}`, part: "both" },
        ]),
      },
    ],
  };
}

/** Patients by twentieth of risk and by status at the horizon. */
function histogram(
  { time, event, n }: Pick<Cohort, "n" | "time" | "event">,
  { risk, atDays, short }: UnweightedReading,
): Matrix {
  const width = 0.05;
  const nBins = Math.round(1 / width);
  const cells = Array.from({ length: nBins }, () => [0, 0, 0]);
  for (let i = 0; i < n; i++) {
    const bin = Math.min(nBins - 1, Math.floor(risk[i]! / width + 1e-9));
    const status = time[i]! > atDays ? 1 : event[i] ? 0 : 2;
    cells[bin]![status]!++;
  }
  return {
    id: `performance.risk-histogram@${short}`,
    label: "Patients by predicted risk and status",
    rows: cells.map((_, bin) => `${(bin * width).toFixed(2)}–${((bin + 1) * width).toFixed(2)}`),
    columns: ["event", "event-free", "unknown"],
    cells,
  };
}
