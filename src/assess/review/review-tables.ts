import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Cell, Table } from "../../evidence/figures.ts";
import type { Reading } from "../cohort.ts";
import type { JoinedReview } from "./join-review.ts";

const both = (id: string): Cell => ({ id, part: "both" });

/** How the charts came about and how far their readers agree; of the labels alone, so before any result. */
export function readingsTable({ chosen }: JoinedReview, estimates: readonly ComputedEstimate[]): Table {
  const how = chosen === null ? "drawn by chance within strata" : `not drawn by a stated chance (${chosen})`;
  return {
    id: "labels.readings",
    caption: `Charts read by two readers, ${how}`,
    columns: [
      { key: "what", label: "Readings", align: "start" },
      { key: "n", label: "Charts", align: "end" },
      { key: "found", label: "Found", align: "end" },
    ],
    rows: estimates.map(({ id, label, n }): Cell[] => [label, String(n), both(id)]),
  };
}

const rates = [
  ["Sensitivity", "sensitivity", "sensitivity"],
  ["Specificity", "specificity", "specificity"],
  ["PPV", "ppv", "ppv"],
  ["NPV", "npv", "npv"],
  ["Event by the horizon", "prevalence", "observed"],
] as const;

/** Each rate by the recorded labels beside what charts make of it, and what they say of the labels. */
export function correctedTables({ short, label }: Pick<Reading, "short" | "label">): Table[] {
  return [
    {
      id: `labels.rates@${short}`,
      caption: `Rates at ${label} by the recorded labels, and corrected by the charts`,
      columns: [
        { key: "rate", label: "Rate", align: "start" },
        { key: "recorded", label: "Recorded labels", align: "end" },
        { key: "corrected", label: "By chart review", align: "end" },
        { key: "unweighted", label: "Among the charts, unweighted", align: "end" },
      ],
      rows: rates.map(([name, key, recorded]): Cell[] => [
        name,
        both(`performance.${recorded}@${short}`),
        both(`labels.${key}@${short}`),
        both(`labels.${key}-unweighted@${short}`),
      ]),
    },
    {
      id: `labels.recorded@${short}`,
      caption: "What the charts say of the recorded labels",
      columns: [
        { key: "what", label: "Share", align: "start" },
        { key: "found", label: "Found", align: "end" },
      ],
      rows: [
        ["Charts that tell, of patients of known status", both(`labels.used@${short}`)],
        ["Recorded events that their chart confirms", both(`labels.confirmed@${short}`)],
        ["Recorded event-free whose chart shows the event", both(`labels.missed@${short}`)],
      ],
    },
  ];
}
