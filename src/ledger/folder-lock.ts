import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { canonicalJson } from "../evidence/canonical-json.ts";
import { Problem } from "../evidence/problem.ts";
import {
  ensureFolder,
  readAll,
  removeUnfinished,
  replaceFile,
  unlinkIfThere,
  writeAll,
} from "./durable-file.ts";
import { type FileSystem, hasCode } from "./file-system.ts";
import type { Processes, ProcessIdentity } from "./processes.ts";

const released = Buffer.from("released\n");

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Lets one process at a time work in a folder. The lock of a process that has ended is taken over.
 *
 * Each holder makes a file with the next number; the highest number holds. It is never removed, only marked as
 * released, so of two processes that see the same dead holder one fails to make the next file. Lower numbers are
 * removed by the holder of a higher one; whoever makes such a number again sees the higher one and steps back.
 *
 * Throws a Problem that names the process which holds the lock.
 */
export async function lockFolder(
  fileSystem: FileSystem,
  folder: string,
  processes: Processes,
): Promise<FolderLock> {
  const locks = join(folder, "lock");
  await ensureFolder(fileSystem, locks);
  for (;;) {
    const highest = (await numbersIn(fileSystem, locks)).at(-1) ?? 0;
    const holder = highest === 0 ? undefined : await readHolder(fileSystem, join(locks, String(highest)));
    if (holder !== undefined && !processes.isGone(holder))
      throw lockedBy(holder, join(locks, String(highest)));
    const mine = highest + 1;
    if (!(await make(fileSystem, locks, mine, processes.self))) continue;
    const others = await numbersIn(fileSystem, locks);
    if (others.at(-1) !== mine) {
      await unlinkIfThere(fileSystem, join(locks, String(mine)));
      continue;
    }
    for (const number of others.slice(0, -1)) await unlinkIfThere(fileSystem, join(locks, String(number)));
    await removeUnfinished(fileSystem, locks);
    return { release: () => replaceFile(fileSystem, join(locks, String(mine)), released) };
  }
}

/** Ascending. */
async function numbersIn(fileSystem: FileSystem, locks: string): Promise<number[]> {
  const names = await fileSystem.list(locks);
  return names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Undefined where the lock is released, is gone, or was torn by a power loss, which no process outlives. */
async function readHolder(fileSystem: FileSystem, path: string): Promise<ProcessIdentity | undefined> {
  try {
    const { host, pid, began } = JSON.parse((await readAll(fileSystem, path)).toString("utf8"));
    return typeof host === "string" && Number.isSafeInteger(pid)
      ? { host, pid, began: String(began) }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Makes the lock whole in one step; false where another process was faster. */
async function make(
  fileSystem: FileSystem,
  locks: string,
  number: number,
  self: ProcessIdentity,
): Promise<boolean> {
  const beside = join(locks, `${randomUUID()}.unfinished`);
  const file = await fileSystem.open(beside, "create");
  try {
    await writeAll(file, Buffer.from(canonicalJson(self)), 0);
  } finally {
    await file.close();
  }
  try {
    await fileSystem.link(beside, join(locks, String(number)));
    return true;
  } catch (error) {
    // ENOENT: the holder has swept up the file meanwhile.
    if (hasCode(error, "EEXIST") || hasCode(error, "ENOENT")) return false;
    throw error;
  } finally {
    await unlinkIfThere(fileSystem, beside);
  }
}

function lockedBy({ host, pid }: ProcessIdentity, path: string): Problem {
  return new Problem("ledger-locked", `the ledger is in use by process ${pid} on ${host}`, {
    where: path,
    hint: `end process ${pid}; if that machine no longer exists, remove this file`,
  });
}
