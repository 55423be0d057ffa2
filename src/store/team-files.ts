import { createHash } from "node:crypto";
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { foundAt, type LedgerRecord } from "../ledger/index.ts";

/** The team's half of a dossier as it lies in its folder. */
export interface TeamFiles {
  /** SHA-256 by path below team/, with slashes. */
  readonly hashes: ReadonlyMap<string, string>;
  /** Text of manifest.json; empty where it is not there. */
  readonly manifest: string;
}

/** A file of the team's half, and what is wrong with it. */
export interface TeamFile {
  readonly name: string;
  readonly fault?: string;
}

const manifestName = "manifest.json";
const maxManifestBytes = 16 * 1024 * 1024;

/** Undefined where the folder holds no team/, as that of a committee. */
export function readTeamFiles(folder: string): TeamFiles | undefined {
  const team = join(folder, "team");
  const there = foundAt(team, lstatSync);
  if (there === undefined) return undefined;
  // A link is no file of a dossier: it may lead anywhere, in a circle, or to nothing.
  if (!there.isDirectory()) return { hashes: new Map(), manifest: "" };
  const paths = readdirSync(team, { recursive: true, encoding: "utf8" })
    .filter((path) => lstatSync(join(team, path)).isFile())
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
  return {
    hashes: new Map(paths.map((path) => [path, fileSha256(join(team, path))])),
    manifest: paths.includes(manifestName) ? manifestIn(join(team, manifestName)) : "",
  };
}

/** One that is larger than any is not read: its hash says that it is another. */
function manifestIn(path: string): string {
  return lstatSync(path).size > maxManifestBytes ? "" : readFileSync(path, "utf8");
}

/** In parts, whatever the size of the file. */
function fileSha256(path: string): string {
  const hash = createHash("sha256");
  const part = Buffer.allocUnsafe(1024 * 1024);
  const file = openSync(path, "r");
  try {
    for (let length = -1; length !== 0; ) {
      length = readSync(file, part);
      hash.update(part.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

/** Whether the run recorded the hash of the manifest, by which every file of the team's half is known. */
export function isManifestRecorded({ body }: Pick<LedgerRecord, "body">): boolean {
  return body.manifest !== undefined;
}

/**
 * Each file of the team's half against the run that wrote it: the dossier, the data report's numbers and the manifest by
 * the record, rows and pages by the manifest.
 */
export function teamFilesOf(
  { hashes, manifest }: TeamFiles,
  { body }: Pick<LedgerRecord, "body">,
): TeamFile[] {
  const listed = listedIn(manifest);
  const expected: readonly (readonly [string, unknown])[] = [
    ["dossier.json", body.team],
    ["quality.json", body.quality],
    ...(body.manifest === undefined ? [] : [[manifestName, body.manifest] as const]),
    ...(listed?.files ?? []),
  ];
  const files = expected.map(([name, hash]) => {
    const found = hashes.get(name);
    if (found === undefined) return { name, fault: "it is not there" };
    return found === hash ? { name } : { name, fault: `its sha256 is ${found}, and ${hash} was written` };
  });
  if (listed?.protocol === body.protocol) return files;
  return [...files, { name: manifestName, fault: "it is of another protocol, or no manifest" }];
}

/** What a manifest, which anyone may have written, says of rows and pages; undefined where it is none. */
function listedIn(
  text: string,
): { readonly protocol: string; readonly files: readonly (readonly [string, string])[] } | undefined {
  try {
    const { protocol, rows, pages } = JSON.parse(text) as {
      readonly protocol: { readonly sha256: string };
      readonly rows: readonly { readonly name: string; readonly sha256: string }[];
      readonly pages: readonly { readonly name: string; readonly sha256: string }[];
    };
    const files = [...rows, ...pages].map(({ name, sha256 }) => [String(name), String(sha256)] as const);
    return { protocol: String(protocol.sha256), files };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
