import { createReadStream } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../../evidence/canonical-json.ts";
import { Problem } from "../../evidence/problem.ts";
import type { SourceRecord } from "./ingest-source.ts";
import type { IntakeEngine } from "./intake-engine.ts";
import { intakePaths } from "./intake-folder.ts";
import {
  type IntakeManifest,
  type IntakeTotals,
  intakeFormat,
  type QuarantinedLine,
  type SourceFacts,
  type TablePart,
} from "./manifest.ts";
import { OutputFile } from "./output-file.ts";
import type { LineReason } from "./read-resource.ts";
import { sha256Of } from "./source-blocks.ts";
import { takeOutDuplicates } from "./take-out-duplicates.ts";

export interface FinishOptions {
  readonly folder: string;
  readonly lineLimitBytes: number;
  readonly records: readonly SourceRecord[];
  readonly notRead: readonly string[];
  readonly isStrict: boolean;
  readonly memoryLimitMb: number;
  readonly threads: number;
  readonly engine: IntakeEngine;
  /** Where each source lies, by its name. */
  readonly locations: Readonly<Record<string, string>>;
}

/**
 * Puts rows with the type and id of an earlier one into quarantine and writes the manifest.
 *
 * Errors: with `isStrict`, the first duplicate, as a Problem.
 */
export async function finishIntake(options: FinishOptions): Promise<IntakeManifest> {
  const { folder, records, lineLimitBytes, notRead } = options;
  const tables = tablesOf(records);
  const counts = await duplicatesIn(tables, options);
  const quarantine = new OutputFile(join(folder, intakePaths.quarantine));
  for (const { facts } of records) {
    if (facts.refused === undefined)
      await append(quarantine, join(folder, intakePaths.quarantined(facts.file)));
  }
  const sources = new Map(records.map(({ facts }) => [facts.file, facts]));
  for (const [i, type] of [...tables.keys()].entries()) {
    if (counts[i] === 0) continue;
    const parts = await takeOutDuplicates(folder, type, tables.get(type)!, (row) => {
      const facts = sources.get(row.file)!;
      if (options.isStrict) throw duplicateProblem(facts.name, row);
      quarantine.writeAscii(`${JSON.stringify(row)}\n`);
      sources.set(row.file, withDuplicate(facts, type, row.reason));
    });
    tables.set(type, parts);
  }
  quarantine.close();
  const { sha256 } = await sha256Of(join(folder, intakePaths.quarantine));
  const totals = totalsOf([...sources.values()]);
  const manifest: IntakeManifest = {
    format: intakeFormat,
    lineLimitBytes,
    sources: [...sources.values()],
    tables: Object.fromEntries(
      [...tables].map(([type, parts]) => [type, { rows: sum(parts.map(({ rows }) => rows)), parts }]),
    ),
    quarantine: { path: intakePaths.quarantine, rows: totals.quarantined, sha256 },
    totals,
    notRead,
  };
  writeWhole(join(folder, intakePaths.locations), options.locations);
  writeWhole(join(folder, intakePaths.manifest), manifest);
  return manifest;
}

/** Removes what the manifest does not name: what earlier runs left, and what this one needed on the way. */
export async function removeOthers(folder: string, manifest: IntakeManifest): Promise<void> {
  const { parts, indexes } = filesOf(manifest);
  const kept = new Set([...parts, ...indexes].map((path) => join(folder, path)));
  for (const inner of ["tables", "lines"]) {
    for (const entry of await readdir(join(folder, inner), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !kept.has(path)) await rm(path);
    }
  }
  for (const entry of await readdir(join(folder, "tables"))) {
    if (!Object.hasOwn(manifest.tables, entry)) await rm(join(folder, "tables", entry), { recursive: true });
  }
  await rm(join(folder, intakePaths.stage), { recursive: true, force: true });
}

/** Files of a finished intake, beside the manifest and what lies next to it. */
export function filesOf({ tables, sources }: IntakeManifest) {
  return {
    parts: Object.values(tables).flatMap(({ parts }) => parts.map(({ path }) => path)),
    indexes: sources
      .filter(({ kind, refused }) => kind === "ndjson" && refused === undefined)
      .map(({ file }) => intakePaths.index(file)),
  };
}

function tablesOf(records: readonly SourceRecord[]): Map<string, readonly TablePart[]> {
  const types = [...new Set(records.flatMap(({ parts }) => parts.map(({ type }) => type)))].toSorted();
  const partsOf = (type: string) =>
    records.flatMap(({ facts: { file }, parts }) =>
      parts
        .filter((part) => part.type === type)
        .map(({ rows, bytes }) => ({ file, path: intakePaths.table(type, file), rows, bytes })),
    );
  return new Map(types.map((type) => [type, partsOf(type)]));
}

/** Asks the database: the ids of a large intake do not fit into memory. */
async function duplicatesIn(
  tables: ReadonlyMap<string, readonly TablePart[]>,
  { folder, lineLimitBytes, memoryLimitMb, threads, engine }: FinishOptions,
): Promise<readonly number[]> {
  return engine.findDuplicates({
    ...{ folder, lineLimitBytes, memoryLimitMb, threads },
    tables: [...tables].map(([type, parts]) => ({
      files: parts.map(({ path }) => join(folder, path)),
      out: join(folder, intakePaths.duplicates(type)),
    })),
  });
}

async function append(out: OutputFile, path: string): Promise<void> {
  for await (const block of createReadStream(path) as AsyncIterable<Buffer>) out.write(block);
}

function withDuplicate(facts: SourceFacts, type: string, reason: LineReason): SourceFacts {
  const { resources, quarantined } = facts;
  const left = resources[type]! - 1;
  const { [type]: _, ...others } = resources;
  return {
    ...facts,
    resources: left === 0 ? others : { ...resources, [type]: left },
    quarantined: { ...quarantined, [reason]: (quarantined[reason] ?? 0) + 1 },
  };
}

function totalsOf(sources: readonly SourceFacts[]): IntakeTotals {
  return {
    lines: sum(sources.map(({ lines }) => lines)),
    resources: sum(sources.flatMap(({ resources }) => Object.values(resources))),
    quarantined: sum(sources.flatMap(({ quarantined }) => Object.values(quarantined))),
    blank: sum(sources.map(({ blank }) => blank)),
    refused: sources.filter(({ refused }) => refused !== undefined).length,
  };
}

/** Whole numbers. */
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function writeWhole(path: string, value: unknown): void {
  const out = new OutputFile(path);
  out.write(Buffer.from(`${canonicalJson(value)}\n`));
  out.close();
}

function duplicateProblem(name: string, { line, reason }: QuarantinedLine): Problem {
  return new Problem("ingest-line", `the line is not taken: ${reason}`, {
    where: `${name}:${line}`,
    hint: "correct or remove the line, or run without --strict",
  });
}
