import type { AttritionStep, Curve, Matrix, Table } from "../../src/evidence/figures.ts";
import { groups, strata } from "./estimates.ts";

const months = Array.from({ length: 61 }, (_, month) => month);
const survival = months.map((month) => Math.exp(-((month / 68) ** 1.25) * 0.828));
const risks = Array.from({ length: 31 }, (_, index) => 0.26 + index * 0.02);
const observed = risks.map((risk) => 0.3 + 0.42 * (risk - 0.26) + 0.6 * (risk - 0.26) ** 2);
const thresholds = Array.from({ length: 51 }, (_, index) => 0.2 + index * 0.01);
const model = thresholds.map((t) => Math.max(0.508 - (0.492 * t) / (1 - t), 0.42 - 0.57 * t) + 0.004);

export const curves: readonly Curve[] = [
  {
    id: "cohort.survival",
    label: "recurrence-free",
    shape: "step",
    x: months,
    y: survival,
    lower: survival.map((value, month) => value - 0.0007 * month),
    upper: survival.map((value, month) => value + 0.0007 * month),
  },
  {
    id: "cohort.censored",
    label: "censored",
    shape: "line",
    x: months.filter((month) => month > 6 && month % 3 === 1),
    y: survival.filter((_, month) => month > 6 && month % 3 === 1),
  },
  {
    id: "performance.calibration@60mo",
    label: "observed risk",
    shape: "line",
    x: risks,
    y: observed,
    lower: observed.map((value, index) => value - 0.04 - 0.0004 * (index - 12) ** 2),
    upper: observed.map((value, index) => value + 0.04 + 0.0004 * (index - 12) ** 2),
  },
  {
    id: "performance.net-benefit@60mo/model",
    label: "model",
    shape: "line",
    x: thresholds,
    y: model,
    lower: model.map((value) => value - 0.045),
    upper: model.map((value) => value + 0.045),
  },
  {
    id: "performance.net-benefit@60mo/all",
    label: "flag all",
    shape: "line",
    x: thresholds,
    y: thresholds.map((t) => 0.508 - (0.492 * t) / (1 - t)),
  },
  {
    id: "performance.net-benefit@60mo/none",
    label: "flag none",
    shape: "line",
    x: thresholds,
    y: thresholds.map(() => 0),
  },
];

const end = (key: string, label: string) => ({ key, label, align: "end" }) as const;
const start = (key: string, label: string) => ({ key, label, align: "start" }) as const;

export const tables: readonly Table[] = [
  {
    id: "cohort.risk-table",
    caption: "Women at risk",
    columns: [
      end("time", "Months"),
      end("atRisk", "At risk"),
      end("events", "Events"),
      end("censored", "Censored"),
    ],
    rows: [
      ["0", "686", "0", "0"],
      ["12", "602", "56", "28"],
      ["24", "458", "165", "63"],
      ["36", "325", "216", "145"],
      ["48", "205", "260", "221"],
      ["60", "121", "285", "280"],
    ],
  },
  {
    id: "performance.calibration-groups@60mo",
    caption: "Predicted and observed risk in five groups",
    columns: [
      start("group", "Group"),
      end("n", "n"),
      end("predicted", "Predicted"),
      end("observed", "Observed"),
    ],
    rows: groups.map(([n], index) => [
      String(index + 1),
      String(n),
      { id: `performance.group-predicted@60mo/group:${index + 1}` },
      { id: `performance.group-observed@60mo/group:${index + 1}`, part: "both" },
    ]),
  },
  {
    id: "performance.strata@60mo",
    caption: "Performance by stratum",
    columns: [
      start("stratum", "Stratum"),
      end("n", "n"),
      end("events", "Events"),
      end("sensitivity", "Sensitivity at .40"),
      end("observedExpected", "Observed over expected"),
    ],
    rows: [
      ...strata.map(([stratum, label, n, events]) => [
        label,
        String(n),
        String(events),
        { id: `performance.sensitivity@60mo/${stratum}`, part: "both" } as const,
        { id: `performance.observed-expected@60mo/${stratum}`, part: "both" } as const,
      ]),
      [
        "40 nodes or more",
        "12",
        "0",
        { id: "performance.sensitivity@60mo/slice:many_nodes", part: "both" },
        { id: "performance.observed-expected@60mo/slice:many_nodes", part: "both" },
      ],
      [
        "50 nodes or more",
        null,
        null,
        { id: "performance.sensitivity@60mo/slice:few", part: "both" },
        { id: "performance.observed-expected@60mo/slice:few", part: "both" },
      ],
    ],
  },
  {
    id: "performance.discrimination",
    caption: "Discrimination and overall accuracy",
    columns: [start("measure", "Measure"), end("value", "Value"), end("interval", "95 % CI")],
    rows: [
      ["Uno C", { id: "performance.uno-c" }, { id: "performance.uno-c", part: "interval" }],
      ["Harrell C", { id: "performance.harrell-c" }, { id: "performance.harrell-c", part: "interval" }],
      ["AUC at 4.99 years", { id: "performance.auc@60mo" }, { id: "performance.auc@60mo", part: "interval" }],
      ["Brier score", { id: "performance.brier@60mo" }, { id: "performance.brier@60mo", part: "interval" }],
    ],
  },
  {
    id: "data.completeness",
    caption: "Values present, of 686",
    columns: [
      start("variable", "Variable"),
      end("present", "Present"),
      end("missing", "Missing"),
      end("outside", "Not plausible"),
    ],
    rows: ["age", "nodes", "size", "grade", "pgr", "er", "meno", "hormon"].map((name) => [
      name,
      "686",
      "0",
      "0",
    ]),
  },
  {
    id: "burden.steps",
    caption: "What a false flag costs",
    columns: [start("step", "Step"), start("role", "Role"), end("minutes", "Minutes"), end("wage", "Wage")],
    rows: [
      ["tumour-board slot", "oncologist", "8", "$165/h"],
      ["extra consultation", "nurse specialist", "20", "$52/h"],
    ],
  },
];

const bins = Array.from({ length: 14 }, (_, index) => 25 + index * 5);
export const matrices: readonly Matrix[] = [
  {
    id: "performance.risk-histogram@60mo",
    label: "Women by predicted risk",
    rows: bins.map((bin) => `${(bin / 100).toFixed(2)}\u2013${((bin + 5) / 100).toFixed(2)}`),
    columns: ["event", "event-free", "unknown"],
    cells: [
      [20, 18, 40],
      [18, 16, 36],
      [24, 13, 30],
      [34, 14, 42],
      [28, 12, 31],
      [25, 11, 22],
      [27, null, 17],
      [24, null, 16],
      [20, null, 13],
      [18, null, 11],
      [16, null, null],
      [15, null, null],
      [11, null, null],
      [null, null, null],
    ],
  },
  {
    id: "performance.operating-point@60mo",
    label: "Raw counts at the operating point",
    rows: ["flagged", "not flagged"],
    columns: ["event", "event-free", "unknown"],
    cells: [
      [226, 79, 190],
      [59, 44, 88],
    ],
  },
];

export const attrition: readonly AttritionStep[] = [
  { id: "read", label: "Rows read", records: 686, subjects: 686, excluded: 0, reason: "gbsg.csv" },
  {
    id: "nodes",
    label: "Node-positive",
    records: 686,
    subjects: 686,
    excluded: 0,
    reason: "meant for node-positive disease",
  },
  {
    id: "age",
    label: "Age 18 to 90",
    records: 652,
    subjects: 652,
    excluded: 34,
    reason: "outside the intended use",
  },
  {
    id: "joined",
    label: "With one prediction",
    records: 640,
    subjects: 640,
    excluded: 12,
    reason: "no prediction",
  },
];
