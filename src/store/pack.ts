import { canonicalJson } from "../evidence/canonical-json.ts";
import { type Files, sha256 } from "./dossier-files.ts";
import type { Log } from "./log.ts";
import { storedZip } from "./stored-zip.ts";

/** Paths of a pack beside those of the dossier and `receipts/`. */
export const packPaths = {
  manifest: "pack.json",
  lines: "ledger/records.jsonl",
  checkpoint: "ledger/checkpoint",
  vkey: "ledger/verifier-key",
} as const;

export interface PackContent {
  /** The committee's half and, where signed, the seal. */
  readonly dossier: Files;
  /** By path: "receipts/0001-lock.json". */
  readonly receipts: Files;
  readonly log: Log;
  readonly checkpoint: string;
  readonly vkey: string;
}

/** Everything that an outsider needs to verify a dossier: its files, its study's receipts, and the whole ledger. */
export function packFiles({ dossier, receipts, log, checkpoint, vkey }: PackContent): Files {
  const text = (content: string) => Buffer.from(content, "utf8");
  return withManifest(
    new Map([
      ...dossier,
      ...receipts,
      [packPaths.lines, text(log.map(({ line }) => `${line}\n`).join(""))],
      [packPaths.checkpoint, text(checkpoint)],
      [packPaths.vkey, text(`${vkey}\n`)],
    ]),
  );
}

/** The files with the manifest of all of them. */
export function withManifest(files: Files): Files {
  const others = new Map([...files].filter(([path]) => path !== packPaths.manifest));
  return new Map([...others, [packPaths.manifest, Buffer.from(manifestText(others))]]);
}

/** Bytes and SHA-256 of every entry but itself, sorted. */
export function manifestText(files: Files): string {
  const entries = [...files]
    .filter(([path]) => path !== packPaths.manifest)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: sha256(bytes) }));
  return `${canonicalJson({ format: "probity-pack/1", entries })}\n`;
}

/** Entries that the pack's manifest does not list as they are, or lists and are not there; undefined: it lists nothing. */
export function unlistedEntries(files: Files): readonly string[] | undefined {
  const given = entriesIn(Buffer.from(files.get(packPaths.manifest) ?? "").toString("utf8"));
  const found = entriesIn(manifestText(files));
  if (given === undefined || found === undefined) return undefined;
  return [...new Set([...found.keys(), ...given.keys()])]
    .filter((path) => found.get(path) !== given.get(path))
    .sort();
}

/** SHA-256 by path, as a manifest has them; undefined where it is none. */
function entriesIn(manifest: string): ReadonlyMap<string, string> | undefined {
  try {
    const { entries }: { entries: readonly { readonly path: string; readonly sha256: string }[] } =
      JSON.parse(manifest);
    return new Map(entries.map(({ path, sha256 }) => [String(path), String(sha256)]));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The pack as one file; the same bytes for the same content. */
export function packBytes(content: PackContent): Buffer {
  return storedZip(packFiles(content));
}
