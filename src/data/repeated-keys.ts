import type { Database } from "./database.ts";
import type { FileColumn } from "./file-columns.ts";
import { offendingRows, refuse } from "./offenders.ts";
import { identifier, joined, type Sql, sql } from "./sql.ts";
import type { Offenders } from "./store.ts";
import { repeatedRows } from "./table.ts";

const listed = 10;
const spaces = " \t\r\n\u00a0\u200b\ufeff";

export interface KeyedRows {
  readonly database: Database;
  readonly file: string;
  readonly relation: Sql;
  readonly records: number;
  readonly key: readonly FileColumn[];
}

/**
 * Refuses rows with one key, as it is written or but for spaces around it and the composition of its letters (é as one
 * character or as two); returns the rows whose keys differ from an earlier one in upper and lower case only.
 *
 * A file in the order of its numbers is done at once. Nearly every other is done after one count: keys that differ in
 * lower case differ. Only where some key may hold what cannot be seen is that taken off as well, which costs several
 * times as much.
 */
export async function checkKeys(rows: KeyedRows): Promise<Offenders> {
  const { key, records } = rows;
  if (await areAscending(rows)) return { count: 0, first: [] };
  const exact = listOf(key, ({ sql: value }) => value);
  const visible = listOf(key, visibleKey);
  const folded = (await mayHoldUnseen(rows))
    ? listOf(key, (column) => lowerCase(column, visibleKey(column)))
    : listOf(key, (column) => lowerCase(column, column.sql));
  if ((await distinct(rows, folded)) === records) return { count: 0, first: [] };
  if ((await distinct(rows, exact)) < records) await refuseRepeated(rows, exact, "same key as line");
  if ((await distinct(rows, visible)) < records) {
    await refuseRepeated(rows, visible, "but for spaces or the composition of letters, same key as line");
  }
  const { count, first } = await offendingRows(rows.database, repeatedRows(rows.relation, folded), {
    order: sql`source_line`,
    listed,
  });
  return { count, first: first.map(([line]) => placeOf(rows, line)) };
}

/** Column of the rows beside a key that is one text: the whole number that this writes, or null. */
const keyNumber = identifier("key_number");

/** The value of `keyNumber`, made while the file is read, which several threads do; absent for any other key. */
export function numberOfKey(
  key: readonly FileColumn[],
): { readonly value: Sql; readonly name: Sql } | undefined {
  const [column, ...others] = key;
  if (column?.type !== "text" || others.length > 0) return undefined;
  return { value: sql`try_cast(${column.sql} as bigint)`, name: keyNumber };
}

/** Whether the keys are whole numbers, each larger than the one before: then no two are one, however they are written. */
async function areAscending({ database, relation, key }: KeyedRows): Promise<boolean> {
  if (numberOfKey(key) === undefined) return false;
  const numbers = sql`select ${keyNumber} as number from ${relation}`;
  // Behind the last key stands nothing, which is not smaller.
  const found = await database.rows(sql`
    select 1
    from (${numbers}) as own
    positional join (${numbers} offset 1) as next
    where own.number is null or own.number >= next.number
    limit 1`);
  return found.length === 0;
}

/** Whether a text key has a character beyond ASCII, or white space at an end. */
async function mayHoldUnseen({ database, relation, key }: KeyedRows): Promise<boolean> {
  const conditions = key.flatMap(({ type, sql: value }) => {
    if (type !== "text") return [];
    const ends = [" ", "\t", "\r", "\n"].map((space) => sql`ends_with(${value}, ${space})`);
    return [sql`strlen(${value}) <> length(${value})`, sql`${value} < '!'`, ...ends];
  });
  if (conditions.length === 0) return false;
  const found = await database.rows(sql`
    select 1
    from ${relation}
    where ${joined(conditions, " or ")}
    limit 1`);
  return found.length > 0;
}

function listOf(key: readonly FileColumn[], part: (column: FileColumn) => Sql): Sql {
  return joined(key.map(part), ", ");
}

function visibleKey({ type, sql: value }: FileColumn): Sql {
  return type === "text" ? sql`nfc_normalize(trim(${value}, ${spaces}))` : value;
}

function lowerCase({ type }: FileColumn, value: Sql): Sql {
  return type === "text" ? sql`lower(${value})` : value;
}

async function distinct({ database, relation }: KeyedRows, key: Sql): Promise<number> {
  const [counts] = await database.rows(sql`
    select count(*) from (select 1 from ${relation} group by ${key}) as key`);
  return Number(counts![0]);
}

async function refuseRepeated(rows: KeyedRows, key: Sql, same: string): Promise<never> {
  const { count, first } = await offendingRows(rows.database, repeatedRows(rows.relation, key), {
    order: sql`source_line`,
    listed,
  });
  const places = first.map(([line, firstLine]) => ({
    where: placeOf(rows, line),
    text: `${same} ${firstLine}`,
  }));
  return refuse(
    "data-duplicate-key",
    `${places[0]!.text} (${count} ${count === 1 ? "row repeats" : "rows repeat"} a key)`,
    {
      places,
      count,
      hint: "keep one row for each key, or name the columns that tell the rows apart",
    },
  );
}

function placeOf({ file, key }: KeyedRows, line: unknown): string {
  return `${file}:${line}:${key.map(({ name }) => name).join("+")}`;
}
