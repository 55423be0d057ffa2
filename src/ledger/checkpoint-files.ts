import { join } from "node:path";
import { ensureFolder, readAll, removeUnfinished, replaceFile, smallFileBytes } from "./durable-file.ts";
import type { FileSystem } from "./file-system.ts";

const folderName = "checkpoints";

/** A checkpoint as it lies in the ledger's folder. */
export interface CheckpointFile {
  readonly path: string;
  readonly note: string;
}

/** Every checkpoint that the ledger has signed, smallest first. */
export async function readCheckpoints(fileSystem: FileSystem, folder: string): Promise<CheckpointFile[]> {
  const names = await fileSystem.list(join(folder, folderName));
  const paths = names
    .filter((name) => /^\d{16}$/.test(name))
    .sort()
    .map((name) => join(folder, folderName, name));
  const files: CheckpointFile[] = [];
  for (const path of paths) {
    files.push({ path, note: (await readAll(fileSystem, path, smallFileBytes)).toString("utf8") });
  }
  return files;
}

export async function ensureCheckpoints(fileSystem: FileSystem, folder: string): Promise<void> {
  await ensureFolder(fileSystem, join(folder, folderName));
  await removeUnfinished(fileSystem, join(folder, folderName));
}

/** Resolves when the checkpoint is on the disk. */
export async function writeCheckpoint(
  fileSystem: FileSystem,
  folder: string,
  { size, note }: { readonly size: number; readonly note: string },
): Promise<void> {
  const path = join(folder, folderName, String(size).padStart(16, "0"));
  await replaceFile(fileSystem, path, Buffer.from(note));
}
