import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { seededRandom } from "../../src/stats/random.ts";

export interface Patient {
  readonly age: number | undefined;
  readonly nodes: number;
  readonly arm: number | undefined;
  readonly clinic: number;
  /** Days; undefined where the endpoint is not recorded. */
  readonly days: number | undefined;
  readonly event: boolean;
  /** At 12, 24 and 60 months. */
  readonly risks: readonly [number, number, number];
  /** Of the model that is replaced, at 60 months. */
  readonly oldRisk: number;
}

export interface RandomStudy {
  readonly seed: number;
  readonly n: number;
  /** Share of patients lost before the end. */
  readonly censored: number;
  readonly eventRate: number;
  readonly threshold: number;
}

/** From which the replaced model flags. */
export const oldThreshold = 0.45;

export const claimedValues = [0.9, 0.8, 0.3, 1] as const;

/** What is said of a model, with one number each: three of its readings print more digits than the model's own numbers. */
export const claimsText = `claims:
  - { said: FNR of 90 %, by: x, measure: false_negative_rate, value: ${claimedValues[0]} }
  - { said: 80 % accurate, by: x, measure: accuracy, value: ${claimedValues[1]} }
  - { said: log loss of 0.3, by: x, measure: log_loss, value: ${claimedValues[2]} }
  - { said: twice as many errors, by: x, measure: error_change, value: ${claimedValues[3]} }
burden:`;

const original = fileURLToPath(new URL("../../studies/breast-recurrence/protocol.yaml", import.meta.url));

/** Small and rare groups, few exclusions, few missing values: what a committee's file must not give away. */
export function writeStudy(
  folder: string,
  { seed, n, censored, eventRate, threshold }: RandomStudy,
): Patient[] {
  const random = seededRandom(seed);
  const ofOld = seededRandom(seed + 1000);
  const patients = Array.from({ length: n }, (): Patient => {
    const score = random.next();
    const risk = Number((0.05 + 0.9 * score).toFixed(3));
    const dies = random.next() < Math.min(0.97, eventRate * (0.3 + 1.4 * score));
    const lost = random.next() < censored;
    const days = Math.ceil(1826 * (lost || dies ? random.next() : 1.1));
    return {
      age: random.next() < 0.02 ? undefined : 30 + random.integer(random.next() < 0.03 ? 70 : 50),
      nodes: random.next() < 0.02 ? 0 : 1 + random.integer(12),
      arm: random.next() < 0.02 ? undefined : random.integer(4) === 0 ? 1 : 0,
      clinic: 1 + Math.floor(4 * random.next() ** 2.5),
      days: random.next() < 0.01 ? undefined : days,
      event: dies && !(lost && random.next() < 0.5),
      risks: [risk * 0.3, risk * 0.6, risk].map((value) => Number(value.toFixed(9))) as [
        number,
        number,
        number,
      ],
      oldRisk: Number((0.7 * risk + 0.3 * ofOld.next()).toFixed(3)),
    };
  });
  mkdirSync(folder, { recursive: true });
  const csv = (header: string, rows: readonly (readonly unknown[])[]) =>
    `${[header, ...rows.map((row) => row.map((value) => value ?? "").join(","))].join("\n")}\n`;
  writeFileSync(
    join(folder, "patients.csv"),
    csv(
      "pid,age,nodes,arm,clinic,time,status",
      patients.map(({ age, nodes, arm, clinic, days, event }, i) => [
        i + 1,
        age,
        nodes,
        arm,
        clinic,
        days,
        event ? 1 : 0,
      ]),
    ),
  );
  writeFileSync(
    join(folder, "predictions.csv"),
    csv(
      "pid,risk_12m,risk_24m,risk_60m,old_60m",
      patients.map(({ risks, oldRisk }, i) => [i + 1, ...risks, oldRisk]),
    ),
  );
  writeFileSync(join(folder, "protocol.yaml"), protocolText(threshold));
  return patients;
}

function protocolText(threshold: number): string {
  const text = readFileSync(original, "utf8");
  const data = `data:
  patients:    { file: patients.csv, key: pid }
  predictions: { file: predictions.csv, key: pid, predicted_at: surgery }
  variables:
    age:    { unit: years, plausible: [30, 95] }
    nodes:  { unit: count, plausible: [0, 60] }
    arm:    { levels: { 0: control, 1: treated } }
    clinic: { levels: [1, 2, 3, 4] }
    status: { levels: { 0: event-free at last follow-up, 1: relapse or death } }
  treatments:
    arm: { study: arm }
  times: { kind: durations, from: surgery, known_at: none }
  cut: synthetic
  source: { kind: synthetic, recruited: 2024–2025, treatment: none }
`;
  return text
    .replace(/data:\n {2}patients[\s\S]*?\n\npopulation/, `${data}\npopulation`)
    .replace("  executable: model.json\n", "")
    .replace("predictors: [size, nodes, grade]", "predictors: [age, nodes]")
    .replace("column: rfstime", "column: time")
    .replace(">= 0.40", `>= ${threshold.toFixed(2)}`)
    .replace(
      "strata: [age: [50, 65], meno, grade, hormon]",
      `replaces: { name: older-score, version: "2", output: old_60m, flag_when: ">= ${oldThreshold}" }\n` +
        "strata: [age: [50, 65], arm, clinic]\nintersections: [[arm, clinic]]",
    )
    .replace(
      "protected: [age]",
      "protected: [age, arm, clinic]\nfairness: { margin: 0.10 }\nproxies: { inputs: [nodes] }",
    )
    .replace("burden:", claimsText)
    .replace('many_nodes: "nodes >= 10"', 'many_nodes: "nodes >= 10", more_nodes: "nodes >= 9"')
    .replace("{ minimum_cell: 1, because: both tables are public }", "{ minimum_cell: 11 }");
}
