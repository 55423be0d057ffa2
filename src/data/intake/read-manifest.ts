import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../../evidence/problem.ts";
import { hasCode } from "../../ledger/index.ts";
import { intakePaths } from "./intake-folder.ts";
import { type IntakeManifest, intakeFormat } from "./manifest.ts";

/** Nothing outside the folder, whoever wrote the manifest. */
const tablePath = /^tables\/[A-Za-z]+\/\d+(?:-distinct)?\.ndjson$/;

/** The manifest of a finished intake. Errors: none there, or one of another version: each a Problem. */
export function readManifest(folder: string, where = folder): IntakeManifest {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, intakePaths.manifest), "utf8")) as IntakeManifest;
    const paths = Object.values(manifest.tables ?? {}).flatMap(({ parts }) => parts.map(({ path }) => path));
    if (manifest.format === intakeFormat && paths.every((path) => tablePath.test(path))) return manifest;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !hasCode(error, "ENOENT") && !hasCode(error, "ENOTDIR"))
      throw error;
  }
  throw new Problem("not-an-intake", "no ingest.json of this version is there", {
    where,
    hint: "name a folder that probity ingest has made",
  });
}
