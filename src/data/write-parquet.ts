import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Database } from "./database.ts";
import { identifier, joined, type Sql, sql } from "./sql.ts";
import type { ComputedColumn, ParquetRequest, WrittenFile } from "./store.ts";
import { isInside } from "./study-path.ts";
import { columnOf, orderOf, rowFilter, type Table } from "./table.ts";

/** Written in a total order, so the bytes do not depend on threads; appears under its name only when complete. */
export async function writeParquet(
  database: Database,
  table: Table,
  request: ParquetRequest,
  outDir: string | undefined,
): Promise<WrittenFile> {
  const path = await pathInside(outDir, request.file);
  const rows = await createRows(database, table, request);
  const partial = join(dirname(path), `.${basename(path)}.partial`);
  try {
    const names = namesOf(table, request).map(
      ({ name, sql: column }) => sql`${column} as ${identifier(name)}`,
    );
    await database.run(sql`
      copy (select ${joined(names, ", ")} from parquet_row order by ordinal)
      to ${partial} (format parquet, compression zstd)`);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
    await database.run(sql`drop table parquet_row`);
  }
  const { bytes, sha256 } = await hashOf(path);
  return { name: request.file, bytes, sha256, rows };
}

/** Table `parquet_row`: the chosen rows with their ordinal in the total order and the computed columns beside them. */
async function createRows(database: Database, table: Table, request: ParquetRequest): Promise<number> {
  const computed = request.computed ?? [];
  const filter = rowFilter(table, request.rows);
  const [counts] = await database.rows(sql`select count(*) from ${table.relation} where ${filter}`);
  const n = Number(counts![0]);
  for (const column of computed) {
    if (valuesOf(column).length === n) continue;
    throw new Error(`computed column "${column.name}" has ${valuesOf(column).length} values for ${n} rows`);
  }
  await database.createFromArrays("computed", [
    { name: "ordinal", values: Int32Array.from({ length: n }, (_, i) => i) },
    ...computed.map((column, i) => ({ name: `x${i}`, values: valuesOf(column) })),
  ]);
  const order = (request.orderBy ?? []).map((name) => columnOf(table, name).sql);
  const own = request.columns.map((name) => columnOf(table, name).sql);
  await database.run(sql`
    create table parquet_row as
    with chosen as (
      select
        ${joined([...own, sql`source_file`, sql`source_line`], ", ")},
        row_number() over (order by ${orderOf(order)}) - 1 as ordinal
      from ${table.relation}
      where ${filter}
    )
    select ${joined([sql`chosen.*`, ...computed.map(computedSql)], ", ")}
    from chosen
    join computed using (ordinal)`);
  await database.run(sql`drop table computed`);
  return n;
}

function valuesOf(column: ComputedColumn): Float64Array | Int32Array {
  return "codes" in column ? column.codes : column.values;
}

function computedSql(column: ComputedColumn, i: number): Sql {
  const value = identifier(`x${i}`);
  if ("codes" in column) {
    const levels = column.levels.map((level, code) => sql`when ${code} then ${level}`);
    return sql`case ${value} ${joined([...levels, sql`else null end`], "\n")} as ${value}`;
  }
  if (column.values instanceof Int32Array) return sql`computed.${value}`;
  return sql`case when isnan(${value}) then null else ${value} end as ${value}`;
}

function namesOf(table: Table, { columns, computed = [] }: ParquetRequest): { name: string; sql: Sql }[] {
  const names = [
    ...["source_file", "source_line"].map((name) => ({ name, sql: identifier(name) })),
    ...columns.map((name) => ({ name, sql: columnOf(table, name).sql })),
    ...computed.map(({ name }, i) => ({ name, sql: identifier(`x${i}`) })),
  ];
  const folded = names.map(({ name }) => name.toLowerCase());
  const repeated = folded.findIndex((name, i) => folded.indexOf(name) !== i);
  if (repeated !== -1) throw new Error(`two columns of the file would be called "${names[repeated]!.name}"`);
  return names;
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
