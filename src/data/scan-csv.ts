import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { Problem } from "../evidence/problem.ts";
import { fieldsOf, otherSeparator } from "./csv-text.ts";
import { longestRecord, type RecordLines, RecordScanner } from "./record-scanner.ts";

const underscore = 0x5f;
const blockBytes = 1024 * 1024;

export interface ScannedCsv {
  readonly bytes: number;
  readonly sha256: string;
  readonly bom: boolean;
  readonly header: readonly string[];
  readonly records: number;
  readonly blankLines: number;
  readonly hasCrlf: boolean;
  readonly hasMultilineRecord: boolean;
  /** Behind the header. */
  readonly hasUnderscore: boolean;
  readonly lines: RecordLines;
}

/**
 * Reads a CSV file once: hash, header, number and lines of its records.
 * `name` is what a reader knows the file by. Throws a Problem with the line for an empty file, text that
 * is not UTF-8, NUL, ragged rows, stray or open quotes, lone carriage returns.
 */
export async function scanCsv(path: string, name: string): Promise<ScannedCsv> {
  const hash = createHash("sha256");
  const scanner = new RecordScanner(name);
  const head: Buffer[] = [];
  let bom = false;
  let hasUnderscore = false;
  let offset = 0;
  for await (const block of textBlocks(path, (bytes) => hash.update(bytes))) {
    if (offset === 0) bom = block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf;
    requireUtf8(block, name, scanner);
    const skipped = offset === 0 && bom ? 3 : 0;
    if (offset === 0) refuseOtherSeparator(block.subarray(skipped), name);
    if (scanner.headerEnd === 0) head.push(Buffer.from(block));
    scanner.push(block.subarray(skipped), offset + skipped);
    if (scanner.headerEnd > 0)
      hasUnderscore ||= block.includes(underscore, Math.max(0, scanner.headerEnd - offset));
    offset += block.length;
    refuseLongHeader(scanner.headerEnd === 0 ? offset : scanner.headerEnd, name);
  }
  if (offset <= (bom ? 3 : 0)) {
    throw new Problem("data-empty-file", "the file is empty", {
      where: name,
      hint: "export the table again: first the names of the columns, then one row for each record",
    });
  }
  scanner.end(offset);
  const header = Buffer.concat(head).toString("utf8", bom ? 3 : 0, scanner.headerEnd);
  return {
    bytes: offset,
    sha256: hash.digest("hex"),
    bom,
    header: fieldsOf(header.replace(/\r?\n$/, "")),
    records: scanner.records,
    blankLines: scanner.blankLines,
    hasCrlf: scanner.hasCrlf,
    hasMultilineRecord: scanner.hasMultilineRecord,
    hasUnderscore,
    lines: scanner.lines,
  };
}

/** Before the structure is read: with another separator, quotes and cells seem to stand in wrong places. */
function refuseOtherSeparator(start: Buffer, name: string): void {
  const separator = otherSeparator(start.toString("utf8", 0, firstLineEnd(start)));
  if (separator === undefined) return;
  throw new Problem("data-separator", `columns are separated by ${separator}; expected ","`, {
    where: `${name}:1`,
    hint: 'export the table as "CSV UTF-8 (comma delimited)", with a decimal point in numbers',
  });
}

function firstLineEnd(start: Buffer): number {
  const end = start.indexOf(10);
  return end === -1 ? start.length : end;
}

/** Else the whole file would be kept in memory while its first line goes on. */
function refuseLongHeader(bytes: number, name: string): void {
  if (bytes <= longestRecord) return;
  throw new Problem("data-record-too-long", `the first line has more than ${longestRecord} bytes`, {
    where: `${name}:1`,
    hint: "export the table again: the names of the columns in the first line, one line for each row",
  });
}

/** The file in blocks that end between characters. A block is only valid until the next one. */
async function* textBlocks(path: string, seen: (bytes: Buffer) => void): AsyncGenerator<Buffer> {
  const handle = await open(path, "r");
  try {
    const buffer = Buffer.allocUnsafe(blockBytes + 4);
    let carried = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, carried, blockBytes, null);
      if (bytesRead === 0) break;
      seen(buffer.subarray(carried, carried + bytesRead));
      const filled = carried + bytesRead;
      const complete = filled - incompleteTail(buffer.subarray(0, filled));
      if (complete > 0) yield buffer.subarray(0, complete);
      carried = buffer.copy(buffer, 0, complete, filled);
    }
    if (carried > 0) yield buffer.subarray(0, carried);
  } finally {
    await handle.close();
  }
}

/** Bytes at the end that start a character whose rest has not been read: 0 to 3. */
function incompleteTail(block: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, block.length); back++) {
    const byte = block[block.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function requireUtf8(block: Buffer, name: string, scanner: RecordScanner): void {
  if (isUtf8(block)) return;
  let line = scanner.line;
  for (let start = 0; start < block.length; line++) {
    const lineEnd = block.indexOf(10, start);
    const end = lineEnd === -1 ? block.length : lineEnd + 1;
    if (!isUtf8(block.subarray(start, end))) break;
    start = end;
  }
  throw new Problem("data-not-utf8", "the text is not UTF-8", {
    where: `${name}:${line}`,
    hint: "save the file as UTF-8",
  });
}

/** The line that a record starts on. */
export function lineOfRecord({ first, ordinals, extra }: RecordLines, ordinal: number): number {
  let line = first + ordinal;
  for (let i = 0; i < ordinals.length && ordinals[i]! <= ordinal; i++) line += extra[i]!;
  return line;
}

/** The line that each record starts on. */
export function linesOfRecords({ records, lines: { first, ordinals, extra } }: ScannedCsv): Int32Array {
  const lines = new Int32Array(records);
  let shift = first;
  for (let ordinal = 0, next = 0; ordinal < records; ordinal++) {
    for (; ordinals[next] === ordinal; next++) shift += extra[next]!;
    lines[ordinal] = ordinal + shift;
  }
  return lines;
}
