import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Problem } from "../evidence/problem.ts";
import { studyName } from "./study-folder.ts";

/** What a dossier folder may hold; a folder with anything else in it is not replaced. */
const ownEntries = ["committee", "team"];

/** `out/<study>` in the current directory. */
export function defaultOut(study: string): string {
  return join("out", studyName(study));
}

/**
 * Makes sure that a dossier may be written at `outDir`, and finishes or removes what a killed run left there.
 * Throws a Problem when a file, a sealed dossier or a folder of other things is in the way.
 */
export function prepareOut(outDir: string): void {
  guardFileSystem(outDir, () => mkdirSync(dirname(resolve(outDir)), { recursive: true }));
  recover(outDir);
  if (!existsSync(outDir)) return;
  const refuse = (code: string, message: string) => {
    throw new Problem(code, message, { where: outDir, hint: "name another folder with --out" });
  };
  if (!statSync(outDir).isDirectory())
    refuse("out-is-a-file", "the dossier needs a folder; a file is in its place");
  const entries = readdirSync(outDir);
  if (entries.includes("seal.json")) refuse("out-is-sealed", "a signed dossier is there and stays as it is");
  const others = entries.filter((name) => !ownEntries.includes(name));
  if (others.length > 0) {
    refuse(
      "out-not-a-dossier",
      `the folder holds other things, such as "${others[0]}", and would be replaced whole`,
    );
  }
}

/** An empty folder beside `outDir`, for files that another process writes; hand it to `writeDossierFolder`. */
export function stageFolder(outDir: string): string {
  const staged = besides(outDir, "writing");
  guardFileSystem(outDir, () => {
    rmSync(staged, { recursive: true, force: true });
    mkdirSync(staged, { recursive: true });
  });
  return staged;
}

/** Removes what an evaluation that failed has staged. */
export function discardStaged(outDir: string): void {
  rmSync(besides(outDir, "writing"), { recursive: true, force: true });
}

/**
 * Writes a dossier whole or not at all: into a folder beside, flushed to disk, then swapped with the old one.
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
    for (const [path, content] of files) await writeFlushed(join(staged, path), content);
    renameSync(staged, besides(outDir, "ready"));
  } catch (error) {
    rmSync(staged, { recursive: true, force: true });
    throw asProblem(outDir, error);
  }
  guardFileSystem(outDir, () => swap(outDir, besides(outDir, "ready"), besides(outDir, "previous")));
}

async function writeFlushed(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "wx");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function swap(outDir: string, ready: string, previous: string): void {
  // Another run may put its own dossier there between the two renames; then that one is the previous one.
  for (let attempt = 0; ; attempt += 1) {
    try {
      if (existsSync(outDir)) renameSync(outDir, previous);
      renameSync(ready, outDir);
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isRace = code === "ENOTEMPTY" || code === "EEXIST" || (code === "ENOENT" && existsSync(ready));
      if (!isRace || attempt === 9) throw error;
    } finally {
      rmSync(previous, { recursive: true, force: true });
    }
  }
}

/** Puts a dossier back together that a killed run left between the two renames, and removes its scraps. */
export function recover(outDir: string): void {
  const parent = dirname(resolve(outDir));
  if (!existsSync(parent)) return;
  const prefix = `.${basename(resolve(outDir))}.`;
  const left = readdirSync(parent).flatMap((name) => {
    const match =
      name.startsWith(prefix) && /^(writing|ready|previous)-(\d+)$/.exec(name.slice(prefix.length));
    return match && !isAlive(Number(match[2])) ? [{ path: join(parent, name), kind: match[1]! }] : [];
  });
  const rank = ["ready", "previous", "writing"];
  left.sort((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind));
  guardFileSystem(outDir, () => {
    for (const { path, kind } of left) {
      if (kind !== "writing" && !existsSync(outDir)) renameSync(path, outDir);
      else rmSync(path, { recursive: true, force: true });
    }
  });
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

function besides(outDir: string, kind: "writing" | "ready" | "previous"): string {
  const full = resolve(outDir);
  return join(dirname(full), `.${basename(full)}.${kind}-${process.pid}`);
}

function guardFileSystem(outDir: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw asProblem(outDir, error);
  }
}

/** Full disk, no permission, a file where a folder should be: the person can fix these. */
function asProblem(outDir: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const reasons: Record<string, string> = {
    EACCES: "writing there is not permitted",
    EPERM: "writing there is not permitted",
    EROFS: "the disk is read-only",
    ENOSPC: "the disk is full",
    ENOTDIR: "a file stands where a folder is needed",
    EEXIST: "a file stands where a folder is needed",
    ENAMETOOLONG: "the name is too long",
  };
  const reason = reasons[code];
  if (reason === undefined) return error;
  return new Problem("out-not-writable", reason, {
    where: outDir,
    hint: "name another folder with --out",
    cause: error,
  });
}
