import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sealPath, signedMemoPath, signedPaths } from "../evidence/dossier-paths.ts";
import { Problem } from "../evidence/problem.ts";
import { foundAt } from "../ledger/index.ts";
import type { Log, LogEntry } from "./log.ts";
import { opened } from "./record-kinds.ts";

export { sealPath, signedMemoPath, signedPaths } from "../evidence/dossier-paths.ts";

/** Bytes by path within the dossier, with slashes: "committee/memo.html". */
export type Files = ReadonlyMap<string, Uint8Array>;

export const signedFields = ["committee", "memo", "report"] as const;

export type SignedHashes = Readonly<Record<keyof typeof signedPaths, string>>;

const known: readonly string[] = [...Object.values(signedPaths), signedMemoPath];
const maxFileBytes = 64 * 1024 * 1024;

/** Reads the committee's half of a dossier and its seal. Throws a Problem where a file is missing or does not belong. */
export function readCommitteeFiles(folder: string): Files {
  const inCommittee = foundAt(join(folder, "committee"), lstatSync)?.isDirectory()
    ? readdirSync(join(folder, "committee")).sort()
    : [];
  const paths = inCommittee.map((name) => `committee/${name}`);
  const missing = Object.values(signedPaths).find((path) => !paths.includes(path));
  if (missing !== undefined) {
    throw new Problem("dossier-not-found", `"${folder}" holds no ${missing}`, {
      where: folder,
      hint: "name a folder that probity evaluate has written, with results opened",
    });
  }
  const other = paths.find((path) => !known.includes(path));
  if (other !== undefined) {
    throw new Problem("dossier-changed", `${other} is none of a dossier's files`, {
      where: folder,
      hint: "take it out of the dossier",
    });
  }
  const isSealed = foundAt(join(folder, sealPath), lstatSync) !== undefined;
  return new Map([...paths, ...(isSealed ? [sealPath] : [])].map((path) => [path, readOne(folder, path)]));
}

function readOne(folder: string, path: string): Buffer {
  const file = join(folder, path);
  const stat = lstatSync(file);
  if (!stat.isFile() || stat.size > maxFileBytes) {
    throw new Problem("dossier-changed", `no file of up to ${maxFileBytes / 1024 / 1024} MiB`, {
      where: file,
      hint: "evaluate the study again",
    });
  }
  return readFileSync(file);
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function signedHashes(files: Files): SignedHashes {
  const of = (path: string) => sha256(files.get(path) ?? "");
  return {
    committee: of(signedPaths.committee),
    memo: of(signedPaths.memo),
    report: of(signedPaths.report),
  };
}

/** Whether a record is about these very files. */
export function isAbout({ record: { body } }: LogEntry, hashes: SignedHashes): boolean {
  return signedFields.every((field) => body[field] === hashes[field]);
}

/**
 * The run that a dossier is of: the same files can come of several runs, and then it is the last one before the first
 * signature of them, or the last of all.
 */
export function runOf(log: Log, hashes: SignedHashes): LogEntry | undefined {
  const first = signaturesOf(log, hashes)[0]?.record.index ?? log.length;
  return log.findLast(
    (entry) =>
      entry.record.type === "run" &&
      entry.record.body.opened === opened.results &&
      entry.record.index < first &&
      isAbout(entry, hashes),
  );
}

export function signaturesOf(log: Log, hashes: SignedHashes): readonly LogEntry[] {
  return log.filter((entry) => entry.record.type === "signature" && isAbout(entry, hashes));
}

/** The run that wrote some of these files, where none wrote all of them: the others were changed. */
export function nearestRun(log: Log, hashes: SignedHashes): LogEntry | undefined {
  return log.findLast(
    ({ record: { type, body } }) =>
      type === "run" && signedFields.some((field) => body[field] === hashes[field]),
  );
}
