import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { copyStudy, type Row, replaced, type StudyEdits, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

interface Compared extends Written {
  readonly study: string;
  readonly out: string;
}

async function evaluatedCopy(name: string, edits: StudyEdits): Promise<Compared> {
  const study = copyStudy(join(folder.path, name), { withoutDevelopment: true, ...edits });
  const out = join(folder.path, `${name}-out`);
  const found = await evaluated(study, out, { draws: 100 });
  assertSound(found);
  return { ...found, study, out };
}

/** What an older model might have said: half of the risk is left out of every third prediction. */
const oldRisk = ({ risk_60m: risk }: Row, i: number) =>
  (i % 3 === 0 ? Number(risk) / 2 : Number(risk)).toFixed(4);
const withOld = (rows: readonly Row[]) => rows.map((row, i) => ({ ...row, old_60m: oldRisk(row, i) }));
const asOld = (rows: readonly Row[]) => rows.map((row, i) => ({ ...row, risk_60m: oldRisk(row, i) }));
const replaces = 'replaces: { name: older-score, version: "2", output: old_60m, flag_when: ">= 0.30" }';
const protocol = (text: string) => replaced(text, "\nstrata:", `\n${replaces}\nstrata:`);
/** Everybody's status is known at the horizon: who was censored is followed to its end. */
const followed = (rows: readonly Row[]): readonly Row[] =>
  rows.map((row) => (row.status === "0" ? { ...row, rfstime: "2400" } : row));

const measures = [
  "sensitivity",
  "specificity",
  "ppv",
  "npv",
  "flagged",
  "auc",
  "brier",
  "net-benefit",
] as const;
const change = (measure: string) => `performance.change-${measure}@60mo`;
const cells = ({ team }: Written, status: string) =>
  team.matrices.find(({ id }) => id === `performance.reclassified@60mo/${status}`)!.cells as number[][];

describe("status unknown of some", () => {
  let study: Compared;
  let ofOld: Compared;
  beforeAll(async () => {
    study = await evaluatedCopy("censored", { predictions: withOld, protocol });
    // The old model as if it were the new one, with its own threshold.
    ofOld = await evaluatedCopy("of-old", {
      predictions: asOld,
      protocol: (text) => replaced(text, /flag_when: ">= [\d.]+"/, 'flag_when: ">= 0.30"'),
    });
  }, 120_000);

  test("the old model's numbers are those of a study of it alone", () => {
    for (const measure of measures.filter((one) => one !== "net-benefit")) {
      const { value, interval, numerator } = ofOld.known(`performance.${measure}@60mo`);
      expect(study.known(`performance.old-${measure}@60mo`)).toMatchObject({
        value,
        ...(interval ? { interval } : {}),
        ...(numerator === undefined ? {} : { numerator }),
      });
    }
  });

  test("AUC, Brier score and share flagged have a difference, the rates a reason", () => {
    for (const measure of ["auc", "brier", "flagged"] as const) {
      const { value, interval } = study.known(change(measure));
      const [now, old] = [study, ofOld].map(({ known }) => known(`performance.${measure}@60mo`).value);
      expect(value).toBeCloseTo((measure === "flagged" ? 1000 : 1) * (now! - old!), 9);
      expect(interval!.lower).toBeLessThan(value);
      expect(interval!.upper).toBeGreaterThan(value);
    }
    for (const measure of ["sensitivity", "specificity", "ppv", "npv", "net-benefit"])
      expect(study.estimate(change(measure))).toMatchObject({
        notEstimable: "status at the horizon unknown of some",
      });
  });

  test("the three tables hold everybody, those of unknown status apart", () => {
    const all = ["event", "event-free", "unknown"].flatMap((status) => cells(study, status).flat());
    expect(all.reduce((sum, n) => sum + n, 0)).toBe(study.known("cohort.analysed").value);
    const unknown = cells(study, "unknown").flat();
    expect(unknown.reduce((sum, n) => sum + n, 0)).toBe(study.known("cohort.unknown@60mo").numerator);
    const [[both, newOnly], [oldOnly]] = cells(study, "event") as [[number, number], [number, number]];
    expect(both + newOnly).toBe(study.known("performance.sensitivity@60mo").numerator);
    expect(both + oldOnly).toBe(ofOld.known("performance.sensitivity@60mo").numerator);
  });

  test("the report says what cannot be said", () => {
    const text = visibleText(study.report);
    expect(text).toContain("Beside the model it replaces");
    expect(text).toContain("not estimable: status at the horizon unknown of some");
  });

  test("its numbers trace, with the weighted ones", async () => {
    const asked = ["--dossier", study.out, "--study", study.study, "--workspace", workspace];
    const cell =
      "performance.reclassified@60mo/unknown#not flagged by the new model/flagged by the old model";
    for (const id of [change("auc"), change("ppv"), "performance.old-sensitivity@60mo", cell]) {
      const traced = await probity(["trace", id, ...asked]);
      expect(traced.code, `${id}\n${traced.stdout}${traced.stderr}`).toBe(0);
    }
  }, 60_000);
});

test("status known of all: every difference is that of the two numbers, with an interval", async () => {
  const study = await evaluatedCopy("followed", { patients: followed, predictions: withOld, protocol });
  for (const measure of measures) {
    const [now, old] = ["", "old-"].map((of) => study.known(`performance.${of}${measure}@60mo`).value);
    const { value, interval } = study.known(change(measure));
    expect(value, measure).toBeCloseTo((measure === "flagged" ? 1000 : 1) * (now! - old!), 9);
    expect(interval!.upper, measure).toBeGreaterThan(interval!.lower);
  }
  const [[both, newOnly], [oldOnly, neither]] = cells(study, "event") as [[number, number], [number, number]];
  expect(study.known(change("sensitivity")).value).toBeCloseTo(
    (newOnly - oldOnly) / (both + newOnly + oldOnly + neither),
    12,
  );
}, 60_000);

test("a replaced model makes no other number of the study another", async () => {
  const plain = await evaluatedCopy("plain", { unlocked: true });
  const beside = await evaluatedCopy("beside", { predictions: withOld, protocol });
  const numbers = ({ team }: Written) =>
    team.estimates.filter(({ id }) => !/^performance\.(old|change)-/.test(id));
  expect(numbers(beside)).toEqual(numbers(plain));
}, 60_000);
