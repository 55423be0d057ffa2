import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Problem } from "../evidence/problem.ts";
import { fieldsOf } from "./csv-text.ts";
import type { Database } from "./database.ts";
import { joined, sql, whole } from "./sql.ts";
import type { LookupRequest, SourceRecord } from "./store.ts";
import { columnOf, type Table } from "./table.ts";

const [lineFeed, quote] = [10, 34];
const listed = 1000;
/** Of one answer to `rows`: as many as a message carries in a moment. */
const mostRecords = 100_000;

/** Lines of the rows with this key, at most 1,000. */
export async function linesOfKey(
  database: Database,
  table: Table,
  { key }: LookupRequest,
): Promise<number[]> {
  if (key.length === 0) throw new Error("a look-up needs a key");
  const conditions = key.map(({ column, value }) => {
    const { type, sql: cell } = columnOf(table, column);
    return type === "number"
      ? sql`${cell} = ${Number(value)}`
      : sql`cast(${cell} as varchar) = ${String(value)}`;
  });
  const rows = await database.rows(sql`
    select source_line
    from ${table.relation}
    where ${joined(conditions, " and ")}
    order by source_line
    limit ${whole(listed)}`);
  return rows.map(([line]) => Number(line));
}

/**
 * The records that start at these lines, read from the file again, as they stand there; at most 100,000.
 * Throws a Problem when the file is no longer the one that was loaded.
 */
export async function sourceRecords({ source }: Table, lines: readonly number[]): Promise<SourceRecord[]> {
  if (lines.length > mostRecords)
    throw new Error(`asked for ${lines.length} source records; expected at most ${mostRecords}`);
  const wanted = new Set([1, ...lines]);
  const texts = new Map<number, string>();
  const hash = createHash("sha256");
  for await (const { line, record } of recordsOf(source.path, wanted, (bytes) => hash.update(bytes))) {
    texts.set(
      line,
      record
        .toString("utf8")
        .replace(/\r?\n$/, "")
        .replace(/^\ufeff/, ""),
    );
  }
  if (hash.digest("hex") !== source.sha256) {
    throw new Problem("data-changed", "the file is no longer the one that was loaded", {
      where: source.name,
      hint: "evaluate the study again",
    });
  }
  const names = fieldsOf(texts.get(1)!);
  return lines.map((line) => {
    const text = texts.get(line);
    if (text === undefined) throw new Error(`${source.name} has no line ${line}`);
    const fields = fieldsOf(text).map((field, i) => ({ name: names[i] ?? "", text: field }));
    return { file: source.name, line, text, fields };
  });
}

/** Wanted records with their line ends. A record goes on while a quote is open. */
async function* recordsOf(
  path: string,
  wanted: ReadonlySet<number>,
  seen: (bytes: Buffer) => void,
): AsyncGenerator<{ line: number; record: Buffer }> {
  let line = 1;
  let start = wanted.has(1) ? 1 : 0;
  let pieces: Buffer[] = [];
  let isQuoted = false;
  for await (const block of createReadStream(path) as AsyncIterable<Buffer>) {
    seen(block);
    let from = 0;
    for (let at = block.indexOf(lineFeed); at !== -1; at = block.indexOf(lineFeed, from)) {
      const piece = block.subarray(from, at + 1);
      from = at + 1;
      line += 1;
      if (start > 0) {
        pieces.push(piece);
        isQuoted = hasOpenQuote(piece) !== isQuoted;
        if (isQuoted) continue;
        yield { line: start, record: Buffer.concat(pieces) };
      }
      pieces = [];
      start = wanted.has(line) ? line : 0;
    }
    if (start > 0) {
      const rest = Buffer.from(block.subarray(from));
      pieces.push(rest);
      isQuoted = hasOpenQuote(rest) !== isQuoted;
    }
  }
  if (start > 0 && pieces.some((piece) => piece.length > 0))
    yield { line: start, record: Buffer.concat(pieces) };
}

function hasOpenQuote(bytes: Uint8Array): boolean {
  let isOpen = false;
  for (const byte of bytes) if (byte === quote) isOpen = !isOpen;
  return isOpen;
}
