import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../src/stats/random.ts";
import { type BinaryRow, writeBinaryStudy } from "../study/binary-study.ts";
import { replaced } from "../study/study-copy.ts";
import { claimsText } from "./random-study.ts";

/** A made-up binary study with everything that compares groups, repeats claims or reads charts. */
export interface RandomBinary {
  readonly seed: number;
  readonly n: number;
  readonly charts: number;
  readonly eventRate: number;
  /** How often a model's value is wrong, missed or invented, and a step fails. */
  readonly faults: number;
  readonly minimumCell: number;
}

export interface Visit {
  readonly age: number;
  readonly sex: "F" | "M";
  readonly ward: string;
  readonly area: number;
  readonly event: 0 | 1;
  readonly isFlagged: boolean;
}

export interface Chart {
  readonly drawn: "named" | "other";
  readonly sex: "F" | "M" | "";
  readonly model: string;
  readonly person: string;
  /** Eligible, named, confirmed, consented; `""` where the chart does not tell. */
  readonly steps: readonly [string, string, string, string];
}

/** 140 visits a month, 15 minutes at $52. */
export const usdPerFalseFlag = 140 * 15 * (52 / 60);

const groups = `strata: [age: [65], sex, ward]
intersections: [[age, sex]]
protected: [sex, ward]
fairness: { margin: 0.10 }
proxies: { inputs: [area] }
slice_search: { margin: 0.10, at_least: 12 }`;

const readings = `extractions:
  file: charts.csv
  key: chart
  values:
    stage: { kind: category, model: stage_m, human: stage_h, levels: [I, II], agreement_at_least: 0.80 }
  sample: { stratum: drawn, sizes: { named: 5000, other: 20000 } }
trial_matching:
  file: screening.csv
  key: chart
  steps: { eligible: meets, identified: named, confirmed: confirmed, consented: consented }
  by: { sex: [F, M] }
acceptance:`;

/** Writes the study; returns its rows. */
export function writeRandomBinary(
  folder: string,
  study: RandomBinary,
): { readonly visits: readonly Visit[]; readonly charts: readonly Chart[] } {
  const random = seededRandom(study.seed);
  const visits = Array.from({ length: study.n }, () => visit(study, () => random.next()));
  const charts = Array.from({ length: study.charts }, () => chart(study, () => random.next()));
  const rows = visits.map(({ age, sex, ward, area, event, isFlagged }): BinaryRow => {
    return { event, risk: isFlagged ? 0.5 : 0.1, age, sex, more: { ward, area } };
  });
  writeBinaryStudy(folder, {
    rows,
    minimumCell: study.minimumCell,
    protocol: (text) =>
      [
        ["    back: {", "    ward: { levels: [a, b, c] }\n    area: { unit: km }\n    back: {"],
        ["strata: [sex]\nprotected: [sex]", groups],
        ["burden:", claimsText],
        ["acceptance:", readings],
      ].reduce((edited, [from, to]) => replaced(edited, from!, to!), text),
  });
  const write = (name: string, header: string, cellsOf: (one: Chart) => readonly string[]) => {
    const lines = charts.map((one, i) => [`c${i}`, one.drawn, ...cellsOf(one)].join(","));
    writeFileSync(join(folder, name), `${[`chart,drawn,${header}`, ...lines].join("\n")}\n`);
  };
  write("charts.csv", "stage_m,stage_h", ({ model, person }) => [model, person]);
  write("screening.csv", "sex,meets,named,confirmed,consented", ({ sex, steps }) => [sex, ...steps]);
  return { visits, charts };
}

/** Men are rare, and wards of three sizes. */
function visit({ eventRate }: RandomBinary, next: () => number): Visit {
  const sex = next() < 0.12 ? "M" : "F";
  const ward = "abc"[Math.floor(3 * next() ** 2.2)]!;
  const event = next() < eventRate ? 1 : 0;
  const isSeen = next() < (sex === "M" ? 0.5 : 0.8);
  return {
    ...{ sex, ward, event },
    age: 30 + Math.floor(50 * next()),
    area: Math.floor(20 * next()) + (sex === "M" ? 15 : 0),
    isFlagged: event === 1 ? isSeen : next() < 0.15,
  };
}

function chart({ faults }: RandomBinary, next: () => number): Chart {
  const drawn = next() < 0.5 ? "named" : "other";
  const person = next() < 0.2 ? "" : next() < 0.6 ? "I" : "II";
  const wrong = person === "I" ? "II" : "I";
  const model = next() >= faults ? person : person === "" ? "I" : next() < 0.5 ? wrong : "";
  const meets = next() < (drawn === "named" ? 0.7 : 0.3 * faults);
  const isNamed = drawn === "named";
  const isConfirmed = isNamed && meets && next() > faults;
  const isConsented = isConfirmed && next() > faults;
  const digit = (holds: boolean) => (holds ? "1" : "0");
  const steps = [
    digit(meets),
    digit(isNamed),
    isNamed ? digit(isConfirmed) : "",
    isConfirmed ? (next() < faults / 4 ? "" : digit(isConsented)) : "",
  ] as const;
  return { drawn, model, person, sex: next() < 0.1 ? "" : next() < 0.2 ? "M" : "F", steps };
}
