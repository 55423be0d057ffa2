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

/** What a number that is said of the model comes to in this cohort, under each reading of its words. */
export const claimMeasures: readonly Measure[] = [
  {
    key: "claims.missed",
    name: "Missed, per 1,000, as said",
    definition:
      "Patients with the event and not flagged, if the rate said is of the base that the reading names.",
    equation:
      "1000 · rate · (1 − S(h)), of those with the event; 1000 · rate, of all; 1000 · rate · share not flagged",
    source: "by definition of the base",
  },
  {
    key: "claims.wrong",
    name: "Classified wrongly, per 1,000, as said",
    definition: "Patients flagged for nothing and patients missed, if the accuracy said holds.",
    equation: "1000 · (1 − accuracy)",
    source: "by definition",
  },
  {
    key: "claims.ppv",
    name: "Positive predictive value, as said",
    definition:
      "Of flagged patients, the share with the event, if the accuracy said holds at the sensitivity found here.",
    equation: "se · p / (se · p + 1 − accuracy − (1 − se) · p), p = share with the event",
    source: "Bayes' theorem",
  },
  {
    key: "claims.skill",
    name: "Log loss skill, as said",
    definition: "The log loss said, relative to giving everybody in this cohort the same risk.",
    equation: "1 − log loss said / log loss of one risk for all",
    source: "Murphy 1973, skill against a reference forecast",
  },
  {
    key: "claims.errors",
    name: "Classified wrongly, per 1,000, after the change said",
    definition:
      "Patients missed or flagged for nothing, if the change said is relative, or in points of 100 patients.",
    equation: "errors here · (1 + change), relative; errors here + 1000 · change, in points",
    source: "by definition",
  },
];
