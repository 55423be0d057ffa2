import { isUtf8 } from "node:buffer";

/** Why a line is not taken for a resource; docs/ingest.md tells what each means. */
export type LineReason =
  | "too-long"
  | "byte-order-mark"
  | "nul"
  | "not-utf8"
  | "malformed"
  | "not-an-object"
  | "repeated-key"
  | "half-character"
  | "too-deep"
  | "no-type"
  | "unknown-type"
  | "other-type"
  | "no-id"
  | "no-resource"
  | "duplicate"
  | "duplicate-differs";

export type ReadLine = { readonly type: string; readonly id: string } | { readonly reason: LineReason };

/** Deeper than any profile of FHIR, and than what every reader of JSON takes. */
const deepest = 64;
/** FHIR allows 64; some servers give out longer ones. */
export const longestId = 256;

/**
 * What a line that is not blank holds: type and id of a resource, or why it is none.
 *
 * Slower than `ResourceScanner` and of another make, so that each is a test of the other. The type is not compared with
 * those of FHIR here.
 */
export function readResource(bytes: Buffer): ReadLine {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { reason: "byte-order-mark" };
  if (bytes.includes(0)) return { reason: "nul" };
  if (!isUtf8(bytes)) return { reason: "not-utf8" };
  const text = bytes.toString("utf8");
  const value = parsed(text);
  if (value === undefined) return { reason: "malformed" };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { reason: "not-an-object" };
  const fault = faultWithin(text);
  if (fault !== undefined) return { reason: fault };
  const { resourceType: type, id } = value as { readonly resourceType?: unknown; readonly id?: unknown };
  if (typeof type !== "string" || type === "") return { reason: "no-type" };
  if (typeof id !== "string" || id === "" || id.length > longestId) return { reason: "no-id" };
  return { type, id };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told as the line's reason; the parser's own words quote the line.
    return undefined;
  }
}

/** What JSON.parse lets through and the database, or the next reader, does not. The text must be JSON. */
export function faultWithin(text: string): LineReason | undefined {
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = textEnd(text, at);
      const written = text.slice(at, end);
      const hasEscape = written.includes("\\");
      if (isKey || hasEscape) {
        const inside = hasEscape ? (JSON.parse(written) as string) : written.slice(1, -1);
        if (/\p{Surrogate}/u.test(inside)) return "half-character";
        if (isKey) {
          const keys = open.at(-1)!;
          if (keys.has(inside)) return "repeated-key";
          keys.add(inside);
        }
      }
      isKey = false;
      at = end - 1;
    } else if (character === "{" || character === "[") {
      if (open.length === deepest) return "too-deep";
      isKey = character === "{";
      open.push(isKey ? new Set() : undefined);
    } else if (character === "}" || character === "]") {
      open.pop();
      isKey = false;
    } else if (character === ",") isKey = open.at(-1) !== undefined;
  }
  return undefined;
}

/** After the closing quote. */
export function textEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let nBackslashes = 0;
    while (text[at - 1 - nBackslashes] === "\\") nBackslashes++;
    if (nBackslashes % 2 === 0) return at + 1;
  }
}
