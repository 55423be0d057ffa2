import { Problem } from "../evidence/problem.ts";
import type { Cell, Database } from "./database.ts";
import { type Sql, sql, whole } from "./sql.ts";

/** Rows that break a rule: all counted, the first few known by their columns. */
export interface OffendingRows {
  readonly count: number;
  readonly first: readonly Cell[][];
}

/** Runs `query` (its rows are the offenders), counts them all and keeps the first by `order`. */
export async function offendingRows(
  database: Database,
  query: Sql,
  { order, listed }: { order: Sql; listed: number },
): Promise<OffendingRows> {
  const rows = await database.rows(sql`
    with offender as materialized (${query})
    select
      *,
      (select count(*) from offender) as offenders
    from offender
    order by ${order}
    limit ${whole(listed)}`);
  const count = rows[0]?.at(-1) ?? 0;
  return { count: Number(count), first: rows.map((row) => row.slice(0, -1)) };
}

/** One Problem for all offenders: the first says where, the others are listed, the rest counted. */
export function refuse(
  code: string,
  message: string,
  {
    places,
    count,
    hint,
  }: { places: readonly { where: string; text?: string }[]; count: number; hint: string },
): never {
  const [first, ...others] = places;
  const more = count - places.length;
  throw new Problem(code, message, {
    ...(first === undefined ? {} : { where: first.where }),
    hint,
    others: [
      ...others.map(({ where, text }) => (text === undefined ? where : `${where}: ${text}`)),
      ...(more > 0 ? [`and ${more} more`] : []),
    ],
  });
}

/** A cell for a message: quoted, controls escaped, at most 40 characters. */
export function quoted(text: string): string {
  const characters = [...text];
  return JSON.stringify(characters.length > 40 ? `${characters.slice(0, 40).join("")}…` : text);
}
