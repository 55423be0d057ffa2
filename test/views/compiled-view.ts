import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runView } from "../../src/data/views/run-view.ts";
import type { ViewAnswer } from "../../src/data/views/view-run.ts";

export interface Compiled extends ViewAnswer {
  readonly table: readonly Readonly<Record<string, unknown>>[];
}

/** Runs a view over lines of NDJSON, in this process. */
export async function compiledRows(view: unknown, lines: readonly (string | object)[]): Promise<Compiled> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "probity-test-")));
  const [data, out] = [join(folder, "data.ndjson"), join(folder, "out.ndjson")];
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  writeFileSync(data, `${text.join("\n")}\n`);
  try {
    const answer = await runView({
      view: JSON.stringify(view),
      viewName: "view.json",
      files: [data],
      fileNames: ["data.ndjson"],
      out,
      format: "ndjson",
      tempDir: folder,
      memoryLimitMb: 512,
      threads: 2,
    });
    const rows = readFileSync(out, "utf8").trim();
    return { ...answer, table: rows === "" ? [] : rows.split("\n").map((row) => JSON.parse(row)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The values of one path, one for each Patient, Observation, … */
export async function valuesOf(
  path: string,
  resources: readonly (string | { readonly resourceType: string })[],
  more: object = {},
): Promise<unknown[]> {
  const [first] = resources;
  const { resourceType } = (typeof first === "string" ? JSON.parse(first) : first) as {
    resourceType: string;
  };
  const column = { name: "value", path, ...more };
  const { table } = await compiledRows({ resource: resourceType, select: [{ column: [column] }] }, resources);
  return table.map(({ value }) => value);
}
