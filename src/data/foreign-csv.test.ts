import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import { Session } from "./session.ts";
import type { ColumnType, LoadedFile } from "./store.ts";

/** Tables as other programs and other countries write them. */
let folder: string;
let session: Session;

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "probity-test-")));
  session = await Session.open({ studyDir: folder, tempDir: folder, memoryLimitMb: 512, threads: 2 });
});
afterEach(async () => {
  await session.close();
  rmSync(folder, { recursive: true });
});

function load(content: string, columns: Readonly<Record<string, ColumnType>>): Promise<LoadedFile> {
  writeFileSync(join(folder, "patients.csv"), content);
  return session.loadCsv({
    file: "patients.csv",
    table: "patients",
    columns: Object.entries(columns).map(([name, type]) => ({ name, type, nullable: true })),
    key: [],
  });
}

async function refusal(content: string, columns: Readonly<Record<string, ColumnType>>): Promise<Problem> {
  const problem = await load(content, columns).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(problem).toBeInstanceOf(Problem);
  return problem as Problem;
}

test.each([
  ["id;x\n1;2\n", '";"'],
  ["id;x\n1;0,5\n", '";"'],
  ['"id";"tumour size, mm"\n"1";"2"\n', '";"'],
  ["\ufeffid\tx\r\n1\t2\r\n", "tabs"],
  ["id|x\n1|2\n", '"|"'],
  ["id;x", '";"'],
])("another separator than the comma is named: %j", async (content, separator) => {
  const { code, message, detail } = await refusal(content, { id: "text", x: "number" });
  expect(code).toBe("data-separator");
  expect(message).toBe(`columns are separated by ${separator}; expected ","`);
  expect(detail.where).toBe("patients.csv:1");
  expect(detail.hint).toContain("CSV UTF-8 (comma delimited)");
});

test("semicolons in a table with commas, or in quotes, are text", async () => {
  expect(await load("id,x;y\n1,2\n", { id: "text", "x;y": "number" })).toMatchObject({ rows: 1 });
});

test("one column alone needs no separator, and may hold one in quotes", async () => {
  expect(await load('"id; of the register"\n1\n', { "id; of the register": "text" })).toMatchObject({
    rows: 1,
  });
});

test.each([
  ["31/12/2020", "it reads as day, month, year"],
  ["12-31-2020", "it reads as month, day, year"],
  ["1.2.20", "it reads as day, month, year or month, day, year, which cannot be told apart"],
  ["2020/12/31", "it reads as year, month, day; write two digits and hyphens"],
  ["20201231", "it reads as year, month, day without hyphens"],
  ["44196", "it reads as the day number of a spreadsheet"],
  ["2020-12-31 08:30", "it holds a time of day; the date alone is read"],
  ["2021-02-29", "the calendar has no such day"],
])("a date written %s is refused, and the hint says how it reads", async (text, reading) => {
  const { code, message, detail } = await refusal(`id,seen\n1,2020-12-31\n2,${text}\n`, {
    id: "text",
    seen: "date",
  });
  expect(code).toBe("data-not-a-date");
  expect(message).toBe(`"${text}"; expected a date YYYY-MM-DD`);
  expect(detail).toMatchObject({
    where: "patients.csv:3:seen",
    hint: `${reading}; export dates as YYYY-MM-DD, such as 2020-12-31`,
  });
});

test.each([
  ['"0,5"', "correct the cell: decimals stand after a point"],
  ["NA", "empty the cell: an empty cell means missing"],
  [".", "empty the cell: an empty cell means missing"],
  ["twelve", "correct the cell; leave it empty where the value is missing"],
])("a number written %s is refused with its remedy", async (text, hint) => {
  const { code, detail } = await refusal(`id,x\n1,${text}\n`, { id: "text", x: "number" });
  expect([code, detail.hint]).toEqual(["data-not-a-number", hint]);
});

test("one ragged row is told as one", async () => {
  const { message } = await refusal("a,b\n1,2\n3\n", { a: "text" });
  expect(message).toBe("1 cell where the header names 2");
});

test("a first line without end is refused before it fills the memory", async () => {
  const { code, message, detail } = await refusal("x".repeat(3 * 1024 * 1024), { id: "text" });
  expect(code).toBe("data-record-too-long");
  expect(message).toBe("the first line has more than 1048576 bytes");
  expect(detail.where).toBe("patients.csv:1");
});

test("100,000 columns are read", async () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `x${i}`);
  const row = names.map(() => "1").join(",");
  expect(await load(`${names.join(",")}\n${row}\n`, { x0: "number", x99999: "number" })).toMatchObject({
    rows: 1,
  });
});

test("repeated names are told in few words, however many they are", async () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `x${i}`);
  const row = names.map(() => "1").join(",");
  const twice = names.map((name, i) => (i % 2 === 0 ? name : `x${i - 1}`));
  const pairs = await refusal(`${twice.join(",")}\n${row}\n`, { x0: "number" });
  expect(pairs.code).toBe("data-duplicate-column");
  expect(pairs.message).toBe('"x0" names columns 1 and 2');
  expect(pairs.detail.others!.slice(-2)).toEqual([
    'patients.csv:1: "x18" names columns 19 and 20',
    "and 49990 more",
  ]);
  const one = await refusal(`${names.map(() => "x").join(",")}\n${row}\n`, { x: "number" });
  expect(one.message).toBe(
    '"x" names columns 1 and 2 and 3 and 4 and 5 and 6 and 7 and 8 and 9 and 10 and 99990 more',
  );
});
