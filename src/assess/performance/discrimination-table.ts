import type { Cell, Table } from "../../evidence/figures.ts";
import type { BinaryCohort, Cohort, TimedCohort } from "../cohort/cohort.ts";

type Row = readonly [label: string, measure: string, part: "value" | "both"];

const status: readonly Row[] = [
  ["Events", "cohort.events", "value"],
  ["Status unknown", "cohort.unknown", "both"],
];

const onAverage: readonly Row[] = [
  ["Observed risk", "performance.observed", "both"],
  ["Mean predicted risk", "performance.expected", "value"],
  ["Observed/expected", "performance.observed-expected", "both"],
];

const slope: Row = ["Calibration slope", "performance.calibration-slope", "both"];

const overall: readonly Row[] = [
  ["Mean calibration error (ICI)", "performance.ici", "both"],
  ["AUC", "performance.auc", "both"],
  ["Brier score", "performance.brier", "both"],
  ["Scaled Brier score", "performance.scaled-brier", "both"],
  ["Log loss", "performance.log-loss", "both"],
  ["Log loss skill", "performance.log-loss-skill", "both"],
];

const wholeFollowUp = [
  ["Harrell's C", "performance.harrell-c"],
  ["Uno's C", "performance.uno-c"],
] as const;

/** Events and unknown status first, then calibration, rank and overall error; one column a horizon. */
export function discriminationTable(cohort: Cohort): Table {
  return cohort.kind === "binary" ? binaryTable(cohort) : timedTable(cohort);
}

function timedTable(cohort: TimedCohort): Table {
  // The horizon that decides stands first: on a telephone the others are beyond the edge.
  const readings = cohort.readings.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
  const rows = [...status, ...onAverage, slope, ...overall];
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
      ...rows.map(([label, measure, part]): Cell[] => [
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

const intercepts: readonly Row[] = [
  ["Calibration intercept, beside the slope", "performance.calibration-intercept", "both"],
  ["Calibration in the large, slope held at 1", "performance.calibration-in-the-large", "both"],
];

/** Rows and patients side by side where a patient may have several rows. */
function binaryTable({ readings: [{ short, label }], patient, unit }: BinaryCohort): Table {
  const byPatient: readonly Row[] = patient
    ? [
        ["Patients with an event", "cohort.patients-with-event", "both"],
        [`AUC on the first ${unit.one} of each patient`, "performance.auc-first-row", "both"],
      ]
    : [];
  const rows: readonly Row[] = [
    ["Events", "cohort.events", "value"],
    ...[...onAverage, slope, ...intercepts, ...overall, ...byPatient],
  ];
  return {
    id: "performance.discrimination",
    caption: patient ? `Rows are ${unit.many}, unless patients are named` : "At the one horizon",
    columns: [
      { key: "measure", label: "Measure", align: "start" },
      { key: short, label, align: "end" },
    ],
    rows: rows.map(([name, measure, part]): Cell[] => [name, { id: `${measure}@${short}`, part }]),
  };
}
