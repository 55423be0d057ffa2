import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { TwoByTwo } from "../../stats/two-by-two.ts";
import type { Reading } from "../cohort/cohort.ts";
import { type Context, estimateOf, type Outcome, shareOf } from "../estimate-of.ts";

export function contextOf(table: TwoByTwo, reading: Reading, stratum?: string): Context {
  return {
    n: table.n,
    events: table.all.events,
    horizon: reading.short,
    ...(stratum === undefined ? {} : { stratum }),
    evidence: "retrospective",
  };
}

export const rateNames = [
  ["sensitivity", "Sensitivity"],
  ["specificity", "Specificity"],
  ["ppv", "PPV"],
  ["npv", "NPV"],
] as const;

/** Cells in the order of their codes in two-by-two.ts. */
export const cellNames = [
  ["true-positives", "Found", "truePositive"],
  ["false-positives", "Flagged for nothing", "falsePositive"],
  ["false-negatives", "Missed", "falseNegative"],
  ["true-negatives", "Left alone rightly", "trueNegative"],
] as const;

/**
 * A group's weighted cells per 1,000 patients of the whole cohort, so that those of a partition add up to the whole's.
 * `reason`: why nobody has a weight, where that is so.
 */
export function groupCells(
  table: TwoByTwo,
  context: Context,
  {
    label,
    method,
    reason,
  }: { readonly label: string; readonly method: string; readonly reason: string | undefined },
): ComputedEstimate[] {
  return cellNames.map(([key, name, cell]) =>
    estimateOf(
      context,
      {
        measure: `performance.${key}`,
        label: `${name}, per 1,000 of all${label}`,
        unit: "perThousand",
        method,
      },
      reason === undefined ? { value: table.perThousand[cell] } : { notEstimable: reason },
    ),
  );
}

export function rates(
  table: TwoByTwo,
  context: Context,
  { at, of = "", method }: { readonly at: string; readonly of?: string; readonly method: string },
): ComputedEstimate[] {
  return [
    ...rateNames.map(([key, name]) =>
      estimateOf(
        context,
        {
          measure: `performance.${key}`,
          label: `${name} at ${at}${of}`,
          unit: "proportion",
          method,
        },
        withCounts(table[key], rawFraction(table, key)),
      ),
    ),
    shareOf(context, "performance.flagged", `Flagged at ${at}${of}`, table.nFlagged, table.n),
  ];
}

/** Patients of known status behind a rate, counted: what the weighted rate would be without censoring. */
export function rawFraction(
  { all, flagged }: TwoByTwo,
  key: (typeof rateNames)[number][0],
): readonly [number, number] {
  const rest = { events: all.events - flagged.events, eventFree: all.eventFree - flagged.eventFree };
  if (key === "sensitivity") return [flagged.events, all.events];
  if (key === "specificity") return [rest.eventFree, all.eventFree];
  if (key === "ppv") return [flagged.events, flagged.events + flagged.eventFree];
  return [rest.eventFree, rest.events + rest.eventFree];
}

function withCounts(outcome: Outcome, [numerator, denominator]: readonly [number, number]): Outcome {
  return "notEstimable" in outcome ? outcome : { ...outcome, numerator, denominator };
}
