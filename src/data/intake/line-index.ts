import { createHash, type Hash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { OutputFile } from "./output-file.ts";

/** One entry for so many lines. */
export const linesPerEntry = 256;
/** Where the first of the lines begins (8 bytes, big-endian) and the sha256 of all of them with their line ends. */
export const entryBytes = 40;

/** Writes, while a file is read, the places of its lines: any one is found without reading those before it. */
export class LineIndexWriter {
  readonly #file: OutputFile;
  #hash: Hash = createHash("sha256");
  #start = 0;
  #offset = 0;
  #nLines = 0;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = new OutputFile(path);
  }

  /** Bytes of the lines that follow each other; to be called before `nextLine` for what comes after them. */
  bytes(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#offset += bytes.length;
  }

  /** Whether the next line is the first of an entry, so that the bytes before it must be handed over first. */
  get isAtEntry(): boolean {
    return this.#nLines % linesPerEntry === 0;
  }

  nextLine(): void {
    if (this.isAtEntry) {
      this.#finishEntry();
      this.#start = this.#offset;
      this.#hash = createHash("sha256");
    }
    this.#nLines += 1;
  }

  close(): void {
    this.#finishEntry();
    this.#file.close();
  }

  abandon(): void {
    this.#file.abandon();
  }

  #finishEntry(): void {
    if (this.#nLines === 0) return;
    const entry = Buffer.alloc(entryBytes);
    entry.writeBigUInt64BE(BigInt(this.#start));
    this.#hash.digest().copy(entry, 8);
    this.#file.write(entry);
  }
}
