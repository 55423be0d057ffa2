import { joined, type Sql, sql } from "./sql.ts";
import type { ColumnType } from "./store.ts";

/** A column of a loaded table: the name that people know and the SQL name that we gave it. */
export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly sql: Sql;
}

export interface SourceOfTable {
  readonly fileId: number;
  /** Relative to the study. */
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
}

/**
 * What the session knows of a table. Its relation has source_file, source_line and the columns' SQL
 * names.
 */
export interface Table {
  readonly name: string;
  readonly relation: Sql;
  readonly rows: number;
  readonly columns: ReadonlyMap<string, TableColumn>;
  readonly source: SourceOfTable;
  /** Columns that are known to name a row each, or empty. */
  readonly key: readonly string[];
  /** Its rows stand in the total order, whatever the number of threads. */
  readonly isArranged?: true;
  /** After an attrition: how many rows are kept; the relation also has excluded_step and kept. */
  readonly kept?: number;
}

/** Throws for a column that the table does not have: the caller checked names against the file before. */
export function columnOf(table: Table, name: string): TableColumn {
  const column = table.columns.get(name);
  if (column === undefined) throw new Error(`table ${table.name} has no column "${name}"`);
  return column;
}

export function columnSqlOf(table: Table): (name: string) => Sql {
  return (name) => columnOf(table, name).sql;
}

/** The total order: the given columns, missing last, then the place in the source. */
export function orderOf(orderBy: readonly Sql[]): Sql {
  return joined(
    [...orderBy.map((column) => sql`${column} nulls last`), sql`source_file`, sql`source_line`],
    ", ",
  );
}

export function rowFilter(table: Table, rows: "all" | "kept" = "all"): Sql {
  return isWhole(table, rows) ? sql`true` : sql`kept`;
}

/** Whether every row passes `rowFilter`. */
export function isWhole(table: Table, rows: "all" | "kept" = "all"): boolean {
  return rowCount(table, rows) === table.rows;
}

/** Rows that pass `rowFilter`. */
export function rowCount(table: Table, rows: "all" | "kept" = "all"): number {
  return rows === "all" ? table.rows : keptRows(table);
}

function keptRows({ name, kept }: Table): number {
  if (kept === undefined) throw new Error(`table ${name} has had no attrition, so no row is marked as kept`);
  return kept;
}

export function isSameKey(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

export function columnList(columns: Iterable<Pick<TableColumn, "sql">>): Sql {
  return joined(
    [...columns].map((column) => column.sql),
    ", ",
  );
}

/** `source_line` and `first_line` of each row whose key an earlier row of the file has; an empty part is a value too. */
export function repeatedRows(relation: Sql, key: Sql): Sql {
  return sql`
    select source_line, first_line
    from (
      select min(source_line) as first_line, unnest(list(source_line)) as source_line
      from ${relation}
      group by ${key}
      having count(*) > 1
    ) as keyed
    where source_line > first_line`;
}
