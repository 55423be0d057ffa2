import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { TwoByTwo } from "../stats/two-by-two.ts";
import type { Reading } from "./cohort.ts";
import { type Context, estimateOf, type Outcome, shareOf } from "./estimate-of.ts";

export const weighted = "IPCW, one pooled censoring curve; Wilson interval at the effective size";

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

export function rates(table: TwoByTwo, context: Context, at: string, of = ""): ComputedEstimate[] {
  return [
    ...rateNames.map(([key, name]) =>
      estimateOf(
        context,
        {
          measure: `performance.${key}`,
          label: `${name} at ${at}${of}`,
          unit: "proportion",
          method: weighted,
        },
        withCounts(table[key], rawFraction(table, key)),
      ),
    ),
    shareOf(context, "performance.flagged", `Flagged at ${at}${of}`, table.nFlagged, table.n),
  ];
}

/** Patients of known status behind a rate, counted: what the weighted rate would be without censoring. */
function rawFraction(
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
