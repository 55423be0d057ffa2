import * as Plot from "@observablehq/plot";
import { data, type Frame, halo, ink, mute, paper, picture, proportionTick, soft } from "./figures.ts";

export interface FunnelStep {
  readonly name: string;
  /** Of the eligible; undefined where there is no number. */
  readonly value: number | undefined;
  readonly lower: number;
  readonly upper: number;
  /** "70 of 150", value and interval. */
  readonly text: string;
}

interface Placed extends FunnelStep {
  readonly index: number;
}

const rowHeight = 52;
const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** A bar a step, of the share of the eligible that reaches it, with its interval; its words above it. */
export function funnelFigure(frame: Frame, steps: readonly FunnelStep[]): Element {
  const placed = steps.map((step, index): Placed => ({ ...step, index }));
  const known = placed.filter(({ value }) => value !== undefined);
  const withInterval = known.filter(({ lower, upper }) => upper > lower);
  const y = ({ index }: Placed): number => index;
  return picture(frame, {
    height: steps.length * rowHeight + 34,
    marginLeft: 8,
    marginRight: 14,
    marginTop: 26,
    marginBottom: 8,
    x: { domain: [0, 1], label: null },
    y: { domain: [-0.5, steps.length - 0.5], reverse: true, axis: null },
    marks: [
      Plot.axisX(ticks, { anchor: "top", tickFormat: proportionTick, tickSize: 0, label: null }),
      Plot.rect(placed, {
        x1: 0,
        x2: 1,
        y1: (row: Placed) => row.index + 0.02,
        y2: (row: Placed) => row.index + 0.36,
        fill: "var(--grid)",
      }),
      Plot.rect(known, {
        x1: 0,
        x2: "value",
        y1: (row: Placed) => row.index + 0.02,
        y2: (row: Placed) => row.index + 0.36,
        fill: mute,
      }),
      // Pale beneath, so that the line is seen on the bar too.
      ...[
        { stroke: paper, strokeWidth: 5 },
        { stroke: data, strokeWidth: 2 },
      ].map((line) =>
        Plot.ruleY(withInterval, {
          y: (row: Placed) => row.index + 0.19,
          x1: "lower",
          x2: "upper",
          ...line,
        }),
      ),
      Plot.text(placed, {
        y,
        text: "name",
        frameAnchor: "left",
        textAnchor: "start",
        dy: -10,
        fill: ink,
        ...halo,
      }),
      Plot.text(placed, {
        y,
        text: "text",
        frameAnchor: "right",
        textAnchor: "end",
        dy: -10,
        fill: soft,
        ...halo,
      }),
    ],
  });
}
