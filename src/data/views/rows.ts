import { Problem } from "../../evidence/problem.ts";
import { kindOf } from "../fhir-types.ts";
import { joined, literal, type Sql, sql, whole } from "../sql.ts";
import type { Compilation } from "./compilation.ts";
import { openChoice } from "./elements.ts";
import { parsePath } from "./fhirpath-parser.ts";
import type { JsonPath } from "./json-source.ts";
import { pathSql } from "./path-sql.ts";
import { repeated } from "./repeat.ts";
import { converted, type Focus, isNothing, listOf, nothing, single, type Value } from "./value.ts";
import type { OutputColumn } from "./view-columns.ts";
import { engineType } from "./view-columns.ts";
import type { ViewColumn, ViewSelect } from "./view-schema.ts";

/** The cells of one row, by the name of their column. */
export type Cells = ReadonlyMap<string, Sql>;

/** The rows of a resource: exactly one, one for each item of a list, or a list of structs. */
export type Rows = { readonly one: Cells } | { readonly each: Each } | { readonly list: Sql };

/** The cells name the item and its position, from 1. */
export interface Each {
  readonly items: Sql;
  readonly item: Sql;
  readonly index: Sql;
  readonly cells: Cells;
  /** The single row where there is no item; without it, none. */
  readonly ifEmpty?: Cells;
}

/** So many combinations of parts of unionAll would make a query that no engine plans in good time. */
const rowKindLimit = 500;

/** Makes the rows of one resource out of the selects of a view. */
export class RowMaker {
  readonly columns = new Map<string, OutputColumn>();
  readonly #compilation: Compilation;
  #nRowKinds = 0;

  constructor(compilation: Compilation) {
    this.#compilation = compilation;
  }

  /** The product of the selects: each row of the first with each row of the second. */
  rows(resource: Focus): Rows {
    const { select } = this.#compilation.view;
    const chain = (i: number, cells: Cells): Rows =>
      i === select.length
        ? this.#row(cells)
        : this.#select(select[i]!, ["select", i], resource, cells, (more) => chain(i + 1, more));
    return chain(0, new Map());
  }

  #row(cells: Cells): Rows {
    this.#nRowKinds += 1;
    if (this.#nRowKinds > rowKindLimit) {
      throw this.#compilation.unsupported(
        `more than ${rowKindLimit} combinations of parts of unionAll`,
        "make a view of each part",
      );
    }
    return { one: cells };
  }

  #select(
    select: ViewSelect,
    path: JsonPath,
    focus: Focus,
    cells: Cells,
    next: (cells: Cells) => Rows,
  ): Rows {
    const body = (inner: Focus) => this.#body(select, path, inner, cells, next);
    const { forEach, forEachOrNull, repeat } = select;
    if (repeat !== undefined) {
      const paths = repeat.map((text, i) => this.#parse(text, [...path, "repeat", i]));
      return this.#each(repeated(paths, focus, this.#compilation), body);
    }
    const text = forEach ?? forEachOrNull;
    if (text === undefined) return body(focus);
    const field = forEach === undefined ? "forEachOrNull" : "forEach";
    const tree = this.#parse(text, [...path, field]);
    const items = pathSql(tree, focus, this.#compilation);
    if (items.choice) throw openChoice(items, this.#compilation);
    if (forEach !== undefined) return this.#each(items, body);
    const each = this.#each(items, body);
    const empty = this.#emptyRow(select, path, cells, next);
    if ("each" in each && "one" in empty) return { each: { ...each.each, ifEmpty: empty.one } };
    const isEmpty = sql`coalesce(len(${this.#itemsOf(items)}), 0) = 0`;
    return { list: sql`case when ${isEmpty} then ${listed(empty)} else ${listed(each)} end` };
  }

  #parse(text: string, path: JsonPath) {
    const place = (character: number) => this.#compilation.view.place(path, character);
    this.#compilation.enter(place);
    return parsePath(text, place);
  }

  #itemsOf(items: Value): Sql {
    return isNothing(items) ? sql`[]` : listOf(items, this.#compilation);
  }

  #each(items: Value, body: (focus: Focus) => Rows): Rows {
    if (isNothing(items)) {
      // The columns have their types all the same.
      const none = body({ value: nothing, rowIndex: sql`0` });
      return { list: sql`case when false then ${listed(none)} else [] end` };
    }
    const [item, index] = [this.#compilation.variable(), this.#compilation.variable()];
    const value = { ...items, sql: items.isResource ? sql`true` : item, isList: false };
    const inner = body({ value, rowIndex: sql`cast(${index} - 1 as integer)` });
    const list = this.#itemsOf(items);
    if ("one" in inner) return { each: { items: list, item, index, cells: inner.one } };
    const rows = listed(inner);
    return {
      list: sql`flatten(list_transform(${list}, lambda ${argumentsFor(rows, item, index)}: ${rows}))`,
    };
  }

  #body(
    { column = [], select = [], unionAll }: ViewSelect,
    path: JsonPath,
    focus: Focus,
    cells: Cells,
    next: (cells: Cells) => Rows,
  ): Rows {
    const own = new Map(cells);
    column.forEach((one, i) => {
      own.set(one.name, this.#cell(one, [...path, "column", i], focus));
    });
    const chain = (i: number, more: Cells): Rows => {
      if (i < select.length) {
        return this.#select(select[i]!, [...path, "select", i], focus, more, (most) => chain(i + 1, most));
      }
      if (unionAll === undefined) return next(more);
      const parts = unionAll.map((part, k) =>
        this.#select(part, [...path, "unionAll", k], focus, more, next),
      );
      return parts.length === 1 ? parts[0]! : { list: sql`flatten([${joined(parts.map(listed), ", ")}])` };
    };
    return chain(0, own);
  }

  /** A single row: null in every column of the select and of those within it; %rowIndex itself is 0. */
  #emptyRow(select: ViewSelect, path: JsonPath, cells: Cells, next: (cells: Cells) => Rows): Rows {
    const own = new Map(cells);
    const add = (one: ViewSelect, at: JsonPath, isOuter: boolean) => {
      one.column?.forEach((column, i) => {
        const tree = this.#parse(column.path, [...at, "column", i, "path"]);
        const isIndex = isOuter && tree.kind === "constant" && tree.name === "rowIndex";
        const typed = engineType(this.columns.get(column.name)!);
        own.set(column.name, isIndex ? whole(0) : sql`cast(null as ${typed})`);
      });
      const inner = ({ forEach, forEachOrNull, repeat }: ViewSelect) =>
        isOuter && forEach === undefined && forEachOrNull === undefined && repeat === undefined;
      one.select?.forEach((nested, i) => {
        add(nested, [...at, "select", i], inner(nested));
      });
      if (one.unionAll) add(one.unionAll[0]!, [...at, "unionAll", 0], inner(one.unionAll[0]!));
    };
    add(select, path, true);
    return next(own);
  }

  #cell({ name, path: text, type, collection = false }: ViewColumn, path: JsonPath, focus: Focus): Sql {
    const tree = this.#parse(text, [...path, "path"]);
    const compilation = this.#compilation;
    const value = pathSql(tree, focus, compilation);
    if (value.choice) throw openChoice(value, compilation);
    const found = isNothing(value) ? (type ?? "string") : value.type;
    if (kindOf(found) === undefined) {
      throw compilation.typeProblem(
        `a column holds a primitive value, not a ${value.isResource ? "resource" : found}`,
        "name one of its elements",
      );
    }
    const column = { name, type: type ?? found, collection };
    this.#require(column, found, path);
    const typed = engineType(column);
    if (isNothing(value)) return collection ? sql`cast([] as ${typed})` : sql`cast(null as ${typed})`;
    if (!collection) return sql`cast(${single(value, compilation).sql} as ${typed})`;
    const all = converted(value, compilation);
    return sql`cast(coalesce(${listOf(all, compilation)}, []) as ${typed})`;
  }

  /** The declared type fits what the path leads to, and every part of a unionAll. */
  #require(column: OutputColumn, found: string, path: JsonPath): void {
    const { name, type, collection } = column;
    const { view } = this.#compilation;
    const [declared, actual] = [groupOf(type), groupOf(found)];
    if (declared !== actual && !(declared === "decimal" && actual === "integer")) {
      throw new Problem("view-path-type", `the column's type is ${type}, but its path leads to a ${found}`, {
        where: view.place([...path, "type"]),
        hint: `declare it as ${found}, or correct the path`,
      });
    }
    const before = this.columns.get(name);
    if (before === undefined) this.columns.set(name, column);
    else if (groupOf(before.type) !== declared || before.collection !== collection) {
      const asText = (one: OutputColumn) => (one.collection ? `a collection of ${one.type}` : one.type);
      throw new Problem(
        "view-columns",
        `the column "${name}" is ${asText(column)} here and ${asText(before)} in another part of the unionAll`,
        { where: view.place(path), hint: "give both the same type" },
      );
    }
  }
}

/** Types that share a column of a table. */
function groupOf(type: string): "boolean" | "integer" | "decimal" | "text" {
  const kind = kindOf(type);
  return kind === "boolean" || kind === "integer" || kind === "decimal" ? kind : "text";
}

/** The index costs the engine a little, so it is asked for where it is used. */
function argumentsFor(rows: Sql, item: Sql, index: Sql): Sql {
  return rows.sql.includes(index.sql) ? sql`${item}, ${index}` : item;
}

/** Any rows as a list of structs. */
export function listed(rows: Rows): Sql {
  if ("list" in rows) return rows.list;
  if ("one" in rows) return sql`[${structOf(rows.one)}]`;
  const { items, item, index, cells, ifEmpty } = rows.each;
  const row = structOf(cells);
  const list = sql`list_transform(${items}, lambda ${argumentsFor(row, item, index)}: ${row})`;
  if (ifEmpty === undefined) return list;
  return sql`case when coalesce(len(${items}), 0) = 0 then [${structOf(ifEmpty)}] else ${list} end`;
}

function structOf(cells: Cells): Sql {
  const parts = [...cells].map(([name, cell]) => sql`${literal(name)}: ${cell}`);
  return sql`{${joined(parts, ", ")}}`;
}
