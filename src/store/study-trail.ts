import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../evidence/canonical-json.ts";
import { Problem } from "../evidence/problem.ts";
import { createFile, ensureFolder, type FileSystem, passedOnFileSystem } from "../ledger/index.ts";
import { type Files, sha256 } from "./dossier-files.ts";
import { openReceipt, type ProvenRecord, type Receipt } from "./receipt.ts";

/** Receipts of what was decided about a study; they travel with its folder. */
export const receiptsFolder = "receipts";

const maxReceiptBytes = 2 * 1024 * 1024;

export interface TrailEntry extends ProvenRecord {
  /** Relative to the study: "receipts/0001-lock.json". */
  readonly file: string;
  readonly receipt: Receipt;
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
 * Throws a Problem, receipt-damaged, receipt-line-ends or receipt-order: a receipt that does not hold, a protocol that is
 * not the one of its record, a second lock, an amendment that does not follow the protocol before it, an order that is
 * not that of their ledger or, between two, of their times.
 */
export function readTrail(studyDir: string): StudyTrail {
  return trailFrom(readReceipts(studyDir));
}

/** The receipts of a study as they lie in its folder, by path: "receipts/0001-lock.json". */
export function readReceipts(studyDir: string): Files {
  const folder = join(studyDir, receiptsFolder);
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return new Map();
  if (!stat.isDirectory()) throw damaged(receiptsFolder, "folder is a link, or no folder");
  const names = readdirSync(folder).filter(isReceipt).sort();
  return new Map(
    names.map((name) => {
      const path = `${receiptsFolder}/${name}`;
      const stat = lstatSync(join(folder, name));
      // A link is not followed: what stands elsewhere is not the study's.
      if (!stat.isFile()) throw damaged(path, "is a link, or no file");
      if (stat.size > maxReceiptBytes) throw damaged(path, "is larger than any receipt");
      return [path, readFileSync(join(folder, name))];
    }),
  );
}

/** The same as `readTrail` for receipts at hand. */
export function trailFrom(receipts: Files): StudyTrail {
  const entries = [...receipts].map(([file, bytes]) => readEntry(file, bytes));
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

/** SHA-256 of every protocol that was locked or amended. */
export function protocolsIn({ entries }: Pick<StudyTrail, "entries">): readonly string[] {
  return entries.flatMap(({ record: { body } }) =>
    typeof body.protocol === "string" ? [body.protocol] : [],
  );
}

/**
 * Adds a receipt to the study's folder, as the next one; returns its file. It is there whole or not at all.
 * Throws the error of the file system where it refuses; the entry is in the ledger all the same.
 */
export async function writeReceipt(
  studyDir: string,
  receipt: Receipt,
  protocol?: string,
  fileSystem: FileSystem = passedOnFileSystem,
): Promise<string> {
  const folder = join(studyDir, receiptsFolder);
  await ensureFolder(fileSystem, folder);
  const { type } = openReceipt(receipt, folder).record;
  const receipts = (await fileSystem.list(folder)).filter(isReceipt);
  const last = Math.max(0, ...receipts.map((name) => Number.parseInt(name, 10) || 0));
  const name = `${String(last + 1).padStart(4, "0")}-${type}.json`;
  await createFile(fileSystem, join(folder, name), Buffer.from(receiptText(receipt, protocol)));
  return join(receiptsFolder, name);
}

function isReceipt(name: string): boolean {
  return name.endsWith(".json");
}

function readEntry(file: string, bytes: Uint8Array): TrailEntry {
  const text = Buffer.from(bytes).toString("utf8");
  const { protocol, ...receipt } = parseReceipt(text, file);
  refuseRewritten(text, receiptText(receipt, protocol), file);
  const proven = openReceipt(receipt, file);
  const { body, type } = proven.record;
  const holdsProtocol = type === "lock" || type === "amendment";
  if (!holdsProtocol) return { ...proven, file, receipt };
  if (sha256(protocol ?? "") !== body.protocol) {
    throw damaged(file, "holds another protocol than its record names");
  }
  return { ...proven, file, receipt, protocol: protocol! };
}

/** A receipt as `writeReceipt` writes it. */
export function receiptText(receipt: Receipt, protocol: string | undefined): string {
  const content: ReceiptFile = { ...receipt, ...(protocol === undefined ? {} : { protocol }) };
  return `${canonicalJson(content)}\n`;
}

/** What a verifier of bytes would refuse is refused here, while it can still be put right. */
function refuseRewritten(text: string, written: string, file: string): void {
  if (text === written) return;
  if (text.replaceAll("\r\n", "\n") !== written) throw damaged(file, "is not as it was written");
  throw new Problem(
    "receipt-line-ends",
    "the receipt has line ends of Windows (CRLF), and was written with LF",
    {
      where: file,
      hint: 'git may have changed them: put the line "* -text" into .gitattributes of the study, and check it out again',
    },
  );
}

function parseReceipt(text: string, file: string): ReceiptFile {
  const isText = (value: unknown) => typeof value === "string";
  try {
    const { format, line, index, proof, checkpoint, vkey, protocol } = JSON.parse(text) as ReceiptFile;
    const isWhole =
      format === "probity-receipt/1" &&
      [line, checkpoint, vkey, protocol ?? ""].every(isText) &&
      Number.isSafeInteger(index) &&
      Array.isArray(proof) &&
      proof.every((hash) => isText(hash) && /^[0-9a-f]{64}$/.test(hash));
    if (isWhole)
      return {
        format,
        line,
        index,
        proof,
        checkpoint,
        vkey,
        ...(protocol === undefined ? {} : { protocol }),
      };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  throw damaged(file, "is not in the form of a receipt");
}

function checkOrder(entries: readonly TrailEntry[]): void {
  let protocol: unknown;
  for (const [i, entry] of entries.entries()) {
    const { file, record } = entry;
    const { type, body } = record;
    const before = entries[i - 1];
    const refuse = (reason: string) => {
      throw new Problem("receipt-order", reason, {
        where: file,
        hint: "put the study's receipts back as they were written, all of them",
      });
    };
    const early = before && orderFault(before, entry);
    if (early !== undefined) refuse(early);
    if (type === "lock" && protocol !== undefined)
      refuse("a protocol is locked once; later changes are amendments");
    if (type === "amendment" && body.replaces !== protocol) {
      refuse("the amendment does not replace the protocol that stood before it");
    }
    if (type !== "lock" && type !== "amendment" && type !== "acknowledgement") {
      refuse(`a ${type} is no part of a study's receipts`);
    }
    if (type !== "acknowledgement") protocol = body.protocol;
  }
}

/** By place within one ledger, whose clock may be set back by small steps; by the times stated between two. */
function orderFault(before: ProvenRecord, after: ProvenRecord): string | undefined {
  const [first, next] = [before.record, after.record];
  if (before.origin === after.origin) {
    if (first.index <= next.index) return undefined;
    return `the receipt is of record ${next.index}, before the one that it follows, of record ${first.index}`;
  }
  if (first.time <= next.time) return undefined;
  return `the receipt is dated ${next.time}, before the one that it follows, of ${first.time}`;
}

function damaged(file: string, reason: string): Problem {
  return new Problem("receipt-damaged", `the receipt ${reason}`, {
    where: file,
    hint: "restore the file as it was written; nothing in it may be edited",
  });
}
