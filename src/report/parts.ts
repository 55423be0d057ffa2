/** The report's parts in their order: each heads its section and stands in the contents. */
export const parts = {
  dataFirst: { id: "data-first", title: "Data first" },
  findings: { id: "findings", title: "Findings" },
  protocol: { id: "protocol", title: "Protocol" },
  cohort: { id: "cohort", title: "Cohort" },
  performance: { id: "performance", title: "Operating point" },
  forWhom: { id: "for-whom", title: "For whom" },
  calibration: { id: "calibration", title: "Are the risks right?" },
  netBenefit: { id: "net-benefit", title: "Is it worth acting on?" },
  replaced: { id: "replaced", title: "Beside the model it replaces" },
  discrimination: { id: "discrimination", title: "Each horizon" },
  labels: { id: "chart-review", title: "What charts say of the labels" },
  extractions: { id: "extractions", title: "Values read out of text" },
  matching: { id: "trial-matching", title: "Trial matching" },
  burden: { id: "burden", title: "Burden and benefit" },
  claims: { id: "claims", title: "What is said of the model" },
  gates: { id: "gates", title: "Seven gates" },
  requirements: { id: "requirements", title: "Requirements" },
  files: { id: "files", title: "Files" },
  everyNumber: { id: "every-number", title: "Every number" },
} as const;

export type Part = keyof typeof parts;
