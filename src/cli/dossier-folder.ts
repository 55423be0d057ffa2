import { existsSync, lstatSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { sealPath } from "../evidence/dossier-paths.ts";
import { Problem } from "../evidence/problem.ts";
import { foreignEntry } from "./dossier-entries.ts";
import { asWriteProblem, makeFolder, removeEmpty } from "./make-folder.ts";
import { studyName } from "./study-folder.ts";

const otherFolder = "name another folder with --out";

/** Beside the files that a signature adds, while one of them is written; left there where that was killed. */
export const sealingFile = ".sealing";

/** `out/<study>` in the current directory. */
export function defaultOut(study: string): string {
  return join("out", studyName(study));
}

/**
 * Makes sure that a dossier may be written at `outDir`, and finishes or removes what a killed run left there.
 * A symbolic link stays, and its target is written. Throws a Problem when a file, a sealed dossier, a folder of other
 * things or a link to nothing is in the way. Returns the folders above it that it made, for `discardStaged`.
 */
export function prepareOut(outDir: string): readonly string[] {
  let made: readonly string[] = [];
  guardFileSystem(outDir, () => {
    made = makeFolder(dirname(placeOf(outDir)));
    try {
      recover(outDir);
      refuseWhatIsThere(outDir);
    } catch (error) {
      removeEmpty(made);
      throw error;
    }
  });
  return made;
}

function refuseWhatIsThere(outDir: string): void {
  const place = placeOf(outDir);
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory())
    refuse(outDir, "out-is-a-file", "the dossier needs a folder; a file is in its place");
  if ([sealPath, sealingFile].some((name) => existsSync(join(place, name))))
    refuse(outDir, "out-is-sealed", "a signed dossier is there and stays as it is");
  const other = foreignEntry(place);
  if (other !== undefined) {
    const message = `the folder holds other things, such as "${other}", and would be replaced whole`;
    refuse(outDir, "out-not-a-dossier", message);
  }
}

function refuse(outDir: string, code: string, message: string): never {
  throw new Problem(code, message, { where: outDir, hint: otherFolder });
}

/** Where the folder itself lies: the target where `outDir` is a symbolic link, so that the link outlives the swap. */
function placeOf(outDir: string): string {
  if (outDir === "") {
    throw new Problem("option-value", "the name of the folder is empty", {
      where: "--out",
      hint: otherFolder,
    });
  }
  const full = resolve(outDir);
  if (!lstatSync(full, { throwIfNoEntry: false })?.isSymbolicLink()) return full;
  try {
    return realpathSync(full);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw asProblem(outDir, cause);
    throw new Problem("out-dangling-link", "a symbolic link is there, and what it leads to does not exist", {
      where: outDir,
      hint: "make the folder that the link names, or remove the link",
      cause,
    });
  }
}

/** An empty folder beside `outDir`, for files that another process writes; hand it to `writeDossierFolder`. */
export function stageFolder(outDir: string): string {
  const staged = besides(outDir, "writing");
  guardFileSystem(outDir, () => {
    rmSync(staged, { recursive: true, force: true });
    makeFolder(staged);
  });
  return staged;
}

/** Removes what an evaluation that failed has staged, and the folders that were made for it where nothing else is in them. */
export function discardStaged(outDir: string, made: readonly string[]): void {
  removeScrap(besides(outDir, "writing"));
  removeEmpty(made);
}

/** A scrap that a failing disk keeps is removed by the next run; it must not hide why this one failed. */
function removeScrap(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/**
 * Writes a dossier whole or not at all: into a folder beside, flushed to disk, then swapped with the old one, which
 * stays where the disk refuses anything of that.
 * A run killed between the two renames is finished by the next `prepareOut` or `recover`.
 * Keys of `files` are paths within the dossier, with slashes.
 */
export async function writeDossierFolder(options: {
  readonly outDir: string;
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** From `stageFolder`, with files already in it. */
  readonly staged?: string;
}): Promise<void> {
  const { outDir, files } = options;
  prepareOut(outDir);
  const staged = options.staged ?? stageFolder(outDir);
  try {
    for (const [path, content] of files) await writeNew(join(staged, path), content);
    await flush(staged);
    // Again, because the work took its time.
    refuseWhatIsThere(outDir);
    renameSync(staged, besides(outDir, "ready"));
  } catch (error) {
    removeScrap(staged);
    throw asProblem(outDir, error);
  }
  guardFileSystem(outDir, () => swap(placeOf(outDir), besides(outDir, "ready"), besides(outDir, "previous")));
}

async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  makeFolder(dirname(path));
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

/** A file, or a folder with all that is in it, also what another process wrote there. */
async function flush(path: string): Promise<void> {
  const isFolder = statSync(path).isDirectory();
  if (isFolder) for (const name of readdirSync(path)) await flush(join(path, name));
  // Windows cannot open folders; NTFS keeps its names in a journal of its own.
  if (isFolder && process.platform === "win32") return;
  const file = await open(path, isFolder ? "r" : "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function swap(place: string, ready: string, previous: string): void {
  // Another run may put its own dossier there between the two renames; then that one is the previous one.
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (existsSync(place)) renameSync(place, previous);
      renameSync(ready, place);
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isRace = code === "ENOTEMPTY" || code === "EEXIST" || (code === "ENOENT" && existsSync(ready));
      if (!isRace || attempt === 9) {
        putBack(place, previous);
        if (existsSync(place)) removeScrap(ready);
        throw error;
      }
      removeScrap(previous);
    }
  }
  removeScrap(previous);
}

/** Where the disk refuses this as well, both dossiers are still beside, and the next run puts one in place. */
function putBack(place: string, previous: string): void {
  try {
    if (existsSync(previous) && !existsSync(place)) renameSync(previous, place);
    else removeScrap(previous);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}

/** Puts a dossier back together that a killed run left between the two renames, and removes its scraps. */
export function recover(outDir: string): void {
  guardFileSystem(outDir, () => {
    const place = placeOf(outDir);
    for (const { path, kind } of scrapsBeside(place)) {
      const isMoved = kind !== "writing" && !existsSync(place) && moved(path, place);
      if (!isMoved) rmSync(path, { recursive: true, force: true });
    }
  });
}

type Scrap = "ready" | "previous" | "writing";
const bestFirst: readonly Scrap[] = ["ready", "previous", "writing"];

/** What runs that have ended left beside the dossier, the newest whole one first. */
function scrapsBeside(place: string): { path: string; kind: Scrap }[] {
  const parent = dirname(place);
  if (!existsSync(parent)) return [];
  const prefix = `.${basename(place)}.`;
  return readdirSync(parent)
    .flatMap((name) => {
      const match =
        name.startsWith(prefix) && /^(writing|ready|previous)-(\d+)$/.exec(name.slice(prefix.length));
      if (!match) return [];
      const [kind, pid] = [match[1] as Scrap, Number(match[2])];
      // This process swaps in one step, so a dossier aside under its number is from an earlier one: in a container,
      // every run can have the same number.
      const isAside = pid === process.pid && kind !== "writing";
      return isAside || !isAlive(pid) ? [{ path: join(parent, name), kind }] : [];
    })
    .sort((a, b) => bestFirst.indexOf(a.kind) - bestFirst.indexOf(b.kind));
}

/** False where another run that starts now has put the same dossier back, or its own. */
function moved(path: string, place: string): boolean {
  try {
    renameSync(path, place);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function besides(outDir: string, kind: Scrap): string {
  const place = placeOf(outDir);
  return join(dirname(place), `.${basename(place)}.${kind}-${process.pid}`);
}

function guardFileSystem(outDir: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw asProblem(outDir, error);
  }
}

function asProblem(outDir: string, error: unknown): unknown {
  return asWriteProblem(error, { where: outDir, hint: otherFolder });
}
