import * as Plot from "@observablehq/plot";
import type { AttritionStep } from "../evidence/figures.ts";
import { formatCount } from "../evidence/format.ts";
import { data, type Frame, ink, picture, soft } from "./figures.ts";

/** What fits beside the bars on one line, in letters and in ems; longer text takes a second line. */
const wideLetters = 50;
const wideEms = 27;

/** A bar a step, as long as the subjects left; what a step excluded is written under its name. */
export function attritionFigure(frame: Frame, steps: readonly AttritionStep[]): Element {
  const { narrow } = frame;
  const rows = steps.map((step, index) => ({ ...step, index }));
  const known = rows.filter(({ subjects }) => subjects !== null);
  const most = Math.max(1, ...known.map(({ subjects }) => subjects!));
  const y = (row: { index: number }): number => row.index;
  const marginLeft = narrow ? 4 : 300;
  const isLong = rows.some((row) => excludedText(row).length > wideLetters);
  const rowHeight = narrow ? 66 : isLong ? 62 : 46;
  const top = narrow ? -26 : -7;
  const name = (options: Plot.TextOptions): Plot.TextOptions => ({
    y,
    frameAnchor: "left",
    textAnchor: "start",
    dx: -marginLeft + 2,
    ...options,
  });
  return picture(frame, {
    height: rows.length * rowHeight + 8,
    marginLeft,
    marginRight: 64,
    marginTop: 4,
    marginBottom: 4,
    x: { domain: [0, most], axis: null },
    y: { domain: [-0.5, rows.length - 0.5], reverse: true, axis: null },
    marks: [
      Plot.rect(known, {
        x1: 0,
        x2: "subjects",
        y1: (row: { index: number }) => row.index + (narrow ? 0.08 : -0.2),
        y2: (row: { index: number }) => row.index + (narrow ? 0.36 : 0.2),
        fill: data,
      }),
      Plot.text(rows, name({ text: "label", dy: top, fill: ink, fontWeight: 600 })),
      Plot.text(
        rows,
        name({
          ...{ text: excludedText, dy: top + 9, fill: soft, lineAnchor: "top" },
          ...(narrow ? {} : { lineWidth: wideEms }),
        }),
      ),
      Plot.text(rows, {
        x: (row: AttritionStep) => row.subjects ?? 0,
        y: (row: { index: number }) => row.index + (narrow ? 0.22 : 0),
        text: (row: AttritionStep) => (row.subjects === null ? "hidden" : formatCount(row.subjects)),
        textAnchor: "start",
        dx: 8,
        fill: ink,
        fontWeight: 600,
      }),
    ],
  });
}

function excludedText({ excluded, reason, index }: AttritionStep & { readonly index: number }): string {
  if (index === 0) return reason;
  const count = excluded === null ? "hidden number" : formatCount(excluded);
  return reason === "" ? `${count} excluded` : `${count} excluded: ${reason}`;
}
