import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { afterAll, describe, expect, test } from "vitest";
import type { SelectedRow } from "../../src/assess/index.ts";
import { readTeamDossier } from "../../src/cli/team-dossier.ts";
import { isFieldId, traceField } from "../../src/cli/trace-field.ts";
import { openTracedStudy, type TracedStudy } from "../../src/cli/traced-study.ts";
import type { SourceRecord } from "../../src/data/index.ts";
import { figureCells, figureNumber, type Trace, trace } from "../../src/decide/index.ts";
import type { Dossier } from "../../src/evidence/dossier.ts";
import { isKnown, measureOf } from "../../src/evidence/estimate.ts";
import { givenFields } from "../../src/evidence/given-fields.ts";
import { protocolNumberId } from "../../src/evidence/phrase.ts";
import type { Protocol } from "../../src/protocol/index.ts";
import { anchorOf } from "../../src/report/anchor.ts";
import { type BinaryRow, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity, workspace } from "./evaluate.ts";
import { type LooseNumber, looseNumbers } from "./loose-numbers.ts";
import {
  bundledStudy,
  copyStudy,
  editText,
  replaced,
  type StudyEdits,
  temporaryFolder,
} from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

/** Ids that a page links to or prints a command for. */
function idsOn(page: string, anchors: ReadonlyMap<string, string>): string[] {
  const { document } = parseHTML(page);
  const links = Array.from(document.querySelectorAll("a.num"), (link): string[] => {
    const [, anchor = ""] = (link.getAttribute("href") ?? "").split("#");
    const id = anchors.get(anchor);
    if (id === undefined) throw new Error(`the anchor ${anchor} is no number of the dossier`);
    return isFieldId(id) ? [] : [id];
  });
  const commands = Array.from(document.querySelectorAll("code"), ({ textContent }) =>
    /^probity trace '([^<].*)'$/.exec(textContent ?? ""),
  );
  const named = commands.flatMap((match) => (match ? [match[1]!] : []));
  return [...links.flat(), ...named.filter((id) => !isFieldId(id))];
}

interface Walked {
  /** Each "about n = … needed" of the pages. */
  readonly sizesOn: readonly number[];
  readonly ids: readonly string[];
  /** Of each number that the protocol gives. */
  readonly fields: readonly ReturnType<typeof traceField>[];
  readonly loose: readonly LooseNumber[];
  readonly traces: ReadonlyMap<string, Trace>;
  /** The record at a line of a table of the store. */
  readonly record: (table: string, line: number) => SourceRecord;
}

/** Addresses of all cells with a number in the tables, matrices and curves whose ids the report prints. */
function cellsOn(report: string, team: Dossier, protocol: Protocol): string[] {
  const { document } = parseHTML(report);
  const figures = Array.from(document.querySelectorAll("caption .mono"), ({ textContent }) =>
    (textContent ?? "").split(", "),
  ).flat();
  return [...new Set(figures)].flatMap((figure) => {
    const cells = figureCells(team, figure);
    expect(cells.length, figure).toBeGreaterThan(0);
    return cells.flatMap((cell) => {
      const { content, row, column } = cell;
      const isNumber = content !== null && typeof content !== "object" && /^[-−]?[\d.]/.test(String(content));
      if (!isNumber || unitColumns.includes(`${figure}/${column}`)) return [];
      expect(figureNumber(cell, protocol, team), `${figure} ${row} ${column}`).toBeDefined();
      return [`${figure}#${row + 1}/${column}`];
    });
  });
}

/** Text that begins with a digit: codes and their meaning. */
const unitColumns = ["data.completeness/unit", "data.levels/level"];

/** Evaluates, then traces every number of memo and report in one process, each source line read once. */
async function walk(study: string, out: string): Promise<Walked> {
  const { team, committee, memo, report } = await evaluated(study, out, { draws: 100 });
  const given = givenFields(team).map(({ field }) => protocolNumberId(field));
  const anchors = new Map([...team.estimates.map(({ id }) => id), ...given].map((id) => [anchorOf(id), id]));
  const ids = [...new Set([memo, report].flatMap((page) => idsOn(page, anchors)))];
  const opened = await openTracedStudy(study, readTeamDossier(out), {});
  try {
    ids.push(...cellsOn(report, team, opened.protocol));
    const traces = new Map(ids.map((id) => [id, trace(team, opened.protocol, opened.rows, id)]));
    const records = await recordsOf(opened, [...traces.values()]);
    const record = (table: string, line: number) => {
      const found = records.get(`${table}:${line}`);
      if (!found) throw new Error(`${table} has no line ${line}`);
      return found;
    };
    const sizesOn = [memo, report].flatMap((page) =>
      [...page.matchAll(/about n = ([\d,]+)/g)].map(([, size]) => Number(size!.replaceAll(",", ""))),
    );
    const fields = given.map((id) => traceField(id, study, readTeamDossier(out)));
    const loose = [memo, report].flatMap((page) =>
      looseNumbers(page, { team, committee, protocol: opened.protocol }),
    );
    return { ids, traces, record, sizesOn, fields, loose };
  } finally {
    await opened.close();
  }
}

async function recordsOf(opened: TracedStudy, traces: readonly Trace[]): Promise<Map<string, SourceRecord>> {
  const lines = new Map<string, Set<number>>();
  const want = (table: string, line: number | undefined) => {
    if (line !== undefined) lines.set(table, (lines.get(table) ?? new Set<number>()).add(line));
  };
  for (const { rows } of traces) {
    for (const row of rows?.rows ?? []) {
      want(rows!.table, row.line);
      want("predictions", row.predictionLine);
    }
  }
  const records = new Map<string, SourceRecord>();
  for (const [table, wanted] of lines) {
    for (const record of await opened.records(table, [...wanted]))
      records.set(`${table}:${record.line}`, record);
  }
  return records;
}

const cellOf = ({ fields }: SourceRecord, name: string) => fields.find((field) => field.name === name)?.text;

/** Measures whose base are patients, not rows. */
const ofPatients = [
  "cohort.patients",
  "cohort.rows-per-patient",
  "cohort.most-rows",
  "cohort.patients-with-event",
];

function assertRows({ estimate, rows }: Trace, record: Walked["record"]): void {
  if (!rows || "hidden" in estimate) return;
  const { id, n } = estimate;
  const isCount =
    isKnown(estimate) &&
    estimate.unit === "count" &&
    estimate.method === "counted" &&
    // The most rows of one patient are no count of rows.
    measureOf(id) !== "cohort.most-rows";
  const perRow = rows.rows.length > 0 ? rows.denominator / rows.rows.length : 1;
  // Counted by the file's own column: a patient with several rows counts once. Without one, each row is a patient.
  const isOfPatients = ofPatients.includes(measureOf(id)) || id.endsWith("/subjects");
  const patientsOf = (some: readonly SelectedRow[]) =>
    new Set(some.map(({ line }) => cellOf(record(rows.table, line), "patient_id") ?? line)).size;
  const found = isOfPatients ? patientsOf(rows.rows) : rows.rows.length;
  if (isCount) expect(found, id).toBe(estimate.value);
  else if (isKnown(estimate) && estimate.denominator !== undefined) {
    expect(found * (isOfPatients ? 1 : perRow), id).toBe(estimate.denominator);
    const counted = rows.rows.filter(({ isCounted }) => isCounted);
    expect(isOfPatients ? patientsOf(counted) : counted.length * perRow, id).toBe(estimate.numerator);
  } else if (rows.of.length === 0) expect(found, id).toBe(n);
  const seen = new Set(rows.rows.map(({ line }) => line));
  expect(seen.size, id).toBe(rows.rows.length);
  for (const { key, line, predictionLine } of rows.rows) {
    expect(cellOf(record(rows.table, line), rows.keyName)).toBe(key);
    if (predictionLine !== undefined)
      expect(cellOf(record("predictions", predictionLine), rows.keyName)).toBe(key);
  }
}

const first =
  (n: number, change: (row: Readonly<Record<string, string>>, i: number) => Record<string, string>) =>
  (rows: readonly Readonly<Record<string, string>>[]) =>
    rows.slice(0, n).map((row, i) => ({ ...row, ...change(row, i) }) as Record<string, string>);

/** Whose event is known by the horizon, of 100 patients with a visit or two. */
function visits(into: string): string {
  const rows = Array.from(
    { length: 150 },
    (_, i): BinaryRow => ({
      event: i % 19 === 0 ? "" : i % 5 === 0 || i % 7 === 0 ? 1 : 0,
      risk: ((i * 37) % 100) / 100,
      patient: i % 100,
      age: i % 23 === 0 ? 17 : 40 + (i % 40),
      sex: i % 3 === 0 ? "M" : "F",
    }),
  );
  return writeBinaryStudy(into, { rows, patients: "visits" });
}

const studies: readonly (readonly [name: string, edits: StudyEdits | null | typeof visits])[] = [
  ["the bundled study", null],
  [
    "no events, without the development table",
    { withoutDevelopment: true, patients: first(120, () => ({ status: "0" })) },
  ],
  [
    "hidden cells, missing values, patients who do not meet the criteria",
    {
      protocol: (text) =>
        replaced(text, "minimum_cell: 1, because: both tables are public", "minimum_cell: 11").replace(
          '">= 0.40"',
          '"> 0.40"',
        ),
      patients: first(300, (_, i) => ({
        ...(i % 7 === 0 ? { nodes: "0" } : {}),
        ...(i % 11 === 0 ? { grade: "" } : {}),
        ...(i % 13 === 0 ? { status: "" } : {}),
        ...(i % 17 === 0 ? { hormon: "", age: "17" } : {}),
      })),
    },
  ],
  ["a binary study of visits", visits],
];

describe.each(studies)("%s", (name, edits) => {
  const at = join(folder.path, String(studies.findIndex(([other]) => other === name)));

  test("every number of memo and report opens down to its rows, and they give it again", async () => {
    const made = join(at, "study");
    const isBinary = typeof edits === "function";
    const study = isBinary ? edits(made) : edits ? copyStudy(made, edits) : bundledStudy;
    const { ids, traces, record, sizesOn, fields, loose } = await walk(study, join(at, "out"));
    expect(ids.length).toBeGreaterThan(200);
    expect(loose).toEqual([]);
    expect(fields.length).toBeGreaterThan(15);
    for (const { id, printed, lines } of fields) {
      expect(lines.length, id).toBeGreaterThan(0);
      expect(
        printed.filter(({ agrees }) => agrees === false),
        id,
      ).toEqual([]);
    }
    let withRows = 0;
    for (const traced of traces.values()) {
      const { estimate, rows, inputs, fields, checks, measure } = traced;
      expect(
        checks.filter(({ agrees }) => !agrees),
        estimate.id,
      ).toEqual([]);
      expect(measure.equation.length, estimate.id).toBeGreaterThan(2);
      // Nothing comes from nowhere.
      expect((rows ? 1 : 0) + inputs.length + fields.length, estimate.id).toBeGreaterThan(0);
      if (rows) withRows++;
      assertRows(traced, record);
    }
    expect(withRows).toBeGreaterThan(ids.length / 2);
    const sizes = [...traces.values()].flatMap(({ needed }) => needed.map(({ given }) => given));
    // The committee's half rounds them where it hides counts.
    const printed = new Set(sizes.flatMap((size) => [size, Number(size.toPrecision(2))]));
    expect(sizesOn.filter((size) => !printed.has(size))).toEqual([]);
    if (!edits) expect(new Set(sizesOn)).toEqual(new Set(sizes));
  });
});

describe("on the command line", () => {
  const out = join(folder.path, "0", "out");
  const run = (...argv: string[]) =>
    probity(["--debug", "trace", ...argv, "--dossier", out, "--study", bundledStudy]);

  test("prints formula, protocol lines, rows with both files' text, and the recount", async () => {
    const { code, stdout, stderr } = await run("performance.sensitivity@60mo/age:65+");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    // Those who count stand in front, each with its own place.
    const marks = [...stdout.matchAll(/^row (\d+) .*\[(.*)\]$/gm)].map(([, row, mark]) => [
      Number(row),
      mark,
    ]);
    expect(marks.map(([, mark]) => mark)).toEqual(Array(5).fill("counted"));
    const rows = marks.map(([row]) => Number(row));
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
    const first = await run("performance.sensitivity@60mo/age:65+", "--row", "1");
    const [, firstWoman = ""] = /^(row 1 .*)$/m.exec(first.stdout) ?? [];
    // By hand: line 10 is the first woman of 65 or more with an event by 4.99 years; her risk is .254.
    expect(firstWoman).toContain("gbsg.csv:10  569,67,1,20,2,1,0,0,1,564,1  [not counted]");
    expect(first.stdout).toContain("predictions.csv:10  569,0.04175960686790277");
    expect(stdout).toMatch(/^protocol +protocol\.yaml:70 operating_point {2}operating_point: /m);
    expect(stdout).toMatch(/^recounted +24 of 33, n 92, 33 events$/m);
    expect(stdout).toMatch(/^agrees +yes, the counts; the value is weighted for censoring/m);
    expect(stdout).toMatch(/28 more: --all-rows/);
  });

  test("says where the run that wrote the dossier stands in the ledger", async () => {
    const { ledger } = JSON.parse((await run("cohort.events@60mo", "--json")).stdout);
    const lines = readFileSync(join(workspace, "ledger", "records-0000000000000000.jsonl"), "utf8").split(
      "\n",
    );
    const line = lines[ledger.index]!;
    expect(JSON.parse(line)).toMatchObject({ type: "run", time: ledger.time, body: { opened: "results" } });
    expect(createHash("sha256").update(`\0${line}`).digest("hex")).toBe(ledger.leaf);
    expect((await run("cohort.events@60mo")).stdout).toMatch(
      new RegExp(`^ledger +${ledger.ledger} record ${ledger.index} {2}leaf ${ledger.leaf}, `, "m"),
    );
  });

  test("a dossier that the ledger does not know is told on every way out, and no exit code is lost", async () => {
    const notRecorded =
      "the dossier is not recorded in this workspace: whether it is as it was written was not checked";
    const elsewhere = ["--workspace", join(folder.path, "another-workspace")];
    const entry = [
      "project=sepsis",
      "cause=data",
      "owner=CMIO",
      "date=2026-10-01",
      "reason=of another study",
    ];
    await probity(["register", "post-mortems", ...entry, "--by", "Ana Ruiz", ...elsewhere]);
    const text = await run("cohort.events@60mo", ...elsewhere);
    expect(text).toMatchObject({ code: 0, stderr: `probity: warning: ${notRecorded}\n` });
    expect(text.stdout).toContain(`\nledger      ${notRecorded}\n`);
    const json = await run("cohort.events@60mo", "--json", ...elsewhere);
    expect(json).toMatchObject({ code: 0, stderr: `probity: warning: ${notRecorded}\n` });
    expect(JSON.parse(json.stdout)).toMatchObject({ ledger: null, recorded: false, agrees: true });
    const known = await run("cohort.events@60mo", "--json");
    expect(known.stderr).toBe("");
    expect(JSON.parse(known.stdout)).toMatchObject({ recorded: true });
  });

  test("a cell of a table, by number and by name", async () => {
    const named = JSON.parse((await run("performance.operating-point@60mo#flagged/event", "--json")).stdout);
    expect(named).toMatchObject({ agrees: true, rows: { counted: ["flagged", "event by the horizon"] } });
    const sensitivity = JSON.parse((await run("performance.sensitivity@60mo", "--json")).stdout);
    expect(named.rows.count).toBe(sensitivity.rows.numerator);
    expect((await run("performance.operating-point@60mo#1/event", "--json")).stdout).toContain(
      `"count":${named.rows.count}`,
    );
    const none = await run("performance.operating-point@60mo#9/event");
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("name a row and a column");
    expect(none.stderr).toMatch(/rows flagged, not flagged, or 1 to 2; columns event, event-free/);
    const attrition = await run("cohort.attrition#1/patients");
    expect(attrition.stderr).toContain("columns records, subjects, excluded");
  });

  test("a cell that the protocol gives, and one that is not counted again, say so", async () => {
    const given = await run("burden.steps#1/minutes");
    expect(given.stdout).toMatch(/^base +none: no row is counted$/m);
    expect(given.stdout).toMatch(/^method +given in the protocol$/m);
    expect(given.stdout).toMatch(/^protocol +protocol\.yaml:\d+ burden\.per_false_positive\[0\]\.minutes/m);
    expect(given.stdout).toMatch(/^recounted +no: an input that the protocol gives$/m);
    const median = await run("data.completeness#1/median");
    expect(median.stdout).toMatch(/^definition +.*median\.$/m);
    expect(median.stdout).toMatch(/^recounted +no: the value is not computed again/m);
    expect(median.stdout).toMatch(/^locked +20\d\d-\d\d-\d\d by .+; /m);
  });

  test("a number that the protocol gives: its line, the lock's entry, and no rows", async () => {
    const { code, stdout, stderr } = await run("protocol.harms[0].delay_days");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const protocol = readFileSync(join(bundledStudy, "protocol.yaml"), "utf8");
    const line = protocol.slice(0, protocol.indexOf("delay_days: 90")).split("\n").length;
    expect(stdout).toContain(`protocol    protocol.yaml:${line} harms[0].delay_days  delay_days: 90\n`);
    expect(stdout).toContain(`sha256 ${createHash("sha256").update(protocol).digest("hex")}\n`);
    const receipt = readFileSync(join(bundledStudy, "receipts", "0001-lock.json"), "utf8");
    const { ledger, index, leaf } = JSON.parse((await run("protocol.harms[0].delay_days", "--json")).stdout)
      .protocol.lock;
    const { line: locked } = JSON.parse(receipt);
    expect(leaf).toBe(createHash("sha256").update(`\0${locked}`).digest("hex"));
    expect(stdout).toMatch(new RegExp(`^locked .*${ledger} record ${index} {2}leaf ${leaf}$`, "m"));
    const none = await run("protocol.harms[0].delay_dayz");
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('did you mean "protocol.harms[0].delay_days"?');
    const rows = await run("protocol.harms[0].delay_days", "--all-rows");
    expect(rows.stderr).toContain("a number that the protocol gives has no rows");
  });

  test("a number that is not what its field says is shown, with exit code 1", async () => {
    const file = join(out, "team", "dossier.json");
    const before = readFileSync(file, "utf8");
    const edited = before.replaceAll(
      '{"field":"harms[0].delay_days","text":"90"}',
      '{"field":"harms[0].delay_days","text":"9"}',
    );
    expect(edited).not.toBe(before);
    writeFileSync(file, edited);
    const { code, stdout } = await run("protocol.harms[0].delay_days");
    writeFileSync(file, before);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^DIFFERS +value: the dossier says 9, the field does not$/m);
  });

  test("one row, all rows, and a row that is not there", async () => {
    const one = JSON.parse((await run("cohort.events@60mo", "--row", "285", "--json")).stdout);
    expect(one.rows).toMatchObject({ count: 285, shown: [{ row: 285 }] });
    const all = JSON.parse((await run("cohort.events@60mo", "--all-rows", "--json")).stdout);
    expect(all.rows.shown).toHaveLength(285);
    expect(all.rows.shown[284]).toEqual(one.rows.shown[0]);
    const none = await run("cohort.events@60mo", "--row", "286");
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("name one from 1 to 285");
  });

  test("a number without rows shows its lines of the protocol and its inputs", async () => {
    const { stdout } = await run("burden.false-flags");
    expect(stdout).toMatch(/^made from +performance\.false-positives@60mo {2}296/m);
    expect(stdout).toMatch(/^protocol +protocol\.yaml:\d+ burden\.volume\.scored_per_month {2}volume: /m);
    expect(stdout).toMatch(/^rows +none of its own$/m);
  });

  test("the size that a remedy asks for is calculated again from the number's interval", async () => {
    const { stdout } = await run("performance.calibration-slope@60mo");
    expect(stdout).toMatch(
      /^needed +about n = [\d,]+ for acceptance\.calibration_slope@60mo: n · \(\(value − bound\) \/ \(value − limit\)\)², rounded up; from performance\.calibration-slope@60mo$/m,
    );
    const worst = await run("performance.sensitivity@60mo/worst-of-strata");
    expect(worst.stdout).toMatch(
      /^needed .* c = z\(1 − \.025\/10\) \/ z\(\.975\); from performance\.sensitivity@60mo\/grade:1$/m,
    );
    const file = join(out, "team", "dossier.json");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, before.replaceAll(/about n = [\d,]+ patients/g, "about n = 700 patients"));
    const edited = await run("performance.calibration-slope@60mo");
    writeFileSync(file, before);
    expect(edited.code).toBe(1);
    expect(edited.stdout).toMatch(/^DIFFERS +size needed: the dossier says 700, found [\d]+$/m);
  });

  test("a number that its rows do not give is shown, with exit code 1", async () => {
    const file = join(out, "team", "dossier.json");
    const before = readFileSync(file, "utf8");
    const dossier = JSON.parse(before);
    const wrong = dossier.estimates.find(({ id }: { id: string }) => id === "cohort.events@60mo");
    wrong.value = 286;
    writeFileSync(file, JSON.stringify(dossier));
    const { code, stdout } = await run("cohort.events@60mo");
    writeFileSync(file, before);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ledger +it has runs of this protocol, and none of them wrote/m);
    expect(stdout).toMatch(/^DIFFERS +value: the dossier says 286, found 285$/m);
  });

  test("a value that no row gives is not said to agree, and a dossier that was edited is told", async () => {
    expect((await run("performance.uno-c")).stdout).toMatch(
      /^agrees +yes, the counts; the value is not computed again: probity evaluate/m,
    );
    const file = join(out, "team", "dossier.json");
    const before = readFileSync(file, "utf8");
    const dossier = JSON.parse(before);
    dossier.estimates.find(({ id }: { id: string }) => id === "performance.uno-c").value = 0.99;
    writeFileSync(file, JSON.stringify(dossier));
    const { code, stdout, stderr } = await run("performance.uno-c");
    const json = JSON.parse((await run("performance.uno-c", "--json")).stdout);
    writeFileSync(file, before);
    expect(code).toBe(1);
    expect(stderr).toContain("the dossier was changed: no run of its protocol wrote it");
    expect(stdout).not.toMatch(/^agrees/m);
    expect(stdout).toMatch(
      /^DIFFERS +dossier: no run of this protocol wrote it; the last is record \d+, 20/m,
    );
    expect(json).toMatchObject({
      agrees: false,
      recorded: false,
      ledger: null,
      notWrittenBy: { by: expect.any(String) },
    });
  });

  test("a dossier that anybody may have written gives a Problem or an answer, never an exception", async () => {
    const file = join(out, "team", "dossier.json");
    const before = readFileSync(file, "utf8");
    const names = Object.keys(JSON.parse(before));
    const wrong = [null, {}, [], [null], [{}], "x", 1, [[[]]]];
    const ids = [
      "cohort.events@60mo",
      "protocol.harms[0].delay_days",
      "performance.operating-point@60mo#1/event",
    ];
    const codes = new Set<number>();
    for (const [i, name] of names.entries()) {
      for (const value of wrong) {
        writeFileSync(file, JSON.stringify({ ...JSON.parse(before), [name]: value }));
        const { code, stderr } = await run(ids[i % ids.length]!);
        codes.add(code);
        expect(stderr, `${name} ${JSON.stringify(value)}`).not.toMatch(/bug in probity|TypeError|RangeError/);
      }
    }
    writeFileSync(file, before);
    expect([...codes].toSorted()).toEqual([1, 2]);
  });

  test.each(["nobody.knows", "constructor", "__proto__"])("a measure of no provenance: %s", async (key) => {
    const file = join(out, "team", "dossier.json");
    const before = readFileSync(file, "utf8");
    const id = `${key}@60mo`;
    const dossier = JSON.parse(before);
    const [estimate] = dossier.estimates;
    const [measure] = dossier.measures;
    const estimates = [...dossier.estimates, { ...estimate, id }];
    const measures = [...dossier.measures, { ...measure, key }];
    writeFileSync(file, JSON.stringify({ ...dossier, estimates, measures }));
    const { code, stderr } = await run(id);
    writeFileSync(file, before);
    expect(code).toBe(2);
    expect(stderr).toContain("was not written by this version of probity");
  });

  test("a page of the team's half that was edited is refused by name", async () => {
    const file = join(out, "team", "data-report.html");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, `${before} `);
    const { code, stderr } = await run("cohort.events@60mo");
    writeFileSync(file, before);
    expect(code).toBe(2);
    expect(stderr).toContain("not what the recorded run wrote");
    expect(stderr).toContain("data-report.html");
  });

  test("the study is the one that the ledger names, whatever the dossier's folder is called", async () => {
    const renamed = join(folder.path, "renamed-dossier");
    cpSync(out, renamed, { recursive: true });
    const argv = ["trace", "cohort.events@60mo", "--dossier", renamed];
    // From the checkout, whose studies/breast-recurrence it is.
    expect(await probity(argv)).toMatchObject({ code: 0 });
    const elsewhere = await probity([...argv, "--workspace", join(folder.path, "another-workspace")]);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain("it does not say of which study it is");
    const packed = await probity(["pack", renamed, "--out", join(folder.path, "renamed.zip")]);
    expect(packed, packed.stderr).toMatchObject({ code: 0 });
  });

  test.each(["gbsg.csv", "protocol.yaml"])("%s changed since is refused", async (file) => {
    const study = copyStudy(join(folder.path, `changed-${file}`));
    editText(join(study, file), (text) => `${text}\n`);
    const argv = ["trace", "performance.auc@60mo", "--dossier", out, "--study", study];
    const { code, stderr } = await probity(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}: the file is not the one that the dossier was made from`);
  });
});
