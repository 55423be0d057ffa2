import { type UnzipFileFilter, type Unzipped, unzipSync, type Zippable, zipSync } from "fflate";
import { Problem } from "../evidence/problem.ts";
import type { Files } from "./dossier-files.ts";

export const maxZipBytes = 256 * 1024 * 1024;
const maxEntries = 10_000;
const endBytes = 22;

/** Names of letters, digits, dots, dashes and underscores, in folders; none begins with a dot. */
const plainPath = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** A zip file of one spelling for each set of files: sorted, stored, one date, no extra field. Source: APPNOTE 6.3.10. */
export function storedZip(files: Files): Buffer {
  // The first moment that a zip file can state, which it states in local time.
  const mtime = new Date(1980, 0, 1);
  const entries: Zippable = {};
  for (const path of [...files.keys()].sort()) {
    if (!plainPath.test(path)) throw new Error(`no path of a pack: ${JSON.stringify(path)}`);
    entries[path] = [files.get(path)!, { level: 0, mtime }];
  }
  return Buffer.from(zipSync(entries));
}

/**
 * Reads a zip file of stored entries; `storedZip` of the result tells whether it is one that `storedZip` wrote.
 *
 * Throws the Problem pack-unreadable for what is no such file, and pack-entry for an entry that is compressed, given
 * twice, longer than the file, or whose name leads out of a folder.
 */
export function readStoredZip(bytes: Uint8Array, where: string): Files {
  requireEnd(bytes, where);
  const seen = new Set<string>();
  let total = 0;
  const refuse = (name: string, reason: string): never => {
    throw new Problem("pack-entry", `the entry ${JSON.stringify(name)} ${reason}`, {
      where,
      hint: "get the pack again from whoever made it; no pack of probity has such an entry",
    });
  };
  const filter: UnzipFileFilter = ({ name, size, originalSize, compression }) => {
    total += size;
    if (!plainPath.test(name)) refuse(name, "has a name that a pack does not have");
    if (seen.has(name)) refuse(name, "is given twice");
    if (compression !== 0 || size !== originalSize) refuse(name, "is compressed");
    if (total > bytes.length) refuse(name, "is longer than the file that holds it");
    seen.add(name);
    return true;
  };
  return new Map(Object.entries(unzipped(bytes, filter, where)));
}

function unzipped(bytes: Uint8Array, filter: UnzipFileFilter, where: string): Unzipped {
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw unreadable(where, error);
  }
}

/** The end of the directory, in the last bytes: no comment, and no second form for large files, which loops in readers. */
function requireEnd(bytes: Uint8Array, where: string): void {
  if (bytes.length < endBytes || bytes.length > maxZipBytes) throw unreadable(where);
  const end = Buffer.from(bytes.buffer, bytes.byteOffset + bytes.length - endBytes, endBytes);
  const isEnd = end.readUInt32LE(0) === 0x06054b50;
  const [count, directory] = [end.readUInt16LE(10), end.readUInt32LE(16)];
  if (!isEnd || count > maxEntries || end.readUInt16LE(8) > maxEntries || directory >= bytes.length) {
    throw unreadable(where);
  }
}

function unreadable(where: string, cause?: unknown): Problem {
  return new Problem("pack-unreadable", "the file is no evidence pack, or a part of one", {
    where,
    hint: "get the pack again from whoever made it",
    cause,
  });
}
