import type { Measure } from "../../evidence/dossier.ts";
import { measure } from "../measure.ts";
import { calibrationErrorMeasures, mclernon, ofAnyOutcome, vickers } from "./any-outcome-measures.ts";

const kaplanMeierPaper = "Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452";
const gerdsSchumacher =
  "Graf 1999, doi:10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5; Gerds & Schumacher 2006, doi:10.1002/bimj.200610301";
const blanche = "Blanche, Dartigues & Jacqmin-Gadda 2013, doi:10.1002/sim.5958";
const austin = "Austin, Harrell & van Klaveren 2020, doi:10.1002/sim.8570";
const weights =
  "w = 1/G(t−) for an event by h, 1/G(h) for a patient event-free at h, 0 where the status at h is unknown; G = reverse Kaplan–Meier of the whole cohort";

/** What each number about performance means, once for all its estimates. */
export const performanceMeasures: readonly Measure[] = [
  measure(
    "performance.net-benefit-gain-cells",
    "Net benefit over the better default, from the cells",
    "The same gain made from the cells per 1,000, which weigh by one censoring curve for all; it differs from the other where censoring differs between the flagged and the rest.",
    "found − flagged for nothing · p/(1 − p), per patient, less that of flagging all or nobody",
    "Vickers & Elkin 2006, doi:10.1177/0272989X06295361",
  ),
  measure(
    "performance.observed",
    "Observed risk",
    "Share with an event by the horizon, censoring taken into account.",
    "1 − S(h), S = Kaplan–Meier; interval on the log scale of S",
    kaplanMeierPaper,
  ),
  ofAnyOutcome.expected,
  measure(
    "performance.observed-expected",
    "Observed over expected",
    "Observed risk divided by mean predicted risk; 1 is right on average.",
    "(1 − S(h)) / mean(r); log interval from the Kaplan–Meier standard error",
    mclernon,
  ),
  measure(
    "performance.observed-expected-if-none",
    "Observed over expected, if none of the unknown had an event",
    "Lower bound without any assumption about patients of unknown status.",
    "(events / n) / mean(r)",
    "Manski 1989, worst-case bounds",
  ),
  measure(
    "performance.observed-expected-if-all",
    "Observed over expected, if all of the unknown had an event",
    "Upper bound without any assumption about patients of unknown status.",
    "((events + unknown) / n) / mean(r)",
    "Manski 1989, worst-case bounds",
  ),
  measure(
    "performance.calibration-slope",
    "Calibration slope",
    "Slope of the outcome on the predicted risk; below 1 the risks are too extreme, above 1 too moderate.",
    "Cox regression on log(−log(1 − r)), follow-up cut at h",
    "Royston & Altman 2013, doi:10.1186/1471-2288-13-33",
  ),
  ...calibrationErrorMeasures("from a Cox model on a restricted cubic spline of log(−log(1 − r))", austin),
  measure(
    "performance.auc",
    "AUC at the horizon",
    "Chance that a patient with an event by the horizon has a higher risk than one event-free at it.",
    `Σ w(case) w(control) (1{r(case) > r(control)} + ½ 1{equal}) / Σ w(case) w(control); ${weights}`,
    blanche,
  ),
  measure(
    "performance.harrell-c",
    "Harrell's C",
    "Share of comparable pairs ordered rightly over the whole follow-up; not a measure of risk by one horizon.",
    "(concordant + ½ tied) / comparable",
    "Harrell 1982, doi:10.1001/jama.1982.03320430047030",
  ),
  measure(
    "performance.uno-c",
    "Uno's C",
    "Concordance with pairs weighted by 1/G², so that it does not depend on censoring; not a measure of risk by one horizon.",
    "Σ concordant/G(t)² / Σ comparable/G(t)²",
    "Uno 2011, doi:10.1002/sim.4154",
  ),
  measure(
    "performance.brier",
    "Brier score",
    "Mean squared distance between risk and outcome by the horizon; 0 is perfect.",
    `(1/n) Σ w (y − r)²; ${weights}`,
    gerdsSchumacher,
  ),
  measure(
    "performance.brier-null",
    "Brier score of one risk for all",
    "The Brier score when every patient is given the observed risk.",
    "(1/n) Σ w (y − (1 − S(h)))²",
    gerdsSchumacher,
  ),
  ofAnyOutcome.scaledBrier,
  measure(
    "performance.log-loss",
    "Log loss",
    "Mean negative log likelihood of the outcome by the horizon.",
    `−(1/n) Σ w (y log r + (1 − y) log(1 − r)); ${weights}`,
    "Good 1952; Gerds & Schumacher 2006, doi:10.1002/bimj.200610301",
  ),
  measure(
    "performance.log-loss-null",
    "Log loss of one risk for all",
    "The log loss when every patient is given the observed risk.",
    "as log loss with r = 1 − S(h)",
    "as log loss",
  ),
  ofAnyOutcome.logLossSkill,
  measure(
    "performance.sensitivity",
    "Sensitivity",
    "Of patients with an event by the horizon, the share flagged.",
    `Σ w 1{event, flagged} / Σ w 1{event}; ${weights}`,
    blanche,
  ),
  measure(
    "performance.specificity",
    "Specificity",
    "Of patients event-free at the horizon, the share not flagged.",
    "Σ w 1{event-free, not flagged} / Σ w 1{event-free}",
    blanche,
  ),
  measure(
    "performance.ppv",
    "Positive predictive value",
    "Of flagged patients, the share with an event by the horizon.",
    "Σ w 1{event, flagged} / Σ w 1{flagged}",
    blanche,
  ),
  measure(
    "performance.npv",
    "Negative predictive value",
    "Of patients not flagged, the share event-free at the horizon.",
    "Σ w 1{event-free, not flagged} / Σ w 1{not flagged}",
    blanche,
  ),
  measure(
    "performance.accuracy",
    "Accuracy",
    "Share classified rightly; read it beside the score of flagging nobody.",
    "Σ w 1{right} / Σ w",
    blanche,
  ),
  measure(
    "performance.accuracy-flag-nobody",
    "Accuracy of flagging nobody",
    "Share event-free: the accuracy of a model that never flags.",
    "1 − prevalence",
    "by definition",
  ),
  ofAnyOutcome.accuracyOfFlaggingAll,
  ofAnyOutcome.flagged,
  measure(
    "performance.true-positives",
    "Found, per 1,000",
    "Patients flagged who have an event by the horizon, per 1,000 scored.",
    "1000 · Σ w 1{event, flagged} / n",
    blanche,
  ),
  measure(
    "performance.false-positives",
    "Flagged for nothing, per 1,000",
    "Patients flagged who are event-free at the horizon, per 1,000 scored.",
    "1000 · Σ w 1{event-free, flagged} / n",
    blanche,
  ),
  measure(
    "performance.false-negatives",
    "Missed, per 1,000",
    "Patients not flagged who have an event by the horizon, per 1,000 scored.",
    "1000 · Σ w 1{event, not flagged} / n",
    blanche,
  ),
  measure(
    "performance.true-negatives",
    "Left alone rightly, per 1,000",
    "Patients not flagged and event-free at the horizon, per 1,000 scored.",
    "1000 · Σ w 1{event-free, not flagged} / n",
    blanche,
  ),
  measure(
    "performance.net-benefit",
    "Net benefit",
    "True flags per patient, less false flags at the weight of the threshold.",
    "P(flag)·[(1 − S(h)) − S(h)·p/(1 − p)], S = Kaplan–Meier among the flagged",
    vickers,
  ),
  measure(
    "performance.net-benefit-all",
    "Net benefit of flagging all",
    "Net benefit when every patient is flagged.",
    "(1 − S(h)) − S(h)·p/(1 − p)",
    vickers,
  ),
  ofAnyOutcome.netBenefitGain,
];
