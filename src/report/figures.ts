import * as Plot from "@observablehq/plot";
import type { Dossier } from "../evidence/dossier.ts";
import { type Estimate, isKnown, type KnownEstimate } from "../evidence/estimate.ts";
import type { Curve, Matrix, Table } from "../evidence/figures.ts";
import { formatBare } from "../evidence/format.ts";
import { Html, html } from "./html.ts";

/** A drawing for one width. Narrow ones are drawn again for a telephone, never scaled. */
export interface Frame {
  readonly document: Document;
  readonly width: number;
  readonly narrow: boolean;
}

export const ink = "var(--ink)";
export const soft = "var(--ink-2)";
export const quiet = "var(--ink-3)";
export const data = "var(--data)";
export const mute = "var(--data-mute)";
export const miss = "var(--nogo)";
export const paper = "var(--paper)";

/** Stroked round letters, so that text stays readable on lines. */
export const halo = { stroke: paper, strokeWidth: 4, paintOrder: "stroke", strokeLinejoin: "round" } as const;

/** The same picture wide and at 358 px; which one shows is decided by the style sheet. */
export function drawn(
  document: Document,
  sizes: { readonly wide: number; readonly sentence: string },
  draw: (frame: Frame) => Element,
): Html {
  const { wide, sentence } = sizes;
  return html`${[
    { width: wide, narrow: false },
    { width: 358, narrow: true },
  ].map(({ width, narrow }) => {
    const picture = draw({ document, width, narrow });
    return html`<div class="picture ${narrow ? "narrow" : "wide"}" role="img"
aria-label="${sentence}">${Html.ofElement(picture)}</div>`;
  })}`;
}

/** One Plot drawing with the marks and axes that all figures share. */
export function picture(frame: Frame, options: Plot.PlotOptions): Element {
  const svg = Plot.plot({
    document: frame.document,
    className: "plot",
    width: frame.width,
    ...options,
  });
  // The group says what the picture shows; its letters and lines are not read out one by one.
  svg.setAttribute("aria-hidden", "true");
  return svg;
}

/** Pale horizontal lines at the ticks of y. */
export function gridLines(ticks: readonly number[]): Plot.Markish {
  return Plot.ruleY([...ticks], { stroke: "var(--grid)" });
}

/** The operating point: in every figure the same thin vertical line. */
export function operatingLine(threshold: number | undefined, label: string): Plot.Markish[] {
  if (threshold === undefined) return [];
  const line = Plot.ruleX([threshold], { stroke: ink, strokeWidth: 1 });
  const text = Plot.text([threshold], {
    x: (value: number) => value,
    text: () => label,
    frameAnchor: "bottom",
    textAnchor: "start",
    dx: 5,
    dy: -8,
    fill: ink,
    ...halo,
  });
  return [line, text];
}

/** Multiples of 1, 2 or 5 times a power of ten, about five of them. */
export function ticksBetween(low: number, high: number): number[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / 5));
  const choices = [1, 2, 5, 10].map((factor) => multiples(factor * power, low, high));
  return choices.reduce((best, next) =>
    Math.abs(next.length - 5) < Math.abs(best.length - 5) ? next : best,
  );
}

function multiples(step: number, low: number, high: number): number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** .2, 1.0, −.1: an axis tick of a proportion. */
export function proportionTick(value: number): string {
  return value === 0 ? "0" : formatBare(value, 1);
}

/** What figures look up in a dossier. Absent evidence is `undefined`; a sentence stands for its figure. */
export interface Lookup {
  readonly dossier: Dossier;
  readonly curve: (id: string) => Curve | undefined;
  /** True where the curve exists and disclosure keeps all of it back. */
  readonly isWithheld: (id: string) => boolean;
  readonly table: (id: string) => Table | undefined;
  readonly matrix: (id: string) => Matrix | undefined;
  readonly known: (id: string) => KnownEstimate | undefined;
  readonly estimate: (id: string) => Estimate | undefined;
}

export function lookupIn(dossier: Dossier): Lookup {
  const find = <T extends { readonly id: string }>(items: readonly T[]): ((id: string) => T | undefined) => {
    const byId = new Map(items.map((item) => [item.id, item]));
    return (id) => byId.get(id);
  };
  const estimate = find(dossier.estimates);
  const everyCurve = find(dossier.curves);
  return {
    dossier,
    // One point is no curve.
    curve: find(dossier.curves.filter(({ x }) => x.length > 1)),
    isWithheld: (id) => everyCurve(id)?.withheld === "all",
    table: find(dossier.tables),
    matrix: find(dossier.matrices),
    estimate,
    known: (id) => {
      const found = estimate(id);
      return found && isKnown(found) ? found : undefined;
    },
  };
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
}

/** A curve as points; without a band, both bounds are the value. */
export function pointsOf({ x, y, lower = y, upper = y }: Curve): Point[] {
  return x.map((value, index) => ({ x: value, y: y[index]!, lower: lower[index]!, upper: upper[index]! }));
}
