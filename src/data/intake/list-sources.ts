import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Problem } from "../../evidence/problem.ts";
import { fhirTypes } from "../fhir-types.ts";
import type { SourceKind } from "./manifest.ts";

export interface Source {
  readonly name: string;
  /** Absolute, without symbolic links. */
  readonly path: string;
  readonly kind: SourceKind;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** The type that the name promises: `Patient.ndjson`, `Patient.000.ndjson.gz`, `Patient-2.ndjson`. */
  readonly expects: string | undefined;
}

export interface SourceList {
  /** In the order of their names. */
  readonly sources: readonly Source[];
  /** Names of what lies in the folders and is not read: other endings, hidden files, symbolic links. */
  readonly notRead: readonly string[];
}

/**
 * The files to read: those named, and those in the folders named, at any depth.
 *
 * Errors: a path that is not there, a file of another ending, two files of one name, nothing to read: each a Problem.
 */
export async function listSources(paths: readonly string[]): Promise<SourceList> {
  const lists = await Promise.all(paths.map((path) => listPath(path)));
  const sources = lists.flatMap((list) => list.sources).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const twice = sources.find(({ name }, i) => name === sources[i - 1]?.name);
  if (twice !== undefined) {
    throw new Problem("ingest-same-name", `two sources are called "${twice.name}"`, {
      where: twice.path,
      hint: "name a folder above both, so that their names differ",
    });
  }
  if (sources.length === 0) {
    throw new Problem("ingest-no-sources", `no file ends in ${endings}`, {
      where: paths.join(", "),
      hint: "name NDJSON or JSON files, or a folder with them",
    });
  }
  return { sources, notRead: lists.flatMap((list) => list.notRead).toSorted() };
}

async function listPath(path: string): Promise<SourceList> {
  const real = await realpath(path).catch((cause: unknown) => {
    throw new Problem("data-file-missing", "no such file or folder", {
      where: path,
      hint: "name NDJSON or JSON files, or a folder with them",
      cause,
    });
  });
  const found = await stat(real);
  if (found.isDirectory()) return listFolder(real, "");
  const source = found.isFile() ? await sourceOf(basename(path), real) : undefined;
  if (source !== undefined) return { sources: [source], notRead: [] };
  throw new Problem("ingest-ending", `the name ends in none of ${endings}`, {
    where: path,
    hint: "give the file the ending of what it holds",
  });
}

async function listFolder(folder: string, within: string): Promise<SourceList> {
  const sources: Source[] = [];
  const notRead: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = within + entry.name;
    const path = join(folder, entry.name);
    const isHidden = entry.name.startsWith(".");
    if (entry.isDirectory() && !isHidden) {
      const inner = await listFolder(path, `${name}/`);
      sources.push(...inner.sources);
      notRead.push(...inner.notRead);
      continue;
    }
    const source = entry.isFile() && !isHidden ? await sourceOf(name, path) : undefined;
    if (source === undefined) notRead.push(nameOf(entry, name));
    else sources.push(source);
  }
  return { sources, notRead };
}

const nameOf = (entry: Dirent, name: string) => (entry.isDirectory() ? `${name}/` : name);

const endings = ".ndjson, .jsonl and .json, also with .gz";

/** Undefined where the name says that it is none. */
async function sourceOf(name: string, path: string): Promise<Source | undefined> {
  const ending = /\.(ndjson|jsonl|json)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase();
  if (ending === undefined) return undefined;
  const { size, mtimeMs } = await stat(path);
  const kind = ending === "json" ? "json" : "ndjson";
  return { name, path, kind, bytes: size, modifiedMs: mtimeMs, expects: expectedType(name, kind) };
}

/** A JSON file is a Bundle, whatever its name. */
function expectedType(name: string, kind: SourceKind): string | undefined {
  const word = /^[A-Za-z]+/.exec(basename(name))?.[0] ?? "";
  return kind === "ndjson" && fhirTypes().isResource(word) ? word : undefined;
}
