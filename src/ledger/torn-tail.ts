import { parseLine } from "./record.ts";

/** Most bytes that are written before the disk is asked to keep them, so that a power loss can tear no more. */
export const maxBatchBytes = 1_048_576;

const sectorBytes = 512;

/**
 * Whether the bytes after the last good line are what a power loss leaves of a write that nobody was told of.
 *
 * A disk may have kept any of the 512-byte sectors of such a write; in a file that grew, the others read as zeros,
 * which occur in no record. So it is torn when it ends within its first line or has a sector of zeros, unless a later
 * batch follows: that was begun only once this one was on the disk, so the record was confirmed and is damaged.
 *
 * `position` is where `tail` begins in the file, `index` the record expected there.
 */
export function isTornTail(tail: Buffer, position: number, index: number): boolean {
  const firstNewline = tail.indexOf(10);
  if (firstNewline < 0) return true;
  return (
    hasSectorOfZeros(tail, position) && !linesOf(tail).some((line) => (parseLine(line)?.batch ?? 0) > index)
  );
}

function hasSectorOfZeros(tail: Buffer, position: number): boolean {
  for (let start = 0; start < tail.length; ) {
    const end = Math.min(tail.length, start + sectorBytes - ((position + start) % sectorBytes));
    if (tail.subarray(start, end).every((byte) => byte === 0)) return true;
    start = end;
  }
  return false;
}

function linesOf(tail: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let newline = tail.indexOf(10); newline >= 0; newline = tail.indexOf(10, start)) {
    lines.push(tail.subarray(start, newline));
    start = newline + 1;
  }
  return lines;
}
