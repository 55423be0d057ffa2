import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { Problem } from "../evidence/problem.ts";
import { isUnreadable, selectFromCsv } from "./csv-sql.ts";
import type { Database } from "./database.ts";
import { fileColumns } from "./file-columns.ts";
import { numberOfKey } from "./repeated-keys.ts";
import { checkRows, type LoadedCsv } from "./row-checks.ts";
import { linesOfRecords, type ScannedCsv, scanCsv } from "./scan-csv.ts";
import { identifier, type Sql, sql, whole } from "./sql.ts";
import type { CsvRequest, LoadedFile, Offenders } from "./store.ts";
import { fileInStudy } from "./study-path.ts";
import { columnList, type Table } from "./table.ts";

/** A file of the study as one pass over its bytes found it. */
export interface ScannedFile {
  readonly path: string;
  /** When the pass began. */
  readonly before: Stats;
  readonly scanned: ScannedCsv;
}

export async function scanFile(studyDir: string, name: string): Promise<ScannedFile> {
  const path = await fileInStudy(studyDir, name);
  const before = await stat(path);
  return { path, before, scanned: await scanCsv(path, name) };
}

/** The file as a relation of the engine, not checked yet. */
export interface ReadCsv {
  readonly csv: LoadedCsv;
  readonly file: ScannedFile;
  readonly fileId: number;
  /** Takes the relation away again. */
  readonly drop: readonly Sql[];
}

/**
 * Reads a CSV file into a relation: after one pass of ours for structure, lines and hash, one of the engine for the
 * values. Problem: the file has no rows.
 */
export async function readCsv(
  database: Database,
  request: CsvRequest,
  file: ScannedFile,
  fileId: number,
): Promise<ReadCsv> {
  const { path, scanned } = file;
  const columns = fileColumns(scanned.header, request);
  if (scanned.records === 0) {
    throw new Problem("data-no-rows", "the file has a header and no rows", {
      where: `${request.file}:1`,
      hint: "export the table again with its rows",
    });
  }
  const relation = identifier(`${request.table}_${fileId}`);
  const csv: LoadedCsv = { request, path, scanned, columns, relation };
  return { csv, file, fileId, drop: await createRelation(database, csv, fileId) };
}

/** The relation as a table. Every row is in it, or a Problem says which rows cannot be and the relation is gone. */
export async function checkCsv(
  database: Database,
  { csv, file, fileId, drop }: ReadCsv,
): Promise<{ table: Table; facts: LoadedFile }> {
  const { request, path, scanned, columns, relation } = csv;
  let keysInOtherCase: Offenders;
  try {
    await refuseChanged(path, request.file, file.before);
    keysInOtherCase = await checkRows(database, csv);
  } catch (error) {
    for (const statement of drop) await database.run(statement);
    throw error;
  }
  const table: Table = {
    name: request.table,
    relation,
    rows: scanned.records,
    columns: new Map(columns.map((column) => [column.name, column])),
    source: { fileId, name: request.file, path, sha256: scanned.sha256 },
    key: request.key,
  };
  return { table, facts: { ...factsOf(scanned, table), keysInOtherCase } };
}

async function refuseChanged(path: string, name: string, before: Stats): Promise<void> {
  const after = await stat(path);
  if (after.size === before.size && after.mtimeMs === before.mtimeMs && after.ino === before.ino) return;
  throw new Problem("data-changed", "the file changed while it was read", {
    where: name,
    hint: "run again when nothing writes to it",
  });
}

/** The relation with file and line on each row: a view, which costs nothing, where lines just count up. */
async function createRelation(database: Database, csv: LoadedCsv, fileId: number): Promise<Sql[]> {
  const { request, path, scanned, columns, relation } = csv;
  const rows = identifier(`${request.table}_${fileId}_rows`);
  const number = numberOfKey(columns.filter(({ name }) => request.key.includes(name)));
  await database.run(sql`
    create table ${rows} as
    select
      ${columnList(columns)},
      ${isUnreadable(columns, scanned)} as unreadable
      ${number ? sql`, ${number.value} as ${number.name}` : sql``}
    from (${selectFromCsv(path, scanned, columns)}) as cell`);
  const { first, ordinals } = scanned.lines;
  if (ordinals.length === 0) {
    await database.run(sql`
      create view ${relation} as
      select
        *,
        ${whole(fileId)} as source_file,
        cast(rowid + ${whole(first)} as integer) as source_line
      from ${rows}`);
    return [sql`drop view ${relation}`, sql`drop table ${rows}`];
  }
  await database.createFromArrays("record_line", [
    { name: "ordinal", values: Int32Array.from({ length: scanned.records }, (_, ordinal) => ordinal) },
    { name: "source_line", values: linesOfRecords(scanned) },
  ]);
  await database.run(sql`
    create table ${relation} as
    with numbered as (
      select *, rowid as ordinal from ${rows}
    )
    select
      ${columnList(columns)},
      unreadable,
      ${number ? sql`${number.name},` : sql``}
      ${whole(fileId)} as source_file,
      source_line
    from numbered
    join record_line using (ordinal)
    order by ordinal`);
  await database.run(sql`drop table ${rows}`);
  await database.run(sql`drop table record_line`);
  return [sql`drop table ${relation}`];
}

function factsOf(scanned: ScannedCsv, { source, columns }: Table): Omit<LoadedFile, "keysInOtherCase"> {
  return {
    fileId: source.fileId,
    name: source.name,
    bytes: scanned.bytes,
    sha256: scanned.sha256,
    rows: scanned.records,
    blankLines: scanned.blankLines,
    hasCrlf: scanned.hasCrlf,
    bom: scanned.bom,
    columns: scanned.header.map((name) => {
      const column = columns.get(name);
      return column === undefined ? { name } : { name, type: column.type };
    }),
  };
}
