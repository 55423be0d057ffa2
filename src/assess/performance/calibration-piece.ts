import type { Cell, Curve, Matrix } from "../../evidence/figures.ts";
import { calibrationGroups } from "../../stats/calibration-groups.ts";
import { quantileOf } from "../../stats/quantile.ts";
import {
  type Reading,
  type TimedCohort,
  type UnweightedReading,
  unweightedColumnsAt,
} from "../cohort/cohort.ts";
import { estimateOf, type Outcome } from "../estimate-of.ts";
import { joinPieces, type Piece } from "../piece.ts";
import type { BootstrapIntervals } from "./bootstrap-intervals.ts";

const nGridPoints = 60;
export const nRiskGroups = 5;

/** Risks between the 1st and 99th centile at which the smooth curve is drawn: beyond them it is a guess. */
export function calibrationGrid({ ascending }: Pick<Reading, "ascending">): Float64Array {
  if (ascending.length === 0) return new Float64Array();
  const ranked = { length: ascending.length, at: (rank: number) => ascending[rank]! };
  const [low, high] = [quantileOf(ranked, 0.01), quantileOf(ranked, 0.99)];
  if (!(high > low)) return Float64Array.of(low);
  return Float64Array.from({ length: nGridPoints }, (_, i) => low + ((high - low) * i) / (nGridPoints - 1));
}

/** The calibration plot beneath its smooth curve: groups with intervals, histogram of risks by status. */
export function calibrationPiece(
  cohort: Pick<TimedCohort, "n" | "time" | "event">,
  reading: UnweightedReading,
): Piece {
  const { short } = reading;
  const groups = calibrationGroups({ ...unweightedColumnsAt(cohort, reading), nGroups: nRiskGroups });
  return joinPieces([
    { matrices: [histogram(cohort, reading)] },
    "notEstimable" in groups
      ? {}
      : riskGroupPiece(
          groups.map(({ n, nEvents, predicted, observed, lower, upper, ends }) => ({
            ...{ n, nEvents, predicted },
            observed: ends === undefined ? { value: observed, lower, upper } : { notEstimable: ends },
          })),
          { short, method: "1 − Kaplan–Meier in the group, log interval" },
        ),
  ]);
}

/** The curve over the grid with its band; no curve where it could not be fitted. */
export function smoothCurve({
  short,
  grid,
  observed,
  intervals,
}: {
  readonly short: string;
  readonly grid: Float64Array;
  readonly observed: Float64Array | undefined;
  readonly intervals: BootstrapIntervals | undefined;
}): Curve[] {
  if (observed === undefined) return [];
  return [
    {
      id: `performance.calibration@${short}`,
      label: "Smoothed observed risk",
      shape: "line",
      x: [...grid],
      y: [...observed],
      ...(intervals?.curve.every(({ lower }) => Number.isFinite(lower))
        ? {
            lower: intervals.curve.map(({ lower }) => lower),
            upper: intervals.curve.map(({ upper }) => upper),
          }
        : {}),
    },
  ];
}

/** Rows of similar predicted risk. */
export interface RiskGroup {
  readonly n: number;
  readonly nEvents: number;
  readonly predicted: number;
  readonly observed: Outcome;
}

/** Each group's mean prediction and observed risk as estimates, and the table that lists them. */
export function riskGroupPiece(
  groups: readonly RiskGroup[],
  { short, method }: { readonly short: string; readonly method: string },
): Piece {
  const name = (k: number) => `risk-group:${k + 1}`;
  return {
    estimates: groups.flatMap(({ n, nEvents: events, predicted, observed }, k) => {
      const context = { n, events, horizon: short, stratum: name(k), evidence: "retrospective" as const };
      const of = `, risk group ${k + 1} of ${groups.length}`;
      const naming = (key: string, label: string, method: string) =>
        ({ measure: `performance.${key}`, label: `${label}${of}`, unit: "proportion", method }) as const;
      return [
        estimateOf(context, naming("expected", "Mean predicted risk", "mean"), { value: predicted }),
        estimateOf(context, naming("observed", "Observed risk", method), observed),
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
  { time, event, n }: Pick<TimedCohort, "n" | "time" | "event">,
  { risk, atDays, short }: UnweightedReading,
): Matrix {
  const status = Uint8Array.from({ length: n }, (_, i) => (time[i]! > atDays ? 1 : event[i] ? 0 : 2));
  return riskHistogram(risk, status, {
    short,
    label: "Patients by predicted risk and status",
    columns: ["event", "event-free", "unknown"],
  });
}

/** Rows by twentieth of risk and by status, the place of one of the columns. */
export function riskHistogram(
  risk: Float64Array,
  status: Uint8Array,
  {
    short,
    label,
    columns,
  }: { readonly short: string; readonly label: string; readonly columns: readonly string[] },
): Matrix {
  const width = 0.05;
  const nBins = Math.round(1 / width);
  const cells = Array.from({ length: nBins }, () => columns.map(() => 0));
  for (let i = 0; i < risk.length; i++) {
    const bin = Math.min(nBins - 1, Math.floor(risk[i]! / width + 1e-9));
    cells[bin]![status[i]!]!++;
  }
  return {
    id: `performance.risk-histogram@${short}`,
    label,
    rows: cells.map((_, bin) => `${(bin * width).toFixed(2)}–${((bin + 1) * width).toFixed(2)}`),
    columns: [...columns],
    cells,
  };
}
