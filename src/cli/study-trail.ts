import { join } from "node:path";
import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import type { Acknowledgement, ActWithoutReceipt, LedgerEntry, Trail } from "../evidence/trail.ts";
import { changeText, protocolChanges } from "../protocol/index.ts";
import {
  earlierVerdicts,
  hasLedger,
  type InputFile,
  type Log,
  lockedProtocol,
  type OpenWorkspace,
  outcomesAt,
  protocolsIn,
  type Receipt,
  readActsWithoutReceipt,
  readLog,
  rejectionsOf,
  replacedFiles,
  type StudyIdentity,
  type StudyTrail,
  type TrailEntry,
  withWorkspace,
  writeReceipt,
} from "../store/index.ts";
import { asWriteProblem } from "./make-folder.ts";
import { nextCommand } from "./next-command.ts";
import { protocolFile } from "./study-folder.ts";

const listed = 20;

/** A study and the workspace as they were named to this command. */
interface StudyPlace {
  readonly study: string;
  readonly workspace: string | undefined;
}

/**
 * Writes the receipt of what the ledger holds now; returns its file, from where the study was named.
 * Throws the Problem out-not-writable where the disk refuses it.
 */
export async function keepReceipt(
  { study, studyDir, workspace }: StudyPlace & { readonly studyDir: string },
  receipt: Receipt,
  protocol?: string,
): Promise<string> {
  try {
    return join(study, await writeReceipt(studyDir, receipt, protocol));
  } catch (error) {
    throw asWriteProblem(error, {
      where: join(studyDir, "receipts"),
      hint: `the entry is in the ledger; make the folder writable, then: ${nextCommand("receipts", study, { workspace })}`,
    });
  }
}

/** Throws a Problem where the ledger holds acts on the study that its receipts do not show. */
export async function refuseWithoutReceipt(
  { ledger }: OpenWorkspace,
  trail: StudyTrail,
  {
    path,
    workspace,
    ...identity
  }: StudyIdentity & { readonly path: string; readonly workspace: string | undefined },
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
        `put the receipts back, or write them from the ledger: ${nextCommand("receipts", path, { workspace })}; ` +
        "another study of this name needs another name or another --workspace, whose acts nobody sees here",
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
  {
    path,
    workspace,
    text,
    sha256,
  }: {
    readonly path: string;
    readonly workspace: string | undefined;
    readonly text: string;
    readonly sha256: string;
  },
): void {
  const locked = lockedProtocol(trail);
  if (locked === undefined || locked.record.body.protocol === sha256) return;
  refuseLineEnds(locked.protocol!, text);
  const changes = protocolChanges(locked.protocol!, text, protocolFile).map(changeText);
  const found = changes.length === 0 ? "wording, no field" : counted(changes.length, "field");
  throw new Problem("protocol-changed", `the protocol differs from the one that was locked in ${found}`, {
    where: protocolFile,
    hint: `record the change: ${nextCommand("amend", path, { workspace })}; or restore the protocol`,
    others: [
      ...changes.slice(0, listed),
      ...(changes.length > listed ? [`and ${changes.length - listed} more`] : []),
    ],
  });
}

function refuseLineEnds(locked: string, text: string): void {
  const withLf = (lines: string) => lines.replaceAll("\r\n", "\n");
  if (locked === text || withLf(locked) !== withLf(text)) return;
  const endsOf = (lines: string) => (lines.includes("\r\n") ? "CRLF" : "LF");
  const ends = `${endsOf(text)} now, ${endsOf(locked)} then`;
  throw new Problem(
    "protocol-line-ends",
    `the protocol is the one that was locked but for its line ends, ${ends}`,
    {
      where: protocolFile,
      hint: 'git may have changed them: put the line "* -text" into .gitattributes of the study, and check it out again',
    },
  );
}

/** The acts that the ledger of the workspace holds without a receipt in the study; none where there is no ledger yet. */
export async function actsElsewhere(
  { workspace, clock }: WorkspaceOptions,
  trail: StudyTrail,
  identity: StudyIdentity,
): Promise<readonly ActWithoutReceipt[]> {
  if (!hasLedger(workspace)) return [];
  return withWorkspace({ folder: workspace, clock }, ({ ledger }) =>
    readActsWithoutReceipt(ledger, trail, identity),
  );
}

/** What the ledger of the workspace tells of a study's past, under whichever name it has it. */
export interface StudyPast extends Pick<Trail, "replaced" | "rejections" | "earlier"> {
  /** What was known of the outcomes at a lock or an amendment. */
  readonly outcomesAt: (act: TrailEntry) => string;
}

export async function studyPast(
  { workspace, clock }: WorkspaceOptions,
  trail: StudyTrail,
  given: StudyIdentity & { readonly files: readonly InputFile[] },
): Promise<StudyPast> {
  const identity = { ...given, earlierProtocols: protocolsIn(trail) };
  const told = (log: Log, origin: string): StudyPast => ({
    replaced: replacedFiles({ runs: { log, origin }, trail }, identity),
    rejections: rejectionsOf(log, origin, identity),
    earlier: earlierVerdicts(log, origin, identity),
    outcomesAt: (act) => outcomesAt(act, { log, origin }, identity),
  });
  if (!hasLedger(workspace)) return told([], "");
  return withWorkspace({ folder: workspace, clock }, async ({ ledger }) =>
    told(await readLog(ledger), ledger.origin),
  );
}

interface WorkspaceOptions {
  readonly workspace: string;
  readonly clock: () => Date;
}

/** Lock, amendments with before and after, and the acknowledgement of this quality result; undefined without one. */
export function trailOf(
  trail: StudyTrail,
  {
    qualitySha256,
    outcomesAt,
    ...found
  }: { readonly qualitySha256: string } & StudyPast & Pick<Trail, "withoutReceipt">,
): Trail | undefined {
  const acknowledged = trail.acknowledgements.findLast(({ record }) => record.body.quality === qualitySha256);
  if (acknowledged === undefined) return undefined;
  const { lock } = trail;
  const lockOf = (entry: TrailEntry) => {
    const protocolSha256 = String(entry.record.body.protocol);
    return { entry: entryOf(entry), protocolSha256, outcomes: outcomesAt(entry) };
  };
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

function entryOf({ record, origin, leaf }: TrailEntry): LedgerEntry {
  const { index, time, actor } = record;
  return { ledger: origin, index, leaf, time, by: actor };
}
