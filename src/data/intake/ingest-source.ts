import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { canonicalJson } from "../../evidence/canonical-json.ts";
import { Problem } from "../../evidence/problem.ts";
import { intakePaths } from "./intake-folder.ts";
import { LineIndexWriter } from "./line-index.ts";
import type { Source } from "./list-sources.ts";
import { intakeFormat, type RefusedReason, type SourceFacts } from "./manifest.ts";
import { OutputFile } from "./output-file.ts";
import { type BundleReading, largestBundleBytes, readBundle } from "./read-bundle.ts";
import { type NdjsonOptions, readNdjson } from "./read-ndjson.ts";
import { DamagedGzip, isGzip, SourceBlocks, sha256Of } from "./source-blocks.ts";
import { FirstQuarantined, SourceWriter, type WrittenPart } from "./source-writer.ts";

export interface SourceOptions extends NdjsonOptions {
  /** Of the unfinished intake. */
  readonly folder: string;
  readonly isStrict: boolean;
}

/** What is known of a source that has been read, and what has been written of it. */
export interface SourceRecord {
  readonly format: typeof intakeFormat;
  readonly lineLimitBytes: number;
  readonly path: string;
  readonly modifiedMs: number;
  readonly facts: SourceFacts;
  readonly parts: readonly WrittenPart[];
  readonly quarantineBytes: number;
}

/**
 * Reads one source and writes its rows, its index and, when all of that is on the disk, its record.
 *
 * Errors: a file that changes meanwhile; with `isStrict`, the first line that is not taken, or a file that is refused.
 */
export async function ingestSource(
  file: number,
  source: Source,
  options: SourceOptions,
  onRead: (bytes: number) => void,
): Promise<SourceRecord> {
  const { folder, isStrict, lineLimitBytes } = options;
  const writer = new SourceWriter({ folder, source: file, expects: source.expects, isStrict });
  try {
    const read = await (source.kind === "json"
      ? readJsonFile(source, writer, options)
      : readLines(file, source, writer, options, onRead));
    await requireUnchanged(source);
    const isRefused = "refused" in read;
    if (isRefused && isStrict) throw refusedProblem(source.name, read.refused);
    const parts = writer.close();
    const quarantineBytes = isRefused ? 0 : writer.quarantineBytes;
    const { name, kind } = source;
    const { bytes, sha256 } = read;
    const facts: SourceFacts = isRefused
      ? {
          file,
          name,
          kind,
          bytes,
          sha256,
          lines: 0,
          blank: 0,
          resources: {},
          quarantined: {},
          refused: read.refused,
        }
      : {
          ...{ file, name, kind, bytes, sha256, ...read.counts },
          resources: Object.fromEntries(parts.map(({ type, rows }) => [type, rows])),
          quarantined: writer.quarantined,
        };
    const record: SourceRecord = {
      ...{ format: intakeFormat, lineLimitBytes, path: source.path, modifiedMs: source.modifiedMs, facts },
      ...{ parts: isRefused ? [] : parts, quarantineBytes },
    };
    if (isRefused) await rm(join(folder, intakePaths.quarantined(file)));
    const out = new OutputFile(join(folder, intakePaths.record(file)));
    out.write(Buffer.from(canonicalJson(record)));
    out.close();
    return record;
  } catch (error) {
    writer.abandon();
    if (!(error instanceof FirstQuarantined)) throw error;
    throw new Problem("ingest-line", `the line is not taken: ${error.reason}`, {
      where: `${source.name}:${error.line}`,
      hint: "correct or remove the line, or run without --strict",
    });
  }
}

type Read = BundleReading & { readonly bytes: number; readonly sha256: string };

async function readLines(
  file: number,
  source: Source,
  writer: SourceWriter,
  options: SourceOptions,
  onRead: (bytes: number) => void,
): Promise<Read> {
  const blocks = new SourceBlocks(source.path, onRead);
  const index = new LineIndexWriter(join(options.folder, intakePaths.index(file)));
  try {
    const counts = await readNdjson(blocks.blocks(), writer, index, options);
    return { counts, bytes: blocks.bytes, sha256: blocks.sha256() };
  } catch (error) {
    index.abandon();
    if (!(error instanceof DamagedGzip)) throw error;
    return { refused: "damaged-gzip", ...(await sha256Of(source.path)) };
  }
}

async function readJsonFile(
  source: Source,
  writer: SourceWriter,
  { lineLimitBytes }: SourceOptions,
): Promise<Read> {
  const hashed = await sha256Of(source.path);
  const content = await wholeJson(source);
  return {
    ...("refused" in content ? content : readBundle(content.bytes, writer, lineLimitBytes)),
    ...hashed,
  };
}

const unzipped = promisify(gunzip);

export async function wholeJson({
  path,
  bytes,
}: Pick<Source, "path" | "bytes">): Promise<
  { readonly bytes: Buffer } | { readonly refused: RefusedReason }
> {
  if (bytes > largestBundleBytes) return { refused: "too-large" };
  const content = await readFile(path);
  if (!isGzip(path)) return { bytes: content };
  try {
    return { bytes: await unzipped(content, { maxOutputLength: largestBundleBytes }) };
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") return { refused: "too-large" };
    if (code.startsWith("Z_")) return { refused: "damaged-gzip" };
    throw error;
  }
}

async function requireUnchanged({ path, name, bytes, modifiedMs }: Source): Promise<void> {
  const now = await stat(path).catch(() => undefined);
  if (now?.size === bytes && now.mtimeMs === modifiedMs) return;
  throw new Problem("data-changed", "the file changed while it was read", {
    where: name,
    hint: "wait until it is complete, and run again",
  });
}

function refusedProblem(name: string, reason: RefusedReason): Problem {
  return new Problem("ingest-file", `nothing of the file is taken: ${reason}`, {
    where: name,
    hint: "correct or remove the file, or run without --strict",
  });
}
