import { Problem } from "../../evidence/problem.ts";
import { type Kind, kindOf } from "../fhir-types.ts";
import { type Sql, sql } from "../sql.ts";
import type { JsonPath } from "./json-source.ts";
import type { View } from "./read-view.ts";
import type { ViewSelect } from "./view-schema.ts";

export interface OutputColumn {
  readonly name: string;
  /** As declared or, where the view says nothing, as found from the path. */
  readonly type: string;
  /** Whether a row holds a list of values. */
  readonly collection: boolean;
}

const engineTypes: Readonly<Record<Kind, Sql>> = {
  boolean: sql`boolean`,
  integer: sql`integer`,
  decimal: sql`double`,
  text: sql`varchar`,
  time: sql`varchar`,
  moment: sql`varchar`,
};

/** Dates and times stay as they are written, with the precision that they have. */
export function engineType({ type, collection }: OutputColumn): Sql {
  const one = engineTypes[kindOf(type) ?? "text"];
  return collection ? sql`${one}[]` : one;
}

/**
 * The names of the columns in the order of the table.
 *
 * Errors: a name twice, also in another case, because databases do not tell them apart; parts of a unionAll whose columns
 * differ in name or order.
 */
export function columnNames(view: View): readonly string[] {
  const names = view.select.flatMap((select, i) => namesOf(select, ["select", i], view));
  if (names.length === 0) {
    throw new Problem("view-columns", "the view has no column", {
      where: view.place(["select"]),
      hint: "add a column with name and path",
    });
  }
  return names.map(({ name }, i) => {
    const first = names.findIndex((other) => other.name.toLowerCase() === name.toLowerCase());
    if (first === i) return name;
    throw new Problem("view-columns", `two columns are called "${name}"`, {
      where: view.place(names[i]!.path),
      hint: "rename one of them; upper and lower case are the same",
    });
  });
}

interface NamedColumn {
  readonly name: string;
  readonly path: JsonPath;
}

function namesOf(select: ViewSelect, path: JsonPath, view: View): NamedColumn[] {
  const own = (select.column ?? []).map(({ name }, i) => ({ name, path: [...path, "column", i, "name"] }));
  const nested = (select.select ?? []).flatMap((one, i) => namesOf(one, [...path, "select", i], view));
  const parts = (select.unionAll ?? []).map((one, i) => namesOf(one, [...path, "unionAll", i], view));
  const written = parts.map((part) => part.map(({ name }) => name).join(", "));
  const other = written.findIndex((names) => names !== written[0]);
  if (other > 0) {
    throw new Problem("view-columns", "the parts of a unionAll have other columns than the first", {
      where: view.place([...path, "unionAll", other]),
      hint: `it has ${written[other] || "none"}; the first has ${written[0] || "none"}, in this order`,
    });
  }
  return [...own, ...nested, ...(parts[0] ?? [])];
}
