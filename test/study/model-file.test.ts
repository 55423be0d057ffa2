import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { parseModelFile } from "../../src/protocol/index.ts";
import { network } from "./cut-off.ts";
import { probity } from "./evaluate.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const blocksOf = (page: string, kind: string): string[] => {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/${page}`, import.meta.url)), "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, found, block]) =>
    found === kind ? block! : [],
  );
};

const [patients = ""] = blocksOf("your-data.md", "csv");
const [protocol = ""] = blocksOf("your-data.md", "yaml");
const [risks = ""] = blocksOf("model-file.md", "csv");
const models = blocksOf("model-file.md", "json");
const kinds = ["logistic", "cox", "points"] as const;
const [program = ""] = blocksOf("model-file.md", "js");

/** The page's formulas on its patients, written a second time: by column of the table of risks. */
const cube = (x: number) => Math.max(x, 0) ** 3;
const formulas: Record<(typeof kinds)[number], (age: number, medical: number) => number> = {
  logistic: (age, medical) => 1 / (1 + Math.exp(3.9 - 0.04 * Math.min(age, 80) - 0.7 * medical)),
  cox: (age, medical) => {
    // Knots 50, 65, 80: weights 2 and 1 for the cubes beyond the second and the third, over 30².
    const spline = (cube(age - 50) - 2 * cube(age - 65) + cube(age - 80)) / 900;
    return 1 - Math.exp(-0.01 * Math.exp(0.03 * age + 0.02 * spline + 0.5 * medical));
  },
  points: (age, medical) => {
    const points = (age > 75 ? 3 : age > 64 ? 2 : 0) + 2 * medical;
    return points >= 5 ? 0.45 : points >= 4 ? 0.25 : points >= 2 ? 0.1 : 0.05;
  },
};

const rowsOf = (csv: string) =>
  csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));

test("the page shows one complete model of each kind", () => {
  const shown = models.map((text) => {
    const model = parseModelFile(text, "model.json");
    return model.kind === "formula" ? model.outputs.risk_30d!.kind : model.kind;
  });
  expect(shown).toEqual([...kinds, "command"]);
});

test("the page's command answers the page's rows as the page says", () => {
  const [rows = "", answers = ""] = blocksOf("model-file.md", "text");
  const answered = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    input: rows,
  });
  const scores = (text: string) =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .map(({ row, scores }) => [row, scores.risk_30d === null ? null : scores.risk_30d.toFixed(3)]);
  expect(scores(answered.toString())).toEqual(scores(answers));
});

/** The study of your-data.md with a model file, and with the page's risks of column `i` as its predictions. */
function pageStudy(name: string, model: string, i: number): string {
  const study = join(folder.path, name);
  mkdirSync(study);
  const predictions = rowsOf(risks).map((cells) => `${cells[0]},${cells[i + 1]}\n`);
  writeFileSync(join(study, "patients.csv"), patients);
  writeFileSync(join(study, "predictions.csv"), `patient_id,risk_30d\n${predictions.join("")}`);
  writeFileSync(join(study, "model.json"), model);
  const named = replaced(protocol, "  version: 1.0.0\n", "  version: 1.0.0\n  executable: model.json\n");
  writeFileSync(join(study, "protocol.yaml"), named);
  return study;
}

test("the study of your-data.md replays with the page's command", async () => {
  const study = pageStudy("command", models[3]!, 0);
  mkdirSync(join(study, "score"));
  writeFileSync(join(study, "score", "score.mjs"), program);
  const { code, stdout, stderr } = await probity(["--debug", "replay", study, ...network]);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^12 of 12 patients: every score met/);
});

describe.each(kinds.map((kind, i) => [kind, i] as const))("%s", (kind, i) => {
  test("the risks of the page follow from its formula", () => {
    const given = rowsOf(risks).map((cells) => Number(cells[i + 1]));
    const people = rowsOf(patients).map(
      ([, age, ward]) => [Number(age), ward === "medical" ? 1 : 0] as const,
    );
    expect(given).toHaveLength(12);
    for (const [j, [age, medical]] of people.entries())
      expect(Math.abs(given[j]! - formulas[kind](age, medical))).toBeLessThanOrEqual(0.00005);
  });

  test("the study of your-data.md replays with the page's model", async () => {
    const study = pageStudy(kind, models[i]!, i);
    const { code, stdout, stderr } = await probity(["--debug", "replay", study]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^12 of 12 patients: every score met/);
  });
});

test.each([
  ["a number's transform of text", '"equals", "level": "medical"', '"identity"', "a number"],
  ["a level that nobody can have", '"level": "medical"', '"level": "intensive"', "no level"],
])("%s is refused", async (name, part, by, says) => {
  const study = join(folder.path, name);
  mkdirSync(study);
  writeFileSync(join(study, "patients.csv"), patients);
  writeFileSync(join(study, "predictions.csv"), blocksOf("your-data.md", "csv")[1]!);
  writeFileSync(join(study, "model.json"), replaced(models[0]!, part, by));
  writeFileSync(
    join(study, "protocol.yaml"),
    replaced(protocol, "  version: 1.0.0\n", "  version: 1.0.0\n  executable: model.json\n"),
  );
  const { code, stderr } = await probity(["replay", study]);
  expect(code).toBe(2);
  expect(stderr).toContain(says);
});
