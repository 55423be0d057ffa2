import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { Problem } from "../../evidence/problem.ts";
import type { Structure } from "./take-apart.ts";
import type { ViewRequest } from "./view-run.ts";

/**
 * The first line of the files that is no JSON object or, of a resource of the type, has a field of another kind than the
 * view reads: an object, a list or a single value. Undefined where there is none.
 *
 * The engine stops at such a line and does not say where it is in every case; this reads again what it refused.
 */
export async function findMisfit(
  { files, fileNames, intake }: Pick<ViewRequest, "files" | "fileNames" | "intake">,
  resource: string,
  structure: Structure,
): Promise<Problem | undefined> {
  for (const [i, file] of files.entries()) {
    const raw = createReadStream(file);
    const input = file.endsWith(".gz") ? raw.pipe(createGunzip()) : raw;
    let line = 0;
    try {
      for await (const bytes of linesOf(input)) {
        line += 1;
        const row = intake === undefined ? undefined : placedRow(bytes.toString("utf8"));
        const text = row?.resource ?? bytes.toString("utf8");
        const found = isUtf8(bytes) ? misfitOf(text, resource, structure) : notUtf8;
        if (found === undefined) continue;
        const where =
          row === undefined
            ? `${fileNames[i]!}:${line}`
            : `${intake!.sourceNames[row.file - 1]!}:${row.line}`;
        return problemAt(where, found);
      }
    } finally {
      raw.destroy();
    }
  }
  return undefined;
}

/** Cut at line feeds alone: node:readline also cuts at U+2028, which a text of JSON may hold. */
async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pieces: Buffer[] = [];
  for await (const block of input) {
    let start = 0;
    for (let end = block.indexOf(10); end >= 0; end = block.indexOf(10, start)) {
      yield Buffer.concat([...pieces, block.subarray(start, end)]);
      pieces = [];
      start = end + 1;
    }
    pieces.push(block.subarray(start));
  }
  yield Buffer.concat(pieces);
}

interface PlacedRow {
  readonly file: number;
  readonly line: number;
  readonly resource: string;
}

/** A row of an intake; undefined where it is none any more. */
function placedRow(text: string): PlacedRow | undefined {
  const found = /^\{"file":(\d+),"line":(\d+),"id":"(?:[^"\\]|\\.)*","resource":(.*)\}$/s.exec(text);
  if (found === null) return undefined;
  return { file: Number(found[1]), line: Number(found[2]), resource: found[3]! };
}

interface Misfit {
  readonly code: "data-json" | "data-not-utf8" | "view-bad-value";
  readonly message: string;
}

const notUtf8: Misfit = { code: "data-not-utf8", message: "the line is not UTF-8 text" };

function problemAt(where: string, { code, message }: Misfit): Problem {
  const hint = code === "view-bad-value" ? "correct the resource of this line" : "correct or remove the line";
  return new Problem(code, message, { where, hint });
}

function misfitOf(text: string, resource: string, structure: Structure): Misfit | undefined {
  if (text.trim() === "") return undefined;
  const value = parsed(text);
  if (!isObject(value)) return { code: "data-json", message: "the line is no JSON object" };
  if (value.resourceType !== resource) return undefined;
  const message = differenceOf(value, structure, "");
  return message === undefined ? undefined : { code: "view-bad-value", message };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Said of the whole line by the caller: the parser's own words quote it.
    return undefined;
  }
}

function differenceOf(value: unknown, structure: Structure, path: string): string | undefined {
  if (value === null || value === undefined || typeof structure === "string") return undefined;
  if (Array.isArray(structure)) {
    if (!Array.isArray(value)) return `${path} is a single value; FHIR has a list there`;
    return firstOf(value.map((item) => differenceOf(item, structure[0] as Structure, path)));
  }
  if (!isObject(value)) return `${path} is no object; FHIR has one there`;
  return firstOf(
    Object.entries(structure as object).map(([name, part]) =>
      differenceOf(value[name], part, path === "" ? name : `${path}.${name}`),
    ),
  );
}

const firstOf = (found: readonly (string | undefined)[]) => found.find((one) => one !== undefined);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
