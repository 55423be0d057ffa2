import * as Plot from "@observablehq/plot";
import type { Curve, Matrix, Table } from "../evidence/figures.ts";
import { formatPart } from "../evidence/format.ts";
import {
  data,
  type Frame,
  gridLines,
  halo,
  ink,
  type Lookup,
  mute,
  operatingLine,
  paper,
  picture,
  pointsOf,
  proportionTick,
  quiet,
  soft,
  ticksBetween,
} from "./figures.ts";

interface Group {
  readonly predicted: number;
  readonly observed: number;
  readonly lower: number;
  readonly upper: number;
}

export interface CalibrationData {
  readonly smooth: Curve;
  readonly groups: readonly Group[];
  readonly histogram: Matrix | undefined;
  readonly threshold: number | undefined;
  /** O/E, slope and mean error, printed inside. */
  readonly notes: readonly string[];
  readonly domain: readonly [number, number];
  readonly minimumCell: number;
}

export function calibrationData(lookup: Lookup): CalibrationData | undefined {
  const { curve, table, matrix, known, dossier } = lookup;
  const horizon = dossier.primaryHorizon;
  const smooth = curve(`performance.calibration@${horizon}`);
  if (smooth === undefined) return undefined;
  const groups = groupsOf(table(`performance.calibration-groups@${horizon}`), lookup);
  const note = (name: string, measure: string): string[] => {
    const estimate = known(`performance.${measure}@${horizon}`);
    return estimate ? [`${name} ${formatPart(estimate, "both")}`] : [];
  };
  const extremes = [
    ...(smooth.lower ?? smooth.y),
    ...(smooth.upper ?? smooth.y),
    ...smooth.x,
    ...groups.flatMap(({ predicted, lower, upper }) => [predicted, lower, upper]),
  ];
  const low = Math.max(0, Math.floor(Math.min(...extremes) * 10) / 10);
  return {
    smooth,
    groups,
    histogram: matrix(`performance.risk-histogram@${horizon}`),
    threshold: known(`performance.threshold@${horizon}`)?.value,
    notes: [
      ...note("O/E", "observed-expected"),
      ...note("slope", "calibration-slope"),
      ...note("mean error (ICI)", "ici"),
    ],
    domain: [low, Math.max(low + 0.1, Math.min(1, Math.ceil(Math.max(...extremes) * 10) / 10))],
    minimumCell: dossier.binary?.minimumRows ?? dossier.minimumCell,
  };
}

function groupsOf(table: Table | undefined, { known }: Lookup): Group[] {
  if (table === undefined) return [];
  const cell = (row: Table["rows"][number], key: string) => {
    const value = row[table.columns.findIndex((column) => column.key === key)];
    return value && typeof value === "object" ? known(value.id) : undefined;
  };
  return table.rows.flatMap((row) => {
    const predicted = cell(row, "predicted");
    const observed = cell(row, "observed");
    if (predicted === undefined || observed === undefined) return [];
    const { lower, upper } = observed.interval ?? { lower: observed.value, upper: observed.value };
    return [{ predicted: predicted.value, observed: observed.value, lower, upper }];
  });
}

const marginLeft = 36;
const marginRight = 24;
const marginTop = 28;
const marginBottom = 44;

/** Observed against predicted risk: identity dashed, groups as hollow circles, a smooth line and its band. */
export function calibrationFigure(frame: Frame, figure: CalibrationData): Element {
  const { smooth, groups, threshold, notes, domain } = figure;
  const ticks = ticksBetween(...domain);
  const points = pointsOf(smooth);
  return picture(frame, {
    // Square, so that the line of perfect agreement rises at 45 degrees.
    height: frame.width - marginLeft - marginRight + marginTop + marginBottom,
    marginLeft,
    marginRight,
    marginTop,
    marginBottom,
    x: { domain: [...domain], label: null },
    y: { domain: [...domain], label: null },
    marks: [
      gridLines(ticks),
      Plot.areaY(points, { x: "x", y1: "lower", y2: "upper", fill: data, fillOpacity: 0.13 }),
      Plot.line([domain[0], domain[1]], {
        x: (value: number) => value,
        y: (value: number) => value,
        stroke: quiet,
        strokeDasharray: "4 3",
      }),
      ...operatingLine(threshold, "operating point"),
      Plot.lineY(points, { x: "x", y: "y", stroke: data, strokeWidth: 1.75 }),
      Plot.ruleX(groups, { x: "predicted", y1: "lower", y2: "upper", stroke: ink, strokeWidth: 1.25 }),
      Plot.dot(groups, { x: "predicted", y: "observed", r: 4, fill: paper, stroke: ink, strokeWidth: 1.5 }),
      Plot.ruleY([domain[0]], { stroke: ink }),
      Plot.axisY(ticks, { tickFormat: proportionTick, tickSize: 0, label: null }),
      Plot.axisX(ticks, { tickFormat: proportionTick, tickSize: 4, label: null }),
      Plot.text(["Observed risk"], { ...corner("top-left"), dx: 4 - marginLeft, dy: -22, fill: soft }),
      Plot.text(["Predicted risk"], { ...corner("bottom-right"), textAnchor: "end", dy: 36, fill: soft }),
      Plot.text(notes.length > 0 ? [notes.join("\n")] : [], {
        ...corner("bottom-right"),
        textAnchor: "end",
        dx: -4,
        dy: -26,
        fill: ink,
        fontWeight: 600,
        lineHeight: 1.35,
        ...halo,
      }),
    ],
  });
}

function corner(frameAnchor: Plot.FrameAnchor): Plot.TextOptions {
  return { text: (value: string) => value, frameAnchor, textAnchor: "start" };
}

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly kind: "event" | "event-free" | "unknown";
  readonly hidden: boolean;
}

/** Where the predicted risks lie, on the same axis: events above the line, others and unknown below it. */
export function histogramFigure(
  frame: Frame,
  { histogram, domain, minimumCell }: CalibrationData,
): Element | undefined {
  if (histogram === undefined) return undefined;
  const bars = barsOf(histogram, minimumCell).filter(
    ({ from, to }) => from >= domain[0] - 1e-9 && to <= domain[1] + 1e-9,
  );
  const paint = { event: data, "event-free": mute, unknown: paper } as const;
  return picture(frame, {
    height: 92,
    marginLeft,
    marginRight,
    marginTop: 4,
    marginBottom: 4,
    x: { domain: [...domain], axis: null },
    y: { axis: null },
    marks: [
      Plot.rect(bars, {
        x1: "from",
        x2: "to",
        y1: "low",
        y2: "high",
        fill: (bar: Bar) => (bar.hidden ? paper : paint[bar.kind]),
        stroke: (bar: Bar) => (bar.kind === "event" ? data : mute),
        strokeWidth: 1,
        insetLeft: 1,
        insetRight: 1,
      }),
      Plot.ruleY([0], { stroke: ink }),
    ],
  });
}

function barsOf({ rows, columns, cells }: Matrix, minimumCell: number): Bar[] {
  const column = (name: string): number => columns.indexOf(name);
  return rows.flatMap((row, index) => {
    const [from = Number.NaN, to = Number.NaN] = row.split("\u2013").map(Number);
    // Nobody is of unknown status where there is no such column.
    const count = (name: string): number | null =>
      column(name) < 0 ? 0 : (cells[index]![column(name)] ?? null);
    // A hidden count is drawn open, as high as it may be.
    const height = (name: string): number => count(name) ?? minimumCell - 1;
    const bar = (kind: Bar["kind"], low: number, high: number): Bar[] =>
      low === high ? [] : [{ from, to, low, high, kind, hidden: count(kind) === null }];
    const free = -height("event-free");
    return [
      ...bar("event", 0, height("event")),
      ...bar("event-free", free, 0),
      ...bar("unknown", free - height("unknown"), free),
    ];
  });
}
