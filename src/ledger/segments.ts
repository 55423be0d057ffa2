import { join } from "node:path";
import { Problem } from "../evidence/problem.ts";
import type { ChainCheck } from "./chain.ts";
import { writeAll } from "./durable-file.ts";
import type { FileSystem, OpenFile } from "./file-system.ts";
import type { StoredRecord } from "./ledger.ts";
import { parseLine } from "./record.ts";
import { scanLines } from "./scan-lines.ts";

/** Where every 256th record of a segment begins: enough to find any of them. */
const markEvery = 256;

interface Segment {
  /** Index of its first record, which also names its file. */
  readonly first: number;
  readonly marks: number[];
  bytes: number;
}

/** Where reading stopped for a fault. */
export interface Stop {
  readonly path: string;
  readonly position: number;
  /** Whether no file comes after it. */
  readonly isLast: boolean;
}

/** What to say of a record when the scan ended within its line. */
export const endFaults = {
  unfinished: "ends in the middle of its line",
  "too long": "is longer than a record can be",
};

/** The lines of the log, in files that each go on where the one before ends. */
export class Segments {
  readonly #fileSystem: FileSystem;
  readonly #folder: string;
  readonly #maxBytes: number;
  #segments: Segment[] = [];
  #size = 0;
  #file: OpenFile | undefined;

  constructor(fileSystem: FileSystem, folder: string, maxBytes: number) {
    this.#fileSystem = fileSystem;
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** Begins anew and reads every line into the check, up to the first fault that it notes. */
  async load(check: ChainCheck): Promise<Stop | undefined> {
    this.#segments = [];
    this.#size = 0;
    const firsts = segmentsIn(await this.#fileSystem.list(this.#folder));
    for (const [i, first] of firsts.entries()) {
      if (first !== check.chain.size) {
        check.refuse(`is not there: the next file begins with record ${first}`);
        return { path: join(this.#folder, nameOf(first)), position: 0, isLast: false };
      }
      const segment: Segment = { first, marks: [], bytes: 0 };
      this.#segments.push(segment);
      const file = await this.#fileSystem.open(this.#path(i), "read");
      try {
        const { position, why } = await scanLines(file, (prefixed, position) => {
          const isRight = check.accept(prefixed);
          if (isRight) this.#mark(position);
          return isRight;
        });
        segment.bytes = position;
        if (why === "unfinished" || why === "too long") check.refuse(endFaults[why]);
        if (why !== "end") return { path: this.#path(i), position, isLast: i === firsts.length - 1 };
      } finally {
        await file.close();
      }
    }
    return undefined;
  }

  /** Makes what was read certain to be on the disk, removes what follows it in the last file, and opens that. */
  async settle(): Promise<void> {
    if (this.#segments.length === 0) return this.#begin();
    this.#file = await this.#fileSystem.open(this.#path(this.#segments.length - 1), "write");
    await this.#file.truncate(this.#segments.at(-1)!.bytes);
    await this.#file.sync();
    await this.#fileSystem.syncFolder(this.#folder);
  }

  /** Resolves when the lines, each with its newline, are on the disk. */
  async append(lines: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(lines);
    const isFull = this.#segments.at(-1)!.bytes + bytes.length > this.#maxBytes;
    if (isFull && this.#segments.at(-1)!.bytes > 0) await this.#begin();
    const segment = this.#segments.at(-1)!;
    await writeAll(this.#file!, bytes, segment.bytes);
    await this.#file!.sync();
    for (const line of lines) {
      this.#mark(segment.bytes);
      segment.bytes += line.length;
    }
  }

  async *read(from: number, to: number): AsyncGenerator<StoredRecord> {
    for (const [i, { first, marks, bytes }] of [...this.#segments.entries()]) {
      const end = this.#segments[i + 1]?.first ?? this.#size;
      if (end <= from || first >= to) continue;
      const file = await this.#fileSystem.open(this.#path(i), "read");
      try {
        const lastBlock = Math.floor((Math.min(to, end) - 1 - first) / markEvery);
        for (
          let block = Math.floor((Math.max(from, first) - first) / markEvery);
          block <= lastBlock;
          block++
        ) {
          const text = await readBlock(file, marks[block]!, marks[block + 1] ?? bytes);
          yield* recordsOf(text, { from, to, first: first + block * markEvery, path: this.#path(i) });
        }
      } finally {
        await file.close();
      }
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #path(segment: number): string {
    return join(this.#folder, nameOf(this.#segments[segment]!.first));
  }

  #mark(position: number): void {
    const segment = this.#segments.at(-1)!;
    if ((this.#size - segment.first) % markEvery === 0) segment.marks.push(position);
    this.#size += 1;
  }

  /** The next file; its name is on the disk before anything is written to it. */
  async #begin(): Promise<void> {
    await this.close();
    const path = join(this.#folder, nameOf(this.#size));
    this.#file = await this.#fileSystem.open(path, "create");
    await this.#fileSystem.syncFolder(this.#folder);
    this.#segments.push({ first: this.#size, marks: [], bytes: 0 });
  }
}

/** Names sort as their numbers do. */
function nameOf(first: number): string {
  return `records-${String(first).padStart(16, "0")}.jsonl`;
}

/** Index of the first record of each file, ascending. */
function segmentsIn(names: readonly string[]): number[] {
  return names
    .flatMap((name) => /^records-(\d{16})\.jsonl$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function readBlock(file: OpenFile, from: number, to: number): Promise<Buffer> {
  const block = Buffer.alloc(to - from);
  for (let done = 0; done < block.length; ) {
    const length = await file.read(block.subarray(done), from + done);
    if (length === 0) break;
    done += length;
  }
  return block;
}

interface Wanted {
  readonly from: number;
  readonly to: number;
  /** Index of the first record of the block. */
  readonly first: number;
  readonly path: string;
}

function* recordsOf(block: Buffer, { from, to, first, path }: Wanted): Generator<StoredRecord> {
  let start = 0;
  for (let index = first; index < to && start < block.length; index++) {
    const newline = block.indexOf(10, start);
    const line = block.subarray(start, newline);
    start = newline + 1;
    if (index < from) continue;
    const record = newline < 0 ? undefined : parseLine(line);
    if (record?.index !== index) {
      throw new Problem("ledger-damaged", `record ${index} has changed since the ledger was opened`, {
        where: path,
        hint: "verify the ledger, and restore the file from a copy",
      });
    }
    yield { record, line };
  }
}
