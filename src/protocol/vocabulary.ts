/** Measures that an acceptance criterion may name, what each is, and whether it lies between 0 and 1. */
export const acceptanceMeasures = {
  events: { meaning: "events up to the horizon, counted", bounded: false },
  harrell_c: { meaning: "Harrell's C", bounded: true },
  uno_c: { meaning: "Uno's C", bounded: true },
  auc: {
    meaning: "area under the ROC curve at the horizon; cumulative/dynamic with endpoint.time",
    bounded: true,
  },
  calibration_slope: { meaning: "calibration slope", bounded: false },
  observed_expected: { meaning: "observed over expected events at the horizon", bounded: false },
  ici: { meaning: "integrated calibration index", bounded: true },
  brier: { meaning: "Brier score at the horizon", bounded: true },
  scaled_brier: { meaning: "Brier score scaled to the null model: 1 is perfect, 0 no skill", bounded: false },
  net_benefit: { meaning: "net benefit at the operating point", bounded: false },
  net_benefit_gain: { meaning: "net benefit over the better of treat-all and treat-none", bounded: false },
  sensitivity: { meaning: "share of events flagged", bounded: true },
  specificity: { meaning: "share of event-free patients not flagged", bounded: true },
  ppv: { meaning: "share of flagged patients with the event", bounded: true },
  npv: { meaning: "share of patients not flagged without the event", bounded: true },
  flag_rate: { meaning: "share of patients flagged", bounded: true },
} as const satisfies Record<string, { readonly meaning: string; readonly bounded: boolean }>;

export type AcceptanceMeasure = keyof typeof acceptanceMeasures;

const measureNames = Object.keys(acceptanceMeasures) as AcceptanceMeasure[];
export const acceptanceMeasureNames = measureNames as [AcceptanceMeasure, ...AcceptanceMeasure[]];

/** What people say of a model with one number, and mean different things by. */
export const claimMeasureNames = ["false_negative_rate", "accuracy", "log_loss", "error_change"] as const;
export type ClaimMeasure = (typeof claimMeasureNames)[number];

/** Columns of the row-level file beside the patients' key. */
export const rowColumns = [
  "source_file",
  "source_line",
  "prediction_line",
  "time_days",
  "event",
  "risk",
  "status",
  "weight",
  "flagged",
  "replaced_risk",
  "replaced_flagged",
] as const;
