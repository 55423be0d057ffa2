import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";

export const mclernon = "McLernon 2023, doi:10.7326/M22-0844";
export const vickers =
  "Vickers & Elkin 2006, doi:10.1177/0272989X06295361; Vickers 2008, doi:10.1186/1472-6947-8-53";

/** What means the same whether the outcome has a time or is known of every row. */
export const ofAnyOutcome = {
  expected: measure("performance.expected", "Expected risk", "Mean predicted risk.", "(1/n) Σ r", mclernon),
  scaledBrier: measure(
    "performance.scaled-brier",
    "Scaled Brier score",
    "Brier score relative to giving everybody the same risk: 1 − Brier / Brier of one risk for all.",
    "1 − Brier / Brier of one risk for all",
    "Kattan & Gerds 2018, doi:10.1186/s41512-018-0029-2",
  ),
  logLossSkill: measure(
    "performance.log-loss-skill",
    "Log loss skill",
    "Log loss relative to giving everybody the same risk: 1 − log loss / log loss of one risk for all.",
    "1 − log loss / log loss of one risk for all",
    "Murphy 1973, skill against a reference forecast",
  ),
  accuracyOfFlaggingAll: measure(
    "performance.accuracy-flag-everybody",
    "Accuracy of flagging everybody",
    "Share with the event: the accuracy of a model that always flags.",
    "prevalence",
    "by definition",
  ),
  flagged: measure(
    "performance.flagged",
    "Flagged",
    "Patients whose predicted risk reaches the operating point.",
    "Σ 1{r reaches the threshold}",
    "predictions file",
  ),
  netBenefitGain: measure(
    "performance.net-benefit-gain",
    "Net benefit over the better default",
    "Net benefit of the model less that of flagging all or nobody, whichever is higher.",
    "NB(model) − max(NB(all), 0)",
    vickers,
  ),
} as const satisfies Readonly<Record<string, Measure>>;

/** The distances from a smooth curve ô, which `curve` says how to make. */
export function calibrationErrorMeasures(curve: string, source: string): readonly Measure[] {
  return [
    measure(
      "performance.ici",
      "Mean calibration error (ICI)",
      "Mean distance between predicted risk and smoothed observed risk.",
      `(1/n) Σ |ô(r) − r|, ô ${curve}`,
      source,
    ),
    measure(
      "performance.e50",
      "Median calibration error (E50)",
      "Median distance between predicted and smoothed observed risk.",
      "median |ô(r) − r|",
      source,
    ),
    measure(
      "performance.e90",
      "90th centile of calibration error (E90)",
      "Nine in ten patients have a smaller distance.",
      "90th centile of |ô(r) − r|",
      source,
    ),
  ];
}
