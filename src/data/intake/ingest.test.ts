import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type IngestOptions, ingest } from "./ingest.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "probity-ingest-"));
  mkdirSync(at("in"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const source = (name: string, content: string | Uint8Array) => writeFileSync(at(`in/${name}`), content);
const take = (options: Partial<IngestOptions> = {}) =>
  ingest({ paths: [at("in")], into: at("out"), ...options });
const rows = (path: string) =>
  readFileSync(at(`out/${path}`), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
const patient = (id: string, rest = "") => `{"resourceType":"Patient","id":"${id}"${rest}}`;

/** Each line with why it is not taken, by the definitions of docs/ingest.md. */
const messy: readonly (readonly [line: string | Buffer, reason: string | undefined])[] = [
  [`\ufeff${patient("bom")}`, "byte-order-mark"],
  [patient("a", ',"multipleBirthInteger":1.10'), undefined],
  ["", "blank"],
  [" \t\r", "blank"],
  [`${patient("b")}\r`, undefined],
  [` { "id" : "c\\u00e9" , "resourceType" : "Patient" } `, undefined],
  ["{", "malformed"],
  [patient("d", ',"active":true,'), "malformed"],
  [patient("d", ',"multipleBirthInteger":NaN'), "malformed"],
  [patient("d", ',"multipleBirthInteger":01'), "malformed"],
  [`${patient("d")}${patient("e")}`, "malformed"],
  [patient("d", ',"gender":"fe\tmale"'), "malformed"],
  [patient("d", ',"gender":"fe\0male"'), "nul"],
  [Buffer.from(patient("d", ',"gender":"\xff"'), "latin1"), "not-utf8"],
  [`[${patient("d")}]`, "not-an-object"],
  ["null", "not-an-object"],
  [patient("d", ',"active":true,"active":false'), "repeated-key"],
  [patient("d", ',"name":[{"text":"x","t\\u0065xt":"y"}]'), "repeated-key"],
  [patient("d", ',"gender":"\\ud800"'), "half-character"],
  [patient("d", `,"extension":${"[".repeat(64)}${"]".repeat(64)}`), "too-deep"],
  [patient("f", `,"extension":${"[".repeat(63)}${"]".repeat(63)}`), undefined],
  ['{"id":"d"}', "no-type"],
  ['{"resourceType":7,"id":"d"}', "no-type"],
  ['{"resourceType":"Patiens","id":"d"}', "unknown-type"],
  ['{"resourceType":"Observation","id":"d"}', "other-type"],
  ['{"resourceType":"Patient"}', "no-id"],
  ['{"resourceType":"Patient","id":""}', "no-id"],
  [patient("i".repeat(257)), "no-id"],
  [patient("i".repeat(256)), undefined],
  [patient("g", `,"gender":"${"x".repeat(1024 * 1024)}"`), "too-long"],
  [patient("a", ',"multipleBirthInteger":1.10'), "duplicate"],
  [patient("a", ',"multipleBirthInteger":2'), "duplicate-differs"],
  [patient("last", ',"name":[{"text":"é, \\"q\\" \\\\ \u2028"}]'), undefined],
];
const lineLimitBytes = 1024 * 1024;

function messyFile(): Buffer {
  const lines = messy.map(([line]) => Buffer.from(line as string));
  return Buffer.concat(lines.flatMap((line, i) => (i === 0 ? [line] : [Buffer.from("\n"), line])));
}

test.each(["fast", "line by line"] as const)(
  "every line of a messy file has its place: %s",
  async (reading) => {
    source("Patient.ndjson", messyFile());
    const { manifest } = await take({ lineLimitBytes, reading });
    const expected = messy.map(([, reason], i) => ({ line: i + 1, reason }));
    const taken = rows("tables/Patient/000001-distinct.ndjson");
    expect(taken.map(({ line }) => line)).toEqual(
      expected.filter(({ reason }) => reason === undefined).map(({ line }) => line),
    );
    const quarantined = rows("quarantine.ndjson").map(({ line, reason }) => ({ line, reason }));
    expect(quarantined).toEqual(expected.filter(({ reason }) => reason !== undefined && reason !== "blank"));
    const nBlank = expected.filter(({ reason }) => reason === "blank").length;
    expect(manifest.totals).toEqual({
      lines: messy.length,
      resources: taken.length,
      quarantined: quarantined.length,
      blank: nBlank,
      refused: 0,
    });
    expect(manifest.sources[0]!.sha256).toBe(createHash("sha256").update(messyFile()).digest("hex"));
  },
);

test("a row holds the text of its line, byte for byte", async () => {
  source("Patient.ndjson", messyFile());
  await take({ lineLimitBytes });
  const text = readFileSync(at("out/tables/Patient/000001-distinct.ndjson"), "utf8");
  expect(text.split("\n")[0]).toBe(
    '{"file":1,"line":2,"id":"a","resource":{"resourceType":"Patient","id":"a","multipleBirthInteger":1.10}}',
  );
  expect(text.split("\n")[2]).toBe(
    '{"file":1,"line":6,"id":"cé","resource": { "id" : "c\\u00e9" , "resourceType" : "Patient" } }',
  );
});

test("a compressed file gives the same tables; a damaged one is refused and counted", async () => {
  source("Patient.ndjson.gz", gzipSync(messyFile()));
  source("Z.ndjson.gz", gzipSync(messyFile()).subarray(0, 300));
  const { manifest } = await take({ lineLimitBytes });
  expect(manifest.totals).toMatchObject({ lines: messy.length, refused: 1 });
  expect(manifest.sources[1]).toMatchObject({ lines: 0, bytes: 300, refused: "damaged-gzip" });
  const zipped = readFileSync(at("out/tables/Patient/000001-distinct.ndjson"), "utf8");
  rmSync(folder, { recursive: true });
  mkdirSync(at("in"), { recursive: true });
  source("Patient.ndjson", messyFile());
  await take({ lineLimitBytes });
  expect(readFileSync(at("out/tables/Patient/000001-distinct.ndjson"), "utf8")).toBe(zipped);
});

test("entries of a Bundle are lines from 1, with the text that they have in the file", async () => {
  source(
    "b.json",
    `{"resourceType": "Bundle", "total": 1.0, "entry": [
      {"fullUrl": "urn:uuid:a", "resource": {"resourceType": "Patient",\n "id": "a", "multipleBirthInteger": 1.10}},
      {"request": {"method": "DELETE", "url": "Patient/x"}},
      {"resource": {"resourceType": "Observation", "id": "o", "status": "}]\\"" } } ,
      {"resource": {"resourceType": "Observation"}}, 7
    ]}`,
  );
  source("p.json", `{"resourceType": "Patient",\n "id": "p"}\n`);
  source("x.json", `{"resourceType": "Patient",`);
  const { manifest } = await take();
  expect(rows("tables/Observation/000001.ndjson")).toMatchObject([{ line: 3, id: "o" }]);
  expect(readFileSync(at("out/tables/Patient/000001.ndjson"), "utf8")).toContain("1.10}}\n");
  expect(rows("tables/Patient/000002.ndjson")).toMatchObject([{ file: 2, line: 1, id: "p" }]);
  expect(rows("quarantine.ndjson")).toEqual([
    { file: 1, line: 2, reason: "no-resource" },
    { file: 1, line: 4, reason: "no-id" },
    { file: 1, line: 5, reason: "no-resource" },
  ]);
  expect(manifest.totals).toEqual({ lines: 6, resources: 3, quarantined: 3, blank: 0, refused: 1 });
});

test("a run goes on after the files that an earlier one had finished", async () => {
  for (const name of ["a", "b", "c"]) source(`${name}.ndjson`, `${patient(name)}\n`);
  const stop = new Error("stopped");
  const stopping = take({
    progress: ({ what }) => {
      if (what.startsWith("c.ndjson")) throw stop;
    },
  });
  await expect(stopping).rejects.toBe(stop);
  expect(existsSync(at("out"))).toBe(false);
  const { manifest, resumed } = await take();
  expect(resumed).toBe(2);
  expect(manifest.totals).toMatchObject({ lines: 3, resources: 3 });
  const again = await take();
  expect(again).toEqual({ manifest, resumed: 3 });
  source("c.ndjson", `${patient("d")}\n`);
  await expect(take()).rejects.toMatchObject({ code: "ingest-exists" });
});

test("with --strict the first line that is not taken ends the run, and nothing is made", async () => {
  source("Patient.ndjson", `${patient("a")}\n\nx\n`);
  await expect(take({ isStrict: true })).rejects.toMatchObject({
    code: "ingest-line",
    detail: { where: "Patient.ndjson:3" },
  });
  source("Patient.ndjson", `${patient("a")}\n\n${patient("a")}\n`);
  await expect(take({ isStrict: true })).rejects.toMatchObject({ code: "ingest-line" });
  expect(existsSync(at("out"))).toBe(false);
});

test.each<[string, { readonly paths: readonly string[]; readonly into?: string }, string]>([
  ["a file of another ending", { paths: ["in/x.csv"] }, "ingest-ending"],
  ["nothing to read", { paths: ["in/empty"] }, "ingest-no-sources"],
  ["no such file", { paths: ["none"] }, "data-file-missing"],
  ["two files of one name", { paths: ["in/a.ndjson", "in/empty/../a.ndjson"] }, "ingest-same-name"],
  ["a folder within the sources", { paths: ["in"], into: "in/out" }, "out-not-writable"],
  ["a folder of something else", { paths: ["in/a.ndjson"], into: "in" }, "out-not-writable"],
])("%s is refused", async (_, { paths, into }, code) => {
  source("x.csv", "a,b\n");
  source("a.ndjson", `${patient("a")}\n`);
  mkdirSync(at("in/empty"));
  const options = { paths: paths.map(at), ...(into === undefined ? {} : { into: at(into) }) };
  await expect(take(options)).rejects.toMatchObject({ code });
});
