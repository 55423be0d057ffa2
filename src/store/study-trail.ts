import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../evidence/canonical-json.ts";
import { Problem } from "../evidence/problem.ts";
import { openReceipt, type ProvenRecord, type Receipt } from "./receipt.ts";

/** Receipts of what was decided about a study; they travel with its folder. */
export const receiptsFolder = "receipts";

const maxReceiptBytes = 2 * 1024 * 1024;

export interface TrailEntry extends ProvenRecord {
  /** Relative to the study: "receipts/0001-lock.json". */
  readonly file: string;
  /** The protocol's text, for a lock or amendment. */
  readonly protocol?: string;
}

/** Lock, amendments and acknowledgements of a study, each proven by its receipt, in their order. */
export interface StudyTrail {
  readonly entries: readonly TrailEntry[];
  readonly lock?: TrailEntry;
  readonly amendments: readonly TrailEntry[];
  readonly acknowledgements: readonly TrailEntry[];
}

interface ReceiptFile extends Receipt {
  readonly protocol?: string;
}

/**
 * Reads and proves the receipts of a study.
 *
 * Throws a Problem, receipt-damaged or receipt-order: a receipt that does not hold, a protocol that is not the one
 * of its record, a second lock, an amendment that does not follow the protocol before it, times that go back.
 */
export function readTrail(studyDir: string): StudyTrail {
  const folder = join(studyDir, receiptsFolder);
  if (!existsSync(folder)) return { entries: [], amendments: [], acknowledgements: [] };
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  const entries = names.map((name) => readEntry(folder, name));
  checkOrder(entries);
  const of = (type: string) => entries.filter(({ record }) => record.type === type);
  const [lock] = of("lock");
  return {
    entries,
    ...(lock ? { lock } : {}),
    amendments: of("amendment"),
    acknowledgements: of("acknowledgement"),
  };
}

/** The protocol as it was last locked or amended. */
export function lockedProtocol({ lock, amendments }: StudyTrail): TrailEntry | undefined {
  return amendments.at(-1) ?? lock;
}

/** Adds a receipt to the study's folder, as the next one; returns its file. */
export function writeReceipt(studyDir: string, receipt: Receipt, protocol?: string): string {
  const folder = join(studyDir, receiptsFolder);
  mkdirSync(folder, { recursive: true });
  const { type } = openReceipt(receipt, folder).record;
  const numbers = readdirSync(folder).map((name) => Number.parseInt(name, 10) || 0);
  const name = `${String(Math.max(0, ...numbers) + 1).padStart(4, "0")}-${type}.json`;
  const content: ReceiptFile = { ...receipt, ...(protocol === undefined ? {} : { protocol }) };
  const file = openSync(join(folder, name), "wx");
  try {
    writeSync(file, `${canonicalJson(content)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return join(receiptsFolder, name);
}

function readEntry(folder: string, name: string): TrailEntry {
  const file = join(receiptsFolder, name);
  const text = readFileSync(join(folder, name));
  if (text.length > maxReceiptBytes) throw damaged(file, "is larger than any receipt");
  const content = parseReceipt(text.toString("utf8"), file);
  const proven = openReceipt(content, file);
  const { body, type } = proven.record;
  const holdsProtocol = type === "lock" || type === "amendment";
  if (!holdsProtocol) return { ...proven, file };
  const { protocol = "" } = content;
  if (createHash("sha256").update(protocol).digest("hex") !== body.protocol) {
    throw damaged(file, "holds another protocol than its record names");
  }
  return { ...proven, file, protocol };
}

function parseReceipt(text: string, file: string): ReceiptFile {
  const isText = (value: unknown) => typeof value === "string";
  try {
    const content = JSON.parse(text) as ReceiptFile;
    const { format, line, index, proof, checkpoint, vkey, protocol } = content;
    const isWhole =
      format === "probity-receipt/1" &&
      [line, checkpoint, vkey, protocol ?? ""].every(isText) &&
      Number.isSafeInteger(index) &&
      Array.isArray(proof) &&
      proof.every((hash) => isText(hash) && /^[0-9a-f]{64}$/.test(hash));
    if (isWhole) return content;
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  throw damaged(file, "is not in the form of a receipt");
}

function checkOrder(entries: readonly TrailEntry[]): void {
  let protocol: unknown;
  let time = "";
  for (const { file, record } of entries) {
    const { type, body } = record;
    const refuse = (reason: string) => {
      throw new Problem("receipt-order", reason, {
        where: file,
        hint: "put the study's receipts back as they were written, all of them",
      });
    };
    if (record.time < time) refuse(`the receipt is dated ${record.time}, before the one that it follows`);
    if (type === "lock" && protocol !== undefined)
      refuse("a protocol is locked once; later changes are amendments");
    if (type === "amendment" && body.replaces !== protocol) {
      refuse("the amendment does not replace the protocol that stood before it");
    }
    if (type !== "lock" && type !== "amendment" && type !== "acknowledgement") {
      refuse(`a ${type} is no part of a study's receipts`);
    }
    if (type !== "acknowledgement") protocol = body.protocol;
    time = record.time;
  }
}

function damaged(file: string, reason: string): Problem {
  return new Problem("receipt-damaged", `the receipt ${reason}`, {
    where: file,
    hint: "restore the file as it was written; nothing in it may be edited",
  });
}
