import type { KeyObject } from "node:crypto";
import { Problem } from "../evidence/problem.ts";
import { type Chain, ChainCheck, type KnownHead } from "./chain.ts";
import { openCheckpoint, parseCheckpoint } from "./checkpoint.ts";
import { type CheckpointFile, ensureCheckpoints, readCheckpoints } from "./checkpoint-files.ts";
import { ensureFolder } from "./durable-file.ts";
import { FileLedger } from "./file-ledger.ts";
import { type FileSystem, nodeFileSystem } from "./file-system.ts";
import { lockFolder } from "./folder-lock.ts";
import type { Ledger } from "./ledger.ts";
import { machineProcesses, type Processes } from "./processes.ts";
import type { RecordKinds } from "./record.ts";
import { Segments, type Stop } from "./segments.ts";
import { isKeyName, verifierKey } from "./signed-note.ts";
import { isTornTail, maxBatchBytes } from "./torn-tail.ts";

export interface LedgerOptions {
  readonly folder: string;
  /** Names this log among all others, as a URL without scheme: "hospital.example/probity". Also the key's name. */
  readonly origin: string;
  readonly kinds: RecordKinds;
  /** What time it is. Records are refused when it goes back by more than a small step. */
  readonly clock: () => Date;
  /** The private Ed25519 key; without it no checkpoint can be made, and those in the folder are not authenticated. */
  readonly key?: KeyObject;
  /** A file of the log is full at this many bytes. */
  readonly segmentBytes?: number;
  readonly fileSystem?: FileSystem;
  readonly processes?: Processes;
}

/**
 * Opens the ledger in a folder, or begins one, for this process alone.
 *
 * Reads the whole log and refuses it, untouched, when a record is damaged or when it is shorter than one of its
 * checkpoints or contradicts it. What a power loss left of a write that was never confirmed is removed.
 * Throws a Problem: ledger-locked, ledger-damaged, ledger-origin or ledger-not-opened.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  try {
    return await openFiles(options);
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new Problem("ledger-not-opened", `the ledger cannot be opened: ${cause.message}`, {
      where: options.folder,
      hint: "the folder has to be readable and writable, on a disk that works and has room",
      cause,
    });
  }
}

async function openFiles(options: LedgerOptions): Promise<Ledger> {
  const { folder, origin, fileSystem = nodeFileSystem, processes = machineProcesses } = options;
  if (!isKeyName(origin)) {
    throw new Problem("ledger-origin", `no name for a ledger: ${JSON.stringify(origin)}`, {
      hint: "use a name without spaces and plus signs, such as hospital.example/probity",
    });
  }
  await ensureFolder(fileSystem, folder);
  const lock = await lockFolder(fileSystem, folder, processes);
  const segments = new Segments(fileSystem, folder, options.segmentBytes ?? 67_108_864);
  try {
    await ensureCheckpoints(fileSystem, folder);
    const files = await readCheckpoints(fileSystem, folder);
    const chain = await readRecords(segments, headsOf(files, options), fileSystem);
    await segments.settle();
    return new FileLedger({ ...options, fileSystem, segments, chain, lock });
  } catch (error) {
    // The first error is the one to tell; a lock that cannot be released ends with the process.
    await Promise.allSettled([segments.close(), lock.release()]);
    throw error;
  }
}

/** The sizes and roots that checkpoints state; throws a Problem for one that cannot be this ledger's. */
function headsOf(files: readonly CheckpointFile[], { origin, key }: LedgerOptions): KnownHead[] {
  const vkey = key === undefined ? undefined : verifierKey({ name: origin, privateKey: key });
  return files.map(({ path, note }) => {
    const opened = (vkey === undefined ? parseCheckpoint(note) : openCheckpoint(note, vkey)) ?? {
      fault: "states no size and root",
    };
    const fault =
      "fault" in opened ? opened.fault : opened.origin === origin ? undefined : "is of another log";
    if ("fault" in opened || fault !== undefined) {
      throw damaged(
        `a checkpoint ${fault}`,
        path,
        "open the ledger with the key and origin that it was begun with",
      );
    }
    return { ...opened, name: "a checkpoint" };
  });
}

/**
 * Reads all records; a torn tail is left for `segments.settle` to remove. Those under the last checkpoint are only
 * hashed, since its root vouches for every byte of them; they are read when it does not, to name the bad one.
 */
async function readRecords(
  segments: Segments,
  heads: readonly KnownHead[],
  fileSystem: FileSystem,
): Promise<Chain> {
  const unread = heads.at(-1)?.size ?? 0;
  let check = new ChainCheck({ heads, unread });
  let stop = await segments.load(check);
  if (check.chain.size <= unread && check.fault !== undefined) {
    check = new ChainCheck({ heads });
    stop = await segments.load(check);
  }
  const { size } = check.chain;
  const isCut =
    stop?.isLast === true && check.fault?.index !== undefined && (await isTorn(stop, size, fileSystem));
  const fault = (isCut ? undefined : check.fault) ?? check.shortfall();
  if (fault === undefined) return check.chain;
  throw damaged(fault.reason, isCut ? undefined : stop?.path);
}

async function isTorn({ path, position }: Stop, index: number, fileSystem: FileSystem): Promise<boolean> {
  const file = await fileSystem.open(path, "read");
  try {
    const tail = Buffer.alloc(maxBatchBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < tail.length; length += read) {
      read = await file.read(tail.subarray(length), position + length);
    }
    return length <= maxBatchBytes && isTornTail(tail.subarray(0, length), position, index);
  } finally {
    await file.close();
  }
}

function damaged(message: string, where: string | undefined, hint?: string): Problem {
  return new Problem("ledger-damaged", message, {
    ...(where === undefined ? {} : { where }),
    hint: hint ?? "nothing was changed; restore the folder from a copy that verifies",
  });
}
