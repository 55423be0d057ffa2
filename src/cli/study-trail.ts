import { join } from "node:path";
import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import type { Acknowledgement, ActWithoutReceipt, LedgerEntry, Trail } from "../evidence/trail.ts";
import { changeText, protocolChanges } from "../protocol/index.ts";
import {
  earlierVerdicts,
  hasLedger,
  lockedProtocol,
  type OpenWorkspace,
  type Receipt,
  readActsWithoutReceipt,
  readLog,
  rejectionsOf,
  type StudyIdentity,
  type StudyTrail,
  type TrailEntry,
  withWorkspace,
  writeReceipt,
} from "../store/index.ts";
import { asWriteProblem } from "./make-folder.ts";
import { protocolFile } from "./study-folder.ts";

const listed = 20;

/**
 * Writes the receipt of what the ledger holds now; returns its file.
 * Throws the Problem out-not-writable where the disk refuses it.
 */
export async function keepReceipt(studyDir: string, receipt: Receipt, protocol?: string): Promise<string> {
  try {
    return await writeReceipt(studyDir, receipt, protocol);
  } catch (error) {
    throw asWriteProblem(error, {
      where: join(studyDir, "receipts"),
      hint: `the entry is in the ledger; make the folder writable, then: probity receipts ${studyDir}`,
    });
  }
}

/** Throws a Problem where the ledger holds acts on the study that its receipts do not show. */
export async function refuseWithoutReceipt(
  { ledger }: OpenWorkspace,
  trail: StudyTrail,
  { path, ...identity }: StudyIdentity & { readonly path: string },
): Promise<void> {
  const acts = await readActsWithoutReceipt(ledger, trail, identity);
  if (acts.length === 0) return;
  throw new Problem(
    "receipt-missing",
    `the ledger holds ${counted(acts.length, "act")} on this study without a receipt in its folder`,
    {
      where: join(path, "receipts"),
      others: acts.map(actText),
      hint:
        `put the receipts back, or write them from the ledger: probity receipts ${path}; ` +
        "another study of this name needs another name or another --workspace",
    },
  );
}

/** "lock of 2026-11-21 by Ana Ruiz, entry 3 of probity.local/…, sha256 …" */
export function actText({ kind, entry, sha256 }: ActWithoutReceipt): string {
  const { ledger, index, time, by } = entry;
  return `${kind} of ${time.slice(0, 10)} by ${by}, entry ${index} of ${ledger}, sha256 ${sha256}`;
}

/** Throws a Problem where the protocol is not the one that was last locked or amended. */
export function refuseUnrecordedChange(
  trail: StudyTrail,
  { study, text, sha256 }: { readonly study: string; readonly text: string; readonly sha256: string },
): void {
  const locked = lockedProtocol(trail);
  if (locked === undefined || locked.record.body.protocol === sha256) return;
  const changes = protocolChanges(locked.protocol!, text, protocolFile).map(changeText);
  const count = changes.length === 1 ? "1 field" : `${changes.length} fields`;
  throw new Problem("protocol-changed", `the protocol differs from the one that was locked in ${count}`, {
    where: protocolFile,
    hint: `record the change: probity amend ${study} --by <name> --reason <why>; or restore the protocol`,
    others: [
      ...changes.slice(0, listed),
      ...(changes.length > listed ? [`and ${changes.length - listed} more`] : []),
    ],
  });
}

/** What the ledger of the workspace holds on the study beside its receipts; nothing where there is none yet. */
export async function actsElsewhere(
  { workspace, clock }: { readonly workspace: string; readonly clock: () => Date },
  trail: StudyTrail,
  identity: StudyIdentity,
): Promise<Pick<Trail, "withoutReceipt" | "rejections" | "earlier">> {
  if (!hasLedger(workspace)) return { withoutReceipt: [], rejections: [], earlier: [] };
  return withWorkspace({ folder: workspace, clock }, async ({ ledger }) => {
    const log = await readLog(ledger);
    return {
      withoutReceipt: await readActsWithoutReceipt(ledger, trail, identity),
      rejections: rejectionsOf(log, ledger.origin, identity),
      earlier: earlierVerdicts(log, ledger.origin, identity),
    };
  });
}

/** Lock, amendments with before and after, and the acknowledgement of this quality result; undefined without one. */
export function trailOf(
  trail: StudyTrail,
  {
    qualitySha256,
    ...found
  }: { readonly qualitySha256: string } & Pick<
    Trail,
    "withoutReceipt" | "replaced" | "rejections" | "earlier"
  >,
): Trail | undefined {
  const acknowledged = trail.acknowledgements.findLast(({ record }) => record.body.quality === qualitySha256);
  if (acknowledged === undefined) return undefined;
  const { lock } = trail;
  return {
    lock: lock === undefined ? null : lockOf(lock),
    amendments: trail.amendments.map((amendment, i) => ({
      ...lockOf(amendment),
      reason: String(amendment.record.body.reason),
      changes: protocolChanges(
        (trail.amendments[i - 1] ?? lock!).protocol!,
        amendment.protocol!,
        amendment.file,
      ),
    })),
    acknowledgement: acknowledgementOf(acknowledged),
    voided: trail.acknowledgements
      .filter(({ record }) => record.body.quality !== qualitySha256)
      .map(acknowledgementOf),
    ...found,
  };
}

function acknowledgementOf(entry: TrailEntry): Acknowledgement {
  const { quality, reason } = entry.record.body;
  return { entry: entryOf(entry), qualitySha256: String(quality), reason: String(reason) };
}

function lockOf(entry: TrailEntry) {
  const { protocol, outcomes } = entry.record.body;
  return { entry: entryOf(entry), protocolSha256: String(protocol), outcomes: String(outcomes) };
}

function entryOf({ record, origin, leaf }: TrailEntry): LedgerEntry {
  const { index, time, actor } = record;
  return { ledger: origin, index, leaf, time, by: actor };
}
