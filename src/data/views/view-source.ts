import { identifier, joined, literal, type Sql, sql, whole } from "../sql.ts";
import type { View } from "./read-view.ts";
import { columnTypes, type Shape, structType, structureOf } from "./shape.ts";
import { takenApart } from "./take-apart.ts";
import type { OutputColumn } from "./view-columns.ts";

/** How the lines of the files become the objects that the view reads. */
export type Reading =
  /** Straight into the fields that are used; every resource of the files must allow it. */
  | "typed"
  /** Only resources of the view's type are taken apart, each number with the digits of the file. */
  | "digits"
  /** As `digits`, with numbers as the engine reads them. */
  | "filtered";

export interface QueryOptions {
  readonly reading: Reading;
  /** Of a line; each thread of the engine keeps room for two. */
  readonly bytesLimit: number;
  /** Where the files are rows of an intake, each with a resource and its place. */
  readonly intake?: {
    /** Of the sources, in the order of their numbers, where each row of the view says where it comes from. */
    readonly sourceNames?: readonly string[];
  };
}

/** The columns with the place of a resource, which go before those of the view. */
export const placeOutput: readonly OutputColumn[] = [
  { name: "source_file", type: "string", collection: false },
  { name: "source_line", type: "integer", collection: false },
];

/** Names that no element of FHIR has. */
const [sourceFile, sourceLine] = [identifier("_source_file"), identifier("_source_line")];

/** File and line of the resource, where they are asked for. */
export function placeColumns({ intake }: QueryOptions): readonly Sql[] {
  if (intake?.sourceNames === undefined) return [];
  const names = joined(
    intake.sourceNames.map((name) => literal(name)),
    ", ",
  );
  const cells = [sql`([${names}])["fhir".${sourceFile}]`, sql`"fhir".${sourceLine}`];
  return placeOutput.map(({ name }, i) => sql`${cells[i]!} as ${identifier(name)}`);
}

/** The resources of the files, as a relation called "fhir" with a column for each field that is used. */
export function sourceOf(
  { view, shape, otherwise }: { readonly view: View; readonly shape: Shape; readonly otherwise: Sql },
  files: readonly string[],
  { reading, bytesLimit, intake }: QueryOptions,
): Sql {
  const list = joined(
    files.map((file) => literal(file)),
    ", ",
  );
  const limit = sql`maximum_object_size = ${whole(bytesLimit)}`;
  const fields = columnTypes(shape).map(({ name }) => sql`"resource".${identifier(name)}`);
  if (reading === "typed" && intake === undefined) {
    const columns = columnTypes(shape).map(({ name, type }) => sql`${literal(name)}: ${literal(type.sql)}`);
    return sql`read_json([${list}], format = 'newline_delimited', ${limit}, columns = {${joined(columns, ", ")}})
      as "fhir"`;
  }
  if (reading === "typed") {
    const type = literal(structType(shape).sql);
    return sql`(select ${joined(fields, ", ")}, "file" as ${sourceFile}, "line" as ${sourceLine}
    from read_json([${list}], format = 'newline_delimited', ${limit},
      columns = {'file': 'bigint', 'line': 'bigint', 'resource': ${type}})) as "fhir"`;
  }
  const json = reading === "digits" ? withDigits(sql`"json"`) : sql`"json"`;
  const text = intake === undefined ? json : sql`json_extract(${json}, '$.resource')`;
  const place = intake === undefined ? [] : [sourceFile, sourceLine];
  const read = intake === undefined ? [] : [fromRow("file", sourceFile), fromRow("line", sourceLine)];
  const type = literal(intake === undefined ? "$.resourceType" : "$.resource.resourceType");
  // One by one: of several files together, the engine's threads hand over whole texts in any order of the files.
  const texts = files.map((file) => sql`select "json" from read_ndjson_objects(${literal(file)}, ${limit})`);
  const taken = sql`${takenApart(sql`"text"`, structureOf(shape), otherwise)} as "resource"`;
  return sql`(select ${joined([...fields, ...place], ", ")}
    from (
      select ${joined([taken, ...place], ", ")}
      from (
        select ${joined([sql`${text} as "text"`, ...read], ", ")}
        from (${joined(texts, " union all ")})
        where json_extract_string("json", ${type}) = ${literal(view.resource)}
      )
    )) as "fhir"`;
}

const fromRow = (key: string, name: Sql) =>
  sql`cast(json_extract_string("json", ${literal(`$.${key}`)}) as bigint) as ${name}`;

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
