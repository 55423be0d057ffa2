import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { carriedColumns } from "./carried-columns.ts";
import type { Database } from "./database.ts";
import { identifier, joined, type Sql, sql, whole } from "./sql.ts";
import type { ComputedColumn, ParquetRequest, WrittenFile } from "./store.ts";
import { isInside } from "./study-path.ts";
import type { Table } from "./table.ts";

/** Values of a column in one group of rows: columns with more are not repetitive, and looking for them takes time. */
const longestDictionary = 4096;

/** The rows in the order of the arranged table; the file appears under its name only when complete. */
export async function writeParquet(
  database: Database,
  table: Table,
  request: ParquetRequest,
  outDir: string | undefined,
): Promise<WrittenFile> {
  if (!table.isArranged) throw new Error(`table ${table.name} is not arranged`);
  const path = await pathInside(outDir, request.file);
  refuseRepeatedNames(table, request);
  const partial = join(dirname(path), `.${basename(path)}.partial`);
  const { rows } = table;
  try {
    const { columns, cells } = carriedColumns(computedOf(request, rows), rows);
    if (columns.length > 0) await database.createFromArrays("computed", columns);
    const names = namesOf(table, request, cells).map(
      ({ name, sql: value }) => sql`${value} as ${identifier(name)}`,
    );
    // Both tables stand in one order, which a copy keeps; a join by number of row takes several times as long.
    await database.run(sql`
      copy (
        select ${joined(names, ", ")}
        from ${table.relation}
        ${columns.length === 0 ? sql`order by rowid` : sql`positional join computed`}
      )
      to ${partial} (format parquet, parquet_version v2, dictionary_size_limit ${whole(longestDictionary)})`);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
    await database.run(sql`drop table if exists computed`);
  }
  const { bytes, sha256 } = await hashOf(path);
  return { name: request.file, bytes, sha256, rows };
}

function computedOf({ computed = [] }: ParquetRequest, n: number): readonly ComputedColumn[] {
  for (const column of computed) {
    const { length } = "codes" in column ? column.codes : column.values;
    if (length !== n) throw new Error(`computed column "${column.name}" has ${length} values for ${n} rows`);
  }
  return computed;
}

const sourceColumns = ["source_file", "source_line"];

function namesOf(
  { columns }: Table,
  { computed = [] }: ParquetRequest,
  cells: readonly Sql[],
): { name: string; sql: Sql }[] {
  return [
    ...sourceColumns.map((name) => ({ name, sql: identifier(name) })),
    ...columns.values(),
    ...computed.map(({ name }, i) => ({ name, sql: cells[i]! })),
  ];
}

function refuseRepeatedNames({ columns }: Table, { computed = [] }: ParquetRequest): void {
  const names = [...sourceColumns, ...columns.keys(), ...computed.map(({ name }) => name)];
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
