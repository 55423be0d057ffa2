import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { Duplicate } from "./find-duplicates.ts";
import { intakePaths } from "./intake-folder.ts";
import type { QuarantinedLine, TablePart } from "./manifest.ts";
import { OutputFile } from "./output-file.ts";
import { wholeLines } from "./whole-lines.ts";

/** Writes the parts of a table that hold duplicates again, under another name, without them. */
export async function takeOutDuplicates(
  folder: string,
  type: string,
  parts: readonly TablePart[],
  onDuplicate: (row: QuarantinedLine) => void,
): Promise<readonly TablePart[]> {
  const duplicates = rowsOf(join(folder, intakePaths.duplicates(type)));
  let next = await nextOf(duplicates);
  const left: TablePart[] = [];
  for (const part of parts) {
    if (next?.file !== part.file) {
      left.push(part);
      continue;
    }
    const path = intakePaths.distinct(type, part.file);
    const out = new OutputFile(join(folder, path));
    let rows = 0;
    for await (const row of linesOf(join(folder, part.path))) {
      if (next?.file === part.file && isOfLine(row, next)) {
        const { file, line, first, same } = next;
        onDuplicate({ file, line, reason: same ? "duplicate" : "duplicate-differs", first });
        next = await nextOf(duplicates);
      } else {
        out.write(row);
        rows += 1;
      }
    }
    out.close();
    if (rows > 0) left.push({ file: part.file, path, rows, bytes: out.bytes });
  }
  if (next !== undefined) throw new Error("a duplicate has no row");
  return left;
}

const isOfLine = (row: Buffer, { file, line }: Duplicate) => {
  const start = `{"file":${file},"line":${line},`;
  return row.toString("latin1", 0, start.length) === start;
};

async function* rowsOf(path: string): AsyncGenerator<Duplicate> {
  for await (const line of linesOf(path)) {
    const { file, line: number, first, same } = JSON.parse(line.toString("utf8")) as Duplicate;
    yield { file, line: number, first: { file: first.file, line: first.line }, same };
  }
}

async function nextOf(rows: AsyncGenerator<Duplicate>): Promise<Duplicate | undefined> {
  const { done, value } = await rows.next();
  return done ? undefined : value;
}

/** With their line feeds; each valid until the next is asked for. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  const blocks = createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>;
  for await (const region of wholeLines(blocks, Number.MAX_SAFE_INTEGER)) {
    if (!("bytes" in region)) continue;
    for (let start = 0; start < region.length; ) {
      const end = region.bytes.indexOf(10, start) + 1;
      yield region.bytes.subarray(start, end);
      start = end;
    }
  }
}
