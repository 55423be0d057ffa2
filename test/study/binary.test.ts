import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wilson } from "../../src/stats/proportion.ts";
import { reference } from "../reference/reference.ts";
import { type BinaryRow, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity, type Written, workspace } from "./evaluate.ts";
import { assertSound } from "./invariants.ts";
import { temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string) => join(folder.path, name);

const times = (n: number, row: BinaryRow): BinaryRow[] => Array.from({ length: n }, () => row);

/** Flagged from .25: 6 with the event at .4, 4 without at .3; not flagged: 2 with at .2, 28 without at .1. */
const forty: readonly BinaryRow[] = [
  ...times(3, { event: 1, risk: 0.4 }),
  ...times(14, { event: 0, risk: 0.1, sex: "M" }),
  ...times(2, { event: 1, risk: 0.2, sex: "M" }),
  ...times(4, { event: 0, risk: 0.3 }),
  ...times(14, { event: 0, risk: 0.1 }),
  ...times(3, { event: 1, risk: 0.4, sex: "M" }),
];
/** Nobody of these is analysed: the event is not recorded, or the criterion is not met. */
const others: readonly BinaryRow[] = [
  { event: "", risk: 0.9 },
  { event: 1, risk: 0.9, age: 17 },
];

/** Words of estimators and of follow-up that no page of a binary study may say. */
const ofFollowUp =
  /Kaplan|IPCW|censor|follow-up|followed|Harrell|Uno|status unknown|median follow|whole follow|survival/i;

const visible = (page: string) =>
  page
    .replace(/<style[\s\S]*?<\/style>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/[A-Za-z0-9+/=]{200,}/g, "");

describe("forty rows by hand", () => {
  let study: Written;
  beforeAll(async () => {
    const path = writeBinaryStudy(at("forty"), { rows: [...forty, ...others] });
    study = await evaluated(path, at("forty-out"), { draws: 100 });
  }, 60_000);

  test("is a sound dossier", () => assertSound(study));

  test("counts who is analysed, and who is left out", () => {
    expect(study.team.attrition.map(({ records, excluded }) => [records, excluded])).toEqual([
      [42, 0],
      [41, 1],
      [40, 1],
    ]);
    expect(study.team.attrition.at(-1)!.reason).toBe("event missing");
    expect(study.known("cohort.events@30d").value).toBe(8);
    expect(study.known("cohort.event-free@30d").value).toBe(32);
  });

  test("rates with Wilson's interval", () => {
    const rates = { sensitivity: [6, 8], specificity: [28, 32], ppv: [6, 10], npv: [28, 30] } as const;
    for (const [name, [x, n]] of Object.entries(rates)) {
      const { value, interval, numerator, denominator } = study.known(`performance.${name}@30d`);
      const { lower, upper } = wilson(x, n, 0.95);
      expect([value, numerator, denominator]).toEqual([x / n, x, n]);
      expect([interval!.lower, interval!.upper]).toEqual([lower, upper]);
    }
    expect(study.known("performance.false-positives@30d").value).toBe(100);
    expect(study.known("performance.accuracy@30d").value).toBe(34 / 40);
    expect(study.known("performance.accuracy-flag-nobody@30d").value).toBe(32 / 40);
  });

  test("AUC, Brier score, observed over expected, net benefit", () => {
    // Of 8 · 32 pairs the 6 at .4 win all 32, the 2 at .2 win 28.
    expect(study.known("performance.auc@30d").value).toBe((6 * 32 + 2 * 28) / 256);
    // (6 · .36 + 4 · .09 + 2 · .64 + 28 · .01)/40
    expect(study.known("performance.brier@30d").value).toBeCloseTo(4.08 / 40, 14);
    expect(study.known("performance.brier-null@30d").value).toBeCloseTo(0.2 * 0.8, 14);
    expect(study.known("performance.observed@30d").value).toBe(0.2);
    expect(study.known("performance.expected@30d").value).toBeCloseTo(6.8 / 40, 14);
    expect(study.known("performance.observed-expected@30d").value).toBeCloseTo(8 / 6.8, 14);
    // At .25 a false flag weighs 1/3; flagging all, .2 − .8/3, is worse than nobody.
    expect(study.known("performance.net-benefit@30d").value).toBeCloseTo(6 / 40 - 4 / 40 / 3, 14);
    expect(study.known("performance.net-benefit-all@30d").value).toBeCloseTo(0.2 - 0.8 / 3, 14);
    expect(study.known("performance.net-benefit-gain@30d").value).toBeCloseTo(6 / 40 - 4 / 40 / 3, 14);
  });

  test("strata add up to the whole", () => {
    const cell = (name: string, sex: string) => study.known(`performance.${name}@30d/sex:${sex}`).value;
    for (const name of ["true-positives", "false-positives", "false-negatives", "true-negatives"])
      expect(cell(name, "F") + cell(name, "M")).toBeCloseTo(study.known(`performance.${name}@30d`).value, 10);
    expect(study.known("performance.sensitivity@30d/sex:M").value).toBe(3 / 5);
    expect(study.known("performance.sensitivity@30d/worst-of-strata")).toMatchObject({
      value: 3 / 5,
      attainedIn: "sex:M",
    });
  });

  test("no page speaks of follow-up or of its estimators", () => {
    const dataReport = readFileSync(join(at("forty-out"), "team", "data-report.html"), "utf8");
    for (const page of [study.memo, study.report, dataReport])
      expect(visible(page).match(ofFollowUp)?.[0]).toBeUndefined();
    const { estimates, measures, tables, findings, quality } = study.team;
    const words = JSON.stringify({ estimates, measures, tables, findings, quality });
    expect(words.match(ofFollowUp)?.[0]).toBeUndefined();
    const { curves, matrices } = study.team;
    expect(curves.map(({ id }) => id.split("@")[0])).not.toContain("cohort.survival");
    expect(matrices.map(({ columns }) => columns)).toEqual([
      ["event", "event-free"],
      ["event", "event-free"],
    ]);
  });

  test("the memo says who is analysed and what became of them", () => {
    const { header, data } = study.team.memo;
    expect(study.text(header.site)).toBe("one hospital, made-up visits, 40 patients");
    expect(study.text(data.have)).toBe(
      "Rows in the patients file: 42; patients analysed: 40. At 30 days with the event: 8, without: 32.",
    );
  });

  test("trace counts the rows again", async () => {
    const options = ["--study", at("forty"), "--dossier", at("forty-out")];
    for (const id of ["performance.sensitivity@30d", "performance.risk-histogram@30d#3/event-free"]) {
      const { code, stdout } = await probity(["trace", id, ...options]);
      expect([code, /agrees +yes/.test(stdout)], stdout).toEqual([0, true]);
      expect(stdout.match(ofFollowUp)?.[0]).toBeUndefined();
    }
  });

  test("the same inputs give the same bytes", async () => {
    const again = await evaluated(at("forty"), at("forty-again"), { draws: 100 });
    expect(JSON.stringify(again.team)).toBe(JSON.stringify(study.team));
    expect(again.report).toBe(study.report);
  });
});

describe("several visits of a patient, as in the reference cases of R", () => {
  const z = 1.959963984540054;
  const [rates] = reference("binary-two-by-two");
  const [scores] = reference("clustered-scores");
  const { event, risk, cluster } = rates!.input as Record<"event" | "risk" | "cluster", number[]>;
  const rows = event!.map(
    (code, i): BinaryRow => ({ event: code === 1 ? 1 : 0, risk: risk![i]!, patient: cluster![i]! }),
  );
  let study: Written;
  beforeAll(async () => {
    const path = writeBinaryStudy(at("visits"), { rows, patients: "visits", flagWhen: ">= 0.30" });
    study = await evaluated(path, at("visits-out"), { draws: 100 });
  }, 60_000);

  test("is a sound dossier", () => assertSound(study));

  test("the interval of the sensitivity is R's", () => {
    const [, , , , value, , lower, upper] = rates!.expected as number[];
    const { interval, ...found } = study.known("performance.sensitivity@30d");
    expect(found.value).toBeCloseTo(value!, 12);
    expect(interval!.lower).toBeCloseTo(lower!, 10);
    expect(interval!.upper).toBeCloseTo(upper!, 10);
    expect(found.method).toContain("visits clustered in patients");
  });

  test("the intervals of Brier score and log loss are R's", () => {
    expect(scores!.input).toEqual(rates!.input);
    const expected = scores!.expected as number[];
    for (const [name, from] of [
      ["brier", 0],
      ["log-loss", 5],
    ] as const) {
      const { value, interval } = study.known(`performance.${name}@30d`);
      expect(value).toBeCloseTo(expected[from]!, 12);
      expect(interval!.upper - interval!.lower).toBeCloseTo(2 * z * expected[from + 1]!, 10);
    }
  });

  test("visits and patients stand side by side", () => {
    const patients = new Set(cluster).size;
    expect(study.known("cohort.analysed")).toMatchObject({ value: rows.length, label: "Visits analysed" });
    expect(study.known("cohort.patients").value).toBe(patients);
    expect(study.known("cohort.rows-per-patient").value).toBeCloseTo(rows.length / patients, 14);
    const withEvent = new Set(rows.flatMap(({ event, patient }) => (event === 1 ? [patient] : []))).size;
    expect(study.known("cohort.patients-with-event@30d")).toMatchObject({
      numerator: withEvent,
      denominator: patients,
    });
    const seen = new Set<number>();
    const first = rows.filter(({ patient }) => !seen.has(patient!) && seen.add(patient!));
    const cases = first.filter(({ event }) => event === 1);
    const controls = first.filter(({ event }) => event === 0);
    const wins = cases.flatMap((one) =>
      controls.map((other) => (one.risk > other.risk ? 1 : one.risk === other.risk ? 0.5 : 0)),
    );
    expect(study.known("performance.auc-first-row@30d")).toMatchObject({ n: patients });
    expect(study.known("performance.auc-first-row@30d").value).toBeCloseTo(
      wins.reduce<number>((sum, win) => sum + win, 0) / wins.length,
      12,
    );
    const { attrition, memo } = study.team;
    expect(attrition.at(-1)).toMatchObject({ records: rows.length, subjects: patients });
    expect(study.text(memo.header.site)).toContain(`${rows.length} visits of ${patients} patients`);
  });

  test("each number of patients is counted again from the rows", async () => {
    const options = ["--study", at("visits"), "--dossier", at("visits-out")];
    for (const id of ["cohort.patients", "cohort.patients-with-event@30d", "performance.auc-first-row@30d"]) {
      const { code, stdout } = await probity(["trace", id, ...options]);
      expect([code, /agrees +yes/.test(stdout)], stdout).toEqual([0, true]);
      expect(stdout).toContain("visits analysed");
    }
  });

  test("a committee reads no count of rows that fewer patients than the minimum could have", async () => {
    const path = writeBinaryStudy(at("small"), {
      ...{ rows, patients: "visits", flagWhen: ">= 0.30", minimumCell: 5 },
    });
    const { committee, team } = await evaluated(path, at("small-out"), { draws: 100 });
    // The four patients with most visits have so many; one more is of a fifth.
    const size = (code: number) => cluster!.filter((other) => other === code).length;
    const sizes = [...new Set(cluster)].map(size).sort((a, b) => b - a);
    const fewest = sizes.slice(0, 4).reduce((sum, size) => sum + size, 1);
    expect(committee.binary).toEqual({ minimumRows: fewest, unit: { one: "visit", many: "visits" } });
    expect(team.estimates.find(({ id }) => id === "cohort.most-rows")).toMatchObject({ value: sizes[0] });
    const shown = committee.matrices.flatMap(({ cells }) => cells.flat()).filter((count) => count !== null);
    expect(shown.every((count) => count === 0 || count >= fewest)).toBe(true);
    expect(committee.estimates.find(({ id }) => id === "cohort.most-rows")).toMatchObject({ hidden: true });
  });
});

test("lock, replay, pack and verify take a study of visits", async () => {
  const logistic = (age: number) => 1 / (1 + Math.exp(3 - 0.02 * age));
  const rows = Array.from({ length: 120 }, (_, i): BinaryRow => {
    return { event: i % 7 === 0 ? 1 : 0, risk: logistic(20 + (i % 60)), age: 20 + (i % 60), patient: i % 50 };
  });
  const path = writeBinaryStudy(at("shipped"), {
    ...{ rows, patients: "visits" },
    protocol: (text) => text.replace("  version: 1.0.0\n", "  version: 1.0.0\n  executable: model.json\n"),
  });
  const terms = [{ variable: "age", coefficient: 0.02, transform: { kind: "identity" } }];
  const outputs = { risk: { kind: "logistic", intercept: -3 } };
  const model = { format: "probity-model/1", name: "return-score", version: "1.0.0", terms, outputs };
  writeFileSync(join(path, "model.json"), JSON.stringify(model));
  const lock = await probity(["lock", path, "--by", "Ana Ruiz"]);
  expect(lock.code, lock.stderr).toBe(0);
  const { known } = await evaluated(path, at("shipped-out"), { draws: 100 });
  expect(known("data.replayed")).toMatchObject({ numerator: 120, denominator: 120 });
  const replayed = await probity(["replay", path]);
  expect(replayed.stdout).toContain("120 of 120 visits: every score met");
  expect((await probity(["replay", path, "v7"])).stdout).toMatch(/^visit v7 /);
  const zip = at("shipped.zip");
  const packed = await probity(["pack", at("shipped-out"), "--study", path, "--out", zip]);
  expect(packed.code, packed.stderr).toBe(0);
  const verified = await probity(["verify", zip]);
  expect([verified.code, /^INTACT/m.test(verified.stdout)], verified.stdout).toEqual([0, true]);
});

test("rows are called rows where the protocol names no unit", async () => {
  const rows = forty.map((row, i) => ({ ...row, patient: Math.floor(i / 2) }));
  const path = writeBinaryStudy(at("rows"), { rows, patients: "rows" });
  const { known } = await evaluated(path, at("rows-out"), { draws: 100 });
  expect(known("cohort.analysed").label).toBe("Rows analysed");
});

test("draws take whole patients: two equal rows of each give the curve's interval of one", async () => {
  const rows = [...forty, ...forty].map((row, i) => ({ ...row, patient: i % 40 }));
  const path = writeBinaryStudy(at("twice"), { rows, patients: "rows" });
  const twice = await evaluated(path, at("twice-out"), { draws: 300 });
  const alone = await evaluated(at("forty"), at("forty-300"), { draws: 300 });
  const width = ({ known }: Written) => {
    const { interval } = known("performance.net-benefit@30d");
    return interval!.upper - interval!.lower;
  };
  // Rows drawn one by one would give an interval narrower by √2, a ratio of .71.
  expect(width(twice) / width(alone)).toBeGreaterThan(0.85);
  expect(width(twice) / width(alone)).toBeLessThan(1.18);
});

test.each<readonly [name: string, rows: readonly BinaryRow[]]>([
  ["no-events", times(20, { event: 0, risk: 0.1 })],
  ["all-events", times(20, { event: 1, risk: 0.4 })],
  ["one-row", [{ event: 1, risk: 0.4 }]],
  ["nobody", others],
  [
    "a stratum without events",
    [...forty.filter(({ sex }) => sex !== "M"), ...times(9, { event: 0, risk: 0.1, sex: "M" })],
  ],
])("%s ends in a sound dossier, alone and with patients", async (name, list) => {
  for (const patients of [undefined, "rows"] as const) {
    const rows = list.map((row, i) => ({ ...row, patient: i % 7 }));
    const where = at(`${name}-${patients}`.replaceAll(" ", "-"));
    const path = writeBinaryStudy(where, patients ? { rows, patients } : { rows });
    assertSound(await evaluated(path, `${where}-out`, { draws: 100 }));
  }
});

describe("an encounter counted as a patient", () => {
  const rows = forty.map((row, i) => ({ ...row, patient: Math.floor(i / 2) }));

  test("is a concern where a column looks like a patient's", async () => {
    const path = writeBinaryStudy(at("counted"), { rows, patients: "column" });
    const { team, text } = await evaluated(path, at("counted-out"), { draws: 100 });
    const finding = team.findings.find(({ id }) => id === "quality.rows-of-one-patient");
    expect(finding).toMatchObject({ severity: "concern", stage: "quality" });
    expect(text(finding!.sentence)).toBe(
      "The column patient_id looks as if it said whose row it is, and has 20 values in 40 rows of visits.csv: each row " +
        "is counted as a patient, and intervals that take them so are too narrow.",
    );
  });

  test("is none where each row has its own patient, or the protocol names the column", async () => {
    const own = rows.map((row, i) => ({ ...row, patient: i }));
    for (const [name, patients, list] of [
      ["own", "column", own],
      ["named", "rows", rows],
    ] as const) {
      const path = writeBinaryStudy(at(name), { rows: list, patients });
      const { team } = await evaluated(path, at(`${name}-out`), { draws: 100 });
      expect(team.findings.map(({ id }) => id)).not.toContain("quality.rows-of-one-patient");
    }
  });
});

test("a row whose patient is missing is refused", async () => {
  const path = writeBinaryStudy(at("nobody"), {
    rows: forty.map((row, i) => ({ ...row, patient: i })),
    patients: "rows",
  });
  const file = join(path, "visits.csv");
  const text = readFileSync(file, "utf8").replace("v3,p2,", "v3,,");
  writeFileSync(file, text);
  const { code, stderr } = await probity([
    "evaluate",
    path,
    "--out",
    at("nobody-out"),
    "--workspace",
    workspace,
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain("visits.csv:4");
});
