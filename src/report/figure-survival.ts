import * as Plot from "@observablehq/plot";
import type { Curve, Table } from "../evidence/figures.ts";
import { formatBare, formatPart } from "../evidence/format.ts";
import { unitOfShortDuration } from "../evidence/time-unit.ts";
import { data, type Frame, gridLines, ink, type Lookup, picture, pointsOf, quiet, soft } from "./figures.ts";

const proportions = [0, 0.25, 0.5, 0.75, 1];

export interface SurvivalData {
  readonly survival: Curve;
  readonly censored: Curve | undefined;
  readonly atRisk: readonly { readonly time: number; readonly count: string }[];
  readonly unit: string;
  /** Printed at the end of the curve. */
  readonly atHorizon: string | undefined;
}

export function survivalData({ curve, table, known, dossier }: Lookup): SurvivalData | undefined {
  const survival = curve("cohort.survival");
  if (survival === undefined || survival.x.length === 0) return undefined;
  const end = known(`cohort.survival@${dossier.primaryHorizon}`);
  return {
    survival,
    censored: curve("cohort.censored"),
    atRisk: numbersAtRisk(table("cohort.risk-table")),
    unit: unitOfShortDuration(dossier.primaryHorizon),
    atHorizon: end && formatPart(end, "both"),
  };
}

/** Kaplan–Meier curve by its own shape with its band, ticks at censored times, and the numbers at risk under the axis. */
export function survivalFigure(frame: Frame, figure: SurvivalData): Element {
  const { survival, censored, atRisk, unit } = figure;
  const points = pointsOf(survival);
  const curve = survival.shape === "step" ? "step-after" : "linear";
  const last = points.at(-1)!;
  const times = atRisk.length > 0 ? atRisk.map(({ time }) => time) : undefined;
  return picture(frame, {
    height: frame.narrow ? 320 : 380,
    marginLeft: frame.narrow ? 36 : 62,
    marginRight: frame.narrow ? 14 : 150,
    marginTop: 28,
    marginBottom: 76,
    // A curve that is cut short keeps the times of its risk table.
    x: { domain: [0, Math.max(last.x, ...(times ?? []))], label: null, ...(times ? { ticks: times } : {}) },
    y: { domain: [0, 1], label: null },
    marks: [
      gridLines(proportions),
      Plot.areaY(points, {
        x: "x",
        y1: "lower",
        y2: "upper",
        curve,
        fill: data,
        fillOpacity: 0.13,
      }),
      censored &&
        Plot.ruleX(pointsOf(censored), {
          x: "x",
          y1: ({ y }: { y: number }) => y - 0.014,
          y2: ({ y }: { y: number }) => y + 0.014,
          stroke: ink,
          strokeWidth: 0.75,
        }),
      Plot.lineY(points, { x: "x", y: "y", curve, stroke: data, strokeWidth: 1.75 }),
      // Of a thinned curve only the points are known.
      survival.withheld && Plot.dot(points, { x: "x", y: "y", r: 3, fill: data }),
      Plot.ruleY([0], { stroke: ink }),
      Plot.axisY(proportions, { tickFormat: proportionText, tickSize: 0, label: null }),
      Plot.axisX({ tickSize: 4, label: null, tickFormat: String, ...(times ? { ticks: times } : {}) }),
      corner(survival.label, "top-left", { dy: -22, dx: frame.narrow ? -30 : -46, fill: soft }),
      corner(unit, "bottom-right", { dy: 34, fill: soft }),
      corner("At risk", "bottom-left", { dy: 50, dx: frame.narrow ? -30 : -58, fill: ink, fontWeight: 600 }),
      Plot.text(atRisk, {
        x: "time",
        text: "count",
        frameAnchor: "bottom",
        dy: frame.narrow ? 66 : 50,
        fill: ink,
      }),
      ...endLabel(frame, last, figure),
    ],
  });
}

function endLabel({ narrow }: Frame, last: { x: number; y: number }, figure: SurvivalData): Plot.Markish[] {
  if (figure.atHorizon === undefined) return [];
  const name = figure.survival.label;
  return [
    Plot.text([last], {
      x: "x",
      y: "y",
      text: () => (narrow ? figure.atHorizon! : `${name}\n${figure.atHorizon}`),
      textAnchor: narrow ? "end" : "start",
      dx: narrow ? 0 : 8,
      dy: narrow ? 40 : 0,
      fill: ink,
      fontWeight: 600,
    }),
  ];
}

/** 0, .25, .50, .75, 1: as the numbers beside the curve. */
function proportionText(value: number): string {
  return Number.isInteger(value) ? String(value) : formatBare(value, 2);
}

function corner(text: string, frameAnchor: Plot.FrameAnchor, options: Plot.TextOptions): Plot.Markish {
  const textAnchor = frameAnchor.endsWith("left") ? "start" : "end";
  return Plot.text([text], {
    text: (value: string) => value,
    frameAnchor,
    textAnchor,
    fill: quiet,
    ...options,
  });
}

function numbersAtRisk(table: Table | undefined): SurvivalData["atRisk"] {
  if (table === undefined) return [];
  const column = (key: string): number => table.columns.findIndex((candidate) => candidate.key === key);
  return table.rows.map((row) => {
    const count = row[column("atRisk")];
    return {
      time: Number(row[column("time")]),
      count: typeof count === "string" ? count : "hidden",
    };
  });
}
