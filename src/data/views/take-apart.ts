import { joined, literal, type Sql, sql } from "../sql.ts";

/** As the engine's json_transform takes it: an object, a list of one, "VARCHAR" or "JSON". */
export type Structure = string | readonly [Structure] | { readonly [name: string]: Structure };

/**
 * JSON as lists and structs of this structure; what is missing is null. Where a list, an object or a single value stands
 * in place of another of the three, `otherwise` ends the query: json_transform makes a null of it, and its strict form
 * refuses what is merely missing.
 */
export function takenApart(json: Sql, structure: Structure, otherwise: Sql): Sql {
  const misfits = containersOf(structure, "$").map(({ path, kind }) => {
    const found = sql`json_type(${json}, ${literal(path)})`;
    const others = joined(
      jsonTypes.filter((type) => type !== kind).map((type) => literal(type)),
      ", ",
    );
    // A path with a star leads to a list.
    return path.includes("*") ? sql`list_has_any(${found}, [${others}])` : sql`${found} in (${others})`;
  });
  return sql`case when ${joined(misfits, " or ")} then ${otherwise}
    else json_transform(${json}, ${literal(JSON.stringify(structure))}) end`;
}

/** As json_type names them; NULL goes with everything. */
const jsonTypes = ["ARRAY", "OBJECT", "VARCHAR", "BOOLEAN", "UBIGINT", "BIGINT", "DOUBLE"];

interface Container {
  readonly path: string;
  readonly kind: "ARRAY" | "OBJECT";
}

function containersOf(structure: Structure, path: string): Container[] {
  if (typeof structure === "string") return [];
  if (isList(structure)) return [{ path, kind: "ARRAY" }, ...containersOf(structure[0], `${path}[*]`)];
  const inner = Object.entries(structure).flatMap(([name, part]) => containersOf(part, `${path}."${name}"`));
  return [{ path, kind: "OBJECT" }, ...inner];
}

const isList = (structure: Structure): structure is readonly [Structure] => Array.isArray(structure);
