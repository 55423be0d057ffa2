import * as Plot from "@observablehq/plot";
import { type Estimate, isKnown } from "../evidence/estimate.ts";
import type { Table } from "../evidence/figures.ts";
import { formatPart } from "../evidence/format.ts";
import {
  data,
  type Frame,
  ink,
  type Lookup,
  miss,
  picture,
  proportionTick,
  quiet,
  soft,
  ticksBetween,
} from "./figures.ts";

export interface ForestRow {
  readonly name: string;
  readonly n: number | undefined;
  /** "n 81, 16 events". */
  readonly base: string;
  readonly value: number | undefined;
  readonly lower: number;
  readonly upper: number;
  readonly text: string;
  readonly missed: boolean;
}

export interface ForestData {
  readonly rows: readonly ForestRow[];
  readonly whole: number | undefined;
  readonly wholeText: string;
  readonly domain: readonly [number, number];
  readonly title: string;
}

/**
 * The rows of a strata table for one of its columns, worst first; strata without a number come last.
 *
 * `worse` orders two values; `whole` is the id of the estimate for everybody.
 */
export function forestData(
  { known, estimate }: Lookup,
  table: Table | undefined,
  { column, whole, worse }: { column: string; whole: string; worse: (a: number, b: number) => number },
): ForestData | undefined {
  const at = table?.columns.findIndex(({ key }) => key === column) ?? -1;
  if (table === undefined || at < 0) return undefined;
  const cell = (row: Table["rows"][number], key: string): string | undefined => {
    const value = row[table.columns.findIndex((candidate) => candidate.key === key)];
    return typeof value === "string" ? value : undefined;
  };
  const rows = table.rows.map((row): ForestRow => {
    const reference = row[at];
    const found = reference && typeof reference === "object" ? estimate(reference.id) : undefined;
    const value = found && isKnown(found) ? found.value : undefined;
    const interval = found && isKnown(found) ? found.interval : undefined;
    const [n, events] = [cell(row, "n"), cell(row, "events")];
    return {
      name: cell(row, "stratum") ?? "",
      n: n === undefined ? undefined : Number(n.replaceAll(",", "")),
      base: n === undefined ? "hidden" : `${events ?? "hidden"}/${n}`,
      value,
      lower: interval?.lower ?? value ?? Number.NaN,
      upper: interval?.upper ?? value ?? Number.NaN,
      text: rowText(found),
      missed: cell(row, "met") === "not met",
    };
  });
  const overall = known(whole);
  const worstFirst = rows.toSorted((a, b) =>
    a.value === undefined || b.value === undefined
      ? Number(a.value === undefined) - Number(b.value === undefined)
      : worse(a.value, b.value),
  );
  return {
    rows: worstFirst,
    whole: overall?.value,
    wholeText: overall ? formatPart(overall, "both") : "",
    domain: domainOf(rows, table.columns[at]!.key === "sensitivity"),
    title: table.columns[at]!.label,
  };
}

/** Short where there is no number: the reason stands in the table. */
function rowText(estimate: Estimate | undefined): string {
  if (estimate === undefined || "hidden" in estimate) return "hidden";
  return isKnown(estimate) ? formatPart(estimate, "both") : "not estimable";
}

function domainOf(rows: readonly ForestRow[], proportion: boolean): [number, number] {
  if (proportion) return [0, 1];
  const bounds = rows.flatMap(({ lower, upper }) => [lower, upper]).filter(Number.isFinite);
  if (bounds.length === 0) return [0, 2];
  const low = Math.floor(Math.min(...bounds) * 5) / 5;
  return [low, Math.max(low + 0.2, Math.ceil(Math.max(...bounds) * 5) / 5)];
}

/** One row a stratum: whisker, a mark whose area grows with n, its value; the whole cohort is dashed. */
export function forestFigure(frame: Frame, { rows, whole, wholeText, domain }: ForestData): Element {
  const { narrow } = frame;
  const marginLeft = narrow ? 118 : 250;
  const marginRight = narrow ? 96 : 150;
  const most = Math.max(...rows.map(({ n }) => n ?? 0));
  const measured = rows.map((row, index) => ({ ...row, index })).filter(({ value }) => value !== undefined);
  const named = rows.map((row, index) => ({ ...row, index }));
  const y = (row: { index: number }): number => row.index;
  const ticks = ticksBetween(...domain);
  const label = (options: Plot.TextOptions): Plot.TextOptions => ({ y, fill: ink, ...options });
  const colour = (row: ForestRow): string => (row.missed ? miss : data);
  return picture(frame, {
    height: rows.length * 26 + 58,
    marginLeft,
    marginRight,
    marginTop: 46,
    marginBottom: 12,
    x: { domain: [...domain], label: null },
    y: { domain: [-0.6, rows.length - 0.4], reverse: true, axis: null },
    r: { range: [0, 7], domain: [0, most] },
    marks: [
      Plot.ruleX(ticks, { stroke: "var(--grid)" }),
      whole === undefined ? null : Plot.ruleX([whole], { stroke: quiet, strokeDasharray: "4 3" }),
      Plot.ruleY(measured, { y, x1: "lower", x2: "upper", stroke: colour, strokeWidth: 1.25 }),
      Plot.ruleX(
        measured.flatMap((row) => [row.lower, row.upper].map((bound) => ({ ...row, bound }))),
        {
          x: "bound",
          y1: ({ index }) => index - 0.14,
          y2: ({ index }) => index + 0.14,
          stroke: colour,
          strokeWidth: 1.25,
        },
      ),
      Plot.dot(measured, {
        x: "value",
        y,
        r: (row: ForestRow) => row.n ?? 0,
        fill: colour,
        symbol: (row: ForestRow) => (row.missed ? "square" : "circle"),
      }),
      Plot.axisX(ticks, { anchor: "top", tickFormat: proportionTick, tickSize: 0, label: null }),
      Plot.text(
        named,
        label({ text: nameText, frameAnchor: "left", textAnchor: "start", dx: -marginLeft + 2 }),
      ),
      narrow
        ? null
        : Plot.text(named, label({ text: "base", frameAnchor: "left", textAnchor: "end", dx: -16 })),
      Plot.text(named, label({ text: "text", frameAnchor: "right", textAnchor: "end", dx: marginRight - 2 })),
      narrow ? null : heading("events/n", "top-left", "end", -16, -16, soft),
      heading("95 % CI", "top-right", "end", marginRight - 2, -16, soft),
      whole === undefined
        ? null
        : heading(`dashed: all, ${wholeText}`, "top-right", "end", marginRight - 2, -38, soft),
    ],
  });
}

/** A miss carries a cross beside its name, so that it is seen without colour. */
function nameText({ name, missed }: ForestRow): string {
  return missed ? `${name} \u00d7` : name;
}

function heading(
  text: string,
  frameAnchor: Plot.FrameAnchor,
  textAnchor: "start" | "end",
  dx: number,
  dy: number,
  fill: string,
): Plot.Markish {
  return Plot.text([text], { text: String, frameAnchor, textAnchor, dx, dy, fill });
}
