import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../../evidence/problem.ts";
import { closest } from "../../evidence/suggestion.ts";
import { findRow } from "./find-row.ts";
import { intakePaths } from "./intake-folder.ts";
import { entryBytes, linesPerEntry } from "./line-index.ts";
import type { IntakeManifest, SourceFacts } from "./manifest.ts";
import { readManifest } from "./read-manifest.ts";
import { isGzip } from "./source-blocks.ts";

export interface SourceLine {
  readonly file: string;
  readonly line: number;
  /** Without its line end. Bytes that are not UTF-8 become U+FFFD. */
  readonly text: string;
  /** The file itself, whose bytes there are those that were read; or the table, which has the same text. */
  readonly from: "source" | "table";
  /** Of its first byte, where it is from the source. */
  readonly offset?: number;
}

/**
 * One line of a source by its number, without reading those before it.
 *
 * Errors: no such source or line, a source that is no longer what was read, a quarantined or blank line whose text only a
 * compressed or missing source holds: each a Problem.
 */
export async function sourceLine(folder: string, name: string, line: number): Promise<SourceLine> {
  const manifest = readManifest(folder);
  const facts = factsOf(manifest, name);
  if (facts.refused !== undefined || line > facts.lines) {
    const what =
      facts.refused === undefined ? `the file has ${facts.lines} lines` : "nothing of the file was taken";
    throw new Problem("ingest-no-such-line", what, {
      where: `${name}:${line}`,
      hint: facts.refused === undefined ? "name a smaller number" : `see ${facts.refused} in docs/ingest.md`,
    });
  }
  const path = locationOf(folder, name);
  const isSeekable = facts.kind === "ndjson" && !isGzip(name);
  if (isSeekable && path !== undefined) return fromSource(folder, facts, path, line);
  return fromTable(folder, manifest, facts, line);
}

function factsOf({ sources }: IntakeManifest, name: string): SourceFacts {
  const facts = sources.find((source) => source.name === name);
  if (facts !== undefined) return facts;
  const names = sources.map((source) => source.name);
  const meant = closest(name, names);
  throw new Problem("ingest-no-such-source", `no source is called "${name}"`, {
    hint:
      meant === undefined ? `its sources are ${names.slice(0, 20).join(", ")}` : `did you mean "${meant}"?`,
  });
}

/** Undefined where the source is no longer there. */
function locationOf(folder: string, name: string): string | undefined {
  const locations = JSON.parse(readFileSync(join(folder, intakePaths.locations), "utf8"));
  const path = locations[name];
  if (typeof path !== "string") return undefined;
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined;
}

async function fromSource(
  folder: string,
  { file, name, bytes }: SourceFacts,
  path: string,
  line: number,
): Promise<SourceLine> {
  const entry = Math.floor((line - 1) / linesPerEntry);
  const { start, end = bytes, sha256 } = entryOf(join(folder, intakePaths.index(file)), entry);
  const hash = createHash("sha256");
  const pieces: Buffer[] = [];
  let [current, at, offset] = [entry * linesPerEntry + 1, start, start];
  for await (const block of createReadStream(path, { start, end: end - 1 }) as AsyncIterable<Buffer>) {
    hash.update(block);
    for (let from = 0; from < block.length && current <= line; ) {
      const feed = block.indexOf(10, from);
      const to = feed < 0 ? block.length : feed;
      if (current === line) pieces.push(block.subarray(from, to));
      if (feed >= 0) current += 1;
      if (feed >= 0 && current === line) offset = at + to + 1;
      from = to + 1;
    }
    at += block.length;
  }
  if (!hash.digest().equals(sha256)) {
    throw new Problem("ingest-source-changed", "the source is no longer what was taken in", {
      where: `${name}:${line}`,
      hint: "put the file back, or take it in again",
    });
  }
  return { file: name, line, text: Buffer.concat(pieces).toString("utf8"), from: "source", offset };
}

/** `end` is where the next entry begins, if there is one. */
function entryOf(
  path: string,
  entry: number,
): { readonly start: number; readonly end?: number; readonly sha256: Buffer } {
  const two = Buffer.alloc(2 * entryBytes);
  const file = openSync(path, "r");
  const length = readSync(file, two, 0, two.length, entry * entryBytes);
  closeSync(file);
  if (length < entryBytes) throw new Error("the index is shorter than its file");
  const start = Number(two.readBigUInt64BE(0));
  const sha256 = two.subarray(8, entryBytes);
  return length < two.length
    ? { start, sha256 }
    : { start, end: Number(two.readBigUInt64BE(entryBytes)), sha256 };
}

function fromTable(
  folder: string,
  { tables }: IntakeManifest,
  { file, name }: SourceFacts,
  line: number,
): SourceLine {
  for (const { parts } of Object.values(tables)) {
    for (const { path } of parts.filter((part) => part.file === file)) {
      const text = findRow(join(folder, path), line);
      if (text !== undefined) return { file: name, line, text, from: "table" };
    }
  }
  throw new Problem(
    "ingest-line-not-kept",
    "the line is blank or quarantined, so that only the source holds it",
    {
      where: `${name}:${line}`,
      hint: "look it up in quarantine.ndjson; uncompress the source to see its text",
    },
  );
}
