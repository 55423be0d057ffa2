import { type Kind, kindOf } from "../fhir-types.ts";
import { type Sql, sql } from "../sql.ts";
import type { Compilation } from "./compilation.ts";
import type { Field, Shape } from "./shape.ts";

/** What a path leads to, as SQL. Missing and the empty list are one: nothing there. */
export interface Value {
  /** One value, or the list of them where `isList`. Of the resource itself: whether it is meant. */
  readonly sql: Sql;
  readonly isList: boolean;
  /** Of FHIR R4; a part of a resource is named by its path. */
  readonly type: string;
  /** The text that stands in the file, before `converted`. */
  readonly isSource: boolean;
  /** Of values that have elements: what is read of them. */
  readonly shape?: Shape;
  /** The field that the value was read from, whole or in part. */
  readonly field?: Field;
  /** The resource itself, whose elements are columns. */
  readonly isResource?: true;
  /** An element [x] whose type has not been said. */
  readonly choice?: { readonly of: Value; readonly name: string; readonly types: readonly string[] };
  /** Of a primitive as read: the element, beside which its extensions stand. */
  readonly origin?: { readonly of: Value; readonly name: string; readonly repeats: boolean };
}

/** Where a path starts. */
export interface Focus {
  readonly value: Value;
  /** %rowIndex */
  readonly rowIndex: Sql;
}

/** Where it is known beforehand that nothing can be there. */
export const nothing: Value = { sql: sql`null`, isList: false, type: "nothing", isSource: false };
export const isNothing = ({ type }: Value): boolean => type === "nothing";

export function computed(type: string, value: Sql): Value {
  return { sql: value, isList: false, type, isSource: false };
}

/** The list of the value, which holds one or nothing where it is none. */
export function listOf(value: Value, compilation: Compilation): Sql {
  if (value.isList) return value.sql;
  return compilation.named(value.sql, (one) => sql`case when ${one} is null then [] else [${one}] end`);
}

/** Whether anything is there. */
export function isThere({ sql: value, isList, isResource }: Value): Sql {
  if (isResource) return value;
  return isList ? sql`(coalesce(len(${value}), 0) > 0)` : sql`(${value} is not null)`;
}

/** Applies a change to each value. */
export function mapped(value: Value, compilation: Compilation, change: (one: Sql) => Sql): Sql {
  if (!value.isList) return compilation.named(value.sql, change);
  const one = compilation.variable();
  return sql`list_transform(${value.sql}, lambda ${one}: ${change(one)})`;
}

/** The values as the engine's own type. A text that is none of the type ends the run with a Problem. */
export function converted(value: Value, compilation: Compilation): Value {
  const kind = kindOf(value.type);
  if (!value.isSource || kind === undefined) return value;
  const fault = () =>
    compilation.fault("view-bad-value", `a value of the data is no ${value.type}`, "correct the data");
  const change = conversions[kind];
  if (change === undefined) return { ...value, isSource: false };
  return {
    sql: mapped(value, compilation, (one) => change(one, fault())),
    isList: value.isList,
    type: value.type,
    isSource: false,
  };
}

const conversions: Partial<Readonly<Record<Kind, (text: Sql, otherwise: Sql) => Sql>>> = {
  boolean: (text, otherwise) =>
    sql`case when ${text} is null then null when ${text} = 'true' then true when ${text} = 'false' then false
      else ${otherwise} end`,
  integer: (text, otherwise) =>
    sql`case when ${text} is null or cast(try_cast(${text} as integer) as varchar) = ${text}
      then try_cast(${text} as integer) else ${otherwise} end`,
  decimal: (text, otherwise) =>
    sql`case when ${text} is null then null when isfinite(try_cast(${text} as double))
      then cast(${text} as double) else ${otherwise} end`,
};

/** The only value, converted. More than one ends the run with a Problem. */
export function single(value: Value, compilation: Compilation): Value {
  if (!value.isList) return converted(value, compilation);
  const fault = compilation.fault(
    "view-many-values",
    "a resource of the data has more than one value here",
    "take one with first() or where(...), or set collection to true",
  );
  const one = compilation.named(
    value.sql,
    (list) => sql`case when len(${list}) > 1 then ${fault} else ${list}[1] end`,
  );
  return converted({ ...value, sql: one, isList: false }, compilation);
}
