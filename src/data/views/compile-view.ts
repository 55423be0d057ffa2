import { identifier, joined, literal, type Sql, sql, whole } from "../sql.ts";
import { condition } from "./compare.ts";
import { Compilation, type RunFault } from "./compilation.ts";
import { parsePath } from "./fhirpath-parser.ts";
import { pathSql } from "./path-sql.ts";
import type { View } from "./read-view.ts";
import { type Each, listed, RowMaker, type Rows } from "./rows.ts";
import { columnTypes, Shape, structureOf } from "./shape.ts";
import { type Structure, takenApart } from "./take-apart.ts";
import type { Focus } from "./value.ts";
import { columnNames, engineType, type OutputColumn } from "./view-columns.ts";

/** How the lines of the files become the objects that the view reads. */
export type Reading =
  /** Straight into the fields that are used; every resource of the files must allow it. */
  | "typed"
  /** Only resources of the view's type are taken apart, each number with the digits of the file. */
  | "digits"
  /** As `digits`, with numbers as the engine reads them. */
  | "filtered";

export interface CompiledView {
  readonly columns: readonly OutputColumn[];
  /** One statement over the files, whose paths are absolute. */
  query(files: readonly string[], options: QueryOptions): Sql;
  /** The reading to begin with. */
  readonly reading: Reading;
  /** What is read of a resource, in the words of the engine's json_transform. */
  readonly structure: Structure;
  /** What may end the query; see `faultOf`. */
  readonly faults: readonly RunFault[];
}

export interface QueryOptions {
  readonly reading: Reading;
  /** Of a resource; each thread of the engine keeps room for two. */
  readonly bytesLimit: number;
}

const defaultDepth = 8;

/**
 * A view as one SELECT over NDJSON files: one pass, only the fields used are read, no joins and no window functions.
 *
 * Rows come in the order of the files and their lines. Errors: everything that is wrong with the view, as a Problem with
 * the place in its file.
 */
export function compileView(view: View, depth = defaultDepth): CompiledView {
  const names = columnNames(view);
  const shape = new Shape();
  shape.use("resourceType", { types: ["string"], repeats: false });
  // Once to learn which fields are used, and again now that their types are known.
  compileOnce(view, depth, shape);
  const { rows, where, columns, compilation } = compileOnce(view, depth, shape);
  compilation.enter(() => view.place(["resource"]));
  const otherwise = compilation.fault(
    "view-bad-value",
    "a resource of the data has a list, an object or a single value in place of another of these",
    "correct the data",
  );
  const ordered = names.map((name) => columns.get(name)!);
  return {
    columns: ordered,
    reading: compilation.needsDigits ? "digits" : "typed",
    structure: structureOf(shape),
    faults: compilation.faults,
    query: (files, reading) =>
      selectFrom(sourceOf({ view, shape, otherwise }, files, reading), rows, where, ordered),
  };
}

function compileOnce(view: View, depth: number, shape: Shape) {
  const compilation = new Compilation(view, depth);
  const resource: Focus = {
    value: { sql: sql`true`, isList: false, type: view.resource, isSource: false, shape, isResource: true },
    rowIndex: sql`0`,
  };
  const maker = new RowMaker(compilation);
  const rows = maker.rows(resource);
  const conditions = (view.where ?? []).map(({ path }, i) => {
    const place = (character: number) => view.place(["where", i, "path"], character);
    compilation.enter(place);
    const value = pathSql(parsePath(path, place), resource, compilation);
    return sql`coalesce(${condition(value, compilation)}, false)`;
  });
  const ofType = sql`"fhir"."resourceType" = ${literal(view.resource)}`;
  return { compilation, rows, columns: maker.columns, where: joined([ofType, ...conditions], " and ") };
}

function selectFrom(source: Sql, rows: Rows, where: Sql, columns: readonly OutputColumn[]): Sql {
  if ("one" in rows) {
    const cells = columns.map(({ name }) => sql`${rows.one.get(name)!} as ${identifier(name)}`);
    return sql`select ${joined(cells, ", ")} from ${source} where ${where}`;
  }
  if ("each" in rows) return selectEach(rows.each, source, where, columns);
  const cells = columns.map(
    (column) =>
      sql`cast("row".${identifier(column.name)} as ${engineType(column)}) as ${identifier(column.name)}`,
  );
  return sql`select ${joined(cells, ", ")}
    from (select unnest(${listed(rows)}) as "row" from ${source} where ${where})`;
}

/** A list that stands in the file is unnested as it is, which takes less than a list of rows made of it. */
function selectEach(
  { items, item, index, cells, ifEmpty }: Each,
  source: Sql,
  where: Sql,
  columns: readonly OutputColumn[],
): Sql {
  const isEmpty = sql`coalesce(len(${items}), 0) = 0`;
  const [none, all] = [identifier("_none"), ifEmpty ? sql`if(${isEmpty}, [null], ${items})` : items];
  const cellsOf = columns.map(({ name }) => {
    const [cell, empty] = [cells.get(name)!, ifEmpty?.get(name)];
    const isSame = empty === undefined || empty.sql === cell.sql;
    return sql`${isSame ? cell : sql`case when ${none} then ${empty} else ${cell} end`} as ${identifier(name)}`;
  });
  const list = joined(cellsOf, ", ");
  const beside = [
    sql`unnest(${all}) as ${item}`,
    ...(list.sql.includes(index.sql) ? [sql`unnest(range(1, len(${all}) + 1)) as ${index}`] : []),
    ...(ifEmpty ? [sql`${isEmpty} as ${none}`] : []),
  ];
  return sql`select ${list}
    from (select *, ${joined(beside, ", ")} from ${source} where ${where}) as "fhir"`;
}

function sourceOf(
  { view, shape, otherwise }: { view: View; shape: Shape; otherwise: Sql },
  files: readonly string[],
  { reading, bytesLimit }: QueryOptions,
): Sql {
  const paths = joined(
    files.map((file) => literal(file)),
    ", ",
  );
  const limit = sql`maximum_object_size = ${whole(bytesLimit)}`;
  if (reading === "typed") {
    const columns = columnTypes(shape).map(({ name, type }) => sql`${literal(name)}: ${literal(type.sql)}`);
    return sql`read_json([${paths}], format = 'newline_delimited', ${limit}, columns = {${joined(columns, ", ")}})
      as "fhir"`;
  }
  const fields = columnTypes(shape).map(({ name }) => sql`"resource".${identifier(name)}`);
  const text = reading === "digits" ? withDigits(sql`"json"`) : sql`"json"`;
  return sql`(select ${joined(fields, ", ")}
    from (
      select ${takenApart(sql`"text"`, structureOf(shape), otherwise)} as "resource"
      from (
        select ${text} as "text"
        from read_ndjson_objects([${paths}], ${limit})
        where json_extract_string("json", '$.resourceType') = ${literal(view.resource)}
      )
    )) as "fhir"`;
}

/**
 * Each number that is a member of an object as a text of the same digits, because the engine's JSON reads 1.10 as 1.1.
 *
 * A key is a text after { or a comma. Within a text every quote has a backslash before it, so a match can only begin
 * there or at the end of a text such as "a," of which the rest is then no key; should it be one, the line is no JSON any
 * more and is refused, never read wrongly.
 */
function withDigits(json: Sql): Sql {
  const number = "-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?";
  const pattern = `([{,]\\s*"(?:[^"\\\\]|\\\\.)*"\\s*:\\s*)(${number})`;
  return sql`cast(regexp_replace(cast(${json} as varchar), ${literal(pattern)}, '\\1"\\2"', 'g') as json)`;
}
