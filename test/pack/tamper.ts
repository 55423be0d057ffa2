import { Problem } from "../../src/evidence/problem.ts";
import type { Files, HeldCheckpoint } from "../../src/store/index.ts";
import { withManifest } from "../../src/store/pack.ts";
import { readStoredZip, storedZip } from "../../src/store/stored-zip.ts";
import { verified } from "./small-pack.ts";

const linesPath = "ledger/records.jsonl";

/** The entries of a pack that was just made. */
export function entriesOf(pack: Uint8Array): Files {
  return readStoredZip(pack, "pack.zip");
}

/** What somebody makes who changes entries and then renews the manifest and the file around them. */
export function remade(files: Files): Buffer {
  return storedZip(withManifest(files));
}

export function withEntry(files: Files, path: string, content: Uint8Array | string | undefined): Files {
  const changed = new Map(files);
  if (content === undefined) changed.delete(path);
  else changed.set(path, Buffer.from(content));
  return changed;
}

export function editEntry(files: Files, path: string, edit: (text: string) => string): Files {
  const text = Buffer.from(files.get(path)!).toString("utf8");
  const changed = edit(text);
  if (changed === text) throw new Error(`the edit changes nothing of ${path}`);
  return withEntry(files, path, changed);
}

export function linesOf(files: Files): Buffer[] {
  return Buffer.from(files.get(linesPath)!)
    .toString("utf8")
    .split(/(?<=\n)/)
    .map((line) => Buffer.from(line));
}

export function withLines(files: Files, lines: readonly Uint8Array[]): Files {
  return withEntry(files, linesPath, Buffer.concat(lines));
}

/** Whether a verifier is told: not intact, or no pack. */
export async function isDetected(pack: Uint8Array, held: HeldCheckpoint): Promise<boolean> {
  try {
    return !(await verified(pack, held)).intact;
  } catch (error) {
    if (error instanceof Problem) return true;
    throw error;
  }
}

/** The bits, every `step`th from `first`, whose change in `content` is not detected in what `packed` makes of it. */
export async function missedFlips(
  content: Uint8Array,
  packed: (changed: Buffer) => Uint8Array,
  {
    held,
    step,
    first = 0,
  }: { readonly held: HeldCheckpoint; readonly step: number; readonly first?: number },
): Promise<{ readonly tried: number; readonly missed: readonly number[] }> {
  const changed = Buffer.from(content);
  const missed: number[] = [];
  let tried = 0;
  for (let bit = first; bit < changed.length * 8; bit += step) {
    changed[bit >> 3]! ^= 1 << (bit & 7);
    if (!(await isDetected(packed(changed), held))) missed.push(bit);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    tried += 1;
  }
  return { tried, missed };
}
