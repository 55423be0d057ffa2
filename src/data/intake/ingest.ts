import { existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, realpath, rename, rm, rmdir, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { Problem } from "../../evidence/problem.ts";
import {
  type FolderLock,
  hasCode,
  lockFolder,
  machineProcesses,
  nodeFileSystem,
} from "../../ledger/index.ts";
import { finishIntake, removeOthers } from "./finish-intake.ts";
import { ingestSource, type SourceOptions, type SourceRecord } from "./ingest-source.ts";
import { startIntakeEngine } from "./intake-engine.ts";
import { intakePaths } from "./intake-folder.ts";
import { listSources, type Source, type SourceList } from "./list-sources.ts";
import { type IntakeManifest, intakeFormat } from "./manifest.ts";
import { readManifest } from "./read-manifest.ts";
import { sha256Of } from "./source-blocks.ts";

export interface IngestOptions {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** Made by the run, whole or not at all. Until then the work lies beside it, in `<into>.partial`. */
  readonly into: string;
  readonly lineLimitBytes?: number;
  readonly reading?: SourceOptions["reading"];
  /** Ends at the first line that is not taken. */
  readonly isStrict?: boolean;
  readonly memoryLimitMb?: number;
  readonly threads?: number;
  readonly progress?: (progress: IngestProgress) => void;
}

export interface IngestProgress {
  readonly filesDone: number;
  readonly files: number;
  readonly what: string;
}

export interface IngestSummary {
  readonly manifest: IntakeManifest;
  /** Sources that an interrupted run had finished, or all of them where the folder was complete. */
  readonly resumed: number;
}

export const usualLineLimitBytes = 16 * 1024 * 1024;

/**
 * Takes FHIR R4 resources from NDJSON and Bundles into one folder: a table for each type, whose rows know file and line,
 * the quarantined lines, and a manifest in which the counts add up.
 *
 * A run that was stopped goes on after the last file that it had finished. Errors: sources that are not there or change
 * meanwhile, another thing in the place of the folder, a disk that refuses: each a Problem. What is wrong with a line or
 * a file is none, unless `isStrict`.
 */
export async function ingest(options: IngestOptions): Promise<IngestSummary> {
  const { paths, into } = options;
  const { sources, notRead } = await listSources(paths);
  const target = await placeOf(into);
  await requireOutside(paths, target, into);
  const there = await finishedBefore(target, sources, options);
  if (there !== undefined) return { manifest: there, resumed: sources.length };
  const folder = `${target}.partial`;
  const lock = await locked(folder, into);
  try {
    for (const inner of ["tables", "lines", intakePaths.stage]) {
      await mkdir(join(folder, inner), { recursive: true });
    }
    const { manifest, resumed } = await complete(folder, { sources, notRead }, options);
    await removeOthers(folder, manifest);
    await rename(folder, target);
    await rm(join(target, "lock"), { recursive: true });
    return { manifest, resumed };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Reads what earlier runs have not, and writes the manifest, unless the last run was stopped after that. */
async function complete(
  folder: string,
  { sources, notRead }: SourceList,
  options: IngestOptions,
): Promise<IngestSummary> {
  const { lineLimitBytes = usualLineLimitBytes, reading = "fast", isStrict = false } = options;
  if (existsSync(join(folder, intakePaths.manifest))) {
    const before = parsed(join(folder, intakePaths.manifest)) as IntakeManifest | undefined;
    if (before !== undefined && (await isOf(before, sources, options))) {
      return { manifest: before, resumed: sources.length };
    }
    await rm(join(folder, intakePaths.manifest));
  }
  const work = { folder, lineLimitBytes, reading, isStrict };
  const engine = startIntakeEngine();
  try {
    const { records, resumed } = await readAll(sources, work, options.progress);
    options.progress?.({ filesDone: sources.length, files: sources.length, what: "looking for duplicates" });
    const { memoryLimitMb = 2048, threads = Math.min(4, availableParallelism()) } = options;
    const manifest = await finishIntake({
      ...{ folder, lineLimitBytes, records, notRead, isStrict, memoryLimitMb, threads, engine },
      locations: Object.fromEntries(sources.map(({ name, path }) => [name, path])),
    });
    return { manifest, resumed };
  } finally {
    await engine.close();
  }
}

/** The absolute place of the folder, with those above it made. */
async function placeOf(into: string): Promise<string> {
  const whole = resolve(into);
  await mkdir(dirname(whole), { recursive: true });
  return join(await realpath(dirname(whole)), basename(whole));
}

/** Else the next run would read what this one wrote. */
async function requireOutside(paths: readonly string[], target: string, into: string): Promise<void> {
  for (const path of paths) {
    const real = await realpath(path);
    if (real !== target && !target.startsWith(join(real, "/"))) continue;
    throw new Problem("out-not-writable", "the folder lies in a folder that is read", {
      where: into,
      hint: "name a folder elsewhere",
    });
  }
}

/** The manifest where the folder holds these sources already; nothing where there is no folder, or an empty one. */
async function finishedBefore(
  target: string,
  sources: readonly Source[],
  options: IngestOptions,
): Promise<IntakeManifest | undefined> {
  const there = await stat(target).catch(() => undefined);
  if (there === undefined) return undefined;
  const names = there.isDirectory() ? await readdir(target) : ["a file"];
  if (names.length === 0) {
    await rmdir(target);
    return undefined;
  }
  if (!names.includes(intakePaths.manifest)) {
    throw new Problem("out-not-writable", "something other than an intake is there", {
      where: options.into,
      hint: "name a folder that does not exist yet",
    });
  }
  const manifest = readManifest(target, options.into);
  if (await isOf(manifest, sources, options)) return manifest;
  throw new Problem("ingest-exists", "the folder holds an intake of other sources or options", {
    where: options.into,
    hint: "name another folder, or remove this one",
  });
}

/** Whether the manifest is what reading these sources with these options gives. */
async function isOf(
  manifest: IntakeManifest,
  sources: readonly Source[],
  { lineLimitBytes = usualLineLimitBytes, isStrict = false }: IngestOptions,
): Promise<boolean> {
  const { refused, quarantined } = manifest.totals;
  if (manifest.lineLimitBytes !== lineLimitBytes || manifest.sources.length !== sources.length) return false;
  return !(isStrict && refused + quarantined > 0) && areUnchanged(manifest, sources);
}

async function areUnchanged({ sources: before }: IntakeManifest, now: readonly Source[]): Promise<boolean> {
  for (const [i, { name, bytes, path }] of now.entries()) {
    const known = before[i]!;
    if (known.name !== name || known.bytes !== bytes) return false;
    if ((await sha256Of(path)).sha256 !== known.sha256) return false;
  }
  return true;
}

async function locked(folder: string, into: string): Promise<FolderLock> {
  try {
    return await lockFolder(nodeFileSystem, folder, machineProcesses);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "ledger-locked") throw error;
    throw new Problem("ingest-running", "another process is at work on this folder", {
      where: into,
      ...(error.detail.hint === undefined ? {} : { hint: error.detail.hint }),
    });
  }
}

async function readAll(
  sources: readonly Source[],
  options: SourceOptions,
  progress: IngestOptions["progress"],
): Promise<{ readonly records: readonly SourceRecord[]; readonly resumed: number }> {
  const records: SourceRecord[] = [];
  let resumed = 0;
  for (const [i, source] of sources.entries()) {
    const before = recordBefore(i + 1, source, options);
    if (before !== undefined) resumed += 1;
    const megabytes = (bytes: number) => Math.round(bytes / 1e6);
    const onRead = (bytes: number) =>
      progress?.({
        filesDone: i,
        files: sources.length,
        what: `${source.name}, ${megabytes(bytes)} of ${megabytes(source.bytes)} MB`,
      });
    records.push(before ?? (await ingestSource(i + 1, source, options, onRead)));
  }
  return { records, resumed };
}

/** What an earlier run wrote of this source, if it finished it and all of it is still there. */
function recordBefore(file: number, source: Source, options: SourceOptions): SourceRecord | undefined {
  const { folder, lineLimitBytes, isStrict } = options;
  const record = parsed(join(folder, intakePaths.record(file))) as SourceRecord | undefined;
  if (record === undefined) return undefined;
  const { facts, parts, quarantineBytes } = record;
  const isRefused = facts.refused !== undefined;
  const isSame =
    record.format === intakeFormat &&
    record.lineLimitBytes === lineLimitBytes &&
    record.path === source.path &&
    record.modifiedMs === source.modifiedMs &&
    facts.name === source.name &&
    facts.bytes === source.bytes;
  const isWhole =
    parts.every(({ type, bytes }) => sizeOf(join(folder, intakePaths.table(type, file))) === bytes) &&
    (isRefused || sizeOf(join(folder, intakePaths.quarantined(file))) === quarantineBytes);
  return isSame && isWhole && !(isStrict && (isRefused || quarantineBytes > 0)) ? record : undefined;
}

/** Undefined where there is none, or one that was cut off. */
function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;
