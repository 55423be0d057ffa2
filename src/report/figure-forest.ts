import * as Plot from "@observablehq/plot";
import { type Estimate, isKnown } from "../evidence/estimate.ts";
import type { Table } from "../evidence/figures.ts";
import { formatPart } from "../evidence/format.ts";
import {
  data,
  type Frame,
  halo,
  ink,
  type Lookup,
  miss,
  picture,
  proportionTick,
  quiet,
  soft,
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
  /** A ratio is drawn on a log axis, so that ½ and 2 lie equally far from 1. */
  readonly scale: "proportion" | "ratio";
  readonly domain: readonly [number, number];
  readonly title: string;
  /** What stands before the whisker; "events/n" where it is not given. */
  readonly baseLabel?: string;
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
  const scale = column === "observedExpected" ? "ratio" : "proportion";
  const worstFirst = rows.toSorted((a, b) =>
    a.value === undefined || b.value === undefined
      ? Number(a.value === undefined) - Number(b.value === undefined)
      : worse(a.value, b.value),
  );
  return {
    rows: worstFirst,
    whole: overall?.value,
    wholeText: rowText(estimate(whole)),
    scale,
    domain: scale === "ratio" ? ratioDomain(rows) : [0, 1],
    title: table.columns[at]!.label,
  };
}

/** Short where there is no number: the reason stands in the table. */
export function rowText(estimate: Estimate | undefined): string {
  if (estimate === undefined || "hidden" in estimate) return "hidden";
  return isKnown(estimate) ? formatPart(estimate, "both") : "not estimable";
}

const ratioTicks = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10] as const;

/** From tick to tick; what lies beyond is drawn at the edge, its number beside it. */
function ratioDomain(rows: readonly ForestRow[]): [number, number] {
  const bounds = rows.flatMap(({ lower, upper }) => [lower, upper]).filter(Number.isFinite);
  const low = ratioTicks.findLast((tick) => tick <= Math.min(0.7, ...bounds)) ?? ratioTicks[0];
  const high = ratioTicks.find((tick) => tick >= Math.max(1.5, ...bounds)) ?? ratioTicks.at(-1)!;
  return [low, high];
}

/** Letters that fit beside the base, wide, or above the whisker, narrow. */
const nameLetters = 38;
const lineHeight = 14;

/** A name on as many lines as it needs. */
function wrapped(name: string): string[] {
  const lines: string[] = [];
  for (const word of name.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < nameLetters)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

interface Placed extends ForestRow {
  readonly index: number;
}

/**
 * One row a stratum: whisker, a mark whose area grows with n, its value; the whole cohort is dashed.
 *
 * Wide, name and base stand before the whisker; on a telephone above it.
 */
export function forestFigure(frame: Frame, figure: ForestData): Element {
  const { rows, whole, wholeText, domain, scale, baseLabel = "events/n" } = figure;
  const { narrow } = frame;
  const [marginLeft, marginRight] = narrow ? [8, 12] : [320, 130];
  const nameLines = Math.max(1, ...rows.map((row) => wrapped(nameText(row)).length));
  const rowHeight = (narrow ? 30 : 12) + nameLines * lineHeight;
  const placed = rows.map((row, index): Placed => ({ ...row, index }));
  const ticks =
    scale === "ratio" ? ratioTicks.filter((tick) => tick >= domain[0] && tick <= domain[1]) : percentTicks;
  const upright = (values: readonly number[], stroke: Plot.RuleXOptions): Plot.Markish =>
    narrow ? ruleBesideWhiskers(placed, values, stroke) : Plot.ruleX(values, stroke);
  return picture(frame, {
    height: rows.length * rowHeight + 58,
    marginLeft,
    marginRight,
    marginTop: 46,
    marginBottom: 12,
    x: { type: scale === "ratio" ? "log" : "linear", domain: [...domain], label: null, clamp: true },
    y: { domain: [-0.5, rows.length - 0.5], reverse: true, axis: null },
    r: { range: [0, 7], domain: [0, Math.max(...rows.map(({ n }) => n ?? 0))] },
    marks: [
      upright(ticks, { stroke: "var(--grid)" }),
      scale === "ratio" ? upright([1], { stroke: ink, strokeWidth: 0.75 }) : null,
      whole === undefined ? null : upright([whole], { stroke: quiet, strokeDasharray: "4 3" }),
      ...whiskers(placed, narrow ? 0.26 : 0),
      Plot.axisX(ticks, { anchor: "top", tickFormat: proportionTick, tickSize: 0, label: null }),
      ...words(placed, { narrow, marginLeft, marginRight, rowHeight }),
      narrow ? null : heading(baseLabel, "top-left", "end", -16, -16, soft),
      narrow ? null : heading("95 % CI", "top-right", "end", marginRight - 2, -16, soft),
      whole === undefined
        ? null
        : heading(`dashed: all, ${wholeText}`, "top-right", "end", marginRight - 2, -38, soft),
    ],
  });
}

/** Lines at whisker height only: on a telephone the words stand above it, and no line may strike through them. */
function ruleBesideWhiskers(
  placed: readonly Placed[],
  values: readonly number[],
  stroke: Plot.RuleXOptions,
): Plot.Markish {
  const pieces = placed.flatMap(({ index }) => values.map((x) => ({ x, y1: index + 0.14, y2: index + 0.5 })));
  return Plot.ruleX(pieces, { x: "x", y1: "y1", y2: "y2", ...stroke });
}

const percentTicks = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Interval and mark, `below` the middle of the row. */
function whiskers(placed: readonly Placed[], below: number): Plot.Markish[] {
  const measured = placed.filter(({ value }) => value !== undefined);
  const y = ({ index }: Placed): number => index + below;
  const colour = (row: ForestRow): string => (row.missed ? miss : data);
  const ends = measured.flatMap((row) => [row.lower, row.upper].map((bound) => ({ ...row, bound })));
  return [
    Plot.ruleY(measured, { y, x1: "lower", x2: "upper", stroke: colour, strokeWidth: 1.25 }),
    Plot.ruleX(ends, {
      x: "bound",
      y1: (row: Placed) => y(row) - 0.12,
      y2: (row: Placed) => y(row) + 0.12,
      stroke: colour,
      strokeWidth: 1.25,
    }),
    Plot.dot(measured, {
      x: "value",
      y,
      r: (row: ForestRow) => row.n ?? 0,
      fill: colour,
      symbol: (row: ForestRow) => (row.missed ? "square" : "circle"),
    }),
  ];
}

/** Name, base and value of each row. */
function words(
  placed: readonly Placed[],
  place: {
    readonly narrow: boolean;
    readonly marginLeft: number;
    readonly marginRight: number;
    readonly rowHeight: number;
  },
): Plot.Markish[] {
  const { narrow, marginLeft, marginRight, rowHeight } = place;
  const y = ({ index }: Placed): number => index;
  const at = (options: Plot.TextOptions): Plot.TextOptions => ({
    y,
    fill: ink,
    ...halo,
    ...(narrow ? { dy: 4 - rowHeight / 2, lineAnchor: "top" } : {}),
    ...options,
  });
  const name = (row: Placed): string => wrapped(nameText(row)).join("\n");
  const value = ({ base, text }: Placed): string => (narrow ? `${base}  ${text}` : text);
  return [
    Plot.text(placed, at({ text: name, frameAnchor: "left", textAnchor: "start", dx: 2 - marginLeft })),
    narrow ? null : Plot.text(placed, at({ text: "base", frameAnchor: "left", textAnchor: "end", dx: -16 })),
    Plot.text(placed, at({ text: value, frameAnchor: "right", textAnchor: "end", dx: marginRight - 2 })),
  ];
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
