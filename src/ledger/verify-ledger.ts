import { Problem } from "../evidence/problem.ts";
import { ChainCheck, type KnownHead } from "./chain.ts";
import { openCheckpoint } from "./checkpoint.ts";
import { readCheckpoints } from "./checkpoint-files.ts";
import { type FileSystem, hasCode, nodeFileSystem } from "./file-system.ts";
import type { Digest, TreeHead } from "./merkle.ts";
import type { RecordKinds } from "./record.ts";
import { bytesSource, scanLines } from "./scan-lines.ts";
import { endFaults, Segments } from "./segments.ts";

export interface Verification {
  /** The folder of a ledger, or the lines of one, each with its newline, and its checkpoints. */
  readonly log:
    | { readonly folder: string }
    | { readonly lines: Uint8Array; readonly checkpoints: readonly string[] };
  /** The verifier key of the ledger, from its owner and not from the folder. */
  readonly vkey: string;
  /** What the verifier kept from before: a signed checkpoint, or the size and root that a memo printed. */
  readonly against?: string | TreeHead;
  /** Checks bodies too; a type without an entry is then a fault. */
  readonly kinds?: RecordKinds;
  readonly fileSystem?: FileSystem;
}

export type VerifiedLedger =
  | {
      readonly intact: true;
      readonly size: number;
      readonly root: Digest;
      /** Records that a checkpoint covers, the verifier's own included; of the others only the order is sure. */
      readonly covered: number;
    }
  | {
      readonly intact: false;
      /** The first record that is wrong, where one is. */
      readonly index?: number;
      readonly reason: string;
    };

/**
 * What an outsider runs: signatures of all checkpoints, form, order and hash chain of all records, their times and,
 * where given, bodies, and that every checkpoint and what the verifier kept is a prefix of the log.
 *
 * Source: RFC 9162, section 2.1; with all records at hand the roots are computed anew in place of consistency proofs.
 * Memory does not grow with the log. Of a ledger in use, the last line may be there in part: verify a copy.
 * Throws a Problem for a verifier key that cannot be read or a folder without ledger, and errors of the disk.
 */
export async function verifyLedger(verification: Verification): Promise<VerifiedLedger> {
  const { log, vkey, against, kinds, fileSystem = nodeFileSystem } = verification;
  // Before the log: what they cover is on the disk by now, also while the ledger goes on.
  const notes = "folder" in log ? await notesIn(log.folder, fileSystem) : log.checkpoints;
  const heads: KnownHead[] = [];
  for (const [name, head] of [
    ...notes.map((note, i): [string, string] => [`checkpoint ${i + 1} of ${notes.length}`, note]),
    ...(against === undefined
      ? []
      : [["the checkpoint held by the verifier", against] as [string, string | TreeHead]]),
  ]) {
    const opened = typeof head === "string" ? openCheckpoint(head, vkey) : head;
    if ("fault" in opened) return { intact: false, reason: `${name} ${opened.fault}` };
    heads.push({ name, size: opened.size, root: opened.root });
  }
  const check = new ChainCheck({ heads, kinds });
  if ("folder" in log) {
    await new Segments(fileSystem, log.folder, 0).load(check);
  } else {
    const { why } = await scanLines(bytesSource(log.lines), (prefixed) => check.accept(prefixed));
    if (why === "unfinished" || why === "too long") check.refuse(endFaults[why]);
  }
  const fault = check.fault ?? check.shortfall();
  if (fault !== undefined) return { intact: false, ...fault };
  const covered = heads.reduce((largest, { size }) => Math.max(largest, size), 0);
  return { intact: true, ...check.chain.head, covered };
}

async function notesIn(folder: string, fileSystem: FileSystem): Promise<string[]> {
  try {
    return (await readCheckpoints(fileSystem, folder)).map(({ note }) => note);
  } catch (cause) {
    if (!hasCode(cause, "ENOENT") && !hasCode(cause, "ENOTDIR")) throw cause;
    throw new Problem("ledger-not-found", "the folder holds no ledger with its checkpoints", {
      where: folder,
      hint: "give the folder that holds records-*.jsonl and checkpoints",
      cause,
    });
  }
}
