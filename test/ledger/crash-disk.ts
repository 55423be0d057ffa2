import type { FileSystem, OpenFile } from "../../src/ledger/index.ts";

const sectorBytes = 512;

/** A change of a file that the disk may or may not have kept while it was not synced. */
type FileChange = { readonly at: number; readonly bytes: Uint8Array } | { readonly length: number };

interface FileNode {
  readonly kind: "file";
  bytes: Uint8Array;
  kept: Uint8Array;
  changes: FileChange[];
}

/** A change of names; a rename is one change, since file systems keep it whole or not at all. */
type NameChange = ReadonlyMap<string, Node | undefined>;

interface FolderNode {
  readonly kind: "folder";
  names: Map<string, Node>;
  kept: Map<string, Node>;
  changes: NameChange[];
}

type Node = FileNode | FolderNode;

export interface Operation {
  readonly name:
    | "write"
    | "truncate"
    | "sync"
    | "syncFolder"
    | "create"
    | "makeFolder"
    | "rename"
    | "link"
    | "unlink";
  readonly path: string;
}

/**
 * A disk in memory that knows, for each file and folder, what is certain to survive a power loss and what is not.
 *
 * Certain is what a sync has confirmed. Of what came after it any part may survive: no write, some of its 512-byte
 * sectors (the others read as zeros), new length without content; and of the names any change without the others.
 * Nothing that happens to one file or folder says anything about another.
 */
export class CrashDisk implements FileSystem {
  #root: FolderNode = folderNode();
  /** Called before each operation that changes something; may throw in its place. */
  before: (operation: Operation) => void = () => {};
  /** Called after it. */
  after: (operation: Operation) => void = () => {};
  /** Most bytes that one write takes; the rest has to be written again. */
  shortWrite = Number.POSITIVE_INFINITY;

  async open(path: string, mode: "read" | "write" | "create"): Promise<OpenFile> {
    const { folder, name } = this.#parent(path);
    const there = folder.names.get(name);
    if (mode === "create") {
      if (there !== undefined) throw failure("EEXIST", path);
      const file: FileNode = { kind: "file", bytes: new Uint8Array(0), kept: new Uint8Array(0), changes: [] };
      this.#change({ name: "create", path }, () => rename(folder, new Map([[name, file]])));
      return this.#handle(file, path);
    }
    if (there?.kind !== "file") throw failure(there === undefined ? "ENOENT" : "EISDIR", path);
    return this.#handle(there, path);
  }

  async list(path: string): Promise<string[]> {
    return [...this.#folder(path).names.keys()];
  }

  async makeFolder(path: string): Promise<void> {
    const { folder, name } = this.#parent(path);
    if (folder.names.has(name)) throw failure("EEXIST", path);
    this.#change({ name: "makeFolder", path }, () => rename(folder, new Map([[name, folderNode()]])));
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [this.#parent(from), this.#parent(to)];
    const node = source.folder.names.get(source.name);
    if (node === undefined) throw failure("ENOENT", from);
    if (source.folder !== target.folder) throw failure("EXDEV", from);
    const change = new Map([
      [source.name, undefined],
      [target.name, node],
    ] as const);
    this.#change({ name: "rename", path: to }, () => rename(source.folder, change));
  }

  async link(from: string, to: string): Promise<void> {
    const [source, target] = [this.#parent(from), this.#parent(to)];
    const node = source.folder.names.get(source.name);
    if (node === undefined) throw failure("ENOENT", from);
    if (target.folder.names.has(target.name)) throw failure("EEXIST", to);
    this.#change({ name: "link", path: to }, () => rename(target.folder, new Map([[target.name, node]])));
  }

  async unlink(path: string): Promise<void> {
    const { folder, name } = this.#parent(path);
    if (!folder.names.has(name)) throw failure("ENOENT", path);
    this.#change({ name: "unlink", path }, () => rename(folder, new Map([[name, undefined]])));
  }

  async syncFolder(path: string): Promise<void> {
    const folder = this.#folder(path);
    this.#change({ name: "syncFolder", path }, () => {
      folder.kept = new Map(folder.names);
      folder.changes = [];
    });
  }

  /** What a power loss at this moment leaves, as `keep` decides; all of it is then certain. */
  image(keep: Survival): CrashDisk {
    const disk = new CrashDisk();
    const seen = new Map<Node, Node>();
    disk.#root = survivor(this.#root, keep, seen) as FolderNode;
    return disk;
  }

  /** What is in a file now. */
  content(path: string): Buffer {
    const { folder, name } = this.#parent(path);
    const node = folder.names.get(name);
    if (node?.kind !== "file") throw failure("ENOENT", path);
    return Buffer.from(node.bytes);
  }

  #handle(file: FileNode, path: string): OpenFile {
    return {
      read: async (into, position) => {
        const part = file.bytes.subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      write: async (bytes, position) => {
        const part = Uint8Array.from(bytes.subarray(0, this.shortWrite));
        this.#change({ name: "write", path }, () => {
          const change = { at: position, bytes: part };
          file.changes.push(change);
          file.bytes = changed(file.bytes, change);
        });
        return part.length;
      },
      truncate: async (length) => {
        this.#change({ name: "truncate", path }, () => {
          file.changes.push({ length });
          file.bytes = changed(file.bytes, { length });
        });
      },
      sync: async () => {
        this.#change({ name: "sync", path }, () => {
          file.kept = file.bytes;
          file.changes = [];
        });
      },
      close: async () => {},
    };
  }

  #change(operation: Operation, work: () => void): void {
    this.before(operation);
    work();
    this.after(operation);
  }

  #folder(path: string): FolderNode {
    let node: Node = this.#root;
    for (const name of path.split("/").filter((part) => part !== "" && part !== ".")) {
      const next: Node | undefined = node.kind === "folder" ? node.names.get(name) : undefined;
      if (next === undefined) throw failure("ENOENT", path);
      node = next;
    }
    if (node.kind !== "folder") throw failure("ENOTDIR", path);
    return node;
  }

  #parent(path: string): { folder: FolderNode; name: string } {
    const split = path.lastIndexOf("/");
    return { folder: this.#folder(path.slice(0, split)), name: path.slice(split + 1) };
  }
}

/** Decides what of the unsynced changes survives. */
export interface Survival {
  /** Which of `changes` changes of names, by position. */
  names(changes: number): readonly boolean[];
  /** How much of one unsynced write: nothing, all, its length as zeros, its first bytes, or some of its sectors. */
  write(
    length: number,
  ):
    | "none"
    | "all"
    | "length"
    | { readonly first: number }
    | { readonly sectors: (sector: number) => boolean };
  truncate(): boolean;
}

function survivor(node: Node, keep: Survival, seen: Map<Node, Node>): Node {
  const known = seen.get(node);
  if (known !== undefined) return known;
  if (node.kind === "file") {
    let bytes = node.kept;
    for (const change of node.changes) bytes = survivingWrite(bytes, change, keep);
    const file: FileNode = { kind: "file", bytes, kept: bytes, changes: [] };
    seen.set(node, file);
    return file;
  }
  const names = new Map(node.kept);
  const kept = keep.names(node.changes.length);
  for (const [i, change] of node.changes.entries()) if (kept[i]) apply(names, change);
  const copied = new Map([...names].map(([name, child]) => [name, survivor(child, keep, seen)] as const));
  return { kind: "folder", names: copied, kept: new Map(copied), changes: [] };
}

function survivingWrite(bytes: Uint8Array, change: FileChange, keep: Survival): Uint8Array {
  if ("length" in change) return keep.truncate() ? changed(bytes, change) : bytes;
  const how = keep.write(change.bytes.length);
  if (how === "none") return bytes;
  if (how === "all") return changed(bytes, change);
  if (how === "length") {
    const end = change.at + change.bytes.length;
    return end > bytes.length ? changed(bytes, { length: end }) : bytes;
  }
  if ("first" in how) return changed(bytes, { at: change.at, bytes: change.bytes.subarray(0, how.first) });
  let survived = bytes;
  const end = change.at + change.bytes.length;
  for (let sector = Math.floor(change.at / sectorBytes); sector * sectorBytes < end; sector++) {
    if (!how.sectors(sector)) continue;
    const from = Math.max(change.at, sector * sectorBytes);
    const to = Math.min(end, (sector + 1) * sectorBytes);
    survived = changed(survived, {
      at: from,
      bytes: change.bytes.subarray(from - change.at, to - change.at),
    });
  }
  return survived;
}

/** A file that grows past its end has zeros in between. */
function changed(bytes: Uint8Array, change: FileChange): Uint8Array {
  const length = "length" in change ? change.length : Math.max(bytes.length, change.at + change.bytes.length);
  const result = new Uint8Array(length);
  result.set(bytes.subarray(0, length));
  if ("bytes" in change) result.set(change.bytes, change.at);
  return result;
}

function rename(folder: FolderNode, change: NameChange): void {
  folder.changes.push(change);
  apply(folder.names, change);
}

function apply(names: Map<string, Node>, change: NameChange): void {
  for (const [name, node] of change) {
    if (node === undefined) names.delete(name);
    else names.set(name, node);
  }
}

function folderNode(): FolderNode {
  return { kind: "folder", names: new Map(), kept: new Map(), changes: [] };
}

/** An error as Node's file system throws it. */
export function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code, syscall: "test", path });
}
