import { Problem } from "../evidence/problem.ts";
import { closest } from "../evidence/suggestion.ts";
import { refuse } from "./offenders.ts";
import { identifier, type Sql } from "./sql.ts";
import type { CsvRequest } from "./store.ts";
import type { TableColumn } from "./table.ts";

/**
 * A column of a file that a study uses. The SQL names come from its position, so no user text becomes
 * SQL.
 */
export interface FileColumn extends TableColumn {
  readonly isRequired: boolean;
  /** SQL name of the cell's text; `sql` is that of its value. */
  readonly text: Sql;
}

/** The requested columns in the order of the file. Throws a Problem for missing and for ambiguous names. */
export function fileColumns(header: readonly string[], { file, columns, key }: CsvRequest): FileColumn[] {
  refuseRepeatedNames(header, file);
  const names = columns.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new Error(`${file}: a column is requested twice`);
  const keyless = key.find((name) => !names.includes(name));
  if (keyless !== undefined) throw new Error(`${file}: key column "${keyless}" is not among the requested`);
  const missing = names.filter((name) => !header.includes(name));
  if (missing.length > 0) refuseMissingColumns(missing, header, file);
  return columns
    .map((column) => ({ column, position: header.indexOf(column.name) }))
    .sort((a, b) => a.position - b.position)
    .map(({ column: { name, type, nullable }, position }) => ({
      name,
      type,
      isRequired: !nullable || key.includes(name),
      text: identifier(textName(position)),
      sql: identifier(`c${position}`),
    }));
}

export function textName(position: number): string {
  return `r${position}`;
}

const listed = 10;

/** Columns without a name may repeat: nothing can refer to them. */
function refuseRepeatedNames(header: readonly string[], file: string): void {
  const positions = new Map<string, number[]>();
  header.forEach((name, i) => {
    const found = positions.get(name);
    if (found) found.push(i + 1);
    else if (name !== "") positions.set(name, [i + 1]);
  });
  const repeated = [...positions].filter(([, at]) => at.length > 1);
  if (repeated.length === 0) return;
  const places = repeated.slice(0, listed).map(([name, at]) => {
    const more = at.length > listed ? ` and ${at.length - listed} more` : "";
    return {
      where: `${file}:1`,
      text: `"${name}" names columns ${at.slice(0, listed).join(" and ")}${more}`,
    };
  });
  refuse("data-duplicate-column", places[0]!.text, {
    places,
    count: repeated.length,
    hint: "give each column its own name",
  });
}

function refuseMissingColumns(missing: readonly string[], header: readonly string[], file: string): never {
  const guess = closest(missing[0]!, header);
  const named = header.filter((name) => name !== "");
  const known = named.slice(0, 20).join(", ") + (named.length > 20 ? ` and ${named.length - 20} more` : "");
  throw new Problem("data-missing-column", `no column "${missing[0]}"`, {
    where: `${file}:1`,
    hint: guess === undefined ? `the file has ${known}` : `did you mean "${guess}"?`,
    others: missing.slice(1).map((name) => `${file}:1: no column "${name}"`),
  });
}
