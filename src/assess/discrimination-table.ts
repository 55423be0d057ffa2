import type { Cell, Table } from "../evidence/figures.ts";
import type { Cohort } from "./cohort.ts";

const byHorizon = [
  ["Events", "cohort.events", "value"],
  ["Status unknown", "cohort.unknown", "both"],
  ["Observed risk", "performance.observed", "both"],
  ["Mean predicted risk", "performance.expected", "value"],
  ["Observed/expected", "performance.observed-expected", "both"],
  ["Calibration slope", "performance.calibration-slope", "both"],
  ["Mean calibration error (ICI)", "performance.ici", "both"],
  ["AUC", "performance.auc", "both"],
  ["Brier score", "performance.brier", "both"],
  ["Scaled Brier score", "performance.scaled-brier", "both"],
  ["Log loss", "performance.log-loss", "both"],
  ["Log loss skill", "performance.log-loss-skill", "both"],
] as const;

const wholeFollowUp = [
  ["Harrell's C", "performance.harrell-c"],
  ["Uno's C", "performance.uno-c"],
] as const;

/** Events and unknown status first, then calibration, rank and overall error; one column a horizon. */
export function discriminationTable(cohort: Cohort): Table {
  // The horizon that decides stands first: on a telephone the others are beyond the edge.
  const readings = cohort.readings.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
  return {
    id: "performance.discrimination",
    caption:
      "Each horizon. C is the share of pairs that the primary horizon's risk ranks rightly over the whole follow-up, so " +
      "it has no value by horizon",
    columns: [
      { key: "measure", label: "Measure", align: "start" },
      ...readings.map(({ short, label }) => ({ key: short, label, align: "end" as const })),
    ],
    rows: [
      ...byHorizon.map(([label, measure, part]): Cell[] => [
        label,
        ...readings.map(({ short }) => ({ id: `${measure}@${short}`, part })),
      ]),
      ...wholeFollowUp.map(([label, id]): Cell[] => [
        label,
        ...readings.map(({ isPrimary }): Cell => (isPrimary ? { id, part: "both" } : "not by horizon")),
      ]),
    ],
  };
}
