import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { main } from "../../src/cli/main.ts";
import { ingest, sourceLine } from "../../src/data/index.ts";
import { temporaryFolder } from "../study/study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string) => join(folder.path, name);

const nLines = 2000;
/** Of many lengths; two of three are resources, of two types. */
const lines = Array.from({ length: nLines }, (_, i) => {
  const type = i % 2 === 0 ? "Patient" : "Observation";
  const padding = "é".repeat((i * 37) % 900);
  return i % 3 === 0
    ? i % 2 === 0
      ? ""
      : `{${padding}`
    : `{"resourceType":"${type}","id":"r${i}","x":"${padding}"}`;
});
const content = lines.join("\n");
const isTaken = (line: number) => (line - 1) % 3 !== 0;

beforeAll(async () => {
  mkdirSync(at("in"));
  writeFileSync(at("in/plain.ndjson"), content);
  writeFileSync(at("gone.ndjson"), content.replaceAll('"id":"r', '"id":"g'));
  writeFileSync(at("in/zipped.ndjson.gz"), gzipSync(content.replaceAll('"id":"r', '"id":"z')));
  await ingest({ paths: [at("in"), at("gone.ndjson")], into: at("records") });
  rmSync(at("gone.ndjson"));
});

const anyLine = fc.oneof(fc.integer({ min: 1, max: nLines }), fc.constantFrom(1, 256, 257, 512, nLines));

test("any line of a plain source, taken or not, from its place in the file", async () => {
  await fc.assert(
    fc.asyncProperty(anyLine, async (line) => {
      const before = lines
        .slice(0, line - 1)
        .map((one) => `${one}\n`)
        .join("");
      expect(await sourceLine(at("records"), "plain.ndjson", line)).toEqual({
        file: "plain.ndjson",
        line,
        text: lines[line - 1],
        from: "source",
        offset: Buffer.byteLength(before),
      });
    }),
  );
});

test.each([
  ["compressed", "zipped.ndjson.gz", "z"],
  ["gone", "gone.ndjson", "g"],
])("of a source that is %s, any resource from its table", async (_, name, letter) => {
  await fc.assert(
    fc.asyncProperty(anyLine, async (line) => {
      const found = sourceLine(at("records"), name, line);
      const text = lines[line - 1]!.replace('"id":"r', `"id":"${letter}`);
      if (isTaken(line)) expect(await found).toEqual({ file: name, line, text, from: "table" });
      else await expect(found).rejects.toMatchObject({ code: "ingest-line-not-kept" });
    }),
  );
});

test("a source that was changed around the line is refused; elsewhere it does not matter", async () => {
  const kept = at("kept.ndjson");
  copyFileSync(at("in/plain.ndjson"), kept);
  const changed = Buffer.from(content);
  changed[changed.indexOf('"r1"') + 1] = 115;
  writeFileSync(at("in/plain.ndjson"), changed);
  await expect(sourceLine(at("records"), "plain.ndjson", 5)).rejects.toMatchObject({
    code: "ingest-source-changed",
  });
  expect((await sourceLine(at("records"), "plain.ndjson", 1999)).text).toBe(lines[1998]);
  copyFileSync(kept, at("in/plain.ndjson"));
});

test.each([
  ["plain.ndjso", 1, "ingest-no-such-source"],
  ["plain.ndjson", nLines + 1, "ingest-no-such-line"],
])("%s:%i is refused", async (name, line, code) => {
  await expect(sourceLine(at("records"), name, line)).rejects.toMatchObject({ code });
});

test("the command prints the line, and beside it where it stands", async () => {
  let [stdout, stderr] = ["", ""];
  const surroundings = {
    stdout: (text: string) => {
      stdout += text;
    },
    stderr: (text: string) => {
      stderr += text;
    },
    terminalColumns: undefined,
    clock: () => new Date(0),
    workspace: at("none"),
    loadEvaluate: () => Promise.reject(new Error("nothing is evaluated")),
    askHidden: async () => undefined,
    untilInterrupted: async () => {},
  };
  expect(await main(["ingest", "line", at("records"), "plain.ndjson", "2"], surroundings)).toBe(0);
  expect(stdout).toBe(`${lines[1]}\n`);
  expect(stderr).toBe(
    "probity: plain.ndjson:2, from byte 1 of the source, unchanged since it was taken in\n",
  );
  stdout = "";
  expect(await main(["ingest", "line", at("records"), "plain.ndjson", "2", "--json"], surroundings)).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ line: 2, from: "source", offset: 1 });
  stdout = "";
  expect(await main(["ingest", at("in"), "--into", at("other"), "--json"], surroundings)).toBe(0);
  expect(JSON.parse(stdout).totals).toMatchObject({ lines: 2 * nLines, refused: 0 });
  expect(await main(["ingest", at("in")], surroundings)).toBe(2);
});
