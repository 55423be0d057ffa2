import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { type IngestSummary, ingest } from "../../src/data/index.ts";

/** Every file below a folder with its content's hash. */
export function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")];
    }),
  );
}

/** Cut at line feeds; what follows the last of them is a line where it holds anything. */
export function linesIn(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(10, start);
    lines.push(content.subarray(start, end < 0 ? content.length : end));
    start = end < 0 ? content.length : end + 1;
  }
  return lines;
}

/**
 * Walks an intake of one NDJSON file: each of its lines stands in exactly one place, a row holds its text, and the counts
 * of the manifest are those of the rows.
 */
export function expectEachLineOnce(folder: string, content: Buffer, { manifest }: IngestSummary): void {
  const lines = linesIn(content);
  const places: (string | undefined)[] = lines.map(() => undefined);
  const place = (line: number, name: string) => {
    expect(places[line - 1], `line ${line}`).toBeUndefined();
    places[line - 1] = name;
  };
  for (const [type, { parts, rows }] of Object.entries(manifest.tables)) {
    const read = parts.flatMap(({ path }) => linesIn(readFileSync(join(folder, path))));
    expect(read).toHaveLength(rows);
    for (const row of read) {
      const { line, id, resource } = JSON.parse(row.toString("utf8"));
      expect(resource).toMatchObject({ resourceType: type, id });
      const start = row.indexOf(',"resource":') + ',"resource":'.length;
      const text = row.toString("utf8", start, row.length - 1);
      expect(text).toBe(lines[line - 1]!.toString("utf8").replace(/\r$/, ""));
      place(line, type);
    }
  }
  const quarantined = linesIn(readFileSync(join(folder, manifest.quarantine.path)));
  for (const row of quarantined) {
    const { line, reason } = JSON.parse(row.toString("utf8"));
    place(line, reason);
  }
  const blank = lines.filter((line, i) => {
    const isBlank = /^[ \t\r]*$/.test(line.toString("latin1"));
    if (isBlank) place(i + 1, "blank");
    return isBlank;
  });
  expect(places).not.toContain(undefined);
  const { totals } = manifest;
  expect(totals).toEqual({
    lines: lines.length,
    resources: lines.length - quarantined.length - blank.length,
    quarantined: quarantined.length,
    blank: blank.length,
    refused: 0,
  });
  expect(manifest.sources[0]).toMatchObject({ lines: totals.lines, blank: totals.blank });
}

/** Takes one file in by both readings, which give the same, byte for byte, and walks it. */
export async function expectSameByBothReadings(folder: string, content: Buffer): Promise<IngestSummary> {
  mkdirSync(folder);
  const source = join(folder, "mixed.ndjson");
  writeFileSync(source, content);
  const [fast, slow] = [join(folder, "fast"), join(folder, "slow")];
  const summary = await ingest({ paths: [source], into: fast });
  await ingest({ paths: [source], into: slow, reading: "line by line" });
  expect(contentOf(fast)).toEqual(contentOf(slow));
  expectEachLineOnce(fast, content, summary);
  return summary;
}
