import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";
import { calibrationErrorMeasures, mclernon, ofAnyOutcome, vickers } from "./any-outcome-measures.ts";

const cox = "Cox 1958, doi:10.1093/biomet/45.3-4.562; Miller 1991, doi:10.1002/sim.4780100805";
const austin = "Austin & Steyerberg 2019, doi:10.1002/sim.8281";
const brier = "Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2";
const patientsFile = "the patients file";
const counts = "counts; intervals Wilson 1927, doi:10.1080/01621459.1927.10502953";

/** What each number about a cohort means whose event is known of every row; "patients" stands for what a row is. */
export const binaryCohortMeasures: readonly Measure[] = [
  measure("cohort.events", "Events", "Patients with the event by the horizon.", "Σ y", patientsFile),
  measure(
    "cohort.event-free",
    "Event-free",
    "Patients without the event by the horizon.",
    "Σ (1 − y)",
    patientsFile,
  ),
];

/** By patient, where a patient may have several rows. */
export const patientMeasures: readonly Measure[] = [
  measure(
    "cohort.patients",
    "Patients",
    "Different patients among the rows analysed, by the column of data.patients.patient.",
    "count",
    patientsFile,
  ),
  measure(
    "cohort.rows-per-patient",
    "Rows for each patient",
    "Rows analysed over the patients whose they are.",
    "rows / patients",
    patientsFile,
  ),
  measure(
    "cohort.most-rows",
    "Most rows of one patient",
    "The most rows analysed of any patient.",
    "max",
    patientsFile,
  ),
  measure(
    "cohort.patients-with-event",
    "Patients with an event",
    "Patients with the event in one row or more.",
    "Σ 1{any event} / patients",
    patientsFile,
  ),
  measure(
    "performance.auc-first-row",
    "AUC on the first row of each patient",
    "The AUC where each patient is counted once, by the first row in the order of the file; where it is far from the AUC of all rows, patients with many rows decide that.",
    "as the AUC, on the first row of each patient",
    "DeLong 1988, doi:10.2307/2531595",
  ),
];

/** What each number about performance means for an event that is known of every row. */
export const binaryPerformanceMeasures: readonly Measure[] = [
  measure(
    "performance.observed",
    "Observed risk",
    "Share with the event by the horizon.",
    "(1/n) Σ y",
    counts,
  ),
  ofAnyOutcome.expected,
  measure(
    "performance.observed-expected",
    "Observed over expected",
    "Observed risk divided by mean predicted risk; 1 is right on average.",
    "Σ y / Σ r; log interval from y − O/E · r, patients taken as drawn",
    mclernon,
  ),
  measure(
    "performance.calibration-slope",
    "Calibration slope",
    "Slope of the outcome on the predicted risk; below 1 the risks are too extreme, above 1 too moderate.",
    "b in log odds(y) = a + b · log(r/(1 − r))",
    cox,
  ),
  measure(
    "performance.calibration-intercept",
    "Calibration intercept, beside the slope",
    "Log odds of the event where the predicted risk is one half; it says nothing without its slope.",
    "a in log odds(y) = a + b · log(r/(1 − r))",
    cox,
  ),
  measure(
    "performance.calibration-in-the-large",
    "Calibration in the large, slope held at 1",
    "By how much the log odds of all risks are off; above 0 the risks are too low on the whole.",
    "a in log odds(y) = a + log(r/(1 − r))",
    cox,
  ),
  ...calibrationErrorMeasures("by lowess of y on r", austin),
  measure(
    "performance.auc",
    "AUC",
    "Chance that a patient with the event has a higher risk than one without.",
    "mean over pairs of 1{r(event) > r(no event)} + ½ 1{equal}",
    "DeLong 1988, doi:10.2307/2531595; clusters Obuchowski 1997, doi:10.2307/2533958",
  ),
  measure(
    "performance.brier",
    "Brier score",
    "Mean squared distance between risk and outcome; 0 is perfect.",
    "(1/n) Σ (y − r)²",
    brier,
  ),
  measure(
    "performance.brier-null",
    "Brier score of one risk for all",
    "The Brier score when every patient is given the observed risk.",
    "p (1 − p), p the observed risk",
    brier,
  ),
  ofAnyOutcome.scaledBrier,
  measure(
    "performance.log-loss",
    "Log loss",
    "Mean negative log likelihood of the outcome.",
    "−(1/n) Σ (y log r + (1 − y) log(1 − r))",
    "Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x",
  ),
  measure(
    "performance.log-loss-null",
    "Log loss of one risk for all",
    "The log loss when every patient is given the observed risk.",
    "as log loss with r the observed risk",
    "as log loss",
  ),
  ofAnyOutcome.logLossSkill,
  measure(
    "performance.sensitivity",
    "Sensitivity",
    "Of patients with the event, the share flagged.",
    "Σ 1{event, flagged} / Σ 1{event}",
    counts,
  ),
  measure(
    "performance.specificity",
    "Specificity",
    "Of patients without the event, the share not flagged.",
    "Σ 1{no event, not flagged} / Σ 1{no event}",
    counts,
  ),
  measure(
    "performance.ppv",
    "Positive predictive value",
    "Of flagged patients, the share with the event.",
    "Σ 1{event, flagged} / Σ 1{flagged}",
    counts,
  ),
  measure(
    "performance.npv",
    "Negative predictive value",
    "Of patients not flagged, the share without the event.",
    "Σ 1{no event, not flagged} / Σ 1{not flagged}",
    counts,
  ),
  measure(
    "performance.accuracy",
    "Accuracy",
    "Share classified rightly; read it beside the score of flagging nobody.",
    "Σ 1{right} / n",
    counts,
  ),
  measure(
    "performance.accuracy-flag-nobody",
    "Accuracy of flagging nobody",
    "Share without the event: the accuracy of a model that never flags.",
    "1 − prevalence",
    "by definition",
  ),
  ofAnyOutcome.accuracyOfFlaggingAll,
  ofAnyOutcome.flagged,
  ...(
    [
      ["true-positives", "Found", "Patients flagged who have the event", "event, flagged"],
      ["false-positives", "Flagged for nothing", "Patients flagged who have no event", "no event, flagged"],
      ["false-negatives", "Missed", "Patients not flagged who have the event", "event, not flagged"],
      [
        "true-negatives",
        "Left alone rightly",
        "Patients not flagged who have no event",
        "no event, not flagged",
      ],
    ] as const
  ).map(([key, name, who, condition]) =>
    measure(
      `performance.${key}`,
      `${name}, per 1,000`,
      `${who}, per 1,000 scored.`,
      `1000 · Σ 1{${condition}} / n`,
      counts,
    ),
  ),
  measure(
    "performance.net-benefit",
    "Net benefit",
    "True flags per patient, less false flags at the weight of the threshold.",
    "TP/n − FP/n · p/(1 − p)",
    vickers,
  ),
  measure(
    "performance.net-benefit-all",
    "Net benefit of flagging all",
    "Net benefit when every patient is flagged.",
    "prevalence − (1 − prevalence) · p/(1 − p)",
    vickers,
  ),
  ofAnyOutcome.netBenefitGain,
];
