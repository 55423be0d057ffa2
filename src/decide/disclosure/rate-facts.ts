import type { KnownEstimate } from "../../evidence/estimate.ts";
import type { Fact } from "./count-audit.ts";
import { printedRange } from "./printed.ts";

/** What a reader of rounded, weighted numbers can say about the counts behind them. */

export function exactly(count: string, value: number): Fact {
  return { terms: [[count, 1]], low: value, high: value };
}

const rates: Readonly<Record<string, { readonly of: string; readonly among: string }>> = {
  sensitivity: { of: "tp", among: "fn" },
  specificity: { of: "tn", among: "fp" },
  ppv: { of: "tp", among: "fp" },
  npv: { of: "tn", among: "fn" },
};

type RateCells = readonly [of: string, among: string];

/** Counts whose smallness a rate would show: its numerator and the rest of its denominator. */
export function rateBasis(rate: string, group: string): RateCells {
  const { of, among } = rates[rate]!;
  return [`${group}.${of}`, `${group}.${among}`];
}

export function isRate(measure: string): boolean {
  return measure in rates;
}

/** How much a patient of known status counts for: those with an event from 1 up, all event-free the same. */
export interface Weights {
  /** 1 / G(h); infinite where nobody is followed to the horizon. */
  readonly ofEventFree: number;
}

function weightRange(cell: string, { ofEventFree }: Weights): readonly [least: number, most: number] {
  const isEvent = /\b(tp|fn)$/.test(cell);
  return [isEvent ? 1 : ofEventFree, ofEventFree];
}

/**
 * A rate of weighted counts as bounds on the raw ones.
 *
 *     low ≤ a·A / (a·A + b·B) ≤ high    a, b the mean weights of numerator A and rest B
 *     (1 − low) · max a · A − low · min b · B ≥ 0    and    (1 − high) · min a · A − high · max b · B ≤ 0
 */
export function rateFacts(rate: string, group: string, estimate: KnownEstimate, weights: Weights): Fact[] {
  const cells = rateBasis(rate, group);
  const [low, high] = printedRange(estimate);
  return [...atLeast(cells, low, weights), ...atMost(cells, high, weights)];
}

/** A rate that no stratum undercuts: the worst of them. */
export function floorFacts(rate: string, group: string, estimate: KnownEstimate, weights: Weights): Fact[] {
  return atLeast(rateBasis(rate, group), printedRange(estimate)[0], weights);
}

function atLeast([of, among]: RateCells, low: number, weights: Weights): Fact[] {
  const [mostOf, leastAmong] = [weightRange(of, weights)[1], weightRange(among, weights)[0]];
  return low <= 0
    ? []
    : finite([(1 - low) * mostOf, -low * leastAmong], [of, among], [0, Number.POSITIVE_INFINITY]);
}

function atMost([of, among]: RateCells, high: number, weights: Weights): Fact[] {
  const [leastOf, mostAmong] = [weightRange(of, weights)[0], weightRange(among, weights)[1]];
  return high >= 1
    ? []
    : finite([(1 - high) * leastOf, -high * mostAmong], [of, among], [Number.NEGATIVE_INFINITY, 0]);
}

/** Weighted counts add up to a number between `low` and `high`: so do the raw ones at their least and most weights. */
export function weightedCountFacts(
  cells: readonly string[],
  [low, high]: readonly [low: number, high: number],
  weights: Weights,
): Fact[] {
  const ranges = cells.map((cell) => weightRange(cell, weights));
  return [
    ...finite(
      ranges.map(([least]) => least),
      cells,
      [Number.NEGATIVE_INFINITY, high],
    ),
    ...finite(
      ranges.map(([, most]) => most),
      cells,
      [low, Number.POSITIVE_INFINITY],
    ),
  ];
}

/** One fact, or none where a weight is infinite. */
function finite(
  times: readonly number[],
  counts: readonly string[],
  [low, high]: readonly [low: number, high: number],
): Fact[] {
  if (!times.every(Number.isFinite)) return [];
  return [{ terms: counts.map((count, i) => [count, times[i]!] as const), low, high }];
}

/** Kaplan–Meier: the expected events among n are at least those seen, at most those and all of unknown status. */
export function observedRiskFacts(
  { n, events, unknown }: { readonly n: number; readonly events: string; readonly unknown: string },
  [low, high]: readonly [low: number, high: number],
): Fact[] {
  return [
    { terms: [[events, 1]], low: Number.NEGATIVE_INFINITY, high: high * n },
    {
      terms: [
        [events, 1],
        [unknown, 1],
      ],
      low: low * n,
      high: Number.POSITIVE_INFINITY,
    },
  ];
}
