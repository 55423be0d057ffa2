import type { Protocol } from "../../protocol/index.ts";
import { variableAt } from "./conditions.ts";
import { endpointFields, groupFields, horizonFields } from "./protocol-fields.ts";
import {
  beside,
  type Condition,
  type FieldPath,
  type NumberPlace,
  type Population,
  type Provenance,
  type ProvenanceTable,
  type RowRule,
} from "./provenance.ts";

const ofData = { byGroup: false, readsPredictions: false } as const;

function countRows(population: Population, ...counted: readonly Condition[]): RowRule {
  return { kind: "count", population, of: [], counted, ...ofData };
}

function shareRows(population: Population, of: readonly Condition[], counted: Condition): RowRule {
  return { kind: "share", population, of, counted: [counted], ...ofData };
}

const variableField = ({ data }: Protocol, { stratum = "" }: NumberPlace): readonly FieldPath[] =>
  data.variables.some(({ name }) => name === stratum)
    ? [["data", "variables", stratum]]
    : [["data", "variables"]];

function timingRows(counted: Condition): Provenance {
  return {
    rows: shareRows("patients kept", [], counted),
    fields: () => [
      ["data", "times", "known_at"],
      ["data", "predictions", "predicted_at"],
    ],
  };
}

/** Where the numbers about the data come from. */
const dataProvenance: ProvenanceTable = {
  "data.records": {
    rows: countRows("rows of the file"),
    fields: (_, { stratum = "" }) => [["data", stratum, "file"]],
  },
  "data.patient-ids": {
    rows: { kind: "estimate", population: "rows of the patients file", of: [], counted: [], ...ofData },
    fields: () => [["data", "patients"]],
  },
  "data.matched": {
    rows: { ...countRows("rows of the patients file", "matched to a prediction"), readsPredictions: true },
    fields: () => [
      ["data", "patients"],
      ["data", "predictions"],
    ],
  },
  "data.missing": { rows: shareRows("patients kept", [], "value missing"), fields: variableField },
  "data.implausible": {
    rows: shareRows("patients kept", ["value recorded"], "value outside the plausible range"),
    fields: (_, { stratum = "" }) => [["data", "variables", stratum, "plausible"]],
  },
  "data.level": {
    rows: shareRows("patients kept", ["value recorded"], "value at the level"),
    fields: (_, place) => [["data", "variables", variableAt(place).name, "levels"]],
  },
  "data.known-at": {
    rows: {
      ...shareRows("patients analysed", [], "value with a known-at time"),
      valuesPerRow: ({ model }) => model.predictors.length,
    },
    fields: () => [
      ["data", "times", "known_at"],
      ["model", "predictors"],
    ],
  },
  "data.known-in-time": timingRows("inputs known at the prediction"),
  "data.known-late": timingRows("inputs known only after the prediction"),
  "data.known-untimed": timingRows("inputs not shown to be known at the prediction or after it"),
  "data.predicted-after-decision": {
    rows: shareRows("patients kept", [], "prediction dated after the decision"),
    fields: () => [["data", "predictions", "predicted_at"], ["decision_date"]],
  },
  "data.predicted-after-index": {
    rows: shareRows("patients kept", [], "prediction made after the index"),
    fields: () => [
      ["data", "predictions", "predicted_at"],
      ["data", "times", "from"],
    ],
  },
  "data.followed-past-decision": {
    rows: shareRows("patients kept", [], "follow-up ends after the decision"),
    fields: () => [["data", "predictions", "predicted_at"], ["endpoint", "time"], ["decision_date"]],
  },
  "data.replayed": {
    rows: { ...shareRows("patients kept", [], "scores recomputed"), readsPredictions: true },
    fields: () => [["model", "executable"]],
  },
  "data.outside-use": {
    rows: shareRows("rows of the development file", [], "failing the criterion"),
    fields: (_, { stratum = "" }) => [["population", Number(stratum.replace("criterion-", "")) - 1]],
  },
  "data.treated": {
    rows: shareRows("rows of the file", ["treatment recorded"], "treated"),
    fields: (_, { stratum = "" }) => [["data", "treatments", stratum.split(":")[0]!]],
  },
};

function ofCohort(
  rows: Omit<RowRule, "population" | "byGroup" | "readsPredictions">,
  more: Omit<Provenance, "rows" | "fields"> = {},
): Provenance {
  return {
    ...more,
    rows: { ...rows, population: "patients analysed", byGroup: true, readsPredictions: false },
    fields: (protocol, place) => [
      ...endpointFields(protocol),
      ...horizonFields(protocol, place),
      ...groupFields(protocol, place),
    ],
  };
}

/** Where the numbers about data and cohort come from; beside their definitions in cohort-measures.ts. */
export const cohortProvenance: ProvenanceTable = {
  ...dataProvenance,
  "cohort.analysed": ofCohort({ kind: "count", of: [], counted: [] }),
  "cohort.in-group": ofCohort({ kind: "count", of: [], counted: [] }),
  "cohort.events": ofCohort({ kind: "count", of: [], counted: ["event by the horizon"] }),
  "cohort.event-free": ofCohort({ kind: "count", of: [], counted: ["event-free at the horizon"] }),
  "cohort.unknown": ofCohort({ kind: "share", of: [], counted: ["status unknown at the horizon"] }),
  "cohort.patients": ofCohort({ kind: "count", of: [], counted: [], countsPatients: true }),
  "cohort.rows-per-patient": ofCohort(
    { kind: "estimate", of: [], counted: [], countsPatients: true },
    {
      inputs: () => ["cohort.analysed", "cohort.patients"],
      calculate: ([rows, patients]) => rows! / patients!,
    },
  ),
  "cohort.most-rows": ofCohort({ kind: "estimate", of: [], counted: [], countsPatients: true }),
  "cohort.patients-with-event": ofCohort({
    kind: "share",
    of: [],
    counted: ["event by the horizon"],
    countsPatients: true,
  }),
  "cohort.follow-up": ofCohort({ kind: "estimate", of: [], counted: [] }),
  "cohort.survival": ofCohort(
    { kind: "estimate", of: [], counted: [] },
    { inputs: beside("performance.observed"), calculate: ([observed]) => 1 - observed! },
  ),
};
