import {
  bodyOf,
  type FileSystem,
  generateSigningKey,
  type Ledger,
  leafHash,
  type OpenFile,
  openLedger,
  type Receipt,
  verifierKey,
  verifyLedger,
} from "../../src/ledger/index.ts";
import type { Random } from "../../src/stats/random.ts";
import { CrashDisk, type Survival } from "./crash-disk.ts";

export const origin = "test.example/log";
export const key = generateSigningKey();
export const vkey = verifierKey({ name: origin, privateKey: key });
export const kinds = new Map([["note", bodyOf({ text: "text" })]]);

/** Changes how a disk serves the ledger, as a mistake in the ledger would. */
export type Mutant = (disk: CrashDisk) => FileSystem;

let pid = 0;

/** Every process before this one has ended with the power. */
export function openOn(fileSystem: FileSystem, clock = () => new Date(0)): Promise<Ledger> {
  pid += 1;
  const processes = { self: { host: "test", pid, began: "" }, isGone: () => true };
  return openLedger({
    folder: "/log",
    origin,
    key,
    kinds,
    clock,
    fileSystem,
    processes,
    segmentBytes: 8_192,
  });
}

/** A state of the disk after a power loss, and what the world had been told by then. */
interface Image {
  readonly disk: CrashDisk;
  readonly confirmed: readonly Receipt[];
  readonly signed: number;
}

export interface CrashCount {
  readonly images: number;
  /** What went wrong, one line for each image that was not right. */
  readonly violations: readonly string[];
}

/**
 * Runs a ledger, takes the power away after every operation in `perStep` ways, and opens what is left: everything
 * confirmed must be there, the log must verify, and it must go on. Each run begins on an image of the one before, so
 * that recovery is interrupted too.
 */
export async function crash(options: {
  readonly images: number;
  readonly perStep: number;
  readonly random: Random;
  readonly mutant?: Mutant;
}): Promise<CrashCount> {
  const { random, perStep, mutant = (disk: CrashDisk) => disk } = options;
  const violations: string[] = [];
  let count = 0;
  let start: Image = { disk: new CrashDisk(), confirmed: [], signed: 0 };
  for (let run = 0; count < options.images; run++) {
    if (run % 4 === 0) start = { disk: new CrashDisk(), confirmed: [], signed: 0 };
    const images = await trace(start, { random, perStep, mutant });
    for (const image of images) {
      const fault = await faultOf(image, mutant);
      if (fault !== undefined) violations.push(fault);
    }
    count += images.length;
    if (violations.length > 0 && options.mutant !== undefined) break;
    start = images[random.integer(images.length)]!;
  }
  return { images: count, violations };
}

interface Course {
  readonly random: Random;
  readonly perStep: number;
  readonly mutant: Mutant;
}

async function trace(start: Image, { random, perStep, mutant }: Course): Promise<Image[]> {
  const disk = start.disk.image(everything);
  const confirmed = [...start.confirmed];
  let signed = start.signed;
  const images: Image[] = [];
  const lose = () => {
    for (let i = 0; i < perStep; i++) {
      const survivor = disk.image(fixed[i] ?? anything(random));
      images.push({ disk: survivor, confirmed: [...confirmed], signed });
    }
  };
  disk.after = lose;
  const ledger = await openOn(mutant(disk));
  for (let step = 0; step < 5; step++) {
    const together = 1 + random.integer(4);
    await Promise.all(
      Array.from({ length: together }, async () => {
        const text = "y".repeat(1 + random.integer(1_400));
        confirmed.push(await ledger.append({ type: "note", actor: "crash", body: { text } }));
        lose();
      }),
    );
    if (random.integer(3) > 0) continue;
    const { size } = ledger.head;
    await ledger.checkpoint();
    signed = size;
    lose();
  }
  return images;
}

async function faultOf({ disk, confirmed, signed }: Image, mutant: Mutant): Promise<string | undefined> {
  const fileSystem = mutant(disk.image(everything));
  try {
    const ledger = await openOn(fileSystem);
    const { size } = ledger.head;
    // Records that were never confirmed may have survived in between.
    const wanted = new Map(confirmed.map(({ index, leaf }) => [index, leaf]));
    for await (const { record, line } of ledger.read({ from: 0, to: size })) {
      const leaf = wanted.get(record.index);
      if (leaf !== undefined && leafHash(line) !== leaf) return `record ${record.index} is another one`;
      wanted.delete(record.index);
    }
    if (wanted.size > 0) return `${wanted.size} confirmed records are lost`;
    const before = await verifyLedger({ log: { folder: "/log" }, vkey, fileSystem });
    if (!before.intact) return before.reason;
    if (before.covered < signed) return `the checkpoint over ${signed} is lost`;
    await ledger.append({ type: "note", actor: "crash", body: { text: "after" } });
    await ledger.close();
    const after = await verifyLedger({ log: { folder: "/log" }, vkey, kinds, fileSystem });
    if (!after.intact) return after.reason;
    return after.size === size + 1 ? undefined : `${after.size} records after one more than ${size}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const everything = survival(true, "all");
const fixed = [survival(false, "none"), everything, survival(true, "none"), survival(true, "length")];

function survival(names: boolean, write: "none" | "all" | "length"): Survival {
  return {
    names: (changes) => Array.from({ length: changes }, () => names),
    write: () => write,
    truncate: () => write === "all",
  };
}

function anything(random: Random): Survival {
  const coin = () => random.integer(2) === 1;
  return {
    names: (changes) => Array.from({ length: changes }, coin),
    truncate: coin,
    write(length) {
      const first = random.integer(length + 1);
      const drawn = new Map<number, boolean>();
      const sectors = (sector: number) => {
        if (!drawn.has(sector)) drawn.set(sector, coin());
        return drawn.get(sector)!;
      };
      const ways = [
        "none",
        "all",
        "length",
        { first },
        { first: first - (first % 512) },
        { sectors },
      ] as const;
      return ways[random.integer(ways.length)]!;
    },
  };
}

/** Serves the disk with some operations replaced. */
function serve(
  disk: FileSystem,
  replaced: Partial<FileSystem>,
  file: (open: OpenFile, path: string) => OpenFile,
): FileSystem {
  const plain: FileSystem = {
    open: (path, mode) => disk.open(path, mode),
    list: (path) => disk.list(path),
    makeFolder: (path) => disk.makeFolder(path),
    rename: (from, to) => disk.rename(from, to),
    link: (from, to) => disk.link(from, to),
    unlink: (path) => disk.unlink(path),
    syncFolder: (path) => disk.syncFolder(path),
  };
  const served = { ...plain, ...replaced };
  return { ...served, open: async (path, mode) => file(await served.open(path, mode), path) };
}

const isLog = (path: string) => path.endsWith(".jsonl");

/** The mistakes that a ledger like this one may hold; each must be caught. */
export const mutants: Readonly<Record<string, Mutant>> = {
  "no fsync": (disk) => serve(disk, {}, (open) => ({ ...open, sync: async () => {} })),
  "confirmed before fsync": (disk) => {
    let late: (() => Promise<void>) | undefined;
    const flush = async () => {
      await late?.();
      late = undefined;
    };
    return serve(disk, {}, (open, path) => ({
      ...open,
      write: async (bytes, position) => {
        await flush();
        return open.write(bytes, position);
      },
      sync: async () => {
        if (isLog(path)) late = () => open.sync();
        else await open.sync();
      },
    }));
  },
  "torn tail not cut": (disk) => serve(disk, {}, (open) => ({ ...open, truncate: async () => {} })),
  "no folder fsync": (disk) => serve(disk, { syncFolder: async () => {} }, (open) => open),
  "checkpoint before data": (disk) => {
    let late: (() => Promise<void>) | undefined;
    const syncFolder = async (path: string) => {
      await disk.syncFolder(path);
      if (!path.endsWith("/checkpoints")) return;
      await late?.();
      late = undefined;
    };
    return serve(disk, { syncFolder }, (open, path) => ({
      ...open,
      sync: async () => {
        if (isLog(path)) late = () => open.sync();
        else await open.sync();
      },
    }));
  },
};
