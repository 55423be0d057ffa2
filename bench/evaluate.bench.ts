import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import {
  ascendingOrder,
  aucAtHorizon,
  aucDeLong,
  brierAtHorizon,
  calibrationGroups,
  calibrationSlope,
  concordances,
  decisionCurve,
  ipcwSample,
  kaplanMeier,
  logLossAtHorizon,
  observedExpected,
  seededRandom,
  splineCalibration,
  twoByTwoAtHorizon,
} from "../src/stats/index.ts";
import { median, runChild, timings } from "./measure.ts";

// A whole evaluation of 1,000,000 predictions with censored outcomes, without bootstrap, as a ratio to the
// calibration work of the same run: one DuckDB scan of the files and one Float64Array.sort of 1e6. An evaluation
// reads two files, patients and predictions, so the scan is one query over the union of both, all columns.
// To reach: evaluate at most 15 times that work and 1.5 GB; AUC with DeLong interval at most 2 times the sort.
// The kernels of the evaluation are timed one by one on the same columns, in this process.
const n = Number(process.env.PROBITY_BENCH_ROWS ?? 1_000_000);
const folder = mkdtempSync(join(tmpdir(), "probity-bench-"));
const random = seededRandom(20_260_101);

const protocol = `protocol: 1
title: Benchmark
site: generated
author: bench
decision_date: 2026-11-30
question:
  who_acts: nobody
  on_what: a generated risk
  decision_changed: none
  for_whom: generated patients
  intervention: informs
  success: the benchmark ends
  success_owner: { role: nobody, name: none, signed: none }
model:
  name: bench
  version: 1.0.0
  owner: bench
  predictors: [age]
  features: [flag]
  output: { risk_12m: { horizon: 12 months } }
  developed_on: { data: none, period: 2020–2021 }
data:
  patients: { file: patients.csv, key: id }
  predictions: { file: predictions.csv, key: id, predicted_at: index }
  variables:
    age: { unit: years, plausible: [18, 110] }
    sex: { levels: { 0: male, 1: female } }
    status: { levels: { 0: event-free, 1: event } }
  times: { kind: durations, from: index, known_at: none }
  cut: generated
  source: { kind: synthetic, recruited: 2020–2021, treatment: none }
population:
  - { keep: "age >= 18", because: adults }
endpoint:
  name: event
  meaning: generated event
  version: 1
  event: "status = 1"
  time: { column: days, unit: days }
  horizon: 12 months
  label_source: structured
  label_review: none
operating_point: { output: risk_12m, flag_when: ">= 0.20", set_by: protocol, per: 1000 }
strata: [age: [50, 65, 80], sex]
slices: { oldest: "age >= 90" }
protected: [sex]
acceptance:
  - { measure: events, at_least: 100 }
  - { measure: auc, at_least: 0.6 }
burden:
  volume: { scored_per_month: 1000, source: generated }
  per_false_positive:
    - { step: look, role: nurse, minutes: 2, usd_per_hour: 48 }
harms:
  - { feature: flag, scenario: none, severity: minor, delay_days: 0, detection: none, mitigation: none, owner: nobody }
worst_delay_days: 1
disclosure: { minimum_cell: 11 }
approvals:
  irb: { status: not-required, because: generated }
  dua: { status: not-required, because: generated }
privacy_review: none
harm_review: none
shadowing_hours: none
fallback: none
time_on_task: none
downtime_log: none
contract: { fee: none }
training: none
monitoring: none
memo: { kill_if: never }
`;

/** The evaluation's kernels on the cohort's columns, which stand in order of time; median of three runs. */
async function kernelTimes(columns: {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly risk: Float64Array;
}): Promise<{ readonly name: string; readonly ms: number }[]> {
  const order = ascendingOrder(columns.time);
  const sorted = {
    time: new Float64Array(n),
    event: new Uint8Array(n),
    risk: new Float64Array(n),
  };
  order.forEach((row, i) => {
    sorted.time[i] = columns.time[row]!;
    sorted.event[i] = columns.event[row]!;
    sorted.risk[i] = columns.risk[row]!;
  });
  const { time, event, risk } = sorted;
  const horizon = 365.25;
  const at = { ...sorted, horizon, sample: ipcwSample({ time, event, horizon }) };
  const thresholds = Float64Array.from({ length: 30 }, (_, i) => (i + 1) / 50);
  const kernels: Readonly<Record<string, () => unknown>> = {
    "order of times": () => ascendingOrder(columns.time),
    "censoring weights": () => ipcwSample({ time, event, horizon }),
    "Kaplan–Meier": () => kaplanMeier(time, event),
    "Harrell's and Uno's C": () => concordances({ time, event, score: risk }),
    "observed/expected": () => observedExpected(at),
    "calibration slope": () => calibrationSlope(at),
    "smooth calibration": () => splineCalibration(at),
    "calibration groups": () => calibrationGroups({ ...at, nGroups: 5 }),
    "AUC at the horizon": () => aucAtHorizon(at),
    "Brier score": () => brierAtHorizon(at),
    "log loss": () => logLossAtHorizon(at),
    "decision curve": () => decisionCurve({ ...at, thresholds }),
    "two-by-two table": () => twoByTwoAtHorizon({ ...at, threshold: 0.2 }),
  };
  const times = [];
  for (const [name, kernel] of Object.entries(kernels))
    times.push({ name, ms: median(await timings(3, kernel)) });
  return times;
}

function writeRows(name: string, header: string, row: (i: number) => string): string {
  const path = join(folder, name);
  const file = openSync(path, "w");
  let text = `${header}\n`;
  for (let i = 0; i < n; i++) {
    text += `${row(i)}\n`;
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = "";
    }
  }
  writeSync(file, text);
  closeSync(file);
  return path;
}

try {
  writeFileSync(join(folder, "protocol.yaml"), protocol);
  const risk = Float64Array.from({ length: n }, () => 0.6 * random.next() ** 2 + 0.001);
  const time = new Float64Array(n);
  const status = new Uint8Array(n);
  const patients = writeRows("patients.csv", "id,age,sex,days,status", (i) => {
    const eventAt = (-365.25 * Math.log(random.next() + 1e-300)) / -Math.log1p(-risk[i]!);
    const censoredAt = 1500 * random.next();
    time[i] = Math.max(1, Math.ceil(Math.min(eventAt, censoredAt)));
    status[i] = eventAt <= censoredAt ? 1 : 0;
    return `${i},${18 + random.integer(80)},${random.integer(2)},${time[i]},${status[i]}`;
  });
  const predictions = writeRows("predictions.csv", "id,risk_12m", (i) => `${i},${risk[i]}`);

  const instance = await DuckDBInstance.create(":memory:");
  const database = await instance.connect();
  const csv = (path: string) => `read_csv('${path.replaceAll("'", "''")}')`;
  const scan = async () => {
    const reader = await database.runAndReadAll(`
      select count(*), max(id), max(age), max(sex), max(days), max(status), max(risk_12m)
      from (
        select id, age, sex, days, status, null as risk_12m from ${csv(patients)}
        union all
        select id, null, null, null, null, risk_12m from ${csv(predictions)}
      )`);
    return reader.getRows();
  };
  const event = Uint8Array.from(risk, (r) => (random.next() < r ? 1 : 0));
  const scans: number[] = [];
  const sorts: number[] = [];
  const evaluations: number[] = [];
  const peaks: number[] = [];
  const out = join(folder, "..", `${basename(folder)}-out`);
  const where = ["--workspace", join(folder, "workspace")];
  const evaluate = ["bin/probity.mjs", "evaluate", folder, "--bootstrap-draws", "0", "--out", out, ...where];
  // The first run seals the results; the runs that are timed open them.
  await runChild(evaluate);
  const person = ["--by", "the benchmark", "--reason", "generated rows"];
  await runChild(["bin/probity.mjs", "acknowledge", folder, "--dossier", out, ...person, ...where]);
  // Yardstick and evaluation take turns, so that other work on the machine slows both.
  for (let round = 0; round < 5; round++) {
    scans.push(median(await timings(3, scan)));
    sorts.push(median(await timings(3, () => risk.slice().sort())));
    const run = await runChild(evaluate);
    evaluations.push(run.ms);
    peaks.push(run.maxRssMb);
    rmSync(out, { recursive: true });
  }
  const deLongs = await timings(5, () => aucDeLong(risk, event, 0.95));
  const kernels = await kernelTimes({ time, event: status, risk });
  const ratios = evaluations.map((ms, i) => ms / (scans[i]! + sorts[i]!));
  const lines = [
    `rows                        ${n.toLocaleString("en-US")}`,
    `one DuckDB scan, two files  ${median(scans).toFixed(0)} ms`,
    `one Float64Array.sort       ${median(sorts).toFixed(0)} ms`,
    `evaluate, no bootstrap      ${median(evaluations).toFixed(0)} ms, least ${Math.min(...evaluations).toFixed(0)} ms`,
    `evaluate / (scan + sort)    ${median(ratios).toFixed(1)}; to reach 15`,
    `peak memory, all processes  ${Math.max(...peaks).toFixed(0)} MB; to reach 1,500`,
    `AUC with DeLong interval    ${median(deLongs).toFixed(0)} ms = ${(median(deLongs) / median(sorts)).toFixed(2)} × sort; to reach 2`,
    "",
    ...kernels.map(({ name, ms }) => `${name.padEnd(28)}${ms.toFixed(0)} ms`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
