import { isUtf8 } from "node:buffer";
import type { LineIndexWriter } from "./line-index.ts";
import { readResource } from "./read-resource.ts";
import { ResourceScanner } from "./resource-scanner.ts";
import type { SourceWriter, TypedLine } from "./source-writer.ts";
import { wholeLines } from "./whole-lines.ts";

const carriageReturn = 13;

export interface LineCounts {
  readonly lines: number;
  readonly blank: number;
}

export interface NdjsonOptions {
  readonly lineLimitBytes: number;
  /**
   * `fast`: a scan of the bytes takes the lines that are plainly resources, and only the others are read one by one.
   * `line by line`: all are. What comes out is the same.
   */
  readonly reading: "fast" | "line by line";
}

/**
 * Takes the lines of an NDJSON file apart: each becomes a row of its type, a row of the quarantine, or is counted as blank.
 */
export async function readNdjson(
  blocks: AsyncIterable<Buffer>,
  writer: SourceWriter,
  index: LineIndexWriter,
  options: NdjsonOptions,
): Promise<LineCounts> {
  const reader = new NdjsonReader(writer, index, options);
  for await (const region of wholeLines(blocks, options.lineLimitBytes)) {
    if ("bytes" in region) reader.lines(region.bytes, region.length);
    else reader.tooLong(region.tooLong, region.isEnd);
  }
  index.close();
  return reader.counts;
}

class NdjsonReader {
  readonly #writer: SourceWriter;
  readonly #index: LineIndexWriter;
  readonly #options: NdjsonOptions;
  readonly #scanner = new ResourceScanner();
  #nLines = 0;
  #nBlank = 0;
  /** Of the next line, in the uncompressed file. */
  #offset = 0;
  /** So far of a line that is not held. */
  #longBytes = 0;

  constructor(writer: SourceWriter, index: LineIndexWriter, options: NdjsonOptions) {
    this.#writer = writer;
    this.#index = index;
    this.#options = options;
  }

  get counts(): LineCounts {
    return { lines: this.#nLines, blank: this.#nBlank };
  }

  /** The first `length` bytes are whole lines; a line feed is at or just after their end. */
  lines(bytes: Buffer, length: number): void {
    const mayScan = this.#options.reading === "fast" && isUtf8(bytes.subarray(0, length));
    const regionOffset = this.#offset;
    let indexed = 0;
    for (let start = 0; start < length; ) {
      const end = bytes.indexOf(10, start);
      if (this.#index.isAtEntry) {
        this.#index.bytes(bytes.subarray(indexed, start));
        indexed = start;
      }
      this.#index.nextLine();
      this.#nLines += 1;
      this.#offset = regionOffset + start;
      this.#line(bytes, start, end, mayScan);
      start = end + 1;
    }
    this.#index.bytes(bytes.subarray(indexed, length));
    this.#offset = regionOffset + length;
  }

  tooLong(bytes: Buffer, isEnd: boolean): void {
    if (this.#longBytes === 0) {
      this.#nLines += 1;
      this.#index.nextLine();
    }
    this.#index.bytes(bytes);
    this.#longBytes += bytes.length;
    if (!isEnd) return;
    const endsInFeed = bytes.at(-1) === 10;
    this.#writer.quarantine({
      line: this.#nLines,
      reason: "too-long",
      offset: this.#offset,
      bytes: this.#longBytes - (endsInFeed ? 1 : 0),
    });
    this.#offset += this.#longBytes;
    this.#longBytes = 0;
  }

  #line(bytes: Buffer, start: number, feed: number, mayScan: boolean): void {
    const end = bytes[feed - 1] === carriageReturn && feed > start ? feed - 1 : feed;
    const isLong = feed - start > this.#options.lineLimitBytes;
    if (mayScan && !isLong && this.#scanner.scan(bytes, start, feed)) {
      if (this.#writer.scanned(this.#nLines, this.#scanner, bytes, start, end)) return;
    }
    const read = isLong ? tooLong : this.#read(bytes.subarray(start, end));
    if (read === undefined) this.#nBlank += 1;
    else if ("type" in read) this.#writer.resource(this.#nLines, read, bytes, start, end);
    else {
      const { reason } = read;
      this.#writer.quarantine({ line: this.#nLines, reason, offset: this.#offset, bytes: feed - start });
    }
  }

  /** Undefined for a blank line. */
  #read(line: Buffer): TypedLine | undefined {
    return isBlank(line) ? undefined : this.#writer.typed(readResource(line));
  }
}

const tooLong = { reason: "too-long" } as const;

/** Space, tab, and the first half of a line end of Windows. */
const isBlank = (line: Buffer) => line.every((byte) => byte === 32 || byte === 9 || byte === carriageReturn);
