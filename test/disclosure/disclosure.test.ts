import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Dossier } from "../../src/evidence/dossier.ts";
import { evaluated } from "../study/evaluate.ts";
import { exposed } from "./exposed.ts";
import { claimedValues, type RandomStudy, writeStudy } from "./random-study.ts";
import { truth } from "./truth.ts";

const folder = mkdtempSync(join(tmpdir(), "probity-disclosure-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The protocol's 140 patients a month, 8 minutes at $165 and 20 at $52. */
const known = { minimumCell: 11, usdPerFalseFlag: 140 * ((8 * 165 + 20 * 52) / 60), claims: claimedValues };

async function evaluate(study: RandomStudy) {
  const dir = join(folder, `study-${study.seed}`);
  const patients = writeStudy(dir, study);
  const out = join(folder, `out-${study.seed}`);
  const { team: dossier } = await evaluated(dir, out, { draws: 100 });
  const read = (name: string) => readFileSync(join(out, "committee", name), "utf8");
  return {
    patients,
    whole: dossier,
    committee: JSON.parse(read("dossier.json")) as Dossier,
    memo: read("memo.html"),
    report: read("report.html"),
  };
}

const studies: readonly RandomStudy[] = [
  { seed: 1, n: 60, censored: 0.3, eventRate: 0.5, threshold: 0.4 },
  { seed: 2, n: 60, censored: 0, eventRate: 0.3, threshold: 0.4 },
  { seed: 3, n: 120, censored: 0, eventRate: 0.5, threshold: 0.5 },
  { seed: 4, n: 120, censored: 0.05, eventRate: 0.4, threshold: 0.4 },
  { seed: 5, n: 250, censored: 0.02, eventRate: 0.5, threshold: 0.45 },
  { seed: 6, n: 250, censored: 0.4, eventRate: 0.2, threshold: 0.62 },
  { seed: 7, n: 600, censored: 0, eventRate: 0.4, threshold: 0.4 },
  { seed: 8, n: 600, censored: 0.3, eventRate: 0.5, threshold: 0.5 },
  { seed: 9, n: 25, censored: 0.2, eventRate: 0.5, threshold: 0.4 },
  { seed: 10, n: 400, censored: 0.01, eventRate: 0.9, threshold: 0.3 },
];

test.each(studies)(
  "no small count follows from the committee's file: $n patients, seed $seed",
  async (study) => {
    const { patients, committee } = await evaluate(study);
    expect(exposed(committee, truth(patients, study), known)).toEqual([]);
  },
);

test("of large tables the committee reads how patients are reclassified", async () => {
  const { committee } = await evaluate({ seed: 111, n: 4000, censored: 0, eventRate: 0.5, threshold: 0.5 });
  const shown = committee.estimates.filter(
    (one) => /^performance\.(old|change)-/.test(one.id) && !("hidden" in one),
  );
  expect(shown).toHaveLength(16);
});

test("the attacker finds small counts where nothing is hidden", async () => {
  const study = { ...studies[2]!, seed: 103 };
  const { patients, whole } = await evaluate(study);
  expect(exposed(whole, truth(patients, study), known).length).toBeGreaterThan(20);
});
