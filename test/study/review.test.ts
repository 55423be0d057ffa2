import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { evaluated, probity, workspace } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { copyStudy, editText, readRows, replaced, type StudyEdits, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

type Label = "event" | "event-free" | "unclear";
type Reader = (patient: Patient) => Label;

/** 4.99 years: where the protocol reads the status. */
const readAtDays = 4.99 * 365.25;
const threshold = 0.4;

/** A copy of the bundled study without its lock, which a protocol that names a review would break. */
function study(name: string, edits: StudyEdits = {}): string {
  return copyStudy(join(folder.path, name), { withoutDevelopment: true, unlocked: true, ...edits });
}

interface Patient {
  readonly key: string;
  readonly recorded: Label;
  readonly isFlagged: boolean;
}

/** What the study's own files say of its patients, without Probity. */
function patientsOf(path: string): Patient[] {
  const risk = new Map(
    readRows(join(path, "predictions.csv")).map(({ pid, risk_60m }) => [pid, Number(risk_60m)]),
  );
  return readRows(join(path, "gbsg.csv")).map(({ pid, rfstime, status }) => ({
    key: pid!,
    isFlagged: risk.get(pid)! >= threshold,
    recorded: Number(rfstime) > readAtDays ? "event-free" : status === "1" ? "event" : "unclear",
  }));
}

/** Fills in a sheet: what is recorded, but where the reader finds otherwise. */
function fill(sheet: string, path: string, reader: Reader = ({ recorded }) => recorded): string {
  const patients = new Map(patientsOf(path).map((one) => [one.key, one]));
  editText(sheet, (text) =>
    text
      .split("\n")
      .map((line, i) => {
        const [key = ""] = line.split(",");
        return i === 0 || line === "" ? line : `${key},${reader(patients.get(key)!)},`;
      })
      .join("\n"),
  );
  return sheet;
}

const sheetsOf = (path: string, at = join(path, "review")) =>
  [join(at, "reader-1.csv"), join(at, "reader-2.csv")] as const;

async function ok(argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await probity(argv);
  if (code !== 0) throw new Error(`exit code ${code}\n${stderr}`);
  return stdout;
}

async function draw(path: string, ...more: readonly string[]): Promise<readonly [string, string]> {
  await ok(["review", "sample", path, "--size", "200", ...more]);
  return sheetsOf(path);
}

const criterion = "{ measure: events,            at_least: 100 }";

/** Names the review in the protocol, with one more criterion where it is asked for. */
function nameReview(path: string, charts: number, more?: string): void {
  editText(join(path, "protocol.yaml"), (text) => {
    const review = `{ document: chart review, date: 2026-11-01, charts: ${charts}, reviewers: 2, file: review/review.json }`;
    const named = replaced(text, "label_review: none", `label_review: ${review}`);
    return more === undefined ? named : replaced(named, criterion, `${criterion}\n  - ${more}`);
  });
}

/** Draws, reads as the readers do, imports, names the review in the protocol and evaluates. */
async function reviewed(name: string, readers: readonly [Reader?, Reader?], more?: string) {
  const path = study(name);
  const [one, other] = await draw(path);
  fill(one, path, readers[0]);
  fill(other, path, readers[1] ?? readers[0]);
  await ok(["review", "import", path, one, other]);
  nameReview(path, 200, more);
  return { path, ...(await evaluated(path, join(folder.path, `${name}-out`), { draws: 0 })) };
}

/** Charts and patients of known status in the stratum. */
function strataOf(path: string, truth: (patient: Patient) => Label) {
  const charts = new Set<string>(JSON.parse(readFileSync(join(path, "review/sample.json"), "utf8")).charts);
  return [true, false].flatMap((isFlagged) =>
    (["event", "event-free"] as const).map((recorded) => {
      const all = patientsOf(path).filter((one) => one.isFlagged === isFlagged && one.recorded === recorded);
      const read = all.filter(({ key }) => charts.has(key));
      return {
        isFlagged,
        recorded,
        all: all.length,
        read: read.length,
        events: read.filter((one) => truth(one) === "event").length,
      };
    }),
  );
}

describe("the sample", () => {
  test("as many charts from each stratum, in sheets that tell nothing but the key", async () => {
    const path = study("sheets");
    const stdout = await ok(["review", "sample", path, "--size", "200"]);
    expect(stdout).toContain("drawn    200 charts, as many from each stratum");
    const strata = strataOf(path, ({ recorded }) => recorded);
    // Of those not flagged and event-free there are 49: all of them, and one more of the first.
    expect(strata.map(({ all, read }) => [all, read])).toEqual([
      [228, 51],
      [74, 50],
      [57, 50],
      [49, 49],
    ]);
    const [one, other] = sheetsOf(path).map(readRows);
    expect(Object.keys(one![0]!)).toEqual(["pid", "label", "note"]);
    expect(one!.every(({ label, note }) => label === "" && note === "")).toBe(true);
    const keys = (rows: typeof one) => rows!.map(({ pid }) => pid);
    expect(keys(one)).not.toEqual(keys(other));
    expect(keys(one).toSorted()).toEqual(keys(other).toSorted());
    // Neither stdout nor the sample counts a stratum: results are sealed.
    const sample = JSON.parse(readFileSync(join(path, "review/sample.json"), "utf8"));
    expect(Object.keys(sample).toSorted()).toEqual([
      "allocation",
      "by",
      "charts",
      "flag",
      "floor",
      "format",
      "inputs",
      "seed",
      "size",
    ]);
    expect(stdout).not.toMatch(/\b(49|50|51|57|74|228)\b/);
  });

  test("the same seed gives the same charts, whatever the order of the rows; another gives others", async () => {
    const chartsOf = (path: string, at = "review") =>
      JSON.parse(readFileSync(join(path, at, "sample.json"), "utf8")).charts as string[];
    const [path, turned] = [study("order"), study("turned", { patients: (rows) => rows.toReversed() })];
    await draw(path, "--seed", "7");
    await draw(turned, "--seed", "7");
    await draw(path, "--seed", "8", "--out", join(path, "other"));
    expect(chartsOf(turned)).toEqual(chartsOf(path));
    expect(chartsOf(path, "other")).not.toEqual(chartsOf(path));
  });

  test("in proportion, divided further by a variable of the strata", async () => {
    const path = study("proportional");
    await draw(path, "--allocation", "proportional", "--by", "meno");
    const strata = strataOf(path, ({ recorded }) => recorded);
    const all = strata.reduce((sum, one) => sum + one.all, 0);
    for (const one of strata) expect(Math.abs(one.read - (200 * one.all) / all)).toBeLessThan(12);
  });

  test.each([
    ["more than there are", ["--size", "5000"], "review-size"],
    ["fewer than the strata need", ["--size", "30"], "review-size"],
    ["a variable that is no stratum", ["--size", "200", "--by", "nodes"], "option-value"],
    ["a rule that is none", ["--size", "200", "--allocation", "neyman"], "option-value"],
  ])("%s is refused, and nothing is written", async (name, options, code) => {
    const path = study(`refused ${name}`);
    const run = await probity(["review", "sample", path, ...options, "--json"]);
    expect(run.code).toBe(2);
    expect(JSON.parse(run.stdout).problem.type).toBe(`/problems/${code}`);
    expect(existsSync(join(path, "review"))).toBe(false);
  });

  test("is drawn once", async () => {
    const path = study("once");
    await draw(path);
    const again = await probity(["review", "sample", path, "--size", "200", "--seed", "2", "--json"]);
    expect([again.code, JSON.parse(again.stdout).problem.type]).toEqual([2, "/problems/review-exists"]);
  });
});

describe("readings", () => {
  async function refusal(path: string, ...more: readonly string[]): Promise<readonly [number, string]> {
    const run = await probity(["review", "import", path, ...sheetsOf(path), ...more, "--json"]);
    return [run.code, JSON.parse(run.stdout).problem?.type];
  }

  test.each<[string, string, (sheet: string) => string]>([
    ["a label that is none", "review-unknown-label", (text) => text.replace(",event,", ",Event,")],
    ["an empty label", "review-empty-label", (text) => text.replace(",event,", ",,")],
    ["a chart twice", "data-duplicate-key", (text) => `${text}${text.split("\n")[1]}\n`],
    ["a chart that was not drawn", "review-other-charts", (text) => `${text}999999,event,\n`],
    ["a chart left out", "review-other-charts", (text) => text.replace(/\n.*\n/, "\n")],
    ["an empty sheet", "data-no-rows", (text) => `${text.split("\n")[0]}\n`],
    ["another column", "data-missing-column", (text) => text.replace("label", "finding")],
  ])("%s is refused", async (name, code, edit) => {
    const path = study(`sheet with ${name}`);
    for (const sheet of await draw(path)) fill(sheet, path);
    editText(sheetsOf(path)[0], edit);
    expect(await refusal(path)).toEqual([2, `/problems/${code}`]);
    expect(existsSync(join(path, "review/review.json"))).toBe(false);
  });

  test("one sheet is not two, and sheets without a sample are none", async () => {
    const path = study("twins");
    const [one, other] = await draw(path);
    fill(one, path);
    writeFileSync(other, readFileSync(one));
    expect(await refusal(path)).toEqual([2, "/problems/review-same-sheet"]);
    expect(await refusal(path, "--sample", join(path, "none.json"))).toEqual([
      2,
      "/problems/review-no-sample",
    ]);
  });

  test("sheets of another sample are refused", async () => {
    const path = study("other-sample");
    await draw(path);
    const at = join(path, "second");
    await draw(path, "--seed", "2", "--out", at);
    const sheets = sheetsOf(path, at).map((sheet) => fill(sheet, path));
    const run = await probity(["review", "import", path, ...sheets, "--json"]);
    expect(JSON.parse(run.stdout).problem.type).toBe("/problems/review-other-charts");
  });

  test("disagreements are a sheet to fill, exit code 1; decided, they are in the review", async () => {
    const path = study("adjudicated");
    const [one, other] = await draw(path);
    const key = readRows(one)[0]!.pid!;
    fill(one, path);
    fill(other, path, (patient) => (patient.key === key ? "unclear" : patient.recorded));
    const first = await probity(["review", "import", path, one, other]);
    expect(first.code).toBe(1);
    expect(first.stdout).toContain("200 charts twice; the readers differ on 1");
    const sheet = join(path, "review/disagreements.csv");
    expect(readRows(sheet)).toEqual([{ pid: key, label: "", note: "" }]);
    editText(sheet, (text) => text.replace(`${key},,`, `${key},event,`));
    await ok(["review", "import", path, one, other, "--adjudicated", sheet]);
    const { charts } = JSON.parse(readFileSync(join(path, "review/review.json"), "utf8"));
    expect(charts.find((chart: { key: string }) => chart.key === key)).toMatchObject({
      adjudicated: "event",
    });
  });

  test("what was not in doubt cannot be decided otherwise", async () => {
    const path = study("overruled");
    for (const sheet of await draw(path)) fill(sheet, path);
    const key = readRows(sheetsOf(path)[0])[0]!.pid!;
    const decision = join(path, "decision.csv");
    writeFileSync(decision, `pid,label,note\n${key},event,\n`);
    expect(await refusal(path, "--adjudicated", decision)).toEqual([2, "/problems/review-nothing-to-decide"]);
  });
});

test("I199: two readings, a third of the disagreements, and Cohen's kappa as by hand", async () => {
  const path = study("kappa");
  const [one, other] = await draw(path);
  fill(one, path);
  // The second reader turns ten events into none, and five of the event-free into events.
  const recorded = new Map(patientsOf(path).map((patient) => [patient.key, patient.recorded]));
  const sheet = readRows(other).map(({ pid }) => pid!);
  const first = (label: Label, n: number) => sheet.filter((key) => recorded.get(key) === label).slice(0, n);
  const turned = new Set([...first("event", 10), ...first("event-free", 5)]);
  const opposite = (label: Label) => (label === "event" ? "event-free" : "event");
  fill(other, path, (patient) => (turned.has(patient.key) ? opposite(patient.recorded) : patient.recorded));
  expect((await probity(["review", "import", path, one, other])).code).toBe(1);
  const disagreements = join(path, "review/disagreements.csv");
  expect(readRows(disagreements).map(({ pid }) => pid)).toEqual([...turned].toSorted());
  fill(disagreements, path);
  await ok(["review", "import", path, one, other, "--adjudicated", disagreements]);
  nameReview(path, 200);
  const { known, estimate } = await evaluated(path, join(folder.path, "kappa-out"), { draws: 0 });
  // 101 events and 99 without by the first, 96 and 104 by the second, who agree on 185.
  const chance = (101 * 96 + 99 * 104) / 200 ** 2;
  expect(known("labels.kappa").value).toBeCloseTo((185 / 200 - chance) / (1 - chance), 12);
  expect(estimate("labels.agreed")).toMatchObject({ numerator: 185, denominator: 200 });
  // Decided as recorded: nothing to correct.
  expect(known("labels.sensitivity@60mo").value).toBeCloseTo(known("performance.sensitivity@60mo").value, 12);
});

describe("where charts confirm every label", () => {
  test("each rate is that of the recorded labels, its interval no narrower, and kappa is 1", async () => {
    const { known, team } = await reviewed("confirmed", []);
    for (const rate of ["sensitivity", "specificity", "ppv", "npv"]) {
      const [recorded, corrected] = [known(`performance.${rate}@60mo`), known(`labels.${rate}@60mo`)];
      expect(corrected.value).toBeCloseTo(recorded.value, 12);
      const [before, after] = [recorded.interval!, corrected.interval!];
      expect(after.lower).toBeLessThanOrEqual(before.lower);
      expect(after.upper).toBeGreaterThanOrEqual(before.upper);
      expect(after.upper - after.lower).toBeGreaterThan(before.upper - before.lower);
    }
    expect(known("labels.kappa")).toMatchObject({ value: 1, n: 200 });
    expect(known("labels.confirmed@60mo")).toMatchObject({ value: 1, numerator: 101, denominator: 101 });
    expect(team.findings.filter(({ id }) => id.startsWith("labels."))).toEqual([]);
  });
});

describe("a review is of its strata, whatever is asked of it", () => {
  async function confirmed(name: string, options: readonly string[], change: (protocol: string) => string) {
    const path = study(name);
    for (const sheet of await draw(path, ...options)) fill(sheet, path);
    await ok(["review", "import", path, ...sheetsOf(path)]);
    nameReview(path, 200);
    editText(join(path, "protocol.yaml"), change);
    return evaluated(path, join(folder.path, `${name}-out`), { draws: 0 });
  }

  test.each<[string, readonly string[], (protocol: string) => string]>([
    ["another threshold than that of the draw", [], (text) => replaced(text, ">= 0.40", ">= 0.55")],
    ["strata of the protocol beside the flag", ["--by", "meno", "grade"], (text) => text],
    ["charts in proportion", ["--allocation", "proportional"], (text) => text],
  ])("%s: confirmed labels give the recorded rates", async (name, options, change) => {
    const { known } = await confirmed(`of ${name}`, options, change);
    for (const rate of ["sensitivity", "specificity", "ppv", "npv"])
      expect(known(`labels.${rate}@60mo`).value).toBeCloseTo(known(`performance.${rate}@60mo`).value, 12);
  });

  test("charts that do not tell are left out and counted", async () => {
    const unclear: Reader = ({ key, recorded }) => (Number(key) % 5 === 0 ? "unclear" : recorded);
    const { path, known, team, text } = await reviewed("unclear", [unclear]);
    const strata = strataOf(path, unclear);
    const n = JSON.parse(readFileSync(join(path, "review/review.json"), "utf8")).charts.filter(
      ({ key }: { readonly key: string }) => Number(key) % 5 === 0,
    ).length;
    expect(strata.reduce((sum, { read }) => sum + read, 0)).toBe(200);
    expect(known("labels.unclear")).toMatchObject({ numerator: n, denominator: 200 });
    expect(known("labels.sensitivity@60mo").n).toBe(200 - n);
    const told = (id: string) => text(team.findings.find((finding) => finding.id === id)!.sentence);
    expect(told("labels.many-unclear")).toContain(`${n}/200`);
    expect(told("labels.unused@60mo")).toContain(`${200 - n}/200`);
  });
});

/** Two in three of those recorded event-free whom the model does not flag had the event after all. */
const forgets: Reader = ({ key, recorded, isFlagged }) =>
  recorded === "event-free" && !isFlagged && Number(key) % 3 !== 0 ? "event" : recorded;

describe("a label that misses events where the model sees none", () => {
  const limit = "{ measure: sensitivity, at_least: 0.72, judged_by: point }";

  test("I175: weighted and unweighted are shown, both as by hand, the criterion changes sides, and the verdict follows", async () => {
    const written = await reviewed("forgetful", [forgets], limit);
    const { path, known, team, memo, text, report } = written;
    assertSound(written);
    const strata = strataOf(path, forgets);
    // What each stratum weighs with its patients of unknown status, from the cells by the recorded labels.
    const weight = (isFlagged: boolean, label: Label) => {
      const cell = isFlagged
        ? label === "event"
          ? "true-positives"
          : "false-positives"
        : label === "event"
          ? "false-negatives"
          : "true-negatives";
      return known(`performance.${cell}@60mo`).value;
    };
    const total = (isFlagged: boolean) =>
      strata
        .filter((one) => one.isFlagged === isFlagged)
        .reduce((sum, one) => sum + (weight(isFlagged, one.recorded) * one.events) / one.read, 0);
    const sensitivity = known("labels.sensitivity@60mo");
    expect(sensitivity.value).toBeCloseTo(total(true) / (total(true) + total(false)), 10);
    const flagged = weight(true, "event") + weight(true, "event-free");
    expect(known("labels.ppv@60mo").value).toBeCloseTo(total(true) / flagged, 10);
    expect(known("labels.prevalence@60mo").value).toBeCloseTo((total(true) + total(false)) / 1000, 3);
    const recorded = known("performance.sensitivity@60mo");
    expect(recorded.value).toBeGreaterThan(0.72);
    expect(sensitivity.value).toBeLessThan(0.72);
    // What the charts are, as if they were a random sample: counted.
    const events = (isFlagged?: boolean) =>
      strata
        .filter((one) => isFlagged === undefined || one.isFlagged === isFlagged)
        .reduce((sum, one) => sum + one.events, 0);
    expect(known("labels.sensitivity-unweighted@60mo")).toMatchObject({
      value: events(true) / events(),
      numerator: events(true),
      denominator: events(),
    });
    const missed = strata.filter(({ recorded: label }) => label === "event-free");
    expect(known("labels.missed@60mo").value).toBeCloseTo(
      missed.reduce((sum, one) => sum + (one.all * one.events) / one.read, 0) /
        missed.reduce((sum, one) => sum + one.all, 0),
      10,
    );
    const side = team.findings.find(({ id }) => id === "labels.changes-side/sensitivity@60mo");
    expect(side?.severity).toBe("serious");
    expect(text(side!.sentence)).toContain("the limit, at least .72, lies between them");
    const judged = team.requirements.find(({ id }) => id === "acceptance.sensitivity@60mo")!;
    expect([judged.state, judged.evidence]).toEqual(["fail", ["labels.sensitivity@60mo"]]);
    expect(["NO-GO", "REDESIGN"]).toContain(team.verdict.word);
    expect(memo).toContain("by chart review");
    const page = visibleText(report).replaceAll(/\s+/g, " ");
    expect(page).toContain("What charts say of the labels");
    expect(page).toContain("Charts read by two readers, drawn by chance within strata");
    const rates = team.tables.find(({ id }) => id === "labels.rates@60mo")!;
    expect(rates.rows[0]).toEqual([
      "Sensitivity",
      { id: "performance.sensitivity@60mo", part: "both" },
      { id: "labels.sensitivity@60mo", part: "both" },
      { id: "labels.sensitivity-unweighted@60mo", part: "both" },
    ]);
    for (const id of ["labels.agreed", "labels.sensitivity@60mo", "labels.missed@60mo"])
      expect(report).toContain(`href="#${id}"`);
    expect(report).toContain('href="#chart-review"');
  });

  test("each number traces to its charts", async () => {
    const path = study("traced");
    const [one, other] = await draw(path);
    fill(one, path, forgets);
    fill(other, path, forgets);
    await ok(["review", "import", path, one, other]);
    nameReview(path, 200);
    const out = join(folder.path, "traced-out");
    const { known, team } = await evaluated(path, out, { draws: 0 });
    for (const { id } of team.estimates.filter((estimate) => estimate.id.startsWith("labels."))) {
      const stdout = await ok(["trace", id, "--dossier", out, "--study", path, "--workspace", workspace]);
      expect(stdout, id).toContain("label_review");
      expect(stdout, id).not.toContain("agrees no");
    }
    const { numerator } = known("labels.sensitivity@60mo");
    const json = JSON.parse(
      await ok(["trace", "labels.sensitivity@60mo", "--dossier", out, "--study", path, "--json"]),
    );
    expect(json.rows.numerator).toBe(numerator);
    expect(json.rows.population).toBe("charts that tell");
    editText(join(path, "review/review.json"), (text) => text.replace('"event"', '"event-free"'));
    const changed = await probity(["trace", "labels.kappa", "--dossier", out, "--study", path, "--json"]);
    expect(JSON.parse(changed.stdout).problem.type).toMatch(/review-invalid|trace-source-changed/);
  });
});

describe("a review that does not fit", () => {
  async function afterReview(name: string, edit: (path: string) => void): Promise<string> {
    const path = study(name);
    for (const sheet of await draw(path)) fill(sheet, path);
    await ok(["review", "import", path, ...sheetsOf(path)]);
    nameReview(path, 200);
    edit(path);
    const out = join(folder.path, `${name}-out`);
    const { code, stdout } = await probity([
      "evaluate",
      path,
      "--out",
      out,
      "--bootstrap-draws",
      "0",
      "--json",
    ]);
    expect(code).toBe(2);
    return JSON.parse(stdout).problem.type;
  }
  const review = (path: string) => join(path, "review/review.json");

  test("another number of charts than the protocol declares", async () => {
    expect(
      await afterReview("declared", (path) =>
        editText(join(path, "protocol.yaml"), (text) => replaced(text, "charts: 200", "charts: 199")),
      ),
    ).toBe("/problems/review-not-as-declared");
  });

  test("other predictions than those it was drawn from", async () => {
    expect(
      await afterReview("other-files", (path) =>
        editText(join(path, "predictions.csv"), (text) => `${text.trimEnd()}\n\n`),
      ),
    ).toBe("/problems/review-other-files");
  });

  test("a seed that draws other charts", async () => {
    expect(
      await afterReview("other-seed", (path) =>
        editText(review(path), (text) => replaced(text, /"seed":\d+/, '"seed":3')),
      ),
    ).toBe("/problems/review-other-sample");
  });

  test("a review that was edited", async () => {
    expect(
      await afterReview("edited", (path) =>
        editText(review(path), (text) =>
          replaced(text, '"format":"probity-review/1"', '"format":"probity-review/2"'),
        ),
      ),
    ).toBe("/problems/review-invalid");
  });
});

describe("charts that others chose", () => {
  async function chosen(name: string, wanted: (patient: Patient, i: number) => boolean) {
    const path = study(name);
    const keys = patientsOf(path)
      .filter(({ recorded }) => recorded !== "unclear")
      .filter(wanted)
      .map(({ key }) => key);
    mkdirSync(join(path, "review"));
    const [one, other] = sheetsOf(path);
    const lines = (order: readonly string[]) =>
      `pid,label,note\n${order.map((key) => `${key},,\n`).join("")}`;
    writeFileSync(one, lines(keys));
    writeFileSync(other, lines(keys.toReversed()));
    for (const sheet of [one, other]) fill(sheet, path, forgets);
    await ok(["review", "import", path, one, other, "--chosen", "all alerts of one quarter"]);
    nameReview(path, keys.length, "{ measure: sensitivity, at_least: 0.60 }");
    return evaluated(path, join(folder.path, `${name}-out`), { draws: 0 });
  }

  test("of the flagged only: sensitivity is not estimable, PPV is, and the finding is serious", async () => {
    const { team, estimate, known } = await chosen("only-flagged", ({ isFlagged }) => isFlagged);
    expect(estimate("labels.sensitivity@60mo")).toMatchObject({
      notEstimable: "no chart was read in a stratum that it needs",
    });
    expect(known("labels.ppv@60mo").value).toBeGreaterThan(0);
    const finding = team.findings.find(({ id }) => id === "labels.not-read@60mo");
    expect(finding?.severity).toBe("serious");
    const judged = team.requirements.find(({ id }) => id === "acceptance.sensitivity@60mo")!;
    expect(judged.state).toBe("no evidence");
  });

  test("of nobody in the study: refused, by its place and not by its key", async () => {
    const path = study("nobody");
    mkdirSync(join(path, "review"));
    for (const [i, sheet] of sheetsOf(path).entries())
      writeFileSync(sheet, `pid,label,note\n999991,event,${i}\n999992,event,\n`);
    await ok(["review", "import", path, ...sheetsOf(path), "--chosen", "charts that came to mind"]);
    nameReview(path, 2);
    const { code, stdout } = await probity([
      "evaluate",
      path,
      "--out",
      join(folder.path, "nobody-out"),
      "--json",
    ]);
    expect([code, JSON.parse(stdout).problem.type]).toEqual([2, "/problems/review-unknown-chart"]);
    expect(stdout).not.toContain("99999");
  });

  test("of the flagged nine times as often: unweighted and weighted stand side by side", async () => {
    const { team, known, text } = await chosen("uneven", ({ isFlagged }, i) => isFlagged || i % 9 === 0);
    const [raw, weighted] = [known("labels.sensitivity-unweighted@60mo"), known("labels.sensitivity@60mo")];
    expect(raw.value).toBeGreaterThan(weighted.value + 0.15);
    const finding = team.findings.find(({ id }) => id === "labels.chosen-elsewhere@60mo")!;
    expect(finding.severity).toBe("concern");
    expect(text(finding.sentence)).toContain("all alerts of one quarter");
    expect(finding.estimates).toEqual(["labels.sensitivity@60mo", "labels.sensitivity-unweighted@60mo"]);
  });
});

test("docs/review.md shows what the command prints", async () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/review.md", import.meta.url)), "utf8");
  const [, shown] = /```text\n([\s\S]*?)```/.exec(page) ?? [];
  const path = study("documented");
  const stdout = await ok(["review", "sample", path, "--size", "200"]);
  expect(stdout.replaceAll(path, "studies/breast-recurrence")).toBe(shown);
});

describe("the committee's half, with a minimum cell of 11", () => {
  async function disclosed(name: string, reader: Reader) {
    const path = study(name);
    for (const sheet of await draw(path)) fill(sheet, path, reader);
    await ok(["review", "import", path, ...sheetsOf(path)]);
    nameReview(path, 200, "{ measure: sensitivity, at_least: 0.78 }");
    editText(join(path, "protocol.yaml"), (text) =>
      replaced(text, /disclosure: .*/, "disclosure: { minimum_cell: 11 }"),
    );
    const written = await evaluated(path, join(folder.path, `${name}-out`), { draws: 0 });
    const book = new Map(written.committee.estimates.map((estimate) => [estimate.id, estimate]));
    return { ...written, shown: (id: string) => book.get(`labels.${id}@60mo`)! };
  }

  test("of three wrong labels no count leaves: shares are hidden, rates have no interval", async () => {
    const wrong = new Set<string>();
    const { shown, known, committee, report } = await disclosed(
      "few-wrong",
      ({ key, recorded, isFlagged }) => {
        if (recorded === "event" && isFlagged && (wrong.has(key) || wrong.size < 3)) {
          wrong.add(key);
          return "event-free";
        }
        return recorded;
      },
    );
    expect(known("labels.confirmed@60mo")).toMatchObject({ numerator: 98, denominator: 101 });
    for (const id of ["confirmed", "missed", "sensitivity-unweighted", "ppv-unweighted"])
      expect(shown(id), id).toMatchObject({ hidden: true });
    const sensitivity = shown("sensitivity");
    expect(sensitivity).toMatchObject({ isIntervalHidden: true });
    expect(sensitivity).not.toHaveProperty("interval");
    expect(sensitivity).not.toHaveProperty("numerator");
    const { value } = sensitivity as { readonly value: number };
    expect(value).toBe(Number(value.toFixed(2)));
    const judged = committee.requirements.find(({ id }) => id === "acceptance.sensitivity@60mo")!;
    expect(judged.remedy).not.toMatch(/n = /);
    expect(report).toContain("by chart review");
  });

  test("of many wrong labels all is shown, to the printed digits", async () => {
    const { shown } = await disclosed("many-wrong", forgets);
    for (const id of ["missed", "sensitivity", "ppv-unweighted"]) {
      const { value } = shown(id) as { readonly value: number };
      expect(value, id).toBe(Number(value.toFixed(2)));
    }
    expect(shown("sensitivity")).toHaveProperty("interval");
  });
});
