import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { carriedColumns } from "./carried-columns.ts";
import type { Database } from "./database.ts";
import { identifier, joined, type Sql, sql, whole } from "./sql.ts";
import type { ComputedColumn, ParquetRequest, WrittenFile } from "./store.ts";
import { isInside } from "./study-path.ts";
import { columnOf, isWhole, orderOf, rowCount, rowFilter, type Table } from "./table.ts";

/** Values of a column in one group of rows: columns with more are not repetitive, and looking for them takes time. */
const longestDictionary = 4096;

/**
 * Written in a total order, so the bytes do not depend on threads; appears under its name only when
 * complete.
 */
export async function writeParquet(
  database: Database,
  table: Table,
  request: ParquetRequest,
  outDir: string | undefined,
): Promise<WrittenFile> {
  const path = await pathInside(outDir, request.file);
  refuseRepeatedNames(request);
  const partial = join(dirname(path), `.${basename(path)}.partial`);
  const rows = rowCount(table, request.rows);
  try {
    const { columns, cells } = carriedColumns(computedOf(request, rows), rows);
    const hasComputed = columns.length > 0;
    if (hasComputed) await database.createFromArrays("computed", columns);
    const isReady = hasComputed && (await isReadyToCopy(database, table, request));
    if (!isReady) await createRows(database, table, request);
    const names = namesOf(table, request, cells).map(
      ({ name, sql: value }) => sql`${value} as ${identifier(name)}`,
    );
    // Both tables stand in one order, which a copy keeps; a join by number of row takes several times as long.
    await database.run(sql`
      copy (
        select ${joined(names, ", ")}
        from ${isReady ? table.relation : sql`parquet_row`}
        ${hasComputed ? sql`positional join computed` : sql`order by rowid`}
      )
      to ${partial} (format parquet, parquet_version v2, dictionary_size_limit ${whole(longestDictionary)})`);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
    for (const made of [sql`parquet_row`, sql`computed`]) {
      await database.run(sql`drop table if exists ${made}`);
    }
  }
  const { bytes, sha256 } = await hashOf(path);
  return { name: request.file, bytes, sha256, rows };
}

/** Table `parquet_row`: the chosen rows in total order. */
async function createRows(database: Database, table: Table, request: ParquetRequest): Promise<void> {
  const filter = rowFilter(table, request.rows);
  const order = (request.orderBy ?? []).map((name) => columnOf(table, name).sql);
  const own = request.columns.map((name) => columnOf(table, name).sql);
  const rows = sql`
    select ${joined([...own, sql`source_file`, sql`source_line`], ", ")}
    from ${table.relation}
    where ${filter}`;
  const inOrder = sql`${rows} order by ${orderOf(order)}`;
  await database.run(sql`create table parquet_row as ${order.length === 0 ? rows : inOrder}`);
  if (order.length === 0 && !(await isInSourceOrder(database, sql`parquet_row`))) {
    await database.run(sql`create or replace table parquet_row as ${inOrder}`);
  }
}

function computedOf({ computed = [] }: ParquetRequest, n: number): readonly ComputedColumn[] {
  for (const column of computed) {
    const { length } = "codes" in column ? column.codes : column.values;
    if (length !== n) throw new Error(`computed column "${column.name}" has ${length} values for ${n} rows`);
  }
  return computed;
}

/** Whether all rows are wanted as they stand. */
async function isReadyToCopy(
  database: Database,
  table: Table,
  { rows, orderBy = [] }: ParquetRequest,
): Promise<boolean> {
  return orderBy.length === 0 && isWhole(table, rows) && isInSourceOrder(database, table.relation);
}

/** Whether the rows came in the order of the source by themselves: sorting takes several times as long as asking. */
async function isInSourceOrder(database: Database, relation: Sql): Promise<boolean> {
  const found = await database.rows(sql`
    select 1
    from (select source_file, source_line from ${relation}) as own
    positional join (select source_file, source_line from ${relation} offset 1) as next
    where (own.source_file, own.source_line) >= (next.source_file, next.source_line)
    limit 1`);
  return found.length === 0;
}

const sourceColumns = ["source_file", "source_line"];

function namesOf(
  table: Table,
  { columns, computed = [] }: ParquetRequest,
  cells: readonly Sql[],
): { name: string; sql: Sql }[] {
  return [
    ...sourceColumns.map((name) => ({ name, sql: identifier(name) })),
    ...columns.map((name) => ({ name, sql: columnOf(table, name).sql })),
    ...computed.map(({ name }, i) => ({ name, sql: cells[i]! })),
  ];
}

function refuseRepeatedNames({ columns, computed = [] }: ParquetRequest): void {
  const names = [...sourceColumns, ...columns, ...computed.map(({ name }) => name)];
  const folded = names.map((name) => name.toLowerCase());
  const repeated = folded.findIndex((name, i) => folded.indexOf(name) !== i);
  if (repeated !== -1) throw new Error(`two columns of the file would be called "${names[repeated]!}"`);
}

async function pathInside(outDir: string | undefined, file: string): Promise<string> {
  if (outDir === undefined) throw new Error("the store was opened without an output folder");
  const path = resolve(outDir, file);
  if (!isInside(outDir, path)) throw new Error(`${JSON.stringify(file)} lies outside the output folder`);
  await mkdir(dirname(path), { recursive: true });
  const real = join(await realpath(dirname(path)), basename(path));
  if (!isInside(outDir, real)) throw new Error(`${JSON.stringify(file)} leads out of the output folder`);
  return real;
}

async function hashOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const block of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(block);
    bytes += block.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}
