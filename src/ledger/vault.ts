import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Problem } from "../evidence/problem.ts";
import { ensureFolder, readAll, removeUnfinished, replaceFile, writeAll } from "./durable-file.ts";
import { type FileSystem, hasCode, nodeFileSystem } from "./file-system.ts";
import { type Digest, sha256 } from "./merkle.ts";

const saltBytes = 32;

/** Payloads that may have to be erased, under a commitment that the ledger can hold for ever. */
export interface Vault {
  /** Keeps a payload. Its commitment, SHA-256(salt ‖ payload), says nothing about it without the salt. */
  seal(payload: Uint8Array): Promise<Digest>;
  open(commitment: Digest): Promise<Buffer>;
  erase(commitment: Digest): Promise<void>;
}

/**
 * Opens the vault in a folder, which must not be the ledger's.
 *
 * `seal` resolves when the payload is on the disk, with a fresh salt of 32 random bytes: equal payloads have different
 * commitments, and guessing a payload cannot be tested once the salt is gone.
 * `open` checks the payload against its commitment. `erase` overwrites salt and payload with zeros, waits for the
 * disk, and removes the file. What it cannot reach: copies and backups, snapshots, file systems that write elsewhere
 * (btrfs, ZFS, log-structured ones) and spare cells of a flash drive. Where that matters, encrypt the volume.
 * Both throw a Problem where nothing is kept under the commitment.
 */
export async function openVault({
  folder,
  fileSystem = nodeFileSystem,
}: {
  readonly folder: string;
  readonly fileSystem?: FileSystem;
}): Promise<Vault> {
  await ensureFolder(fileSystem, folder);
  await removeUnfinished(fileSystem, folder);
  return {
    async seal(payload) {
      const salted = Buffer.concat([randomBytes(saltBytes), payload]);
      const commitment = sha256(salted);
      await replaceFile(fileSystem, pathOf(folder, commitment), salted);
      return commitment;
    },
    async open(commitment) {
      const path = pathOf(folder, commitment);
      const salted = await unlessMissing(commitment, () => readAll(fileSystem, path));
      if (sha256(salted) !== commitment) {
        throw new Problem("vault-damaged", "the payload is not the one that was sealed", { where: path });
      }
      return salted.subarray(saltBytes);
    },
    async erase(commitment) {
      const path = pathOf(folder, commitment);
      const file = await unlessMissing(commitment, () => fileSystem.open(path, "write"));
      try {
        const length = (await readAll(fileSystem, path)).length;
        await writeAll(file, Buffer.alloc(length), 0);
        await file.sync();
      } finally {
        await file.close();
      }
      await fileSystem.unlink(path);
      await fileSystem.syncFolder(folder);
    },
  };
}

function pathOf(folder: string, commitment: Digest): string {
  if (!/^[0-9a-f]{64}$/.test(commitment)) throw missing(commitment);
  return join(folder, commitment);
}

async function unlessMissing<T>(commitment: Digest, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw hasCode(error, "ENOENT") ? missing(commitment) : error;
  }
}

function missing(commitment: Digest): Problem {
  return new Problem("vault-payload-missing", `nothing is kept under ${JSON.stringify(commitment)}`, {
    hint: "it was erased, or the vault is another one",
  });
}
