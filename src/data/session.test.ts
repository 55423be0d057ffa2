import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import type { Expression } from "../protocol/index.ts";
import { Database } from "./database.ts";
import { Session } from "./session.ts";
import { identifier, sql } from "./sql.ts";
import type { CsvColumn, ProfileRequest } from "./store.ts";

let root: string;
let studyDir: string;
let outDir: string;
let session: Session;

const open = (threads: number) =>
  Session.open({ studyDir, outDir, tempDir: root, memoryLimitMb: 512, threads });

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "probity-test-")));
  studyDir = join(root, "study");
  outDir = join(root, "out");
  mkdirSync(studyDir);
  mkdirSync(outDir);
  session = await open(2);
});
afterEach(async () => {
  await session.close();
  rmSync(root, { recursive: true });
});

const text = (name: string): CsvColumn => ({ name, type: "text", nullable: true });
const number = (name: string): CsvColumn => ({ name, type: "number", nullable: true });

async function load(
  table: string,
  content: string,
  columns: readonly CsvColumn[],
  key: readonly string[] = [],
) {
  writeFileSync(join(studyDir, `${table}.csv`), content);
  await session.loadCsv({ file: `${table}.csv`, table, columns, key });
}

const span = { start: 0, end: 0 };
function compare(name: string, operator: "=" | ">=", value: number): Expression {
  const left: Expression = { kind: "column", name, type: "number", span };
  const right: Expression = { kind: "number", value, type: "number", span };
  return { kind: "compare", operator, left, right, type: "boolean", span };
}

const visits = `pid,visit,nodes,age
a,1,3,40
a,2,,50
b,1,0,60
b,2,0,70
c,1,2,
d,1,5,17
`;
const visitColumns = [text("pid"), number("visit"), number("nodes"), number("age")];
const criteria = [{ expression: compare("nodes", ">=", 1) }, { expression: compare("age", ">=", 18) }];

test("attrition counts records and subjects after each criterion, missing answers apart", async () => {
  await load("visit", visits, visitColumns, ["pid", "visit"]);
  const facts = await session.attrition({ table: "visit", subject: ["pid"], steps: criteria });
  // By hand: nodes >= 1 drops a2 (missing), b1, b2; age >= 18 drops c1 (missing) and d1. Left: a1.
  expect(facts).toEqual({
    start: { records: 6, subjects: 4 },
    steps: [
      { records: 3, subjects: 3, excluded: 3, excludedMissing: 1 },
      { records: 1, subjects: 1, excluded: 2, excludedMissing: 1 },
    ],
  });
  const kept = await session.columns({ table: "visit", columns: ["pid"], rows: "kept" });
  expect([...kept.sourceLine]).toEqual([2]);
});

test("attrition can keep nobody, have no criteria, and be run again", async () => {
  await load("visit", visits, visitColumns);
  const steps = [{ expression: compare("nodes", ">=", 100) }];
  const nobody = await session.attrition({ table: "visit", subject: ["pid"], steps });
  expect(nobody.steps).toEqual([{ records: 0, subjects: 0, excluded: 6, excludedMissing: 1 }]);
  const none = await session.columns({ table: "visit", columns: ["pid", "age"], rows: "kept" });
  expect(none.n).toBe(0);
  expect(none.columns.get("pid")).toEqual({ kind: "text", codes: new Int32Array(0), levels: [], missing: 0 });
  const profiles = await session.profile({ table: "visit", columns: [{ name: "age" }], rows: "kept" });
  expect(profiles).toEqual([{ name: "age", type: "number", n: 0, missing: 0, distinct: 0 }]);
  const everyone = await session.attrition({ table: "visit", subject: ["pid"], steps: [] });
  expect(everyone).toEqual({ start: { records: 6, subjects: 4 }, steps: [] });
});

test("one-to-one matching counts and lists what has no partner", async () => {
  await load("patient", "pid,age\na,1\nb,2\nc,3\n\nd,4\n", [text("pid"), number("age")], ["pid"]);
  await load("prediction", "id,risk\nc,.3\nx,.9\na,.1\ny,.8\n", [text("id"), number("risk")], ["id"]);
  await session.attrition({
    table: "patient",
    subject: ["pid"],
    steps: [{ expression: compare("age", ">=", 3) }],
  });
  const facts = await session.matchPredictions({
    patients: "patient",
    predictions: "prediction",
    key: { patients: ["pid"], predictions: ["id"] },
    into: { name: "study", take: [{ column: "risk", as: "predicted" }] },
  });
  expect(facts).toEqual({
    matched: 2,
    patientsWithoutPrediction: { count: 2, first: ["patient.csv:3", "patient.csv:6"] },
    keptWithoutPrediction: { count: 1, first: ["patient.csv:6"] },
    predictionsWithoutPatient: { count: 2, first: ["prediction.csv:3", "prediction.csv:5"] },
    duplicatePatients: { count: 0, first: [] },
    duplicatePredictions: { count: 0, first: [] },
  });
  const { columns, sourceLine } = await session.columns({ table: "study", columns: ["predicted", "age"] });
  expect([...sourceLine]).toEqual([2, 3, 4, 6]);
  expect(columns.get("predicted")).toEqual({
    kind: "number",
    values: Float64Array.of(0.1, Number.NaN, 0.3, Number.NaN),
    missing: 2,
  });
});

test("repeated keys are counted on both sides and no table is made of them", async () => {
  await load("patient", "pid,site\na,1\na,1\nb,1\nb,2\n", [text("pid"), text("site")]);
  await load("prediction", "pid,risk\na,.1\nb,.2\nb,.3\nb,.4\nz,1\n", [text("pid"), number("risk")]);
  const request = {
    patients: "patient",
    predictions: "prediction",
    key: { patients: ["pid"], predictions: ["pid"] },
    into: { name: "study", take: [{ column: "risk", as: "predicted" }] },
  };
  expect(await session.matchPredictions(request)).toMatchObject({
    matched: 2,
    patientsWithoutPrediction: { count: 0 },
    predictionsWithoutPatient: { count: 1, first: ["prediction.csv:6"] },
    duplicatePatients: { count: 2, first: ["patient.csv:3", "patient.csv:5"] },
    duplicatePredictions: { count: 2, first: ["prediction.csv:4", "prediction.csv:5"] },
  });
  await expect(session.columns({ table: "study", columns: ["pid"] })).rejects.toThrow('no table "study"');
});

test("all offenders are counted and the first 20 listed", async () => {
  const ids = Array.from({ length: 50 }, (_, i) => `p${i}`);
  await load("patient", `pid,x\n${ids.map((id) => `${id},\n`).join("")}`, [text("pid")], ["pid"]);
  await load("prediction", "pid,risk\np49,.1\n", [text("pid"), number("risk")], ["pid"]);
  const key = { patients: ["pid"], predictions: ["pid"] };
  const facts = await session.matchPredictions({ patients: "patient", predictions: "prediction", key });
  expect(facts.patientsWithoutPrediction.count).toBe(49);
  expect(facts.patientsWithoutPrediction.first).toEqual(
    ids.slice(0, 20).map((_, i) => `patient.csv:${i + 2}`),
  );
});

test("columns come in a total order: by column, missing last, ties by line", async () => {
  await load("visit", visits, visitColumns);
  const { columns, sourceLine } = await session.columns({
    table: "visit",
    columns: ["age", "pid", { name: "young", expression: compare("age", ">=", 18) }],
    orderBy: ["nodes"],
  });
  // Nodes by line: 2:3, 3:–, 4:0, 5:0, 6:2, 7:5.
  expect([...sourceLine]).toEqual([4, 5, 6, 2, 7, 3]);
  expect(columns.get("age")).toMatchObject({
    values: Float64Array.of(60, 70, Number.NaN, 40, 17, 50),
    missing: 1,
  });
  expect(columns.get("pid")).toEqual({
    kind: "text",
    codes: Int32Array.of(1, 1, 2, 0, 3, 0),
    levels: ["a", "b", "c", "d"],
    missing: 0,
  });
  expect(columns.get("young")).toEqual({
    kind: "boolean",
    values: Int8Array.of(1, 1, -1, 1, 0, 1),
    missing: 1,
  });
});

test("profiles give counts, extremes, quartiles by rank and what is implausible", async () => {
  await load("p", "n,t\n5,b\n1,a\n,\n4,b\n2,é\n3,a\n300,b\n-1,B\n", [number("n"), text("t")]);
  const request: ProfileRequest = {
    table: "p",
    columns: [
      { name: "n", plausible: [0, 100] },
      { name: "t", levels: ["a", "b"] },
    ],
  };
  const [n, t] = await session.profile(request);
  // Present: -1 1 2 3 4 5 300. Quartiles: ranks ceil(7/4) = 2, ceil(7/2) = 4, ceil(21/4) = 6.
  expect(n).toEqual({
    name: "n",
    type: "number",
    n: 8,
    missing: 1,
    distinct: 7,
    range: { min: -1, max: 300, quartiles: [1, 3, 5] },
    implausible: { count: 2, first: ["p.csv:8:n", "p.csv:9:n"] },
  });
  // B a a b b b é
  expect(t).toEqual({
    name: "t",
    type: "text",
    n: 8,
    missing: 1,
    distinct: 4,
    range: { min: "B", max: "é", quartiles: ["a", "b", "b"] },
    levelCounts: [2, 3],
    implausible: { count: 2, first: ["p.csv:6:t", "p.csv:9:t"] },
  });
  expect(await session.implausible(request)).toEqual([n!.implausible, t!.implausible]);
  await expect(session.implausible({ table: "p", columns: [{ name: "n" }] })).rejects.toThrow("neither");
});

test("rows at each level of a number, and those at none", async () => {
  await load("c", "n\n2\n1\n\n9\n0\n-0\n2\n9\n1e0\n", [number("n")]);
  const profileOf = async (column: ProfileRequest["columns"][number]) =>
    (await session.profile({ table: "c", columns: [column] }))[0]!;
  const { levelCounts, implausible } = await profileOf({ name: "n", levels: [0, 1, "2", 3] });
  expect(levelCounts).toEqual([2, 2, 2, 0]);
  expect(implausible).toEqual({ count: 2, first: ["c.csv:5:n", "c.csv:9:n"] });
  const all = await profileOf({ name: "n", levels: [0, 1, 2, 9], plausible: [0, 9] });
  expect(all.implausible).toEqual({ count: 0, first: [] });
  const none = await profileOf({ name: "n" });
  expect(none).not.toHaveProperty("implausible");
  expect(none).not.toHaveProperty("levelCounts");
});

test("quartiles by rank agree with a sorted list", async () => {
  const values = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 });
  let n = 0;
  await fc.assert(
    fc.asyncProperty(values, async (numbers) => {
      const table = `t${n++}`;
      await load(table, `x,y\n${numbers.map((x) => `${x},\n`).join("")}`, [number("x")]);
      const [profile] = await session.profile({ table, columns: [{ name: "x" }] });
      const sorted = [...numbers].sort((a, b) => a - b);
      const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
      expect(profile!.range).toEqual({
        min: sorted[0],
        max: sorted.at(-1),
        quartiles: [at(0.25), at(0.5), at(0.75)],
      });
      expect(profile!.distinct).toBe(new Set(numbers).size);
    }),
    { numRuns: 40 },
  );
});

test("a look-up shows the record as it stands in the file, until the file changes", async () => {
  await load(
    "p",
    '\ufeffpid,note\r\n1,plain\r\n2,"two\nlines, ""so"""\r\n',
    [text("pid"), text("note")],
    ["pid"],
  );
  const expected = {
    file: "p.csv",
    line: 3,
    text: '2,"two\nlines, ""so"""',
    fields: [
      { name: "pid", text: "2" },
      { name: "note", text: 'two\nlines, "so"' },
    ],
  };
  expect(await session.lookup({ table: "p", key: [{ column: "pid", value: "2" }] })).toEqual([expected]);
  expect(await session.rows({ table: "p", lines: [3] })).toEqual([expected]);
  expect(await session.lookup({ table: "p", key: [{ column: "pid", value: "9" }] })).toEqual([]);
  writeFileSync(join(studyDir, "p.csv"), "pid,note\n2,other\n");
  await expect(session.rows({ table: "p", lines: [2] })).rejects.toThrow(Problem);
});

test("Parquet holds the rows in order, with computed columns, NaN and -1 as missing", async () => {
  await load("visit", visits, visitColumns);
  await session.attrition({ table: "visit", subject: ["pid"], steps: [criteria[1]!] });
  const into = "chosen";
  await session.arrange({ table: "visit", columns: ["pid", "age"], rows: "kept", orderBy: ["visit"], into });
  const written = await session.writeParquet({
    table: into,
    computed: [
      { name: "weight", values: Float64Array.of(0.5, Number.NaN, 1.5, 2.5) },
      { name: "flag", values: Int32Array.of(1, 0, -7, 1) },
      { name: "status", codes: Int32Array.of(1, -1, 0, 1), levels: ["event", "it's censored"] },
      { name: "event", codes: Int32Array.of(0, 1, -1, 1), levels: [0, 1] },
    ],
    file: "rows/visit.parquet",
  });
  const bytes = readFileSync(join(outDir, "rows/visit.parquet"));
  expect(written).toEqual({
    name: "rows/visit.parquet",
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    rows: 4,
  });
  expect(readdirSync(join(outDir, "rows"))).toEqual(["visit.parquet"]);
  const database = await Database.open({
    directories: [outDir],
    tempDir: root,
    memoryLimitMb: 256,
    threads: 1,
  });
  const rows = await database.rows(sql`select * from read_parquet(${join(outDir, "rows/visit.parquet")})`);
  database.close();
  expect(rows).toEqual([
    [1, 2, "a", 40, 0.5, 1, "it's censored", 0],
    [1, 4, "b", 60, null, 0, null, 1],
    [1, 3, "a", 50, 1.5, -7, "event", null],
    [1, 5, "b", 70, 2.5, 1, "it's censored", 1],
  ]);
});

test("rows, columns and Parquet bytes do not depend on threads or repetition", async () => {
  const records = Array.from(
    { length: 150_000 },
    (_, i) => `${(i * 7919) % 150_000},${(i * 31) % 97},g${i % 5}`,
  );
  writeFileSync(join(studyDir, "big.csv"), `pid,x,g\n${records.join("\n")}\n`);
  const seen = new Set<string>();
  for (const threads of [1, 2, 4, 2]) {
    const other = await open(threads);
    const columns = [number("pid"), number("x"), text("g")];
    await other.loadCsv({ file: "big.csv", table: "big", columns, key: ["pid"] });
    const set = await other.columns({ table: "big", columns: ["pid", "g"], orderBy: ["x"] });
    const pid = set.columns.get("pid")!;
    if (pid.kind !== "number") throw new Error("expected numbers");
    const computed = [{ name: "copy", values: pid.values }];
    const file = `big-${threads}.parquet`;
    const into = "arranged";
    await other.arrange({ table: "big", columns: ["pid", "x", "g"], orderBy: ["x"], into });
    const { sha256 } = await other.writeParquet({ table: into, computed, file });
    const order = createHash("sha256").update(pid.values).update(set.sourceLine).digest("hex");
    seen.add(`${sha256} ${order}`);
    await other.close();
  }
  expect(seen.size).toBe(1);
});

test("predictions in the order of the patients or in another give the same rows, on any number of threads", async () => {
  const n = 130_000;
  const rows = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i));
  writeFileSync(join(studyDir, "p.csv"), `pid,age\n${rows(n, (i) => `k${i},${i % 90}`).join("\n")}\n`);
  const predicted = rows(n, (i) => `k${i},${i / n}`);
  const moved = rows(n, (i) => predicted[(i * 7919) % n]!);
  const seen = new Set<string>();
  for (const [threads, lines] of [
    [1, predicted],
    [4, predicted],
    [1, moved],
    [4, moved],
  ] as const) {
    writeFileSync(join(studyDir, "r.csv"), `id,risk\n${lines.join("\n")}\n`);
    const other = await open(threads);
    await other.loadCsv({ file: "p.csv", table: "p", columns: [text("pid"), number("age")], key: ["pid"] });
    await other.loadCsv({ file: "r.csv", table: "r", columns: [text("id"), number("risk")], key: ["id"] });
    const steps = [{ expression: compare("age", ">=", 18) }];
    await other.attrition({ table: "p", subject: ["pid"], steps });
    const { matched } = await other.matchPredictions({
      patients: "p",
      predictions: "r",
      key: { patients: ["pid"], predictions: ["id"] },
      into: { name: "study", take: [{ column: "risk", as: "predicted" }] },
    });
    const { columns, sourceLine } = await other.columns({
      table: "study",
      rows: "kept",
      columns: ["predicted", "age"],
    });
    const risk = columns.get("predicted")!;
    const age = columns.get("age")!;
    if (risk.kind !== "number" || age.kind !== "number") throw new Error("expected numbers");
    const expected = Array.from({ length: n }, (_, i) => i).filter((i) => i % 90 >= 18);
    expect(matched).toBe(n);
    expect(Array.from(sourceLine)).toEqual(expected.map((i) => i + 2));
    expect(Array.from(risk.values)).toEqual(expected.map((i) => i / n));
    expect(Array.from(age.values)).toEqual(expected.map((i) => i % 90));
    const file = `study-${threads}.parquet`;
    const computed = [{ name: "risk", values: risk.values }];
    await other.arrange({ table: "study", rows: "kept", columns: ["pid"], into: "arranged" });
    seen.add((await other.writeParquet({ table: "arranged", computed, file })).sha256);
    await other.close();
  }
  expect(seen.size).toBe(1);
});

test("rows that are all wanted as they stand give the same bytes on any number of threads", async () => {
  const n = 1_000_000;
  const records = Array.from({ length: n }, (_, i) => `${i},${(i * 31) % 97}`);
  writeFileSync(join(studyDir, "long.csv"), `pid,x\n${records.join("\n")}\n`);
  const computed = [{ name: "copy", values: Float64Array.from({ length: n }, (_, i) => i / n) }];
  const seen = new Set<string>();
  for (const threads of [1, 2, 3]) {
    const other = await open(threads);
    await other.loadCsv({
      file: "long.csv",
      table: "long",
      columns: [text("pid"), number("x")],
      key: ["pid"],
    });
    await other.arrange({ table: "long", columns: ["pid"], into: "chosen" });
    seen.add(
      (await other.writeParquet({ table: "chosen", computed, file: `long-${threads}.parquet` })).sha256,
    );
    await other.close();
  }
  expect(seen.size).toBe(1);
});

test("nothing is written outside the output folder, nor into the study", async () => {
  await load("p", "a,b\n1,2\n", [text("a")]);
  symlinkSync(studyDir, join(outDir, "link"));
  await session.arrange({ table: "p", columns: ["a"], into: "chosen" });
  for (const file of ["../x.parquet", join(studyDir, "x.parquet"), "link/x.parquet"]) {
    await expect(session.writeParquet({ table: "chosen", file })).rejects.toThrow("output folder");
  }
  await expect(session.writeParquet({ table: "p", file: "x.parquet" })).rejects.toThrow("not arranged");
  expect(readdirSync(studyDir)).toEqual(["p.csv"]);
  expect(existsSync(join(root, "x.parquet"))).toBe(false);
});

test("the engine reaches nothing but its folders and takes no further setting", async () => {
  writeFileSync(join(root, "secret.csv"), "a\n1\n");
  symlinkSync(join(root, "secret.csv"), join(studyDir, "link.csv"));
  const options = {
    directories: [studyDir],
    tempDir: join(root, "temporary"),
    memoryLimitMb: 256,
    threads: 1,
  };
  const database = await Database.open(options);
  const secret = join(root, "secret.csv");
  for (const query of [
    sql`select * from read_csv(${secret})`,
    sql`select * from read_text(${secret})`,
    sql`select * from read_csv(${`${studyDir}/../secret.csv`})`,
    sql`select * from read_csv(${join(studyDir, "link.csv")})`,
    sql`select * from sniff_csv(${secret})`,
    sql`select * from glob(${`${root}/*`})`,
    sql`select * from ${identifier(secret)}`,
    sql`copy (select 1) to ${join(root, "out.csv")}`,
    sql`attach ${join(root, "other.db")}`,
    sql`install httpfs`,
    sql`load httpfs`,
    sql`set enable_external_access = true`,
    sql`set allowed_directories = ['/']`,
    sql`set memory_limit = '100GB'`,
    sql`set lock_configuration = false`,
    sql`create persistent secret s (type http)`,
  ]) {
    await expect(database.run(query), query.sql).rejects.toThrow("data engine");
  }
  database.close();
});

test("an engine error says nothing of the cells", async () => {
  const database = await Database.open({
    directories: [studyDir],
    tempDir: root,
    memoryLimitMb: 256,
    threads: 1,
  });
  const query = sql`select cast(x as double) from (values (${"Jane Doe"})) as t(x)`;
  await expect(database.run(query)).rejects.toThrow(/^data engine: Conversion Error$/);
  database.close();
});

test("tables that do not fit into memory and temporary space are a problem the user can fix", async () => {
  const small = await Database.open({
    directories: [studyDir],
    tempDir: root,
    memoryLimitMb: 20,
    threads: 1,
  });
  const wide = sql`select string_agg(cast(range as varchar), ',') from range(30000000)`;
  await expect(small.rows(wide)).rejects.toMatchObject({ code: "data-out-of-memory" });
  small.close();
});
