import { randomUUID } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { type FileSystem, hasCode, type OpenFile } from "./file-system.ts";

/** Makes a folder and those above it, each name on the disk before the next. Does nothing where it exists. */
export async function ensureFolder(fileSystem: FileSystem, path: string): Promise<void> {
  try {
    await fileSystem.makeFolder(path);
  } catch (error) {
    if (hasCode(error, "ENOENT")) {
      await ensureFolder(fileSystem, dirname(path));
      return ensureFolder(fileSystem, path);
    }
    if (!hasCode(error, "EEXIST")) throw error;
  }
  // Also where it exists: whoever made it may have been stopped before this line.
  await fileSystem.syncFolder(dirname(path));
}

/** Writes all of `bytes` at a position; not on the disk until `file.sync()`. */
export async function writeAll(file: OpenFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += await file.write(bytes.subarray(done), position + done);
  }
}

/** Keys and checkpoints have a few hundred bytes. */
export const smallFileBytes = 65_536;

/** A whole file. Throws the errors of the file system, and one with the code EFBIG where it has more bytes than `most`. */
export async function readAll(
  fileSystem: FileSystem,
  path: string,
  most = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const file = await fileSystem.open(path, "read");
  try {
    const chunks: Buffer[] = [];
    for (let position = 0; ; ) {
      const chunk = Buffer.alloc(65_536);
      const length = await file.read(chunk, position);
      if (length === 0) return Buffer.concat(chunks);
      if (position + length > most) {
        const message = `EFBIG: more than ${most} bytes, read '${path}'`;
        throw Object.assign(new Error(message), { code: "EFBIG", syscall: "read", path });
      }
      chunks.push(chunk.subarray(0, length));
      position += length;
    }
  } finally {
    await file.close();
  }
}

/** Names of files that are being written; what is left of them after a crash is removed by `removeUnfinished`. */
const unfinished = ".unfinished";

/**
 * A whole file or none: written beside under another name, synced, renamed, and the folder synced. An error leaves
 * the file as it was; the unfinished one may stay.
 */
export async function replaceFile(fileSystem: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}${unfinished}`;
  const file = await fileSystem.open(beside, "create");
  try {
    await writeAll(file, bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await fileSystem.rename(beside, path);
  await fileSystem.syncFolder(dirname(path));
}

/**
 * A whole new file or none: written beside under a name of its own, synced, then given its name, and the folder synced.
 *
 * Throws EEXIST where the name is taken; of two that make it at once, one succeeds. What a kill leaves beside ends with
 * `.unfinished` and is no reader's business.
 */
export async function createFile(fileSystem: FileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.${randomUUID()}${unfinished}`);
  try {
    const file = await fileSystem.open(beside, "create");
    try {
      await writeAll(file, bytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await nameOnce(fileSystem, beside, path);
  } finally {
    await removeScrap(fileSystem, beside);
  }
  await fileSystem.syncFolder(dirname(path));
}

const withoutLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** Some file systems, such as exFAT, know no second names; there two that begin at the same moment may both succeed. */
async function nameOnce(fileSystem: FileSystem, beside: string, path: string): Promise<void> {
  try {
    await fileSystem.link(beside, path);
  } catch (error) {
    if (!withoutLinks.some((code) => hasCode(error, code))) throw error;
    if ((await fileSystem.list(dirname(path))).includes(basename(path))) {
      throw Object.assign(new Error("the file exists", { cause: error }), { code: "EEXIST", path });
    }
    await fileSystem.rename(beside, path);
  }
}

/** A disk that keeps the scrap must not hide how the work ended. */
async function removeScrap(fileSystem: FileSystem, path: string): Promise<void> {
  try {
    await fileSystem.unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

export async function removeUnfinished(fileSystem: FileSystem, folder: string): Promise<void> {
  for (const name of await fileSystem.list(folder)) {
    if (name.endsWith(unfinished)) await unlinkIfThere(fileSystem, join(folder, name));
  }
}

/** Of two processes that sweep at once, one finds the file gone. */
export async function unlinkIfThere(fileSystem: FileSystem, path: string): Promise<void> {
  try {
    await fileSystem.unlink(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
