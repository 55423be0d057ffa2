import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One row of a made-up binary study; `event` empty where it is not recorded. */
export interface BinaryRow {
  readonly event: 0 | 1 | "";
  readonly risk: number;
  /** By the model that is replaced, as it stands in the file; the column is there where the first row has it. */
  readonly oldRisk?: number | string;
  readonly patient?: number;
  readonly age?: number;
  readonly sex?: "F" | "M";
  /** Further columns, the same in every row. */
  readonly more?: Readonly<Record<string, string | number>>;
}

export interface BinaryStudy {
  readonly rows: readonly BinaryRow[];
  /** Whether the protocol says whose row each is, and what a row is called; `column`: only the file has the column. */
  readonly patients?: "visits" | "rows" | "column";
  readonly flagWhen?: string;
  readonly minimumCell?: number;
  readonly protocol?: (text: string) => string;
}

/** Writes a study whose event is known by the horizon of 30 days, without any time; returns its folder. */
export function writeBinaryStudy(path: string, study: BinaryStudy): string {
  const { rows, patients, protocol: edit = (text) => text } = study;
  mkdirSync(path, { recursive: true });
  const further = Object.keys(rows[0]?.more ?? {});
  const header = ["visit", ...(patients ? ["patient_id"] : []), "age", "sex", "back", ...further];
  const table = rows.map(({ event, patient, age = 50, sex = "F", more = {} }, i) =>
    [
      ...[`v${i + 1}`, ...(patients ? [`p${patient}`] : []), age, sex, event],
      ...further.map((name) => more[name]!),
    ].join(","),
  );
  const hasOld = rows[0]?.oldRisk !== undefined;
  const predictions = rows.map(({ risk, oldRisk }, i) => `v${i + 1},${risk}${hasOld ? `,${oldRisk}` : ""}`);
  writeFileSync(join(path, "visits.csv"), `${[header.join(","), ...table].join("\n")}\n`);
  writeFileSync(
    join(path, "predictions.csv"),
    `${[`visit,risk${hasOld ? ",old_risk" : ""}`, ...predictions].join("\n")}\n`,
  );
  writeFileSync(join(path, "protocol.yaml"), edit(protocolOf(study)));
  return path;
}

const whose = {
  visits: ", patient: patient_id, unit: visit",
  rows: ", patient: patient_id",
  column: "",
} as const;

function protocolOf({ patients, flagWhen = ">= 0.25", minimumCell = 1 }: BinaryStudy): string {
  return `protocol: 1
title: Return within 30 days
site: one hospital, made-up visits
author: data science
decision_date: 2026-11-30
question:
  who_acts: discharge nurse
  on_what: 30-day risk of return, shown at discharge
  decision_changed: the patient is called within a week
  for_whom: adults discharged home
  intervention: outreach
  success: share of returns that had been flagged
  success_owner: { role: head of nursing, name: none, signed: none }
model:
  name: return-score
  version: 1.0.0
  owner: data science
  predictors: [age]
  features: [flag]
  output: { risk: { horizon: 30 days } }
  developed_on: { data: another hospital, period: 2019–2020 }
data:
  patients:    { file: visits.csv, key: visit${patients ? whose[patients] : ""} }
  predictions: { file: predictions.csv, key: visit, predicted_at: discharge }
  variables:
    age:  { unit: years, plausible: [18, 110] }
    sex:  { levels: [F, M] }
    back: { levels: { 0: not back, 1: back } }
  times: { kind: durations, from: discharge, known_at: none }
  cut: all visits of 2024 and 2025
  source: { kind: records, recruited: 2024–2025, treatment: usual }
population:
  - { keep: "age between 18 and 110", because: adults }
endpoint:
  name: return
  meaning: return to any ward
  version: 1
  event: "back = 1"
  horizon: 30 days
  label_source: structured
  label_review: none
operating_point: { output: risk, flag_when: "${flagWhen}", set_by: protocol, per: 1000 }
strata: [sex]
protected: [sex]
acceptance:
  - { measure: events, at_least: 100 }
  - { measure: auc, at_least: 0.60 }
  - { measure: sensitivity, at_least: 0.60, worst_of: strata }
burden:
  volume: { scored_per_month: 140, source: last year }
  per_false_positive:
    - { step: call, role: nurse, minutes: 15, usd_per_hour: 52 }
  limit_usd_per_month: 5000
harms:
  - feature: flag
    scenario: a patient who comes back was not called
    severity: moderate
    delay_days: 7
    detection: weekly list of returns
    mitigation: discharge letter
    owner: head of nursing
worst_delay_days: 30
disclosure: { minimum_cell: ${minimumCell}, because: made-up visits }
approvals:
  irb: { status: exempt, because: made-up visits }
  dua: { status: not-required, because: made-up visits }
privacy_review: none
harm_review: none
shadowing_hours: none
fallback: none
time_on_task: none
downtime_log: none
contract: { fee: none }
training: none
monitoring: { owner: none, review: quarterly, signals: [flag rate] }
memo: { kill_if: observed over expected outside 0.80–1.25 in two quarters running }
`;
}
