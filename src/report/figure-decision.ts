import * as Plot from "@observablehq/plot";
import type { Curve } from "../evidence/figures.ts";
import { formatPart } from "../evidence/format.ts";
import {
  data,
  type Frame,
  gridLines,
  halo,
  ink,
  type Lookup,
  operatingLine,
  type Point,
  picture,
  pointsOf,
  proportionTick,
  soft,
  ticksBetween,
} from "./figures.ts";

export interface DecisionData {
  readonly model: Curve;
  readonly all: Curve;
  readonly threshold: number | undefined;
  /** The gain over the better default at the operating point, as text. */
  readonly gain: string | undefined;
}

export function decisionData({ curve, known, dossier }: Lookup): DecisionData | undefined {
  const horizon = dossier.primaryHorizon;
  const model = curve(`performance.net-benefit@${horizon}/model`);
  const all = curve(`performance.net-benefit@${horizon}/all`);
  if (model === undefined || all === undefined || model.x.length === 0) return undefined;
  const gain = known(`performance.net-benefit-gain@${horizon}`);
  return {
    model,
    all,
    threshold: known(`performance.threshold@${horizon}`)?.value,
    gain: gain && formatPart(gain, "both"),
  };
}

/** Net benefit over thresholds for the model with its band, for flagging all, and for flagging none. */
export function decisionFigure(frame: Frame, { model, all, threshold, gain }: DecisionData): Element {
  const points = pointsOf(model);
  const everyone = pointsOf(all);
  const low = Math.max(-0.1, Math.min(0, ...points.map(({ lower }) => lower)));
  const high = Math.max(...points.map(({ upper }) => upper), ...everyone.map(({ y }) => y));
  const domain: [number, number] = [Math.min(low, -0.05), high * 1.04];
  const [first, last] = [points[0]!, points.at(-1)!];
  const shown = everyone.filter(({ y }) => y >= domain[0]);
  const ticks = ticksBetween(...domain);
  return picture(frame, {
    height: frame.narrow ? 300 : 360,
    marginLeft: 36,
    marginRight: frame.narrow ? 64 : 84,
    marginTop: 28,
    marginBottom: 44,
    x: { domain: [first.x, last.x], label: null },
    y: { domain, label: null },
    marks: [
      gridLines(ticks),
      Plot.areaY(points, {
        x: "x",
        y1: ({ lower }: Point) => Math.max(lower, domain[0]),
        y2: "upper",
        fill: data,
        fillOpacity: 0.13,
      }),
      Plot.ruleY([0], { stroke: ink }),
      Plot.lineY(shown, { x: "x", y: "y", stroke: soft, strokeWidth: 1.25, strokeDasharray: "4 3" }),
      ...operatingLine(threshold, "operating point"),
      Plot.lineY(points, { x: "x", y: "y", stroke: data, strokeWidth: 1.75 }),
      ...gainStroke(threshold, gain, points, everyone),
      Plot.axisY(ticks, { tickFormat: proportionTick, tickSize: 0, label: null }),
      Plot.axisX(ticksBetween(first.x, last.x), { tickFormat: proportionTick, tickSize: 4, label: null }),
      Plot.text(["Net benefit"], {
        text: String,
        frameAnchor: "top-left",
        textAnchor: "start",
        dx: -32,
        dy: -22,
        fill: soft,
      }),
      Plot.text(["Risk threshold"], {
        text: String,
        frameAnchor: "bottom-right",
        textAnchor: "end",
        dy: 36,
        fill: soft,
      }),
      lineLabel("model", last, 600),
      lineLabel("flag none", { ...last, y: 0 }, 400, labelShift(last.y, domain)),
      // Where few thresholds are shown, flagging all may lie below the axis at each.
      ...(shown.length > 0 ? [lineLabel("flag all", labelPoint(shown, domain), 400)] : []),
    ],
  });
}

/** Where the falling line has left the others and not yet met the axis. */
function labelPoint(points: readonly Point[], [low, high]: readonly [number, number]): Point {
  return points.findLast(({ y }) => y > low + 0.22 * (high - low)) ?? points.at(-1)!;
}

/** The two labels at the right end must not overlap. */
function labelShift(y: number, [low, high]: readonly [number, number]): number {
  return Math.abs(y) / (high - low) < 0.05 ? 14 : 0;
}

function lineLabel(text: string, at: Point, fontWeight: number, dy = 0): Plot.Markish {
  return Plot.text([at], {
    x: "x",
    y: "y",
    text: () => text,
    textAnchor: "start",
    dx: 6,
    dy,
    fill: ink,
    fontWeight,
    ...halo,
  });
}

function gainStroke(
  threshold: number | undefined,
  gain: string | undefined,
  model: readonly Point[],
  all: readonly Point[],
): Plot.Markish[] {
  if (threshold === undefined || gain === undefined) return [];
  // Curves of the committee's half keep three decimals; a thinned one may have no point here.
  const at = (points: readonly Point[]) => points.find(({ x }) => Math.abs(x - threshold) <= 0.0005 + 1e-9);
  const [own, everyone] = [at(model), at(all)];
  if (own === undefined || everyone === undefined) return [];
  const top = own.y;
  const bottom = Math.max(0, everyone.y);
  return [
    Plot.ruleX([threshold], { y1: bottom, y2: top, stroke: data, strokeWidth: 5 }),
    Plot.text([threshold], {
      x: (value: number) => value,
      y: top,
      text: () => gain,
      textAnchor: "start",
      dx: 8,
      dy: -14,
      fill: ink,
      fontWeight: 600,
      ...halo,
    }),
  ];
}
