import { isUtf8 } from "node:buffer";
import { fhirTypes } from "../fhir-types.ts";
import type { RefusedReason } from "./manifest.ts";
import type { LineCounts } from "./read-ndjson.ts";
import { readResource, textEnd } from "./read-resource.ts";
import type { SourceWriter, TypedLine } from "./source-writer.ts";

/** A file is read whole, so that of every entry the text stays as it was written. */
export const largestBundleBytes = 256 * 1024 * 1024;

export type BundleReading = { readonly counts: LineCounts } | { readonly refused: RefusedReason };

/**
 * Takes a JSON file apart: the entries of a Bundle are its lines, numbered from 1; a file with one resource has one line.
 * Line feeds between the parts of a resource become spaces; nothing else of its text changes.
 */
export function readBundle(bytes: Buffer, writer: SourceWriter, lineLimitBytes: number): BundleReading {
  const entries = entriesOf(bytes);
  if ("refused" in entries) return entries;
  entries.texts.forEach((text, i) => {
    const line = i + 1;
    const resource = Buffer.from(typeof text === "string" ? text.replace(/[\r\n]/g, " ") : "");
    const read = typeof text === "string" ? readEntry(resource, writer, lineLimitBytes) : text;
    if ("type" in read) writer.resource(line, read, resource, 0, resource.length);
    else writer.quarantine({ line, reason: read.reason });
  });
  return { counts: { lines: entries.texts.length, blank: 0 } };
}

function readEntry(resource: Buffer, writer: SourceWriter, lineLimitBytes: number): TypedLine {
  return resource.length > lineLimitBytes ? { reason: "too-long" } : writer.typed(readResource(resource));
}

/** The text of a resource, or why there is none: an entry may be a deletion. */
type Entry = string | { readonly reason: "no-resource" | "repeated-key" };

export type Entries = { readonly texts: readonly Entry[] } | { readonly refused: RefusedReason };

export function entriesOf(bytes: Buffer): Entries {
  if (!isUtf8(bytes)) return { refused: "not-utf8" };
  const text = bytes.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Told as the file's reason; the parser's own words quote the file.
    return { refused: "malformed" };
  }
  const type = (value as { readonly resourceType?: unknown } | null)?.resourceType;
  if (typeof type !== "string" || !fhirTypes().isResource(type)) return { refused: "not-a-bundle" };
  if (type !== "Bundle") return { texts: [text.trim()] };
  const members = membersOf(text, text.indexOf("{"));
  if (members === undefined) return { refused: "repeated-key" };
  const list = members.get("entry");
  if (list === undefined) return { texts: [] };
  if (text[list.start] !== "[") return { refused: "not-a-bundle" };
  return { texts: itemsOf(text, list.start).map((item) => resourceOf(text, item)) };
}

/** Of a position in a text of JSON. */
interface Span {
  readonly start: number;
  readonly end: number;
}

function resourceOf(text: string, { start }: Span): Entry {
  if (text[start] !== "{") return { reason: "no-resource" };
  const members = membersOf(text, start);
  if (members === undefined) return { reason: "repeated-key" };
  const span = members.get("resource");
  return span === undefined ? { reason: "no-resource" } : text.slice(span.start, span.end);
}

/** The values of an object by their keys, or undefined where a key stands twice. */
function membersOf(text: string, start: number): ReadonlyMap<string, Span> | undefined {
  const members = new Map<string, Span>();
  for (let at = afterSpace(text, start + 1); text[at] !== "}"; ) {
    const keyEnd = textEnd(text, at);
    const key = JSON.parse(text.slice(at, keyEnd)) as string;
    const span = valueAt(text, afterSpace(text, afterSpace(text, keyEnd) + 1));
    if (members.has(key)) return undefined;
    members.set(key, span);
    at = afterComma(text, span.end);
  }
  return members;
}

function itemsOf(text: string, start: number): Span[] {
  const items: Span[] = [];
  for (let at = afterSpace(text, start + 1); text[at] !== "]"; ) {
    const span = valueAt(text, at);
    items.push(span);
    at = afterComma(text, span.end);
  }
  return items;
}

function valueAt(text: string, start: number): Span {
  let depth = 0;
  for (let at = start; ; at++) {
    const character = text[at]!;
    if (character === '"') {
      at = textEnd(text, at) - 1;
      if (depth === 0) return { start, end: at + 1 };
    } else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      // The end of what holds a number or a word.
      if (depth === 0) return { start, end: at };
      depth -= 1;
      if (depth === 0) return { start, end: at + 1 };
    } else if (depth === 0 && /[,\s]/.test(character)) return { start, end: at };
  }
}

function afterComma(text: string, start: number): number {
  const at = afterSpace(text, start);
  return text[at] === "," ? afterSpace(text, at + 1) : at;
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (/\s/.test(text[at]!)) at++;
  return at;
}
