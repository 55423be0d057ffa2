import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

const bufferBytes = 256 * 1024;

/** A file that is written from its start, in large pieces. */
export class OutputFile {
  readonly #file: number;
  readonly #buffer = Buffer.allocUnsafe(bufferBytes);
  #used = 0;
  #isOpen = true;
  /** Written so far. */
  bytes = 0;

  /** Replaces what is there. */
  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  write(bytes: Uint8Array): void {
    if (this.#used + bytes.length > bufferBytes) this.#flush();
    if (bytes.length > bufferBytes) writeAll(this.#file, bytes);
    else {
      this.#buffer.set(bytes, this.#used);
      this.#used += bytes.length;
    }
    this.bytes += bytes.length;
  }

  /** As `write` of these bytes of a larger buffer, without a view of them for each call. */
  writeRange(bytes: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.#used + length > bufferBytes) this.#flush();
    if (length > bufferBytes) writeAll(this.#file, bytes.subarray(start, end));
    else this.#used += bytes.copy(this.#buffer, this.#used, start, end);
    this.bytes += length;
  }

  /** ASCII, shorter than the buffer. */
  writeAscii(text: string): void {
    if (this.#used + text.length > bufferBytes) this.#flush();
    this.#used += this.#buffer.write(text, this.#used, "latin1");
    this.bytes += text.length;
  }

  /** On the disk when this returns. */
  close(): void {
    this.#flush();
    fsyncSync(this.#file);
    this.abandon();
  }

  /** What has been written so far is of no use. */
  abandon(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }

  #flush(): void {
    writeAll(this.#file, this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
