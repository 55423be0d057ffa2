import type { Measure } from "../evidence/dossier.ts";

const byProtocol = "steps, minutes, wages and volume of the protocol";

function measure(key: string, name: string, definition: string, equation: string): Measure {
  return { key: `burden.${key}`, name, definition, equation, source: byProtocol };
}

/** What each number of the burden means. */
export const burdenMeasures: readonly Measure[] = [
  measure(
    "false-flags",
    "False flags a month",
    "Patients flagged for nothing in a month.",
    "false flags per 1,000 · scored a month / 1,000",
  ),
  measure(
    "true-flags",
    "True flags a month",
    "Patients flagged who have the event by the horizon.",
    "true flags per 1,000 · scored a month / 1,000",
  ),
  measure(
    "hours",
    "Hours on false flags a month",
    "Working time that false flags cause, all roles.",
    "false flags a month · minutes for one / 60",
  ),
  measure(
    "cost",
    "Cost of false flags a month",
    "Wages that false flags cause, all roles.",
    "false flags a month · cost of one",
  ),
  measure(
    "cost-low",
    "Cost at the low end",
    "As the cost, with the lowest minutes and wages given.",
    "false flags a month · lowest cost of one",
  ),
  measure(
    "cost-high",
    "Cost at the high end",
    "As the cost, with the highest minutes and wages given.",
    "false flags a month · highest cost of one",
  ),
  measure(
    "cost-per-false-flag",
    "Cost of one false flag",
    "Wages for the steps that one false flag causes.",
    "Σ share · minutes / 60 · wage",
  ),
  measure(
    "minutes-per-false-flag",
    "Minutes for one false flag",
    "Working time for the steps that one false flag causes.",
    "Σ share · minutes",
  ),
  measure("limit", "Limit", "The monthly cost above which gate 2 fails.", "set by the protocol"),
  measure(
    "break-even",
    "Break-even",
    "False flags a month at which the cost reaches the limit.",
    "limit / cost of one false flag",
  ),
];
