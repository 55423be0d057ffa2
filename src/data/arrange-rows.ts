import type { Database } from "./database.ts";
import { type Sql, sql } from "./sql.ts";
import type { ArrangeRequest } from "./store.ts";
import { columnList, columnOf, orderOf, rowCount, rowFilter, type Table } from "./table.ts";

/**
 * The chosen rows and columns as a table of their own, which stands in the total order.
 *
 * Not as they stand in the table that they are taken from: how its rows lie depends on how the engine's threads shared
 * the reading, and so would the bytes of a file copied from it.
 */
export async function arrangeRows(
  database: Database,
  table: Table,
  { columns, rows, orderBy = [], into }: ArrangeRequest,
  relation: Sql,
): Promise<Table> {
  const own = columns.map((column) => columnOf(table, column));
  const order = orderBy.map((column) => columnOf(table, column).sql);
  const chosen = sql`
    select ${columnList([...own, ...sourceColumns])}
    from ${table.relation}
    where ${rowFilter(table, rows)}`;
  const inOrder = sql`${chosen} order by ${orderOf(order)}`;
  await database.run(sql`create table ${relation} as ${order.length === 0 ? chosen : inOrder}`);
  if (order.length === 0 && !(await isInSourceOrder(database, relation)))
    await database.run(sql`create or replace table ${relation} as ${inOrder}`);
  const { source } = table;
  const named = new Map(own.map((column) => [column.name, column]));
  if (named.size < own.length) throw new Error(`a column of ${into} is wanted twice`);
  return {
    name: into,
    relation,
    rows: rowCount(table, rows),
    columns: named,
    source,
    key: [],
    isArranged: true,
  };
}

const sourceColumns = [{ sql: sql`source_file` }, { sql: sql`source_line` }];

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
