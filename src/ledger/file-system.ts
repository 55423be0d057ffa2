import { constants } from "node:fs";
import { link, mkdir, open, readdir, rename, unlink } from "node:fs/promises";

/** An open file, read and written at positions. Numbers are bytes. */
export interface OpenFile {
  /** Reads up to `into.length` bytes; 0 at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes some of `bytes`, at least one, and says how many. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Resolves when content and length are on the disk (fdatasync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The few operations of a file system that the ledger stands on, so that tests can lose power between any two.
 *
 * Errors are those of Node, with `code` (ENOENT, EEXIST, ENOSPC, EIO …).
 */
export interface FileSystem {
  /** "create" fails where the file exists; the others where it does not, or is a folder, a pipe or a device. */
  open(path: string, mode: "read" | "write" | "create"): Promise<OpenFile>;
  list(folder: string): Promise<string[]>;
  /** One level; fails where the folder exists. */
  makeFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A second name for the same file; fails where `to` exists. */
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Resolves when the names in the folder are on the disk: a new file is found after a crash only then. */
  syncFolder(path: string): Promise<void>;
}

// Without O_NONBLOCK a pipe without a writer is waited for.
const { O_NONBLOCK = 0, O_RDONLY, O_RDWR } = constants;
const flags = { read: O_RDONLY | O_NONBLOCK, write: O_RDWR | O_NONBLOCK, create: "wx+" } as const;

/** The operating system's files, readable and writable by their owner alone. */
export const nodeFileSystem: FileSystem = fileSystemWith({ file: 0o600, folder: 0o700 });

/** The same for files that are passed on, with the rights that the person's umask leaves. */
export const passedOnFileSystem: FileSystem = fileSystemWith({ file: 0o666, folder: 0o777 });

function fileSystemWith(rights: { readonly file: number; readonly folder: number }): FileSystem {
  return {
    async open(path, mode) {
      const handle = await open(path, flags[mode], rights.file);
      if (!(await handle.stat()).isFile()) {
        await handle.close();
        throw Object.assign(new Error(`EINVAL: no file, open '${path}'`), {
          code: "EINVAL",
          syscall: "open",
          path,
        });
      }
      return {
        read: async (into, position) => (await handle.read(into, 0, into.length, position)).bytesRead,
        write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
        truncate: (length) => handle.truncate(length),
        sync: () => handle.datasync(),
        close: () => handle.close(),
      };
    },
    list: (folder) => readdir(folder),
    makeFolder: (path) => mkdir(path, { mode: rights.folder }),
    rename,
    link,
    unlink,
    async syncFolder(path) {
      // Windows cannot open folders; NTFS keeps its names in a journal of its own.
      if (process.platform === "win32") return;
      const handle = await open(path, "r");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
