import { closeSync, fsyncSync, mkdirSync, openSync, rmdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Problem } from "../evidence/problem.ts";

/** What a person can change about a place that cannot be written to. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "writing there is not permitted",
  EPERM: "writing there is not permitted",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk's quota is used up",
  EFBIG: "the file is larger than the disk or a limit of this account allows",
  EIO: "the disk failed",
  ENOTDIR: "a file stands where a folder is needed",
  EEXIST: "a file stands where a folder is needed",
  ENOENT: "no folder can be made there",
  EINVAL: "no folder can be made there",
  EBUSY: "the folder is where a disk is mounted, so it cannot be replaced whole",
  ELOOP: "symbolic links lead in a circle",
  ENAMETOOLONG: "the name is too long",
};

/**
 * Makes a folder and those above it that are missing; returns what it made, the outermost first.
 *
 * Node's own recursive form never returns where the system answers "no such file" for a folder that is there, as it does
 * under /proc.
 */
export function makeFolder(path: string): readonly string[] {
  const full = resolve(path);
  const above = dirname(full);
  const isMissing = above !== full && statSync(above, { throwIfNoEntry: false }) === undefined;
  const outer = isMissing ? makeFolder(above) : [];
  try {
    mkdirSync(full);
    return [...outer, full];
  } catch (error) {
    const isThere = statSync(full, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (isThere) return outer;
    removeEmpty(outer);
    throw error;
  }
}

/** Removes folders that `makeFolder` made, as far as nothing is in them. */
export function removeEmpty(made: readonly string[]): void {
  for (const path of made.toReversed()) {
    try {
      rmdirSync(path);
    } catch (error) {
      // Somebody has put something there, or removed it; what a failing disk keeps must not hide why a run failed.
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      return;
    }
  }
}

/** Waits until the names in a folder are on the disk. */
export function flushFolder(path: string): void {
  // Windows cannot open folders; NTFS keeps its names in a journal of its own.
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** A full disk, no permission, a file where a folder should be, as a Problem; any other error as it came. */
export function asWriteProblem(error: unknown, { where, hint }: { where: string; hint: string }): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ""];
  return reason === undefined
    ? error
    : new Problem("out-not-writable", reason, { where, hint, cause: error });
}
