import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ingest, runView } from "../../src/data/index.ts";
import { temporaryFolder } from "../study/study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string) => join(folder.path, name);

const nResources = 300;
/** Lines of files A and B by turns; in both, every third line is none. */
const lines = Array.from({ length: nResources }, (_, i) => {
  const name = Array.from({ length: i % 3 }, (_, k) => ({ family: `f${i}`, given: [`g${k}`, "x"] }));
  const written = JSON.stringify({ resourceType: "Patient", id: `p${i}`, name, multipleBirthInteger: i });
  return i % 5 === 0 ? `  ${written.replaceAll(",", " , ")} ` : written;
});
const observations = Array.from(
  { length: nResources },
  (_, i) =>
    `{"resourceType":"Observation","id":"o${i}","valueQuantity":{"value":${i}.${i % 2 === 0 ? "10" : "1"}}}`,
);

beforeAll(async () => {
  mkdirSync(at("in"));
  const half = nResources / 2;
  const withFaults = (all: readonly string[]) =>
    all.map((line, i) => (i % 2 === 1 ? `${line}\n${i % 4 === 1 ? "" : "{"}\n` : `${line}\n`)).join("");
  writeFileSync(at("in/a.ndjson"), withFaults([...lines.slice(0, half), ...observations.slice(0, half)]));
  writeFileSync(at("in/b.ndjson"), withFaults([...observations.slice(half), ...lines.slice(half)]));
  writeFileSync(at("plain.ndjson"), [...lines, ...observations].map((line) => `${line}\n`).join(""));
  await ingest({ paths: [at("in")], into: at("records") });
});

const id = { name: "id", path: "id" };
const views = {
  "one row": { resource: "Patient", select: [{ column: [id] }] },
  forEach: {
    resource: "Patient",
    select: [{ column: [id] }, { forEach: "name", column: [{ name: "family", path: "family" }] }],
  },
  forEachOrNull: {
    resource: "Patient",
    where: [{ path: "multipleBirth.ofType(integer) > 7" }],
    select: [
      { column: [id] },
      {
        forEachOrNull: "name",
        column: [
          { name: "i", path: "%rowIndex" },
          { name: "family", path: "family" },
        ],
      },
    ],
  },
  "lists within lists": {
    resource: "Patient",
    select: [
      { column: [id] },
      { forEach: "name", select: [{ forEach: "given", column: [{ name: "given", path: "$this" }] }] },
    ],
  },
  "the digits of the file": {
    resource: "Observation",
    select: [{ column: [id, { name: "low", path: "value.ofType(Quantity).value.lowBoundary()" }] }],
  },
  "a type that is not there": { resource: "Device", select: [{ column: [id] }] },
};

async function rowsOf(view: object, data: string, withPlaces = false): Promise<Record<string, unknown>[]> {
  const out = at("rows.ndjson");
  const view_ = JSON.stringify(view);
  const summary = await runView({
    view: view_,
    viewName: "v.json",
    files: [data],
    out,
    format: "ndjson",
    withPlaces,
  });
  const rows = readFileSync(out, "utf8")
    .trimEnd()
    .split("\n")
    .filter(Boolean)
    .map((row) => JSON.parse(row));
  expect(rows).toHaveLength(summary.rows);
  return rows;
}

test.each(Object.entries(views))(
  "a view over an intake has the rows of one over the files: %s",
  async (_, view) => {
    const plain = await rowsOf(view, at("plain.ndjson"));
    expect(plain.length).toBeGreaterThan(view.resource === "Device" ? -1 : 90);
    expect(await rowsOf(view, at("records"))).toEqual(plain);
    const placed = await rowsOf(view, at("records"), true);
    expect(placed.map(({ source_file, source_line, ...row }) => row)).toEqual(plain);
    for (const { source_file, source_line, id: key } of placed) {
      const text = readFileSync(at(`in/${source_file}`), "utf8").split("\n")[Number(source_line) - 1]!;
      expect(JSON.parse(text).id).toBe(key);
    }
  },
);

test("a value that is none of its type is told with the place in the source", async () => {
  mkdirSync(at("bad"));
  writeFileSync(at("bad/x.ndjson"), `\n${lines[0]}\n{"resourceType":"Patient","id":"n","name":"text"}\n`);
  await ingest({ paths: [at("bad")], into: at("bad-records") });
  await expect(rowsOf(views.forEach, at("bad-records"))).rejects.toMatchObject({
    code: "view-bad-value",
    detail: { where: "x.ndjson:3" },
  });
});

test.each([
  ["a folder that is none", ["in"], false, {}, "not-an-intake"],
  ["two of them", ["records", "records"], false, {}, "view-one-intake"],
  ["places of plain files", ["plain.ndjson"], true, {}, "view-places"],
  ["a column of that name", ["records"], true, { name: "Source_Line", path: "id" }, "view-columns"],
] as const)("%s is refused", async (_, files, withPlaces, column, code) => {
  const view = JSON.stringify({ resource: "Patient", select: [{ column: [{ ...id, ...column }] }] });
  const options = { view, viewName: "v.json", out: at("x.csv"), format: "csv", withPlaces } as const;
  await expect(runView({ ...options, files: files.map(at) })).rejects.toMatchObject({ code });
});
