import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";

const kaplanMeierPaper = "Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452";

/** What each number about data and cohort means, once for all its estimates. */
export const cohortMeasures: readonly Measure[] = [
  measure(
    "data.replayed",
    "Scores recomputed",
    "Patients all of whose scores, recomputed from the raw rows by the shipped model, equal the predictions file within the tolerance that the model states, 1e-9 unless it states one. Inputs that are not shown to be known at the prediction are left out, where the times of both are given.",
    "met / n",
    "the model file and the patients file",
  ),
  measure(
    "data.records",
    "Records",
    "Rows read from a file.",
    "count",
    "the file named in the table of sources",
  ),
  measure(
    "data.matched",
    "Matched predictions",
    "Patients with exactly one prediction row.",
    "count",
    "one-to-one join on the key of the protocol",
  ),
  measure(
    "data.missing",
    "Missing values",
    "Patients whose value is empty, of those analysed.",
    "missing / n",
    "the patients file",
  ),
  measure(
    "data.level",
    "Patients at a level",
    "Patients with this value of a coded variable, of those with any.",
    "at the level / recorded",
    "the patients file; levels from the protocol",
  ),
  measure(
    "data.implausible",
    "Values outside the plausible range",
    "Patients whose value lies outside the range that the protocol calls plausible.",
    "outside / recorded",
    "the patients file; range from the protocol",
  ),
  measure(
    "data.known-at",
    "Values with a known-at time",
    "Input values that carry the time at which the source knew them.",
    "timed / values",
    "the patients file",
  ),
  measure(
    "data.known-in-time",
    "Inputs known at the prediction",
    "Patients whose inputs became known not after the prediction, whatever moment each of the two times as written may stand for. Two equal days count, for nothing finer is known of either.",
    "in time / n",
    "the columns of data.times.known_at and data.predictions.predicted_at",
  ),
  measure(
    "data.known-late",
    "Inputs known after the prediction",
    "Patients whose inputs became known only after the prediction, whatever moment each of the two times as written may stand for.",
    "late / n",
    "the columns of data.times.known_at and data.predictions.predicted_at",
  ),
  measure(
    "data.known-untimed",
    "Inputs not shown to be known before or after",
    "Patients of whom one of the two times is empty, or who may lie on either side: a month that holds the day of the prediction.",
    "neither / n",
    "the columns of data.times.known_at and data.predictions.predicted_at",
  ),
  measure(
    "data.predicted-after-decision",
    "Predictions dated after the decision",
    "Patients whose moment of prediction lies after the protocol's decision date, whatever moment it may stand for as written.",
    "after / n",
    "the column of data.predictions.predicted_at; decision_date of the protocol",
  ),
  measure(
    "data.predicted-after-index",
    "Predictions made after the index",
    "Patients whose moment of prediction lies after the date from which the horizon counts, whatever moment each may stand for.",
    "after / n",
    "the columns of data.predictions.predicted_at and data.times.from",
  ),
  measure(
    "data.followed-past-decision",
    "Follow-up that ends after the decision",
    "Patients whose follow-up, counted from the prediction or from the date that it counts from, ends after the protocol's decision date.",
    "past / n",
    "the columns of data.predictions.predicted_at, data.times.from and endpoint.time; decision_date of the protocol",
  ),
  measure(
    "data.outside-use",
    "Development patients outside the intended use",
    "Patients of the development table who fail the study's population criteria.",
    "outside / n of the development table",
    "the development file",
  ),
  measure(
    "data.treated",
    "Treated",
    "Patients recorded as having had the treatment.",
    "treated / n",
    "the file named in the label",
  ),
  measure(
    "cohort.analysed",
    "Patients analysed",
    "Patients left after all criteria, matched to a prediction.",
    "count",
    "attrition table",
  ),
  measure(
    "cohort.in-group",
    "Patients in the group",
    "Patients of the cohort who belong to the stratum or slice.",
    "count",
    "the patients file",
  ),
  measure(
    "cohort.events",
    "Events",
    "Patients with an observed event by the horizon.",
    "Σ 1{event by h}",
    "the patients file",
  ),
  measure(
    "cohort.event-free",
    "Event-free",
    "Patients observed beyond the horizon without an event.",
    "Σ 1{followed beyond h}",
    "the patients file",
  ),
  measure(
    "cohort.unknown",
    "Status unknown",
    "Patients whose follow-up ended at or before the horizon without an event.",
    "Σ 1{follow-up ended by h, no event}",
    "the patients file",
  ),
  measure(
    "cohort.follow-up",
    "Median follow-up",
    "Median time under observation, deaths and relapses treated as the end of observation.",
    "median of the reverse Kaplan–Meier curve",
    "Schemper & Smith 1996, doi:10.1016/0197-2456(96)00075-X",
  ),
  measure(
    "cohort.survival",
    "Event-free",
    "Share without an event at the horizon, censoring taken into account.",
    "S(h) = Π (1 − d/n) over event times up to h",
    kaplanMeierPaper,
  ),
  measure(
    "performance.threshold",
    "Operating point",
    "Predicted risk from which a patient is flagged.",
    "set by the protocol",
    "the protocol",
  ),
];

/** Only in a study where a column looks like one: see patient-ids.ts. */
export const patientIdMeasure: Measure = measure(
  "data.patient-ids",
  "Values of a column that looks like a patient's",
  "Different values of a column that is named as if it said whose row it is.",
  "count",
  "the patients file",
);
