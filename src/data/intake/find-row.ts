import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const stepBytes = 64 * 1024;
/** Of a row before its resource, but for the id. */
const headBytes = 64;

/**
 * The resource of a line as it stands in a part of a table, or undefined where the part does not have it. The rows are in
 * the order of their lines, so that few of them are looked at.
 */
export function findRow(path: string, line: number): string | undefined {
  const file = openSync(path, "r");
  try {
    let low = 0;
    let high = fstatSync(file).size;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const start = rowStart(file, middle);
      const found = start < high ? lineOf(file, start) : Number.POSITIVE_INFINITY;
      if (found === line) return resourceOf(file, start);
      if (found < line) low = start + 1;
      else high = middle;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Of the first row that begins at this byte or after it; the end of the file where there is none. */
function rowStart(file: number, from: number): number {
  if (from === 0) return 0;
  const feed = feedAfter(file, from - 1);
  return feed + 1;
}

function feedAfter(file: number, from: number): number {
  const step = Buffer.alloc(stepBytes);
  for (let at = from; ; ) {
    const length = readSync(file, step, 0, stepBytes, at);
    const found = step.subarray(0, length).indexOf(10);
    if (found >= 0 || length === 0) return at + Math.max(found, 0);
    at += length;
  }
}

function lineOf(file: number, start: number): number {
  const head = Buffer.alloc(headBytes);
  const length = readSync(file, head, 0, headBytes, start);
  const found = /^\{"file":\d+,"line":(\d+),/.exec(head.toString("latin1", 0, length));
  if (found === null) throw new Error("a row of a table does not begin with file and line");
  return Number(found[1]);
}

function resourceOf(file: number, start: number): string {
  const row = Buffer.alloc(feedAfter(file, start) - start);
  for (let done = 0; done < row.length; ) {
    const length = readSync(file, row, done, row.length - done, start + done);
    if (length === 0) throw new Error("a table is shorter than it was");
    done += length;
  }
  const text = row.toString("utf8");
  const head = /^\{"file":\d+,"line":\d+,"id":"(?:[^"\\]|\\.)*","resource":/.exec(text);
  return text.slice(head![0].length, -1);
}
