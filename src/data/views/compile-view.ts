import { identifier, joined, literal, type Sql, sql } from "../sql.ts";
import { condition } from "./compare.ts";
import { Compilation, type RunFault } from "./compilation.ts";
import { parsePath } from "./fhirpath-parser.ts";
import { pathSql } from "./path-sql.ts";
import type { View } from "./read-view.ts";
import { type Each, listed, RowMaker, type Rows } from "./rows.ts";
import { Shape, structureOf } from "./shape.ts";
import type { Structure } from "./take-apart.ts";
import type { Focus } from "./value.ts";
import { columnNames, engineType, type OutputColumn } from "./view-columns.ts";
import { placeColumns, type QueryOptions, type Reading, sourceOf } from "./view-source.ts";

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
    query: (files, options) =>
      selectFrom(
        {
          source: sourceOf({ view, shape, otherwise }, files, options),
          where,
          beside: placeColumns(options),
        },
        rows,
        ordered,
      ),
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

/** What rows are made from: the resources, the condition that they meet, and columns that go before those of the view. */
interface From {
  readonly source: Sql;
  readonly where: Sql;
  readonly beside: readonly Sql[];
}

function selectFrom(from: From, rows: Rows, columns: readonly OutputColumn[]): Sql {
  const { source, where, beside } = from;
  if ("one" in rows) {
    const cells = columns.map(({ name }) => sql`${rows.one.get(name)!} as ${identifier(name)}`);
    return sql`select ${joined([...beside, ...cells], ", ")} from ${source} where ${where}`;
  }
  if ("each" in rows) return selectEach(rows.each, from, columns);
  const cells = columns.map(
    (column) =>
      sql`cast("row".${identifier(column.name)} as ${engineType(column)}) as ${identifier(column.name)}`,
  );
  return sql`select ${joined([...beside, ...cells], ", ")}
    from (select *, unnest(${listed(rows)}) as "row" from ${source} where ${where}) as "fhir"`;
}

/** A list that stands in the file is unnested as it is, which takes less than a list of rows made of it. */
function selectEach(
  { items, item, index, cells, ifEmpty }: Each,
  { source, where, beside: first }: From,
  columns: readonly OutputColumn[],
): Sql {
  const isEmpty = sql`coalesce(len(${items}), 0) = 0`;
  const [none, all] = [identifier("_none"), ifEmpty ? sql`if(${isEmpty}, [null], ${items})` : items];
  const cellsOf = columns.map(({ name }) => {
    const [cell, empty] = [cells.get(name)!, ifEmpty?.get(name)];
    const isSame = empty === undefined || empty.sql === cell.sql;
    return sql`${isSame ? cell : sql`case when ${none} then ${empty} else ${cell} end`} as ${identifier(name)}`;
  });
  const list = joined([...first, ...cellsOf], ", ");
  const beside = [
    sql`unnest(${all}) as ${item}`,
    ...(list.sql.includes(index.sql) ? [sql`unnest(range(1, len(${all}) + 1)) as ${index}`] : []),
    ...(ifEmpty ? [sql`${isEmpty} as ${none}`] : []),
  ];
  return sql`select ${list}
    from (select *, ${joined(beside, ", ")} from ${source} where ${where}) as "fhir"`;
}
