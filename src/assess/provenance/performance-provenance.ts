import { endpointFields, groupFields, horizonFields } from "./protocol-fields.ts";
import { beside, type Condition, type Provenance, type ProvenanceTable, type RowRule } from "./provenance.ts";

type Calculation = Pick<Provenance, "inputs" | "calculate">;

function ofPatients(
  rows: Pick<RowRule, "kind" | "of" | "counted" | "countsPatients">,
  { usesFlag, ...calculation }: Calculation & { readonly usesFlag: boolean },
): Provenance {
  return {
    ...calculation,
    rows: { ...rows, population: "patients analysed", byGroup: true, readsPredictions: true },
    fields: (protocol, place) => [
      ...(usesFlag ? [["operating_point"]] : []),
      ...endpointFields(protocol),
      ...horizonFields(protocol, place),
      ...groupFields(protocol, place),
    ],
  };
}

/** Made from all patients of the group by the estimator that the method names. */
function estimated(calculation: Calculation = {}): Provenance {
  return ofPatients({ kind: "estimate", of: [], counted: [] }, { ...calculation, usesFlag: false });
}

function atThreshold(calculation: Calculation = {}): Provenance {
  return ofPatients({ kind: "estimate", of: [], counted: [] }, { ...calculation, usesFlag: true });
}

/** A rate at the operating point: weighted for the patients of unknown status, its fraction counted without them. */
function rate(of: readonly Condition[], counted: Condition): Provenance {
  return ofPatients({ kind: "share", of, counted: [counted] }, { usesFlag: true });
}

/** A cell per 1,000: the patients known to lie in it, each weighted for those of unknown status. */
function cell(...counted: readonly Condition[]): Provenance {
  return ofPatients({ kind: "estimate", of: [], counted }, { usesFlag: true });
}

const event = "event by the horizon";
const eventFree = "event-free at the horizon";
const known = "status known at the horizon";

/** Net benefit of flagging all: true flags less false ones at the weight of the threshold. */
function flagAll(risk: number, threshold: number): number {
  return risk - ((1 - risk) * threshold) / (1 - threshold);
}

const skill: Calculation["calculate"] = ([own, ofOneRisk]) => 1 - own! / ofOneRisk!;

/** Where the numbers about performance come from; beside their definitions in performance-measures.ts. */
export const performanceProvenance: ProvenanceTable = {
  "performance.observed": estimated(),
  "performance.expected": estimated(),
  "performance.observed-expected": estimated({
    inputs: beside("performance.observed", "performance.expected"),
    calculate: ([observed, expected]) => observed! / expected!,
  }),
  "performance.observed-expected-if-none": estimated({
    inputs: (place) => [
      ...beside("cohort.events")(place),
      "cohort.analysed",
      ...beside("performance.expected")(place),
    ],
    calculate: ([events, n, expected]) => events! / n! / expected!,
  }),
  "performance.observed-expected-if-all": estimated({
    inputs: (place) => [
      ...beside("cohort.events")(place),
      "cohort.analysed",
      ...beside("cohort.unknown", "performance.expected")(place),
    ],
    calculate: ([events, n, unknown, expected]) => (events! / n! + unknown!) / expected!,
  }),
  "performance.calibration-slope": estimated(),
  "performance.calibration-intercept": estimated(),
  "performance.calibration-in-the-large": estimated(),
  "performance.ici": estimated(),
  "performance.e50": estimated(),
  "performance.e90": estimated(),
  "performance.auc": estimated(),
  "performance.auc-first-row": ofPatients(
    { kind: "estimate", of: ["first row of its patient"], counted: [], countsPatients: true },
    { usesFlag: false },
  ),
  "performance.harrell-c": estimated(),
  "performance.uno-c": estimated(),
  "performance.brier": estimated(),
  "performance.brier-null": estimated(),
  "performance.scaled-brier": estimated({
    inputs: beside("performance.brier", "performance.brier-null"),
    calculate: skill,
  }),
  "performance.log-loss": estimated(),
  "performance.log-loss-null": estimated(),
  "performance.log-loss-skill": estimated({
    inputs: beside("performance.log-loss", "performance.log-loss-null"),
    calculate: skill,
  }),
  "performance.threshold": {
    calculate: (_, { operatingPoint }) => operatingPoint.threshold,
    fields: () => [["operating_point"]],
  },
  "performance.sensitivity": rate([event], "flagged"),
  "performance.specificity": rate([eventFree], "not flagged"),
  "performance.ppv": rate(["flagged", known], event),
  "performance.npv": rate(["not flagged", known], eventFree),
  "performance.flagged": rate([], "flagged"),
  "performance.accuracy": atThreshold({
    inputs: beside("performance.true-positives", "performance.true-negatives"),
    calculate: ([truePositives, trueNegatives]) => (truePositives! + trueNegatives!) / 1000,
  }),
  "performance.accuracy-flag-nobody": estimated({
    inputs: beside("performance.true-positives", "performance.false-negatives"),
    calculate: ([truePositives, falseNegatives]) => 1 - (truePositives! + falseNegatives!) / 1000,
  }),
  "performance.accuracy-flag-everybody": estimated({
    inputs: beside("performance.true-positives", "performance.false-negatives"),
    calculate: ([truePositives, falseNegatives]) => (truePositives! + falseNegatives!) / 1000,
  }),
  "performance.true-positives": cell(event, "flagged"),
  "performance.false-positives": cell(eventFree, "flagged"),
  "performance.false-negatives": cell(event, "not flagged"),
  "performance.true-negatives": cell(eventFree, "not flagged"),
  "performance.net-benefit": atThreshold(),
  "performance.net-benefit-all": atThreshold({
    inputs: beside("performance.observed", "performance.threshold"),
    calculate: ([observed, threshold]) => flagAll(observed!, threshold!),
  }),
  "performance.net-benefit-gain": atThreshold({
    inputs: beside("performance.net-benefit", "performance.net-benefit-all"),
    calculate: ([model, all]) => model! - Math.max(all!, 0),
  }),
  "performance.net-benefit-gain-cells": atThreshold({
    inputs: beside(
      "performance.true-positives",
      "performance.false-positives",
      "performance.false-negatives",
      "performance.threshold",
    ),
    calculate: ([tp, fp, fn, threshold]) =>
      (tp! - (fp! * threshold!) / (1 - threshold!)) / 1000 -
      Math.max(flagAll((tp! + fn!) / 1000, threshold!), 0),
  }),
};
