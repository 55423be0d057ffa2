import { type FileText, typeRules } from "./column-types.ts";
import { type FileColumn, textName } from "./file-columns.ts";
import type { ScannedCsv } from "./scan-csv.ts";
import { identifier, joined, type Sql, sql } from "./sql.ts";

/** The cells' text and values of all rows, in file order. An empty cell has no text. */
export function selectFromCsv(path: string, scanned: ScannedCsv, columns: readonly FileColumn[]): Sql {
  const cells = columns.flatMap(({ text, sql: value, type }) => [
    text,
    sql`${typeRules[type].value(text)} as ${value}`,
  ]);
  return sql`
    select
      ${joined(cells, ",\n")}
    from ${readCsv(path, scanned)}`;
}

/** True for rows with a cell that is no value of its column's type. */
export function isUnreadable(columns: readonly FileColumn[], file: FileText): Sql {
  const cells = columns.flatMap((column) => {
    const condition = isUnreadableCell(column, file);
    return condition === undefined ? [] : [condition];
  });
  return cells.length === 0 ? sql`false` : joined(cells, " or ");
}

export function isUnreadableCell({ text, sql: value, type }: FileColumn, file: FileText): Sql | undefined {
  const condition = typeRules[type].isUnreadable?.(text, value, file);
  return condition === undefined ? undefined : sql`(${condition})`;
}

/**
 * Nothing is left to guess: not names, types, compression, nor columns from the folder's name.
 * Not strict, for mixed line ends only: the scan has refused everything else that this would accept.
 */
function readCsv(path: string, { header, hasMultilineRecord }: ScannedCsv): Sql {
  const columns = header.map((_, position) => sql`${identifier(textName(position))}: 'varchar'`);
  // The engine reads a path as a pattern; brackets around its special characters make them plain.
  const pattern = path.replace(/[[*?]/g, "[$&]");
  return sql`read_csv(
    ${pattern},
    columns = {${joined(columns, ", ")}},
    auto_detect = false,
    header = true,
    delim = ',',
    quote = '"',
    escape = '"',
    strict_mode = false,
    compression = 'none',
    hive_partitioning = false,
    parallel = ${hasMultilineRecord ? sql`false` : sql`true`}
  )`;
}
