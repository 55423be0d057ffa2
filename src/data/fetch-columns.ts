import type { Expression } from "../protocol/index.ts";
import { readColumn } from "./chunk-columns.ts";
import { compileExpression } from "./compile-expression.ts";
import type { Database } from "./database.ts";
import { identifier, joined, type Sql, sql } from "./sql.ts";
import type { Column, ColumnSet, ColumnsRequest, ColumnType } from "./store.ts";
import { columnOf, columnSqlOf, orderOf, rowCount, rowFilter, type Table } from "./table.ts";

interface Wanted {
  readonly name: string;
  readonly type: ColumnType;
  /** The value in the table; for dates as days. */
  readonly value: Sql;
  /** Its SQL name among the wanted. */
  readonly sql: Sql;
}

/** Told that the first `made` values of a column are there. Nearly always it is then among the answer's. */
export type ColumnAhead = (column: FetchedArray, made: number) => void;

/** Columns as typed arrays in a total order; text as codes of its sorted levels. */
export async function fetchColumns(
  database: Database,
  table: Table,
  request: ColumnsRequest,
  ahead: ColumnAhead = () => {},
): Promise<ColumnSet> {
  const filter = rowFilter(table, request.rows);
  const wanted = request.columns.map((column, i) => wantedOf(table, column, identifier(`v${i}`)));
  if (new Set(wanted.map(({ name }) => name)).size < wanted.length)
    throw new Error("a column is wanted twice");
  const n = rowCount(table, request.rows);
  const read = (query: Sql) => readArrays(database, query, { wanted, n, ahead });
  const order = request.orderBy ?? [];
  // Rows nearly always come in the order of the source by themselves, and sorting them takes longer than reading them.
  const isFree = order.length === 0 && wanted.every(({ type }) => type !== "text");
  const unsorted = isFree ? await read(selectColumns(table, wanted, { filter })) : undefined;
  const { arrays, sourceLine } =
    unsorted && isInSourceOrder(unsorted)
      ? unsorted
      : await read(selectColumns(table, wanted, { filter, orderBy: order }));
  const columns = new Map<string, Column>();
  for (const [i, column] of wanted.entries()) {
    const levels = column.type === "text" ? await levelsOf(database, table, column, filter) : [];
    columns.set(column.name, columnFrom(column.type, arrays[i]!, levels));
  }
  return { n, columns, sourceLine };
}

type FetchedArray = Float64Array | Int32Array | Int8Array;

interface Arrays {
  readonly arrays: readonly FetchedArray[];
  readonly sourceLine: Int32Array;
}

async function readArrays(
  database: Database,
  query: Sql,
  {
    wanted,
    n,
    ahead,
  }: { readonly wanted: readonly Wanted[]; readonly n: number; readonly ahead: ColumnAhead },
): Promise<Arrays> {
  const sourceLine = new Int32Array(n);
  const arrays = wanted.map(({ type }) => emptyArray(type, n));
  const all = [...arrays, sourceLine];
  let row = 0;
  for await (const chunk of database.chunks(query)) {
    all.forEach((array, i) => {
      readColumn(chunk, i, array, row);
    });
    row += chunk.rowCount;
    for (const array of all) ahead(array, row);
  }
  if (row !== n) throw new Error(`fetched ${row} rows of ${n}`);
  return { arrays, sourceLine };
}

/** Each line later than the one before; a table is of one file. */
function isInSourceOrder({ sourceLine }: Arrays): boolean {
  for (let i = 1; i < sourceLine.length; i++) if (sourceLine[i]! <= sourceLine[i - 1]!) return false;
  return true;
}

function wantedOf(table: Table, column: ColumnsRequest["columns"][number], name: Sql): Wanted {
  if (typeof column !== "string") {
    const type = columnTypeOf(column.expression);
    return {
      name: column.name,
      type,
      sql: name,
      value: compileExpression(column.expression, columnSqlOf(table)),
    };
  }
  const { type, sql: value } = columnOf(table, column);
  const days = sql`cast(${value} - date '1970-01-01' as double)`;
  return { name: column, type, sql: name, value: type === "date" ? days : value };
}

function columnTypeOf({ type }: Expression): ColumnType {
  return type === "duration" ? "number" : type;
}

function emptyArray(type: ColumnType, n: number): FetchedArray {
  if (type === "boolean") return new Int8Array(n);
  return type === "text" ? new Int32Array(n) : new Float64Array(n);
}

/** One row for each row of the table, in no order unless asked; missing is NaN or -1, so that no vector holds a null. */
function selectColumns(
  table: Table,
  wanted: readonly Wanted[],
  { filter, orderBy }: { filter: Sql; orderBy?: readonly string[] },
): Sql {
  const orders = (orderBy ?? []).map((name, i) => ({
    value: columnOf(table, name).sql,
    sql: identifier(`o${i}`),
  }));
  const named = [...wanted, ...orders].map((column) => sql`${column.value} as ${column.sql}`);
  const texts = wanted.flatMap((column, i) =>
    column.type === "text" ? [{ value: column.sql, level: identifier(`level_${i}`) }] : [],
  );
  const levels = texts.map(
    ({ value, level }) => sql`
    ${level} as (
      select unnest(levels) as level, cast(unnest(range(len(levels))) as integer) as code
      from (
        select list_sort(list(distinct ${value})) as levels
        from wanted
        where ${value} is not null
      ) as distinct_level
    )`,
  );
  const cells = wanted.map(({ type, sql: value }, i) => {
    if (type === "boolean") {
      return sql`cast(case when ${value} then 1 when not ${value} then 0 else -1 end as tinyint)`;
    }
    if (type === "text") return sql`coalesce(${identifier(`level_${i}`)}.code, -1)`;
    return sql`coalesce(cast(${value} as double), cast('nan' as double))`;
  });
  const joins = texts.map(({ value, level }) => sql`left join ${level} on ${level}.level = wanted.${value}`);
  return sql`
    with wanted as (
      select ${joined([...named, sql`source_file`, sql`source_line`], ",\n")}
      from ${table.relation}
      where ${filter}
    )
    ${joined([sql``, ...levels], ",\n")}
    select ${joined([...cells, sql`source_line`], ",\n")}
    from wanted
    ${joined(joins, "\n")}
    ${orderBy === undefined ? sql`` : sql`order by ${orderOf(orders.map((order) => order.sql))}`}`;
}

async function levelsOf(database: Database, table: Table, { value }: Wanted, filter: Sql): Promise<string[]> {
  const rows = await database.rows(sql`
    select level
    from (select distinct ${value} as level from ${table.relation} where ${filter}) as distinct_level
    where level is not null
    order by level`);
  return rows.map(([level]) => String(level));
}

function columnFrom(type: ColumnType, array: FetchedArray, levels: readonly string[]): Column {
  let missing = 0;
  if (array instanceof Float64Array) {
    for (let i = 0; i < array.length; i++) if (Number.isNaN(array[i])) missing += 1;
    return { kind: type === "date" ? "date" : "number", values: array, missing };
  }
  for (let i = 0; i < array.length; i++) if (array[i] === -1) missing += 1;
  return array instanceof Int8Array
    ? { kind: "boolean", values: array, missing }
    : { kind: "text", codes: array, levels, missing };
}
