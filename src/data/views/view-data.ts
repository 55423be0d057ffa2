import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../../evidence/problem.ts";
import { readManifest } from "../intake/read-manifest.ts";
import type { OutputColumn } from "./view-columns.ts";
import type { IntakeTable } from "./view-run.ts";
import { placeOutput } from "./view-source.ts";

export interface DataAsked {
  readonly files: readonly string[];
  readonly viewName: string;
  readonly withPlaces?: boolean;
}

export interface ViewData {
  readonly files: readonly string[];
  readonly intake: IntakeTable | undefined;
}

/**
 * The files that a view reads: those named, or the rows of its type in the folder of an intake.
 *
 * Errors: a folder that is no intake or stands beside others; places asked of plain files, or in a view with columns of
 * their names: each a Problem.
 */
export async function dataOf(
  { files, viewName, withPlaces = false }: DataAsked,
  resource: string,
  columns: readonly OutputColumn[],
): Promise<ViewData> {
  const found = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  const folder = files[found.findIndex((one) => one?.isDirectory())];
  if (folder === undefined) {
    if (!withPlaces) return { files, intake: undefined };
    throw new Problem("view-places", "only an intake knows the file and line of each resource", {
      where: files.join(", "),
      hint: "run: probity ingest <files> --into <folder>, and name the folder",
    });
  }
  if (files.length > 1) {
    throw new Problem("view-one-intake", "the folder of an intake is named alone", {
      where: folder,
      hint: "take all files into one folder with probity ingest",
    });
  }
  const taken = columns.find(({ name }) => placeOutput.some((place) => place.name === name.toLowerCase()));
  if (withPlaces && taken !== undefined) {
    throw new Problem("view-columns", `the view has a column called "${taken.name}" of its own`, {
      where: viewName,
      hint: "rename it, or leave out --with-places",
    });
  }
  const { tables, sources, lineLimitBytes } = readManifest(folder);
  const table = Object.hasOwn(tables, resource) ? tables[resource]! : { rows: 0, parts: [] };
  const sourceNames = sources.map(({ name }) => name);
  return {
    files: table.parts.map(({ path }) => join(folder, path)),
    intake: { rows: table.rows, lineLimitBytes, sourceNames, withPlaces },
  };
}
