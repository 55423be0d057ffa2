import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";

const cohen = "Cohen 1960, doi:10.1177/001316446002000104";
const review =
  "Cochran 1977, section 5.10, ISBN 978-0-471-16240-7; Donner & Zou 2012, doi:10.1177/0962280210383082";
const kappa = "(observed agreement − chance agreement) / (1 − chance agreement)";
const events = "Σ W p over strata of flag and recorded label, p the share of their charts with the event";

const rates = [
  ["sensitivity", "Sensitivity", "Share of events flagged", `of the flagged / of all, each ${events}`],
  [
    "specificity",
    "Specificity",
    "Share of the event-free not flagged",
    `not flagged / all, each ${events}, with 1 − p`,
  ],
  ["ppv", "PPV", "Share of the flagged with the event", `${events} / Σ W, the flagged`],
  [
    "npv",
    "NPV",
    "Share of those not flagged without the event",
    `${events}, with 1 − p / Σ W, those not flagged`,
  ],
  ["prevalence", "Prevalence", "Share with the event by the horizon", `${events} / Σ W`],
] as const;

/** How well the outcome labels agree with charts, and what charts make of the rates. */
export const labelMeasures: readonly Measure[] = [
  measure(
    "labels.kappa",
    "Label validity (kappa)",
    "Agreement of two readers of the same charts beyond chance.",
    kappa,
    cohen,
  ),
  measure(
    "labels.kappa-reported",
    "Label validity (kappa), as reported",
    "Agreement of two readers as the protocol reports it; the readings are not here.",
    kappa,
    cohen,
  ),
  measure(
    "labels.agreed",
    "Charts on which both readers agree",
    "Share of the charts of which both readings are the same.",
    "counted",
    cohen,
  ),
  measure(
    "labels.unclear",
    "Charts that do not tell",
    "Share of the charts that do not say, in the end, whether the event happened by the horizon.",
    "counted",
    "the readings",
  ),
  measure(
    "labels.used",
    "Charts that tell, of patients of known status",
    "Share of the charts that the corrected rates are made from.",
    "counted",
    "the readings",
  ),
  ...rates.flatMap(([key, name, meaning, equation]) => [
    measure(
      `labels.${key}`,
      `${name} by chart review`,
      `${meaning}, the event as charts say it, not as it is recorded; each chart stands for its stratum.`,
      equation,
      review,
    ),
    measure(
      `labels.${key}-unweighted`,
      `${name} among the charts, unweighted`,
      `${meaning}, among the charts read alone; wrong where strata were read at different rates.`,
      "counted",
      review,
    ),
  ]),
  measure(
    "labels.confirmed",
    "Recorded events that their chart confirms",
    "Of the patients recorded with the event by the horizon, the share whose chart says so.",
    `${events} / Σ W, those recorded with the event`,
    review,
  ),
  measure(
    "labels.missed",
    "Recorded event-free whose chart shows the event",
    "Of the patients recorded event-free at the horizon, the share whose chart shows the event.",
    `${events} / Σ W, those recorded without`,
    review,
  ),
];
