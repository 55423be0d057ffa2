import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import { Session } from "./session.ts";
import type { ColumnType, CsvColumn } from "./store.ts";

let root: string;
let studyDir: string;
let session: Session;

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "probity-test-")));
  studyDir = join(root, "study 'one' \"two\" [3]");
  mkdirSync(studyDir);
  mkdirSync(join(root, "study 'one' \"two\" 3"));
  session = await Session.open({ studyDir, tempDir: root, memoryLimitMb: 512, threads: 2 });
});
afterEach(async () => {
  await session.close();
  rmSync(root, { recursive: true });
});

function write(file: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(studyDir, file)), { recursive: true });
  writeFileSync(join(studyDir, file), content);
}

const text = (name: string): CsvColumn => ({ name, type: "text", nullable: true });
const typed = (name: string, type: ColumnType, nullable = true): CsvColumn => ({ name, type, nullable });

async function load(
  content: string | Uint8Array,
  columns: readonly CsvColumn[],
  key: readonly string[] = [],
) {
  write("patients.csv", content);
  return session.loadCsv({ file: "patients.csv", table: "patients", columns, key });
}

/** Cells of a text column with the lines they come from. */
async function cells(name: string): Promise<(string | number | null)[][]> {
  const { columns, sourceLine } = await session.columns({ table: "patients", columns: [name] });
  const column = columns.get(name)!;
  return [...sourceLine].map((line, i) => [
    line,
    column.kind === "text" ? (column.levels[column.codes[i]!] ?? null) : column.values[i]!,
  ]);
}

async function refusal(action: Promise<unknown>) {
  const problem = await action.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(Problem);
  const { code, message, detail } = problem as Problem;
  return { code, message, where: detail.where, hint: detail.hint, others: detail.others ?? [] };
}

test("line ends, byte order mark and blank lines are no part of the values", async () => {
  const facts = await load("\ufeffid,x\r\n1,a\r\n\r\n2,b\n\n\n3,c", [text("id"), text("x")], ["id"]);
  expect(facts).toMatchObject({ fileId: 1, rows: 3, blankLines: 3, hasCrlf: true, bom: true });
  expect(facts.columns).toEqual([
    { name: "id", type: "text" },
    { name: "x", type: "text" },
  ]);
  expect(await cells("x")).toEqual([
    [2, "a"],
    [4, "b"],
    [7, "c"],
  ]);
});

test("records that span lines keep the line they start on", async () => {
  await load('"i,d",note\n1,"two\nlines, and ""quotes"""\n\n2,plain\n3,"x\r\n\r\ny"\n4,last\n', [
    text("note"),
  ]);
  expect(await cells("note")).toEqual([
    [2, 'two\nlines, and "quotes"'],
    [5, "plain"],
    [6, "x\r\n\r\ny"],
    [9, "last"],
  ]);
});

test("a header that spans lines shifts the first row", async () => {
  await load('"a\nb",x\n1,2\n', [text("a\nb")]);
  expect(await cells("a\nb")).toEqual([[3, "1"]]);
});

test("the hash, size and name are those of the file", async () => {
  const facts = await load("a\nabc\n", [text("a")]);
  // printf 'a\nabc\n' | sha256sum
  expect(facts.sha256).toBe("6b6494035bc577dae2ff22d9522d839aff3a497561447d65da21ddd11bd5f151");
  expect(facts).toMatchObject({ name: "patients.csv", bytes: 6, rows: 1 });
});

test("names and values beyond ASCII come through", async () => {
  await load('größe,"na""me","select"\n1,Žofie,🙂\n', [text("größe"), text('na"me'), text("select")]);
  expect(await cells('na"me')).toEqual([[2, "Žofie"]]);
  expect(await cells("select")).toEqual([[2, "🙂"]]);
});

test("numbers, dates and booleans are read as written; empty and blank cells are missing", async () => {
  const content = [
    "n,d,b,t",
    "1e3,2024-02-29,true,x",
    " -0.5 ,1969-12-31,0,",
    ",,,  ",
    "1e-400, 2000-01-01 ,FALSE,y",
    "+.5,0001-01-01,1,z",
  ].join("\n");
  const columns = [typed("n", "number"), typed("d", "date"), typed("b", "boolean"), text("t")];
  await load(content, columns);
  const set = await session.columns({ table: "patients", columns: ["n", "d", "b", "t"] });
  expect(set.columns.get("n")).toEqual({
    kind: "number",
    values: Float64Array.of(1000, -0.5, Number.NaN, 0, 0.5),
    missing: 1,
  });
  // By hand: 1969-12-31 is the day before the first.
  const day = (iso: string) => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;
  expect(set.columns.get("d")).toEqual({
    kind: "date",
    values: Float64Array.of(day("2024-02-29"), -1, Number.NaN, day("2000-01-01"), day("0001-01-01")),
    missing: 1,
  });
  expect(set.columns.get("b")).toEqual({ kind: "boolean", values: Int8Array.of(1, 0, -1, 0, 1), missing: 1 });
  expect(set.columns.get("t")).toEqual({
    kind: "text",
    codes: Int32Array.of(0, -1, -1, 1, 2),
    levels: ["x", "y", "z"],
    missing: 2,
  });
});

test("doubles come through to the last bit", async () => {
  // JavaScript prints −0 as "0", so the file cannot hold its sign.
  const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const values = fc.array(double, {
    minLength: 1,
    maxLength: 30,
  });
  let n = 0;
  await fc.assert(
    fc.asyncProperty(values, async (numbers) => {
      const table = `t${n++}`;
      write(`${table}.csv`, `x,y\n${numbers.map((x) => `${x},`).join("\n")}\n`);
      await session.loadCsv({ file: `${table}.csv`, table, columns: [typed("x", "number")], key: [] });
      const { columns } = await session.columns({ table, columns: ["x"] });
      expect(columns.get("x")).toEqual({ kind: "number", values: Float64Array.from(numbers), missing: 0 });
    }),
    { numRuns: 30 },
  );
});

test("any table of cells survives quoting, with the line of each record", async () => {
  const cell = fc
    .string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", "é", " x") })
    .map((x) => `_${x}`);
  const table = fc.array(fc.tuple(cell, cell, fc.nat(2)), { minLength: 1, maxLength: 12 });
  let n = 0;
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom("\n", "\r\n"), async (records, lineEnd) => {
      let content = `a,b${lineEnd}`;
      const expected = records.map(([a, b, nBlank]) => {
        content += lineEnd.repeat(nBlank);
        const line = content.split("\n").length;
        content += `"${a.replaceAll('"', '""')}","${b.replaceAll('"', '""')}"${lineEnd}`;
        return [line, b];
      });
      const name = `t${n++}`;
      write(`${name}.csv`, content);
      await session.loadCsv({ file: `${name}.csv`, table: name, columns: [text("b")], key: [] });
      const { columns, sourceLine } = await session.columns({ table: name, columns: ["b"] });
      const column = columns.get("b")!;
      if (column.kind !== "text") throw new Error("expected text");
      expect([...sourceLine].map((line, i) => [line, column.levels[column.codes[i]!]])).toEqual(expected);
      const records2 = await session.rows({ table: name, lines: [...sourceLine] });
      expect(records2.map(({ line, fields }) => [line, fields[1]!.text])).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test("lines stay exact over many blocks, row groups and threads", async () => {
  const records = Array.from({ length: 300_000 }, (_, i) => `${i + 2},${"x".repeat(i % 17)}`);
  await load(`line,filler\n${records.join("\n")}\n`, [typed("line", "number"), text("filler")], ["line"]);
  const { columns, sourceLine, n } = await session.columns({ table: "patients", columns: ["line"] });
  const line = columns.get("line")!;
  expect(n).toBe(300_000);
  const expected = { kind: "number", values: Float64Array.from(sourceLine), missing: 0 };
  expect(isDeepStrictEqual(line, expected)).toBe(true);
});

for (const [name, content, code, where] of [
  ["empty file", "", "data-empty-file", "patients.csv"],
  ["byte order mark only", "\ufeff", "data-empty-file", "patients.csv"],
  ["header only", "a,b\n", "data-no-rows", "patients.csv:1"],
  ["header and blank lines only", "a,b\n\n\r\n", "data-no-rows", "patients.csv:1"],
  ["blank first line", "\na,b\n1,2\n", "data-no-header", "patients.csv:1"],
  ["short row", "a,b\n1,2\n\n3\n", "data-ragged-row", "patients.csv:4"],
  ["long row", "a,b\n1,2,3\n", "data-ragged-row", "patients.csv:2"],
  ["quote that never ends", 'a,b\n1,"2\n3,4\n', "data-open-quote", "patients.csv:2"],
  ["quote inside a cell", 'a,b\n1,5" tumour\n', "data-stray-quote", "patients.csv:2"],
  ["text after a quoted cell", 'a,b\n1,"x"y\n', "data-stray-quote", "patients.csv:2"],
  ["NUL byte", "a,b\n1,2\n3,\0\n", "data-nul-byte", "patients.csv:3"],
  ["lone carriage return", "a,b\n1,2\r3,4\n", "data-line-end", "patients.csv:2"],
  ["repeated column", "a,b,a\n1,2,3\n", "data-duplicate-column", "patients.csv:1"],
] as const) {
  test(`${name} is refused with its place`, async () => {
    expect(await refusal(load(content, [text("a"), text("b")]))).toMatchObject({ code, where });
  });
}

test("text that is not UTF-8 is refused with its line", async () => {
  const latin1 = Buffer.from("a,b\n1,2\n3,\xe4\n5,6\n", "latin1");
  expect(await refusal(load(latin1, [text("a")]))).toMatchObject({
    code: "data-not-utf8",
    where: "patients.csv:3",
  });
  const cut = Buffer.concat([Buffer.from("a,b\n1,"), Buffer.of(0xe2, 0x82)]);
  expect(await refusal(load(cut, [text("a")]))).toMatchObject({
    code: "data-not-utf8",
    where: "patients.csv:2",
  });
  const utf16 = Buffer.from("\ufeffa,b\n1,2\n", "utf16le");
  expect(await refusal(load(utf16, [text("a")]))).toMatchObject({
    code: "data-not-utf8",
    where: "patients.csv:1",
  });
});

test("characters that are cut by a block's end are whole", async () => {
  // The file is read in blocks of 1 MiB; rows of 4 bytes fill one up to its last 4 bytes.
  const filler = `a,b\n${"x,y\n".repeat(1024 * 256 - 2)}`;
  for (const before of [0, 1, 2, 3, 4]) {
    const cell = `${"p".repeat(before)}🙂`;
    const table = `t${before}`;
    write(`${table}.csv`, `${filler}${cell},z\n`);
    await session.loadCsv({ file: `${table}.csv`, table, columns: [text("a")], key: [] });
    const [profile] = await session.profile({ table, columns: [{ name: "a" }] });
    expect(profile!.range).toMatchObject(before === 0 ? { min: "x", max: cell } : { min: cell, max: "x" });
  }
});

test("all ragged rows are counted and the first ten listed", async () => {
  const problem = await refusal(load(`a,b\n1,2\n${"x\n".repeat(25)}`, [text("a")]));
  expect(problem.message).toBe("1 cell where the header names 2 (25 such rows)");
  expect(problem.others).toHaveLength(10);
  expect(problem.others.slice(-2)).toEqual(["patients.csv:12: 1 cell", "and 15 more"]);
});

test("a missing column is named, with the likely spelling", async () => {
  const problem = await refusal(load("pid,rfstime\n1,2\n", [text("pid"), text("rfs_time"), text("zzz")]));
  expect(problem).toEqual({
    code: "data-missing-column",
    message: 'no column "rfs_time"',
    where: "patients.csv:1",
    hint: 'did you mean "rfstime"?',
    others: ['patients.csv:1: no column "zzz"'],
  });
});

test("cells that are no numbers are all counted, listed by line and column, never by row", async () => {
  const content =
    'id,n\n1,NaN\n2,1e400\n3,NA\n4,-inf\n5,1_000\n6,"12,5"\n7,0x1F\n8,5\n9,١\n10,--\n11,a\n12,b\n13,c\n';
  const problem = await refusal(load(content, [text("id"), typed("n", "number")], ["id"]));
  expect(problem).toMatchObject({
    code: "data-not-a-number",
    where: "patients.csv:2:n",
    message: '"NaN"; expected a finite number such as 12 or 0.45 (12 cells cannot be read)',
  });
  expect(problem.others).toEqual([
    'patients.csv:3:n: "1e400"',
    'patients.csv:4:n: "NA"',
    'patients.csv:5:n: "-inf"',
    'patients.csv:6:n: "1_000"',
    'patients.csv:7:n: "12,5"',
    'patients.csv:8:n: "0x1F"',
    'patients.csv:10:n: "١"',
    'patients.csv:11:n: "--"',
    'patients.csv:12:n: "a"',
    "and 2 more",
  ]);
});

test("where every row needs a value, nobody is told to leave the cell empty", async () => {
  const needed = { ...typed("n", "number"), nullable: false };
  expect((await refusal(load("id,n\n1,NaN\n", [text("id"), needed]))).hint).toBe(
    "correct the cell; every row needs a value here",
  );
  const mayBeEmpty = [text("id"), typed("n", "number")];
  expect((await refusal(load("id,n\n1,NaN\n", mayBeEmpty))).hint).toBe(
    "empty the cell: an empty cell means missing",
  );
  expect((await refusal(load("id,n\n1,high\n", mayBeEmpty))).hint).toBe(
    "correct the cell; leave it empty where the value is missing",
  );
});

test("a long offending cell is cut at 40 characters and shown on one line", async () => {
  const problem = await refusal(load(`n,m\n"${"é".repeat(50)}",1\n"a\nb",1\n`, [typed("n", "number")]));
  expect(problem.message).toContain(`"${"é".repeat(40)}…"`);
  expect(problem.others).toEqual(['patients.csv:3:n: "a\\nb"']);
});

for (const [type, cell, code] of [
  ["date", "2023-02-29", "data-not-a-date"],
  ["date", "01/02/2023", "data-not-a-date"],
  ["date", "2023-1-2", "data-not-a-date"],
  ["date", "infinity", "data-not-a-date"],
  ["date", "2023-01-02 10:00", "data-not-a-date"],
  ["boolean", "yes", "data-not-a-boolean"],
  ["boolean", "2", "data-not-a-boolean"],
] as const) {
  test(`"${cell}" is no ${type}`, async () => {
    const problem = await refusal(load(`x,y\n,\n${cell},\n`, [typed("x", type)]));
    expect(problem).toMatchObject({ code, where: "patients.csv:3:x", others: [] });
  });
}

test("an empty cell is refused where a value is needed, and a key always is", async () => {
  const columns = [text("id"), typed("n", "number", false)];
  expect(await refusal(load("id,n\n1,2\n2,\n3, \n", columns, ["id"]))).toMatchObject({
    code: "data-missing-value",
    where: "patients.csv:3:n",
    message: "2 empty cells where a value is needed",
    others: ["patients.csv:4:n"],
  });
  expect(await refusal(load("id,n\n1,2\n,3\n", columns, ["id"]))).toMatchObject({
    code: "data-missing-key",
    where: "patients.csv:3:id",
  });
});

test("every row that repeats a key is counted, with the line of the first", async () => {
  const problem = await refusal(
    load('id,"n"\n1,"a\nb"\n2,x\n1,y\n\n1,z\n2,z\n', [text("id"), text("n")], ["id"]),
  );
  expect(problem).toMatchObject({
    code: "data-duplicate-key",
    where: "patients.csv:5:id",
    message: "same key as line 2 (3 rows repeat a key)",
    others: ["patients.csv:7:id: same key as line 2", "patients.csv:8:id: same key as line 4"],
  });
});

test.each([
  ["a space after it", "p1 "],
  ["a space before it", " p1"],
  ["a tab", '"p1\t"'],
  ["a no-break space", "p1\u00a0"],
  ["a zero-width space", "p1\u200b"],
])("a key that repeats another but for %s is refused", async (_, twin) => {
  const { code, message, where } = await refusal(
    load(`id\np1\np2\n${twin}\n`, [typed("id", "text", false)], ["id"]),
  );
  expect([code, where]).toEqual(["data-duplicate-key", "patients.csv:4:id"]);
  expect(message).toContain(
    "but for spaces or the composition of letters, same key as line 2 (1 row repeats",
  );
});

test.each([
  [["1", "1"], 3],
  [["1", "2", "3", "3"], 5],
  [["1", "2", "2 "], 4],
  [["7", "8", "7"], 4],
  [["99999999999999999999", "99999999999999999999"], 3],
])("numbers as keys, repeated: %s", async (keys, line) => {
  const { code, where } = await refusal(
    load(`id\n${keys.join("\n")}\n`, [typed("id", "text", false)], ["id"]),
  );
  expect([code, where]).toEqual(["data-duplicate-key", `patients.csv:${line}:id`]);
});

test.each([[["1", "2", "10"]], [["2", "1"]], [["0", "00"]], [["-1", "01", "1e3"]], [["5"]]])(
  "numbers as keys, each its own: %s",
  async (keys) => {
    const { rows } = await load(`id\n${keys.join("\n")}\n`, [typed("id", "text", false)], ["id"]);
    expect(rows).toBe(keys.length);
  },
);

test("a key that repeats another but for the composition of its letters is refused", async () => {
  const { code, where } = await refusal(
    load("id\nRen\u00e9\nRene\u0301\n", [typed("id", "text", false)], ["id"]),
  );
  expect([code, where]).toEqual(["data-duplicate-key", "patients.csv:3:id"]);
});

test("keys that differ in case only are counted and listed, for some sources mean that", async () => {
  const { keysInOtherCase, rows } = await load(
    "id\np1\nP2\nP1\np2\np3\n\u00c9a\n\u00e9a\n",
    [typed("id", "text", false)],
    ["id"],
  );
  expect(rows).toBe(7);
  expect(keysInOtherCase).toEqual({
    count: 3,
    first: ["patients.csv:4:id", "patients.csv:5:id", "patients.csv:8:id"],
  });
});

test("spaces around keys that repeat nothing are part of them", async () => {
  const { keysInOtherCase } = await load("id\n p1\n p2 \n", [typed("id", "text", false)], ["id"]);
  expect(keysInOtherCase.count).toBe(0);
  expect(await cells("id")).toEqual([
    [2, " p1"],
    [3, " p2 "],
  ]);
});

test("after a refusal the table can be loaded from a corrected file", async () => {
  await refusal(load("id,n\n1,x\n", [typed("n", "number")]));
  await load("id,n\n1,2\n", [typed("n", "number")]);
  expect(await cells("n")).toEqual([[2, 2]]);
});

test("a file outside the study is refused, by .., by an absolute path and through links", async () => {
  writeFileSync(join(root, "secret.csv"), "a\n1\n");
  symlinkSync(join(root, "secret.csv"), join(studyDir, "link.csv"));
  symlinkSync(root, join(studyDir, "folder"));
  const paths = [
    "../secret.csv",
    "x/../../secret.csv",
    join(root, "secret.csv"),
    "link.csv",
    "folder/secret.csv",
  ];
  for (const file of paths) {
    const problem = await refusal(session.loadCsv({ file, table: "t", columns: [text("a")], key: [] }));
    expect(problem.code).toBe("data-outside-study");
  }
});

test("a link that stays inside the study is followed", async () => {
  write("real.csv", "a\n1\n");
  symlinkSync("real.csv", join(studyDir, "alias.csv"));
  expect(
    await session.loadCsv({ file: "alias.csv", table: "t", columns: [text("a")], key: [] }),
  ).toMatchObject({
    rows: 1,
  });
});

test("a missing file, a folder and a folder's name in place of a file are refused", async () => {
  const request = { table: "t", columns: [text("a")], key: [] };
  mkdirSync(join(studyDir, "folder"));
  expect(await refusal(session.loadCsv({ ...request, file: "no.csv" }))).toMatchObject({
    code: "data-file-missing",
    where: "no.csv",
  });
  expect((await refusal(session.loadCsv({ ...request, file: "folder" }))).code).toBe("data-not-a-file");
});

test("a path is a name, never a pattern, and its form decides nothing", async () => {
  // The study's own path holds brackets that, as a pattern, match the empty folder beside it.
  for (const [i, file] of ["x*.csv", "year=2020/p[1].csv", "packed.csv.gz", "q?.csv"].entries()) {
    write(file, "a,b\n1,2\n");
    const table = `t${i}`;
    const facts = await session.loadCsv({ file, table, columns: [text("a"), text("b")], key: [] });
    expect(facts.rows).toBe(1);
  }
});
