import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const shared = process.env.PROBITY_SHARED ?? join(process.cwd(), "..", "shared");
const folder = join(shared, "data");

/** Encounters with the published score of each, and whether a readmission within 30 days follows. */
const encounters = `
  from read_parquet('${folder}/readmission/predictions.parquet') as encounter
  left join (
    select encounter_id, max("Value") as readmitted
    from read_parquet('${folder}/readmission/events.parquet')
    where "Type" = 'TargetLabel'
    group by encounter_id
  ) as label using (encounter_id)`;

/** Age is given in bands of ten years: its lower end. */
const patientColumns = `
  encounter_id,
  patient_nbr,
  race,
  gender,
  cast(regexp_extract(age, '[0-9]+') as integer) as age,
  time_in_hospital,
  number_inpatient,
  coalesce(readmitted, 0) as readmitted`;

/** One encounter as the files give it, for what a test computes itself. */
export interface Encounter {
  readonly patient: string;
  readonly event: 0 | 1;
  readonly risk: number;
}

/** Writes the study into a folder, in the order of the encounters' ids as text, and returns its rows. */
export async function writeReadmissionStudy(
  into: string,
  edits: { readonly patient?: boolean; readonly search?: boolean } = {},
): Promise<readonly Encounter[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const database = await instance.connect();
  const copy = (columns: string, file: string) =>
    database.run(
      `copy (select ${columns} ${encounters} order by encounter_id) to '${join(into, file)}' (header, delimiter ',')`,
    );
  await copy(patientColumns, "encounters.csv");
  await copy('encounter_id, "LGBM_score" as risk', "predictions.csv");
  const reader = await database.runAndReadAll(
    `select patient_nbr, coalesce(readmitted, 0)::integer, "LGBM_score" ${encounters} order by encounter_id`,
  );
  const rows = reader.getRows().map(([patient, event, risk]): Encounter => {
    return { patient: String(patient), event: Number(event) === 1 ? 1 : 0, risk: Number(risk) };
  });
  database.closeSync();
  instance.closeSync();
  const whose =
    edits.patient === false ? protocol.replace(", patient: patient_nbr, unit: encounter", "") : protocol;
  const search = "intersections: [[gender, race]]\nslice_search: { margin: 0.05, at_least: 50 }";
  const text = edits.search ? whose.replace("\nacceptance:", `${search}\n\nacceptance:`) : whose;
  writeFileSync(join(into, "protocol.yaml"), text);
  return rows;
}

const protocol = `protocol: 1
title: Readmission within 30 days of discharge, diabetes
site: 130 US hospitals
author: data science
decision_date: 2026-11-30
question:
  who_acts: discharge nurse
  on_what: risk of readmission within 30 days, shown at discharge
  decision_changed: a call within a week of discharge
  for_whom: inpatients with diabetes
  intervention: outreach
  success: share of readmissions that had been flagged
  success_owner: { role: head of nursing, name: none, signed: none }
model:
  name: readmission-lgbm
  version: 1.0.0
  owner: data science
  predictors: [time_in_hospital, number_inpatient]
  features: [flag]
  output:
    risk: { horizon: 30 days }
  developed_on: { data: not stated by the publisher, period: 1999–2008 }

data:
  patients:    { file: encounters.csv, key: encounter_id, patient: patient_nbr, unit: encounter }
  predictions: { file: predictions.csv, key: encounter_id, predicted_at: discharge }
  variables:
    race: { levels: [AfricanAmerican, Asian, Caucasian, Hispanic, Other, Unknown] }
    gender: { levels: [Female, Male] }
    age: { unit: years, plausible: [0, 100], label: lower end of the age band }
    time_in_hospital: { unit: days, plausible: [1, 14] }
    number_inpatient: { unit: count, plausible: [0, 30] }
    readmitted: { levels: { 0: not readmitted, 1: readmitted } }
  times: { kind: durations, from: discharge, known_at: none }
  cut: encounters of 1999 to 2008
  source: { kind: records, recruited: 1999–2008, treatment: none }

population: []
endpoint:
  name: readmission
  meaning: readmission within 30 days of discharge
  version: 1
  event: "readmitted = 1"
  horizon: 30 days
  label_source: structured
  label_review: none

operating_point: { output: risk, flag_when: ">= 0.20", set_by: protocol, per: 1000 }
strata: [age: [50, 70], gender, race]
protected: [gender, race]
fairness: { margin: 0.05 }

acceptance:
  - { measure: events,            at_least: 100 }
  - { measure: auc,               at_least: 0.65 }
  - { measure: calibration_slope, between: [0.80, 1.25] }
  - { measure: observed_expected, between: [0.80, 1.25] }
  - { measure: sensitivity,       at_least: 0.20, worst_of: strata }

burden:
  volume: { scored_per_month: 900, source: assumed }
  per_false_positive:
    - { step: call, role: nurse, minutes: 15, usd_per_hour: 52 }
  limit_usd_per_month: 5000
harms:
  - feature: flag
    scenario: a patient who will be readmitted is not called
    severity: moderate
    delay_days: 7
    detection: weekly list of readmissions
    mitigation: discharge letter
    owner: head of nursing
worst_delay_days: 30

approvals:
  irb: { status: exempt, because: published data without identifiers }
  dua: { status: not-required, because: public data }
privacy_review: none
harm_review: none
shadowing_hours: none
fallback: none
time_on_task: none
downtime_log: none
contract: { fee: none }
training: none
monitoring: { owner: none, review: quarterly, signals: [score distribution, flag rate] }
memo: { kill_if: observed over expected outside 0.80–1.25 in two quarters running }
`;
