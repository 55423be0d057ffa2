import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Encounter, writeReadmissionStudy } from "../../bench/readmission-study.ts";
import { evaluated, probity, type Written } from "../study/evaluate.ts";
import { assertSound } from "../study/invariants.ts";
import { temporaryFolder } from "../study/study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

/** AUC by ranks, ties sharing theirs: (Σ ranks of cases − m(m + 1)/2)/(m n). */
function aucByRanks(rows: readonly Encounter[]): number {
  const sorted = rows.toSorted((a, b) => a.risk - b.risk);
  let rankSum = 0;
  let nCases = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]!.risk === sorted[from]!.risk) to++;
    const cases = sorted.slice(from, to).filter(({ event }) => event === 1).length;
    rankSum += (cases * (from + 1 + to)) / 2;
    nCases += cases;
    from = to;
  }
  const nControls = rows.length - nCases;
  return (rankSum - (nCases * (nCases + 1)) / 2) / (nCases * nControls);
}

describe("99,340 real encounters with published predictions", () => {
  let rows: readonly Encounter[];
  let study: Written;
  beforeAll(async () => {
    rows = await writeReadmissionStudy(folder.path);
    study = await evaluated(folder.path, join(folder.path, "out"), { draws: 100 });
  }, 180_000);

  test("is a sound dossier", () => assertSound(study));

  test("holds what the publisher's table holds", () => {
    expect(study.known("cohort.analysed").value).toBe(99_340);
    expect(study.known("cohort.events@30d").value).toBe(11_314);
    expect(study.known("cohort.patients").value).toBe(new Set(rows.map(({ patient }) => patient)).size);
    expect(study.known("performance.observed@30d").value).toBe(11_314 / 99_340);
  });

  test("AUC and Brier score are those of a few lines here", () => {
    expect(study.known("performance.auc@30d").value).toBeCloseTo(aucByRanks(rows), 12);
    const seen = new Set<string>();
    const first = rows.filter(({ patient }) => !seen.has(patient) && seen.add(patient));
    expect(study.known("performance.auc-first-row@30d").value).toBeCloseTo(aucByRanks(first), 12);
    const brier = rows.reduce((sum, { event, risk }) => sum + (event - risk) ** 2, 0) / rows.length;
    expect(study.known("performance.brier@30d").value).toBeCloseTo(brier, 12);
    const flagged = rows.filter(({ risk }) => risk >= 0.2);
    expect(study.known("performance.ppv@30d")).toMatchObject({
      numerator: flagged.filter(({ event }) => event === 1).length,
      denominator: flagged.length,
    });
  });

  test("encounters of a patient depend on each other: the interval is wider than that of as many patients", () => {
    const { value, interval } = study.known("performance.observed@30d");
    const alone = 2 * 1.959963984540054 * Math.sqrt((value * (1 - value)) / 99_340);
    expect((interval!.upper - interval!.lower) / alone).toBeGreaterThan(1.1);
  });

  test("a number of patients is counted again from the rows", async () => {
    const options = ["--study", folder.path, "--dossier", join(folder.path, "out")];
    const { code, stdout } = await probity(["trace", "cohort.patients-with-event@30d", ...options]);
    expect([code, /agrees +yes/.test(stdout)], stdout).toEqual([0, true]);
  });
});
