/** Lines one after the other in one buffer, or a line that is too long to be held. */
export type LineRegion =
  | {
      /** The lines are the first `length` bytes; a line feed follows also where the last line has none. */
      readonly bytes: Buffer;
      readonly length: number;
    }
  | { readonly tooLong: Buffer; readonly isEnd: boolean };

const startBytes = 4 * 1024 * 1024;
const lineFeed = 10;

/**
 * Cuts a stream at line feeds. Memory is that of the largest line allowed: of a longer one the pieces are handed on as
 * they come, the last with `isEnd`. Each region is valid until the next is asked for.
 */
export async function* wholeLines(
  blocks: AsyncIterable<Buffer>,
  lineLimitBytes: number,
): AsyncGenerator<LineRegion> {
  let buffer: Buffer = Buffer.allocUnsafe(startBytes);
  let filled = 0;
  let isTooLong = false;
  for await (const block of blocks) {
    let rest = block;
    if (isTooLong) {
      const end = block.indexOf(lineFeed) + 1;
      yield { tooLong: end === 0 ? block : block.subarray(0, end), isEnd: end > 0 };
      if (end === 0) continue;
      isTooLong = false;
      rest = block.subarray(end);
    }
    buffer = withRoom(buffer, filled, rest.length + 1);
    rest.copy(buffer, filled);
    const last = buffer.subarray(filled, filled + rest.length).lastIndexOf(lineFeed);
    const length = last < 0 ? 0 : filled + last + 1;
    filled += rest.length;
    if (length > 0) {
      yield { bytes: buffer, length };
      buffer.copyWithin(0, length, filled);
      filled -= length;
    }
    if (filled > lineLimitBytes) {
      yield { tooLong: buffer.subarray(0, filled), isEnd: false };
      filled = 0;
      isTooLong = true;
    }
  }
  if (isTooLong) yield { tooLong: buffer.subarray(0, 0), isEnd: true };
  if (filled === 0) return;
  buffer = withRoom(buffer, filled, 1);
  buffer[filled] = lineFeed;
  yield { bytes: buffer, length: filled };
}

function withRoom(buffer: Buffer, filled: number, more: number): Buffer {
  if (filled + more <= buffer.length) return buffer;
  const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, filled + more));
  buffer.copy(larger, 0, 0, filled);
  return larger;
}
