import { isUtf8 } from "node:buffer";
import { canonicalJson } from "../evidence/canonical-json.ts";
import type { Digest } from "./merkle.ts";

export type RecordBody = Readonly<Record<string, unknown>>;

/** What is wrong with the body of a record, or undefined. Lower case, no full stop. */
export type BodyCheck = (body: RecordBody) => string | undefined;

/** The types of records that a ledger takes, by name. Other rooms bring theirs. */
export type RecordKinds = ReadonlyMap<string, BodyCheck>;

/** What the caller says; the ledger adds the rest. */
export interface NewRecord {
  /** Names a kind of the ledger's `kinds`, e.g. "lock". */
  readonly type: string;
  /** The person or system that did it. */
  readonly actor: string;
  /** Never health data: those go to the vault, and their commitment comes here. */
  readonly body: RecordBody;
}

/** One line of the ledger. */
export interface LedgerRecord extends NewRecord {
  /** 0, 1, 2 … */
  readonly index: number;
  /** Leaf hash of the line before; `noPrevious` in the first. */
  readonly previous: Digest;
  /** When it was written: UTC with milliseconds, "2026-11-21T09:54:46.000Z". */
  readonly time: string;
  /** Index of the first record that went to the disk with this one. After a power loss it tells a torn write apart. */
  readonly batch: number;
}

export const noPrevious: Digest = "0".repeat(64);

/** Objects and lists within each other in a body: deeper ones might be written and then be too deep to read. */
const maxDepth = 32;

/** Longest line in bytes, without its newline. */
export const maxLineBytes = 65_536;

/** A record may be dated before the previous one by this much: clocks are set back by small steps. */
export const maxClockStepMs = 5_000;

/** The line of a record, without newline: canonical JSON (RFC 8785) with the seven fields and no other. */
export function lineOf(record: LedgerRecord): string {
  return lineWith(canonicalJson(record.body), record);
}

/** `lineOf` for a body that is canonical JSON already. */
export function lineWith(bodyJson: string, envelope: Omit<LedgerRecord, "body">): string {
  const { actor, batch, index, previous, time, type } = envelope;
  // The fields in code-unit order, so only the body needs sorting. Tested to equal canonicalJson of the whole.
  const [head, tail] = [
    `{"actor":${JSON.stringify(actor)},"batch":${batch}`,
    `"type":${JSON.stringify(type)}}`,
  ];
  return `${head},"body":${bodyJson},"index":${index},"previous":"${previous}","time":"${time}",${tail}`;
}

/** What a record must follow. */
export interface Before {
  readonly index: number;
  readonly leaf: Digest;
  readonly batch: number;
  /** Its time, in milliseconds since 1970. */
  readonly ms: number;
}

export const beforeFirst: Before = {
  index: -1,
  leaf: noPrevious,
  batch: -1,
  ms: Number.NEGATIVE_INFINITY,
};

/** What the record after one has to know of it, besides its index and its hash. */
export type RecordPlace = Pick<Before, "batch" | "ms">;

/** A record read back, or what is wrong with its line. */
export type ReadRecord = { readonly record: LedgerRecord; readonly ms: number } | { readonly fault: string };

/**
 * Reads a line and checks everything that can be known from it and the one before: canonical form, order, hash of
 * the line before, batch, time, and the body where kinds are given.
 */
export function readLine(line: Buffer, before: Before, kinds: RecordKinds | undefined): ReadRecord {
  const alone = readAlone(line);
  if ("fault" in alone) return alone;
  const { record, ms } = alone;
  const index = before.index + 1;
  if (record.index !== index) return { fault: `has the index ${record.index}; expected ${index}` };
  if (record.previous !== before.leaf) return { fault: "does not follow the record before it" };
  if (record.batch !== index && record.batch !== before.batch) {
    return { fault: `has the batch ${record.batch}; expected ${before.batch} or ${index}` };
  }
  if (ms < before.ms - maxClockStepMs)
    return { fault: `is dated ${record.time}, before the previous record` };
  const refused = kinds === undefined ? undefined : refusalOf(record, kinds);
  return refused === undefined ? alone : { fault: refused };
}

/** Reads a line of which only the place is known. */
export function readAlone(line: Buffer): ReadRecord {
  const record = parseLine(line);
  if (record === undefined) return { fault: "is no record in canonical form" };
  return { record, ms: Date.parse(record.time) };
}

/** A record whose line is in canonical form; where it belongs is not looked at. */
export function parseLine(line: Buffer): LedgerRecord | undefined {
  if (line.length > maxLineBytes || !isUtf8(line)) return undefined;
  return parseCanonical(line.toString("utf8"), isRecord, lineOf);
}

/** A body that is canonical JSON. */
export function parseBody(text: string): RecordBody | undefined {
  return parseCanonical(text, isBody, canonicalJson);
}

function parseCanonical<T extends object>(
  text: string,
  isOne: (value: unknown) => value is T,
  print: (value: T) => string,
): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isOne(value)) return undefined;
    // Printing an object again keeps the order of its keys, so only that has to be looked at; `print` is slower.
    const isCanonical = (JSON.stringify(value) === text && hasSortedKeys(value)) || print(value) === text;
    return isCanonical ? value : undefined;
  } catch (error) {
    // RangeError: nested too deep for the stack. TypeError: a number too large to be one, 1e400, has no canonical form.
    if (error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)
      return undefined;
    throw error;
  }
}

function hasSortedKeys(value: object): boolean {
  let last: string | undefined;
  for (const key of Object.keys(value)) {
    if (last !== undefined && last >= key && !Array.isArray(value)) return false;
    last = key;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === "object" && item !== null && !hasSortedKeys(item)) return false;
  }
  return true;
}

function isRecord(value: unknown): value is LedgerRecord {
  if (!isObject(value) || Object.keys(value).length !== 7) return false;
  const { actor, batch, body, index, previous, time, type } = value;
  return (
    typeof actor === "string" &&
    typeof type === "string" &&
    isBody(body) &&
    Number.isSafeInteger(index) &&
    Number.isSafeInteger(batch) &&
    typeof previous === "string" &&
    typeof time === "string" &&
    timeInMs(time) !== undefined
  );
}

/** Whether something may be the body of a record: an object, and not too deep. */
export function isBody(value: unknown): value is RecordBody {
  return isObject(value) && isWithin(value, maxDepth);
}

function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isWithin(item, levels - 1));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a text is a moment as `Date.prototype.toISOString` prints it; 30 February is none. */
export function isTime(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

const timeOfDayLength = "T09:54:46.000Z".length;
const knownDay = { text: "", ms: 0 };
const timeOfDay = /^T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Milliseconds since 1970; undefined where `isTime` is false. Sooner than that for a moment of the day asked last. */
export function timeInMs(text: string): number | undefined {
  const day = text.slice(0, -timeOfDayLength);
  if (day !== knownDay.text) {
    if (!isTime(text)) return undefined;
    knownDay.text = day;
    knownDay.ms = Date.parse(`${day}T00:00:00.000Z`);
  }
  const time = text.slice(-timeOfDayLength);
  if (!timeOfDay.test(time)) return undefined;
  const digit = (at: number) => time.charCodeAt(at) - 48;
  const two = (at: number) => 10 * digit(at) + digit(at + 1);
  return knownDay.ms + ((two(1) * 60 + two(4)) * 60 + two(7)) * 1_000 + 100 * digit(10) + two(11);
}

/** Why a record may not be in the ledger: its actor, its type or its body. Undefined where it may. */
export function refusalOf({ type, actor, body }: NewRecord, kinds: RecordKinds): string | undefined {
  // Persian and Indic names are spelt with joiners, which Unicode counts among the controls.
  if (!/^(?:\P{C}|[\u200c\u200d]){1,200}$/u.test(actor) || actor.trim() !== actor) {
    return `names no actor: ${JSON.stringify(actor)}`;
  }
  const check = kinds.get(type);
  if (check === undefined) {
    return `is of an unknown type, ${JSON.stringify(type)}; expected one of ${[...kinds.keys()].join(", ")}`;
  }
  const fault = check(body);
  return fault === undefined ? undefined : `is no ${type}: ${fault}`;
}
