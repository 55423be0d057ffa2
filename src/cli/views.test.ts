import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "./main.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-cli-"));
  write("patients.view.json", JSON.stringify(view));
  write("patients.ndjson", lines);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const view = {
  resource: "Patient",
  select: [
    { column: [{ name: "id", path: "id" }] },
    {
      forEachOrNull: "name",
      column: [
        { name: "family", path: "family" },
        { name: "given", path: "given", collection: true },
      ],
    },
  ],
};
const lines = [
  { resourceType: "Patient", id: "1", name: [{ family: 'A, "b"', given: ["x", "y"] }, { family: "" }] },
  { resourceType: "Patient", id: "2" },
  { resourceType: "Group", id: "3" },
]
  .map((resource) => `${JSON.stringify(resource)}\n`)
  .join("");
const csv = 'id,family,given\n1,"A, ""b""","[""x"",""y""]"\n1,"",[]\n2,,\n';

const at = (name: string) => join(folder, name);
const write = (name: string, content: string | Uint8Array) => writeFileSync(at(name), content);
const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

async function run(...argv: string[]) {
  let [stdout, stderr] = ["", ""];
  const code = await main(["views", ...argv], {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    terminalColumns: undefined,
    clock: () => new Date(0),
    workspace: at("none"),
    loadEvaluate: () => Promise.reject(new Error("a view evaluates nothing")),
    askHidden: async () => undefined,
    untilInterrupted: async () => {},
  });
  return { code, stdout, stderr };
}

test("rows as CSV, and a summary with the hashes of what was read and written", async () => {
  const { code, stdout } = await run(
    "run",
    at("patients.view.json"),
    at("patients.ndjson"),
    "--to",
    at("p.csv"),
    "--json",
  );
  expect(code).toBe(0);
  expect(readFileSync(at("p.csv"), "utf8")).toBe(csv);
  expect(JSON.parse(stdout)).toEqual({
    rows: 3,
    resources: { read: 2, others: { Group: 1 } },
    columns: [
      { name: "id", type: "string", collection: false },
      { name: "family", type: "string", collection: false },
      { name: "given", type: "string", collection: true },
    ],
    inputs: [{ file: at("patients.ndjson"), bytes: lines.length, sha256: sha256(lines) }],
    output: { file: at("p.csv"), bytes: csv.length, sha256: sha256(csv) },
  });
  expect(readdirSync(folder).toSorted()).toEqual(["p.csv", "patients.ndjson", "patients.view.json"]);
});

test("on standard output: the rows alone, the counts beside them", async () => {
  const { code, stdout, stderr } = await run(
    "run",
    at("patients.view.json"),
    at("patients.ndjson"),
    "--to",
    "-",
  );
  expect(code).toBe(0);
  expect(stdout).toBe(csv);
  expect(stderr).toBe(
    "probity: read      2 resources of the view's type, 3 rows\nprobity: left out  1 Group\n",
  );
});

test("files are read in order, compressed ones too, and by names that look like patterns", async () => {
  write("a*[1].ndjson.gz", gzipSync(lines));
  write("ab.ndjson", "no JSON at all\n");
  symlinkSync(at("patients.ndjson"), at("link.ndjson"));
  const { stdout } = await run(
    "run",
    at("patients.view.json"),
    at("a*[1].ndjson.gz"),
    at("link.ndjson"),
    "--to",
    "-",
  );
  const [header, ...rows] = csv.trimEnd().split("\n");
  expect(stdout).toBe(`${[header, ...rows, ...rows].join("\n")}\n`);
});

test("Parquet: the same bytes on any number of threads", async () => {
  write("many.ndjson", lines.repeat(20_000));
  const hashes = new Set<string>();
  for (const threads of ["1", "4", "4"]) {
    const { code } = await run(
      "run",
      at("patients.view.json"),
      at("many.ndjson"),
      "--to",
      at("p.parquet"),
      "--threads",
      threads,
    );
    expect(code).toBe(0);
    hashes.add(sha256(readFileSync(at("p.parquet"))));
  }
  expect(hashes.size).toBe(1);
});

test("a run that fails leaves the earlier table and nothing else", async () => {
  write("p.csv", "earlier");
  write("bad.ndjson", `${lines}{"resourceType": "Patient", "name": "x"}\n`);
  const { code, stderr } = await run("run", at("patients.view.json"), at("bad.ndjson"), "--to", at("p.csv"));
  expect(code).toBe(2);
  expect(stderr).toBe(
    `probity: error: ${at("bad.ndjson")}:4: name is a single value; FHIR has a list there\n` +
      "probity: hint: correct the resource of this line\n",
  );
  expect(readFileSync(at("p.csv"), "utf8")).toBe("earlier");
  expect(readdirSync(folder)).toHaveLength(4);
});

test.each([
  ["another ending", ["--to", "p.xlsx"], "option-value"],
  ["a folder", ["--to", "folder.csv"], "out-not-writable"],
  ["an input", ["--to", "patients.ndjson"], "out-not-writable"],
  ["a missing folder", ["--to", "none/p.csv"], "out-not-writable"],
])("the output is %s", async (_, [option, file], problem) => {
  mkdirSync(at("folder.csv"));
  const { code, stdout } = await run(
    "run",
    at("patients.view.json"),
    at("patients.ndjson"),
    option!,
    at(file!),
    "--json",
  );
  expect(code).toBe(2);
  expect(JSON.parse(stdout).problem.type).toBe(`/problems/${problem}`);
  expect(readFileSync(at("patients.ndjson"), "utf8")).toBe(lines);
});

test("an input that is not there, and a view that is none", async () => {
  const missing = await run("run", at("patients.view.json"), at("none.ndjson"), "--to", at("p.csv"));
  expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("none.ndjson: no such file") });
  const swapped = await run("run", at("patients.ndjson"), at("patients.view.json"), "--to", at("p.csv"));
  expect(swapped).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("patients.ndjson:2:1: not valid JSON"),
  });
});

test.each([
  ["cut off between two lines", "cut.ndjson.gz", gzipSync(lines.repeat(50)).subarray(0, -12), "data-gzip"],
  [
    "not UTF-8",
    "text.ndjson",
    Buffer.from(`${lines}{"resourceType":"Patient","id":"\xff"}\n`, "latin1"),
    "data-not-utf8",
  ],
  ["two resources on a line", "two.ndjson", `${lines.trimEnd()}${lines}`, "data-json"],
])("a file that is %s is refused", async (_, name, content, problem) => {
  write(name, content);
  const { code, stdout } = await run(
    "run",
    at("patients.view.json"),
    at(name),
    "--to",
    at("p.csv"),
    "--json",
  );
  expect(code).toBe(2);
  expect(JSON.parse(stdout).problem.type).toBe(`/problems/${problem}`);
  expect(readdirSync(folder)).not.toContain("p.csv");
});

test("check prints the columns, or the place of a fault", async () => {
  const good = await run("check", at("patients.view.json"));
  expect(good).toMatchObject({
    code: 0,
    stdout: "3 columns of Patient\n  id      string\n  family  string\n  given   list of string\n",
  });
  expect((await run("check", at("patients.view.json"), "--sql")).stdout).toMatch(/^select .*read_json\(/s);
  write(
    "wrong.view.json",
    '{ "resource": "Patient",\n  "select": [{ "column": [{ "name": "a", "path": "nme.family" }] }] }',
  );
  const wrong = await run("check", at("wrong.view.json"));
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toBe(
    `probity: error: ${at("wrong.view.json")}:2:51 select[0].column[0].path: Patient has no element "nme"\n` +
      'probity: hint: did you mean "name"?\n',
  );
});
