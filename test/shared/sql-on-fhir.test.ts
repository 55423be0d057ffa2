import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runView } from "../../src/data/index.ts";

/** The official cases of SQL on FHIR 2, as they stand: each through the command's own way, from file to table. */
const folder = join(
  process.env.PROBITY_SHARED ?? join(import.meta.dirname, "../../../shared"),
  "sql-on-fhir-tests/tests",
);

interface Case {
  readonly title: string;
  readonly view: unknown;
  readonly expect?: readonly Row[];
  readonly expectCount?: number;
  readonly expectError?: boolean;
  readonly expectColumns?: readonly string[];
}
type Row = Readonly<Record<string, unknown>>;

const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
let scratch = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "probity-test-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/**
 * The resources of a case file as lines, cut out of its text: JSON.parse would turn 1.0 into 1, and in FHIR these are two
 * values.
 */
function linesOf(text: string): string[] {
  const compact = text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, string = "") => string);
  const start = compact.indexOf('"resources":[') + '"resources":['.length;
  const lines: string[] = [];
  let depth = 0;
  let from = start;
  for (const { 0: token, index } of compact.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (index < start) continue;
    if (token === "{" || token === "[") {
      if (depth === 0) from = index;
      depth += 1;
    } else if (token === "}" || token === "]") {
      depth -= 1;
      if (depth < 0) break;
      if (depth === 0) lines.push(compact.slice(from, index + 1));
    }
  }
  return lines;
}

let n = 0;
async function run(view: unknown, lines: readonly string[]) {
  n += 1;
  const data = join(scratch, `${n}.ndjson`);
  const out = join(scratch, `${n}.out.ndjson`);
  writeFileSync(data, `${lines.join("\n")}\n`);
  const text = JSON.stringify(view);
  const { columns } = await runView({
    view: text,
    viewName: "view.json",
    files: [data],
    out,
    format: "ndjson",
  });
  const rows = readFileSync(out, "utf8").trim();
  return {
    columns: columns.map(({ name }) => name),
    rows: rows === "" ? [] : rows.split("\n").map((row) => JSON.parse(row) as Row),
  };
}

/** The order of rows is no part of the standard; a column that is not given is null. */
function comparable(rows: readonly Row[], columns: readonly string[]): string[] {
  return rows.map((row) => JSON.stringify(columns.map((column) => row[column] ?? null))).toSorted();
}

test("there are 134 cases", () => {
  const cases = files.flatMap((file) => JSON.parse(readFileSync(join(folder, file), "utf8")).tests);
  expect(cases).toHaveLength(134);
});

for (const file of files) {
  const text = readFileSync(join(folder, file), "utf8");
  const { resources, tests } = JSON.parse(text) as { resources: readonly unknown[]; tests: readonly Case[] };
  const lines = linesOf(text);
  describe(file, () => {
    test("the lines are the resources of the file", () => {
      expect(lines.map((line) => JSON.parse(line))).toEqual(resources);
    });
    for (const one of tests) {
      test(one.title, async () => {
        if (one.expectError) {
          await expect(run(one.view, lines)).rejects.toMatchObject({
            name: "Problem",
            code: expect.stringMatching(/^view-/),
          });
          return;
        }
        const { columns, rows } = await run(one.view, lines);
        if (one.expectColumns) expect(columns).toEqual(one.expectColumns);
        if (one.expectCount !== undefined) expect(rows).toHaveLength(one.expectCount);
        if (one.expect === undefined) return;
        for (const row of one.expect) expect(columns).toEqual(expect.arrayContaining(Object.keys(row)));
        expect(comparable(rows, columns)).toEqual(comparable(one.expect, columns));
      });
    }
  });
}
