import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type BinaryRow, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity } from "./evaluate.ts";
import { assertSound } from "./invariants.ts";
import { editText, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const times = (n: number, row: BinaryRow): BinaryRow[] => Array.from({ length: n }, () => row);
const visits: readonly BinaryRow[] = [
  ...times(60, { event: 1, risk: 0.5 }),
  ...times(20, { event: 1, risk: 0.1 }),
  ...times(40, { event: 0, risk: 0.5 }),
  ...times(280, { event: 0, risk: 0.1, sex: "M" }),
];

async function ok(argv: readonly string[]): Promise<void> {
  const { code, stderr } = await probity(argv);
  if (code !== 0) throw new Error(`exit code ${code}\n${stderr}`);
}

/** Draws 80 visits, reads half of the missed ones among the recorded event-free as events, and evaluates. */
async function reviewed(name: string, patients: "visits" | undefined) {
  const rows = patients ? visits.map((row, i) => ({ ...row, patient: i >> 1 })) : visits;
  const path = writeBinaryStudy(join(folder.path, name), { rows, ...(patients ? { patients } : {}) });
  await ok(["review", "sample", path, "--size", "80"]);
  const drawn: string[] = JSON.parse(readFileSync(join(path, "review/sample.json"), "utf8")).charts;
  const isUnrecorded = ({ event, risk }: BinaryRow, i: number) => event === 0 && risk < 0.25 && i % 2 === 0;
  const rowOf = (key: string) => Number(key.slice(1)) - 1;
  const truth = (key: string) => {
    const i = rowOf(key);
    return visits[i]!.event === 1 || isUnrecorded(visits[i]!, i) ? "event" : "event-free";
  };
  const sheets = ["reader-1.csv", "reader-2.csv"].map((file) => join(path, "review", file));
  for (const sheet of sheets)
    editText(sheet, (text) => text.replace(/^(v\d+),.*$/gm, (_, key: string) => `${key},${truth(key)},`));
  await ok(["review", "import", path, ...sheets]);
  const review =
    "{ document: chart review, date: 2026-11-01, charts: 80, reviewers: 2, file: review/review.json }";
  editText(join(path, "protocol.yaml"), (text) =>
    replaced(text, "label_review: none", `label_review: ${review}`),
  );
  const found = await evaluated(path, join(folder.path, `${name}-out`), { draws: 0 });
  assertSound(found);
  const read = drawn.map((key) => ({ ...visits[rowOf(key)]!, truth: truth(key) }));
  return { ...found, read };
}

describe.each([
  ["one visit a patient", undefined],
  ["two visits a patient", "visits"],
] as const)("charts of a binary outcome, %s", (name, patients) => {
  test("weights of flag and recorded label give the rates by hand", async () => {
    const { read, known, text, team } = await reviewed(name.replaceAll(" ", "-"), patients);
    const strata = [
      { flagged: true, event: 1, n: 60 },
      { flagged: false, event: 1, n: 20 },
      { flagged: true, event: 0, n: 40 },
      { flagged: false, event: 0, n: 280 },
    ].map((stratum) => {
      const own = read.filter(
        ({ risk, event }) => risk >= 0.25 === stratum.flagged && event === stratum.event,
      );
      return { ...stratum, share: own.filter(({ truth }) => truth === "event").length / own.length };
    });
    const events = (flagged?: boolean) =>
      strata
        .filter((one) => flagged === undefined || one.flagged === flagged)
        .reduce((sum, { n, share }) => sum + n * share, 0);
    expect(known("labels.sensitivity@30d").value).toBeCloseTo(events(true) / events(), 12);
    expect(known("labels.prevalence@30d").value).toBeCloseTo(events() / 400, 12);
    expect(known("labels.ppv@30d").value).toBeCloseTo(events(true) / 100, 12);
    expect(known("labels.sensitivity@30d").value).toBeLessThan(60 / 80);
    expect(known("labels.kappa").value).toBe(1);
    expect(known("labels.sensitivity@30d").method).not.toContain("censoring");
    const told = team.findings
      .filter(({ stage }) => stage === "labels")
      .map(({ sentence }) => text(sentence));
    expect(told.join(" ")).not.toMatch(/follow|censor/);
  });
});
