import { dateFormatFound } from "../evidence/calendar-date.ts";
import { type Sql, sql } from "./sql.ts";
import type { ColumnType } from "./store.ts";

/** What the scan has seen of a file's text; to look for it in each cell again takes as long as the casts. */
export interface FileText {
  readonly hasUnderscore: boolean;
}

/**
 * How the text of a cell becomes a value. An empty cell, or one of spaces only, is missing; nothing else is:
 * `NA` and `NaN` in a number column are errors.
 */
export interface TypeRule {
  /** The value, or null where the text has none. */
  readonly value: (text: Sql) => Sql;
  /** True where there is text that is no value of the type; absent where all text is. */
  readonly isUnreadable?: (text: Sql, value: Sql, file: FileText) => Sql;
  readonly problem?: {
    readonly code: string;
    readonly expected: string;
    /** What such a text may be, and how to write it; undefined where it looks like nothing known. */
    readonly remedy?: (text: string) => string | undefined;
  };
}

export const typeRules: Readonly<Record<ColumnType, TypeRule>> = {
  text: {
    value: (text) => sql`case when trim(${text}) <> '' then ${text} end`,
  },
  /** The engine also reads "inf", "nan", numbers beyond the largest double (as infinity) and "1_000". */
  number: {
    value: (text) => sql`try_cast(${text} as double)`,
    isUnreadable: (text, value, { hasUnderscore }) => sql`
      case when ${value} is null then trim(${text}) <> ''
        else not isfinite(${value}) ${hasUnderscore ? sql`or contains(${text}, '_')` : sql``} end`,
    problem: {
      code: "data-not-a-number",
      expected: "a finite number such as 12 or 0.45",
      remedy: (text) =>
        /^\s*-?\d+,\d+\s*$/.test(text) ? "correct the cell: decimals stand after a point" : undefined,
    },
  },
  date: {
    value: (text) => sql`try_cast(trim(${text}) as date)`,
    isUnreadable: (text, value) => sql`
      case when ${value} is null then trim(${text}) <> ''
        else not regexp_full_match(trim(${text}), '[0-9]{4}-[0-9]{2}-[0-9]{2}') end`,
    problem: {
      code: "data-not-a-date",
      expected: "a date YYYY-MM-DD",
      remedy: (text) => {
        const found = dateFormatFound(text);
        return found && `${found}; export dates as YYYY-MM-DD, such as 2020-12-31`;
      },
    },
  },
  boolean: {
    value: (text) => sql`
      case lower(trim(${text}))
        when 'true' then true when '1' then true when 'false' then false when '0' then false end`,
    isUnreadable: (text, value) => sql`${value} is null and trim(${text}) <> ''`,
    problem: { code: "data-not-a-boolean", expected: "true, false, 1 or 0" },
  },
};
