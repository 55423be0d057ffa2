import { Problem } from "../evidence/problem.ts";
import type { LedgerEntry } from "../evidence/trail.ts";
import { rootOver, type TreeHead, verifyLedger } from "../ledger/index.ts";
import { actsWithoutReceipt } from "./acts.ts";
import { type Checks, unless } from "./check.ts";
import { type DossierFacts, dossierFacts } from "./dossier-facts.ts";
import { type Files, runOf, signedHashes } from "./dossier-files.ts";
import { headOf } from "./held-checkpoint.ts";
import { type Log, parseLog } from "./log.ts";
import { recordKinds } from "./record-kinds.ts";
import { type StudyTrail, type TrailEntry, trailFrom } from "./study-trail.ts";

/** A ledger of which every record is at hand. */
export interface WholeLog {
  readonly log: Log;
  readonly vkey: string;
  readonly origin: string;
  /** Of the checkpoint over all of it. */
  readonly root: string;
}

/** Checks form, order and hash chain of all records, and the checkpoint over all of them; undefined where one fails. */
export async function checkLog(
  checks: Checks,
  {
    lines,
    checkpoint,
    vkey,
  }: { readonly lines: Uint8Array; readonly checkpoint: string; readonly vkey: string },
): Promise<WholeLog | undefined> {
  const head = headOf(checkpoint, vkey);
  const isSigned = checks.add(
    `ledger: its checkpoint is signed by the key ${vkey}`,
    "fault" in head ? `it ${head.fault}` : undefined,
  );
  if (!isSigned || "fault" in head) return undefined;
  const verified = await verifyLedger({ log: { lines, checkpoints: [] }, vkey, kinds: recordKinds });
  const log = parseLog(lines);
  const isChain = checks.add(
    `ledger: ${head.size} records, each in its form and after the one before`,
    verified.intact ? unless(log !== undefined, "a line is no record") : verified.reason,
  );
  if (!isChain || log === undefined) return undefined;
  const isAll = checks.add(
    "ledger: the checkpoint is over these records, all of them",
    unless(log.length === head.size, `it is over ${head.size}, and there are ${log.length}`) ??
      headFault(log, head),
  );
  return isAll ? { log, vkey, origin: head.origin, root: head.root } : undefined;
}

/** Why a head is not one that the log has had; undefined where it is. */
export function headFault(log: Log, { size, root }: TreeHead): string | undefined {
  if (size > log.length) return `it covers ${size} records, and there are ${log.length}`;
  const found = rootOver(log.slice(0, size).map(({ leaf }) => leaf));
  return unless(found === root, `the first ${size} records are not those that it was signed over`);
}

/**
 * Checks every receipt of the study, those of this ledger against its records, and that the dossier's acts have theirs.
 * Returns what could not be shown.
 */
export function checkReceipts(checks: Checks, files: Files, whole: WholeLog): readonly string[] {
  const receipts = new Map([...files].filter(([path]) => path.startsWith("receipts/")));
  const trail = provenTrail(checks, receipts);
  if (trail === undefined) return [];
  for (const entry of trail.entries) {
    checks.add(
      `${entry.file}: ${entry.record.type} by ${entry.record.actor}, record ${entry.record.index} of ${entry.origin}`,
      receiptFault(entry, whole),
    );
  }
  const facts = dossierFacts(files);
  const others = new Map(trail.entries.map(({ origin, receipt }) => [receipt.vkey, origin]));
  others.delete(whole.vkey);
  const foreign = [...others].map(
    ([vkey, origin]) => `whose ledger ${origin} is, of receipts: ask for its key, ${vkey}`,
  );
  if (facts === undefined) return foreign;
  const { lock, amendments, acknowledgement, voided } = facts.trail;
  for (const { entry, protocolSha256 } of [...(lock ? [lock] : []), ...amendments]) {
    checkAct(checks, trail, { types: ["lock", "amendment"], entry, field: "protocol", hash: protocolSha256 });
  }
  for (const { entry, qualitySha256: hash } of [...voided, acknowledgement]) {
    checkAct(checks, trail, { types: ["acknowledgement"], entry, field: "quality", hash });
  }
  checkNoneLeftOut(checks, { files, facts, trail, whole });
  return foreign;
}

/** Whether the ledger holds an act on the study, before its run, that neither a receipt nor the dossier tells of. */
function checkNoneLeftOut(
  checks: Checks,
  {
    files,
    facts,
    trail,
    whole: { log },
  }: {
    readonly files: Files;
    readonly facts: DossierFacts;
    readonly trail: StudyTrail;
    readonly whole: WholeLog;
  },
): void {
  const run = runOf(log, signedHashes(files))?.record;
  if (run === undefined) return;
  const identity = { study: String(run.body.study), protocol: facts.protocolSha256 };
  const told = new Set(facts.trail.withoutReceipt.map(({ entry }) => entry.leaf));
  const hidden = actsWithoutReceipt(log, trail, identity).find(
    ({ record, leaf }) => record.index < run.index && !told.has(leaf),
  );
  checks.add(
    "receipts: no lock, amendment or acknowledgement before the run is left out",
    hidden &&
      `the ${hidden.record.type} of ${hidden.record.time} by ${hidden.record.actor}, record ${hidden.record.index}, is`,
  );
}

/** Whether an act that the dossier tells of has a receipt that tells the same. */
function checkAct(
  checks: Checks,
  trail: StudyTrail,
  {
    types,
    entry,
    field,
    hash,
  }: {
    readonly types: readonly string[];
    readonly entry: LedgerEntry;
    readonly field: string;
    readonly hash: string;
  },
): void {
  const proven = trail.entries.find(({ leaf }) => leaf === entry.leaf);
  const what = `dossier: the act of ${entry.by} at ${entry.time} on the ${field} has its receipt`;
  if (proven === undefined) {
    checks.add(what, "there is none");
    return;
  }
  const { record, origin } = proven;
  const isSame =
    types.includes(record.type) &&
    record.body[field] === hash &&
    record.index === entry.index &&
    record.time === entry.time &&
    record.actor === entry.by &&
    origin === entry.ledger;
  checks.add(what, unless(isSame, "the receipt says otherwise"));
}

/** The receipts, each proven by its own checkpoint and in their order. */
function provenTrail(checks: Checks, receipts: Files): StudyTrail | undefined {
  try {
    const trail = trailFrom(receipts);
    checks.add(`receipts: ${receipts.size}, each proven by its own checkpoint, in their order`, undefined);
    return trail;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    checks.add("receipts", `${error.detail.where}: ${error.message}`);
    return undefined;
  }
}

function receiptFault({ record, receipt }: TrailEntry, { log, vkey }: WholeLog): string | undefined {
  if (receipt.vkey !== vkey) return undefined;
  const head = headOf(receipt.checkpoint, vkey);
  if ("fault" in head) return `its checkpoint ${head.fault}`;
  return (
    unless(log[record.index]?.line === receipt.line, "the ledger has another record there") ??
    headFault(log, head)
  );
}
