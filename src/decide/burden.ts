import { type ComputedEstimate, isKnown } from "../evidence/estimate.ts";
import type { Table } from "../evidence/figures.ts";
import type { BurdenStep, Protocol } from "../protocol/index.ts";
import type { EstimateBook } from "./estimate-book.ts";

/** Dollars and minutes for one flag, summed over the steps that it causes. */
export interface FlagCost {
  readonly usd: { readonly low: number; readonly mid: number; readonly high: number };
  readonly minutes: { readonly low: number; readonly mid: number; readonly high: number };
}

/**
 * Cost of one flag: each step's minutes at its wage, times the share of flags that reach the step.
 *
 *     usd = Σ share · minutes / 60 · usdPerHour
 */
export function flagCost(steps: readonly BurdenStep[]): FlagCost {
  const sum = (of: (step: BurdenStep) => number) => steps.reduce((total, step) => total + of(step), 0);
  const usd = (end: "low" | "mid" | "high") =>
    sum(({ share, minutes, usdPerHour }) => (share * minutes[end] * usdPerHour[end]) / 60);
  const minutes = (end: "low" | "mid" | "high") => sum((step) => step.share * step.minutes[end]);
  return {
    usd: { low: usd("low"), mid: usd("mid"), high: usd("high") },
    minutes: { low: minutes("low"), mid: minutes("mid"), high: minutes("high") },
  };
}

/**
 * What false flags cost in a month, and where that meets the limit.
 *
 * Intervals carry the sampling error of the false-flag rate at the middle of each given range; where the protocol
 * gives ranges for minutes or wages, their ends stand beside it as separate estimates.
 */
export function burden(protocol: Protocol, book: EstimateBook, horizon: string): ComputedEstimate[] {
  const { volume, perFalsePositive, limitUsdPerMonth } = protocol.burden;
  const falsePositive = book.get(`performance.false-positives@${horizon}`);
  const truePositive = book.get(`performance.true-positives@${horizon}`);
  if (!falsePositive || !truePositive) throw new Error("burden needs the operating point's counts");
  const perThousand = volume.scoredPerMonth / 1000;
  const cost = flagCost(perFalsePositive);
  const scaled = (naming: Naming, source: ComputedEstimate, factor: number) =>
    scaledEstimate(naming, source, factor);
  const estimates = [
    withDecimal(scaled(naming("false-flags", "False flags a month", "count"), falsePositive, perThousand)),
    withDecimal(scaled(naming("true-flags", "True flags a month", "count"), truePositive, perThousand)),
    scaled(
      naming("hours", "Hours on false flags a month", "hours"),
      falsePositive,
      (perThousand * cost.minutes.mid) / 60,
    ),
    scaled(naming("cost", "Cost of false flags a month", "usd"), falsePositive, perThousand * cost.usd.mid),
    constant(falsePositive, naming("cost-per-false-flag", "Cost of one false flag", "usd"), cost.usd.mid, 2),
    constant(
      falsePositive,
      naming("minutes-per-false-flag", "Minutes for one false flag", "minutes"),
      cost.minutes.mid,
    ),
    constant(falsePositive, naming("limit", "Limit set by the protocol", "usd"), limitUsdPerMonth),
    breakEven(falsePositive, limitUsdPerMonth, cost.usd.mid),
  ];
  if (cost.usd.low === cost.usd.high) return estimates;
  return [
    ...estimates,
    scaled(
      naming("cost-low", "Cost at the low end of minutes and wages", "usd"),
      falsePositive,
      perThousand * cost.usd.low,
    ),
    scaled(
      naming("cost-high", "Cost at the high end of minutes and wages", "usd"),
      falsePositive,
      perThousand * cost.usd.high,
    ),
  ];
}

/** Flags a month are a rate: one decimal, so that minutes and money can be checked from them. */
function withDecimal(estimate: ComputedEstimate): ComputedEstimate {
  return isKnown(estimate) ? { ...estimate, decimals: 1 } : estimate;
}

interface Naming {
  readonly id: string;
  readonly label: string;
  readonly unit: ComputedEstimate["unit"];
}

function naming(measure: string, label: string, unit: ComputedEstimate["unit"]): Naming {
  return { id: `burden.${measure}`, label, unit };
}

function scaledEstimate(
  { id, label, unit }: Naming,
  source: ComputedEstimate,
  factor: number,
): ComputedEstimate {
  const { n, events, evidence } = source;
  const base = {
    id,
    label,
    unit,
    n,
    evidence,
    method: `from ${source.id}`,
    ...(events === undefined ? {} : { events }),
  };
  if (!isKnown(source)) return { ...base, notEstimable: source.notEstimable };
  const { value, interval } = source;
  return {
    ...base,
    value: value * factor,
    ...(interval
      ? { interval: { ...interval, lower: interval.lower * factor, upper: interval.upper * factor } }
      : {}),
  };
}

function constant(
  source: ComputedEstimate,
  { id, label, unit }: Naming,
  value: number,
  decimals?: number,
): ComputedEstimate {
  const { n, evidence } = source;
  return {
    id,
    label,
    unit,
    n,
    evidence,
    method: "from the protocol",
    value,
    ...(decimals === undefined ? {} : { decimals }),
  };
}

function breakEven(source: ComputedEstimate, limit: number, costPerFlag: number): ComputedEstimate {
  const name = naming("break-even", "False flags a month at which the limit is reached", "count");
  const { n, evidence } = source;
  const base = { ...name, n, evidence, method: "limit / cost of one false flag" };
  if (costPerFlag === 0) return { ...base, notEstimable: "a false flag costs nothing in the protocol" };
  return { ...base, value: limit / costPerFlag };
}

/** What one false flag causes, step by step, as the protocol gives it. */
export function burdenTable({ burden: { perFalsePositive, volume } }: Protocol): Table {
  const range = ({ low, mid, high }: BurdenStep["minutes"]) =>
    low === high ? String(mid) : `${mid} (${low}–${high})`;
  return {
    id: "burden.steps",
    caption: `One false flag, step by step. Volume: ${volume.source}`,
    columns: [
      { key: "step", label: "Step", align: "start" },
      { key: "role", label: "Role", align: "start" },
      { key: "minutes", label: "Minutes", align: "end" },
      { key: "wage", label: "$/h", align: "end" },
      { key: "share", label: "Share of flags", align: "end" },
    ],
    rows: perFalsePositive.map(({ step, role, minutes, usdPerHour, share }) => [
      step,
      role,
      range(minutes),
      range(usdPerHour),
      String(share),
    ]),
  };
}
