import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { evaluated } from "./evaluate.ts";
import { temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const protocol = `protocol: 1
title: Death in 30 days after admission to intensive care
site: one hospital, made-up patients
author: data science
decision_date: 2026-11-30
question:
  who_acts: intensivist
  on_what: 30-day risk of death, shown at admission
  decision_changed: the patient is seen by the rapid response team
  for_whom: adults admitted to intensive care
  intervention: workflow
  success: share of deaths that had been flagged
  success_owner: { role: physician-advisor, name: none, signed: none }
model:
  name: icu-score
  version: 1.0.0
  owner: data science
  predictors: [age]
  features: [flag]
  output: { score: { horizon: 30 days } }
  developed_on: { data: another hospital, period: 2019–2020 }
data:
  patients:    { file: patients.csv, key: stay }
  predictions: { file: predictions.csv, key: stay, predicted_at: admission }
  variables:
    age:  { unit: years, plausible: [18, 110] }
    sex:  { levels: [F, M] }
    died: { levels: { 0: alive, 1: died } }
  times: { kind: durations, from: admission, known_at: none }
  cut: 30 days
  source: { kind: records, recruited: 2024–2025, treatment: usual }
population:
  - { keep: "age between 18 and 110", because: adults }
endpoint:
  name: death in 30 days
  meaning: death from any cause
  version: 1
  event: "died = 1"
  time: { column: day, unit: days }
  horizon: 30 days
  label_source: structured
  label_review: none
operating_point: { output: score, flag_when: ">= 0.25", set_by: protocol, per: 1000 }
strata: [sex]
protected: [sex]
acceptance:
  - { measure: sensitivity, at_least: 0.60 }
burden:
  volume: { scored_per_month: 140, source: last year }
  per_false_positive:
    - { step: review, role: intensivist, minutes: 8, usd_per_hour: 165 }
  limit_usd_per_month: 5000
harms:
  - feature: flag
    scenario: a patient who dies was not flagged
    severity: major
    delay_days: 1
    detection: audit of deaths
    mitigation: usual rounds stay
    owner: physician-advisor
worst_delay_days: 2
approvals:
  irb: { status: exempt, because: made-up patients }
  dua: { status: not-required, because: made-up patients }
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

/** Every third of the flagged and every tenth of the others dies; survivors are last seen on `lastSeen`. */
function writeStudy(path: string, lastSeen: number): string {
  mkdirSync(path, { recursive: true });
  const patients = ["stay,age,sex,day,died"];
  const predictions = ["stay,score"];
  for (let i = 1; i <= 200; i++) {
    const isFlagged = i % 5 === 0;
    const dies = isFlagged ? i % 3 === 0 : i % 9 === 0;
    patients.push(
      `${i},${20 + (i % 70)},${i % 2 ? "F" : "M"},${dies ? 1 + (i % 29) : lastSeen},${dies ? 1 : 0}`,
    );
    predictions.push(`${i},${isFlagged ? 0.25 + (i % 7) / 20 : 0.01 + (i % 23) / 100}`);
  }
  writeFileSync(join(path, "protocol.yaml"), protocol);
  writeFileSync(join(path, "patients.csv"), `${patients.join("\n")}\n`);
  writeFileSync(join(path, "predictions.csv"), `${predictions.join("\n")}\n`);
  return path;
}

test("an export that ends at the horizon knows nobody to be event-free, and says so before results", async () => {
  const study = writeStudy(join(folder.path, "ends-at-30"), 30);
  const { team, known } = await evaluated(study, join(folder.path, "out-30"), { draws: 100 });
  expect(known("cohort.event-free@30d").value).toBe(0);
  expect(team.findings).toContainEqual(
    expect.objectContaining({ id: "quality.no-event-free", severity: "serious", stage: "quality" }),
  );
  expect(team.verdict.word).toBe("REDESIGN");
});

test("a day of follow-up beyond it ends the finding", async () => {
  const study = writeStudy(join(folder.path, "ends-at-31"), 31);
  const { team, known } = await evaluated(study, join(folder.path, "out-31"), { draws: 100 });
  // By hand: of 1 … 200, 13 multiples of 15, and 22 multiples of 9 less 4 of 45.
  expect(known("cohort.events@30d").value).toBe(31);
  expect(known("cohort.event-free@30d").value).toBe(169);
  expect(team.findings.map(({ id }) => id)).not.toContain("quality.no-event-free");
});
