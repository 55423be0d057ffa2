import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

const blockBytes = 1024 * 1024;

export class DamagedGzip extends Error {}

/** The bytes of a file, uncompressed where its name ends in .gz, with the sha256 of the file as it lies there. */
export class SourceBlocks {
  readonly #path: string;
  readonly #onRead: (bytes: number) => void;
  readonly #hash = createHash("sha256");
  /** Read so far, of the file as it lies there. */
  bytes = 0;

  constructor(path: string, onRead: (bytes: number) => void = () => {}) {
    this.#path = path;
    this.#onRead = onRead;
  }

  /** Throws `DamagedGzip` where a compressed file is damaged, cut off, or followed by something else. */
  async *blocks(): AsyncGenerator<Buffer> {
    if (!isGzip(this.#path)) return yield* this.#raw();
    const gunzip = createGunzip({ chunkSize: blockBytes });
    const pumped = pipeline(Readable.from(this.#raw(), { objectMode: false }), gunzip);
    // What it fails of comes out of the loop as well.
    pumped.catch(() => {});
    try {
      yield* gunzip as AsyncIterable<Buffer>;
      await pumped;
    } catch (cause) {
      const isDamage = (cause as NodeJS.ErrnoException).code?.startsWith("Z_");
      throw isDamage ? new DamagedGzip("damaged or cut off", { cause }) : cause;
    }
    if (gunzip.bytesWritten !== this.bytes) throw new DamagedGzip("something follows the compressed data");
  }

  /** Of all that was read; once only. */
  sha256(): string {
    return this.#hash.digest("hex");
  }

  async *#raw(): AsyncGenerator<Buffer> {
    const stream = createReadStream(this.#path, { highWaterMark: blockBytes }) as AsyncIterable<Buffer>;
    for await (const block of stream) {
      this.#hash.update(block);
      this.bytes += block.length;
      this.#onRead(this.bytes);
      yield block;
    }
  }
}

export const isGzip = (path: string) => path.toLowerCase().endsWith(".gz");

/** Of a file as it lies there. */
export async function sha256Of(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const block of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(block);
    bytes += block.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}
