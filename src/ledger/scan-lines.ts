import { maxLineBytes } from "./record.ts";

/** Anything that can be read at a position; 0 bytes at its end. */
export interface ByteSource {
  read(into: Uint8Array, position: number): Promise<number>;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    async read(into, position) {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** Where a scan ended, and why: at the end, at a line that was refused, in one without newline, in one too long. */
export interface ScanEnd {
  /** Start of the line where it ended. */
  readonly position: number;
  readonly why: "end" | "refused" | "unfinished" | "too long";
}

/**
 * Gives each line to `onLine` until that refuses one. The line comes with a 0x00 in front of it, so that its leaf
 * hash needs no copy, and is valid only during the call. Memory: one buffer, whatever the length of the source.
 */
export async function scanLines(
  source: ByteSource,
  onLine: (prefixed: Buffer, position: number) => boolean,
): Promise<ScanEnd> {
  const buffer = Buffer.allocUnsafe(4 * maxLineBytes);
  // buffer[start] is the first byte of a line, at `position` in the source; buffer[start - 1] is free.
  let [start, end, position] = [1, 1, 0];
  for (;;) {
    const length = await source.read(buffer.subarray(end), position + end - start);
    end += length;
    for (let newline = buffer.indexOf(10, start); newline >= 0 && newline < end; ) {
      buffer[start - 1] = 0;
      if (!onLine(buffer.subarray(start - 1, newline), position)) return { position, why: "refused" };
      position += newline + 1 - start;
      start = newline + 1;
      newline = buffer.indexOf(10, start);
    }
    if (length === 0) return { position, why: start === end ? "end" : "unfinished" };
    if (end - start > maxLineBytes) return { position, why: "too long" };
    buffer.copyWithin(1, start, end);
    [start, end] = [1, 1 + end - start];
  }
}
