import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `work` while this process alone holds `file`. Others wait; the lock of a process that died is taken over.
 * `onWait` is called once, when the lock is found taken.
 */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 0; !tryLock(file); attempt += 1) {
    if (attempt === 0) onWait();
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file) {
  // Written beside and linked into place, so that a lock is never seen without its owner's number.
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    removeIfOwnerDied(file);
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

function removeIfOwnerDied(file) {
  const owner = ownerOf(file);
  if (owner === undefined || (isAlive(owner) && !isAbandoned(file))) return;
  // Only one of several waiters succeeds in renaming; the check after it guards a lock taken in between.
  const taken = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, taken);
    if (ownerOf(taken) !== owner) linkSync(taken, file);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(taken, { force: true });
  }
}

function ownerOf(file) {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** A number can belong to a new process; no build or installation takes this long. */
function isAbandoned(file) {
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  return age > 30 * 60_000;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
