import { typeRules } from "./column-types.ts";
import { isUnreadableCell, selectFromCsv } from "./csv-sql.ts";
import type { Database } from "./database.ts";
import type { FileColumn } from "./file-columns.ts";
import { offendingRows, quoted, refuse } from "./offenders.ts";
import { checkKeys } from "./repeated-keys.ts";
import { lineOfRecord, type ScannedCsv } from "./scan-csv.ts";
import { joined, type Sql, sql, whole } from "./sql.ts";
import type { CsvRequest, Offenders } from "./store.ts";

const listed = 10;

export interface LoadedCsv {
  readonly request: CsvRequest;
  readonly path: string;
  readonly scanned: ScannedCsv;
  readonly columns: readonly FileColumn[];
  readonly relation: Sql;
}

/**
 * Throws a Problem for cells that cannot be read, empty cells where a value is needed, and repeated keys; returns the
 * rows whose keys differ from an earlier one in upper and lower case only.
 */
export async function checkRows(database: Database, csv: LoadedCsv): Promise<Offenders> {
  const { request, scanned, columns, relation } = csv;
  const required = columns.filter(({ isRequired }) => isRequired);
  const present = required.map((column) => sql`, count(${column.sql})`);
  const [counts] = await database.rows(sql`
    select
      count(*),
      count(*) filter (where unreadable)
      ${joined(present, "\n")}
    from ${relation}`);
  const [rows, nUnreadable, ...nPresent] = counts!;
  if (rows !== scanned.records) {
    throw new Error(
      `the engine read ${rows} rows of ${request.file} where the scan found ${scanned.records}`,
    );
  }
  if (nUnreadable !== 0) await refuseUnreadable(database, csv);
  const lacking = required.filter((_, i) => nPresent[i] !== rows);
  if (lacking.length > 0) await refuseMissing(database, csv, lacking);
  if (request.key.length === 0) return { count: 0, first: [] };
  const key = columns.filter(({ name }) => request.key.includes(name));
  return checkKeys({ database, file: request.file, relation, records: scanned.records, key });
}

/** Reads the file again with the text kept beside the values: only a refused file pays for that. */
async function refuseUnreadable(
  database: Database,
  { request, path, scanned, columns }: LoadedCsv,
): Promise<void> {
  await database.run(sql`create table unreadable_cell as ${selectFromCsv(path, scanned, columns)}`);
  const cells = columns.flatMap((column, i) => {
    const condition = isUnreadableCell(column, scanned);
    return condition === undefined
      ? []
      : [
          sql`
          select rowid as ordinal, ${whole(i)} as position, ${column.text} as cell
          from unreadable_cell
          where ${condition}`,
        ];
  });
  const { count, first } = await offendingRows(database, joined(cells, " union all "), {
    order: sql`ordinal, position`,
    listed,
  });
  await database.run(sql`drop table unreadable_cell`);
  const places = first.map(([ordinal, position, cell]) => {
    const { name, type } = columns[Number(position)]!;
    const line = lineOfRecord(scanned.lines, Number(ordinal));
    const isNeeded = request.columns.some((wanted) => wanted.name === name && wanted.nullable === false);
    return { where: `${request.file}:${line}:${name}`, text: quoted(String(cell)), type, cell, isNeeded };
  });
  const { code, expected, remedy } = typeRules[places[0]!.type].problem!;
  const base = count === 1 ? "" : ` (${count} cells cannot be read)`;
  refuse(code, `${places[0]!.text}; expected ${expected}${base}`, {
    places,
    count,
    hint: remedy?.(String(places[0]!.cell)) ?? generalRemedy(places[0]!),
  });
}

/** Words that others write where they have no value. */
const missingWord = /^\s*(n\/?a|nan|null|none|nil|missing|unknown|[.?-]+)\s*$/i;

function generalRemedy({ cell, isNeeded }: { readonly cell: unknown; readonly isNeeded: boolean }): string {
  if (isNeeded) return "correct the cell; every row needs a value here";
  if (missingWord.test(String(cell))) return "empty the cell: an empty cell means missing";
  return "correct the cell; leave it empty where the value is missing";
}

async function refuseMissing(
  database: Database,
  { request, relation }: LoadedCsv,
  lacking: readonly FileColumn[],
): Promise<void> {
  const cells = lacking.map(
    (column, i) => sql`
      select source_line, ${whole(i)} as position from ${relation} where ${column.sql} is null`,
  );
  const { count, first } = await offendingRows(database, joined(cells, " union all "), {
    order: sql`source_line, position`,
    listed,
  });
  const names = first.map(([, position]) => lacking[Number(position)]!.name);
  const isKey = request.key.includes(names[0]!);
  refuse(
    isKey ? "data-missing-key" : "data-missing-value",
    `${count} empty ${count === 1 ? "cell" : "cells"} where a value is needed`,
    {
      places: first.map(([line], i) => ({ where: `${request.file}:${line}:${names[i]}` })),
      count,
      hint: isKey ? "give every row its key" : "fill in the value or remove the row",
    },
  );
}
