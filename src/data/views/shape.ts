import type { FhirElement } from "../fhir-types.ts";
import { kindOf } from "../fhir-types.ts";
import { identifier, joined, type Sql, sql } from "../sql.ts";
import type { Structure } from "./take-apart.ts";

/** A field that the view reads of a JSON object. */
export interface Field {
  readonly type: string;
  readonly repeats: boolean;
  /** What is read of its own fields; shared where a type holds itself. */
  readonly shape: Shape;
  /** Read as JSON and taken apart later, because its type holds itself without end. */
  isJson: boolean;
}

/** The fields that a view reads of one JSON object; only these are asked of the file. */
export class Shape {
  fields = new Map<string, Field>();

  /** Notes that the field is read. */
  use(name: string, { types, repeats }: FhirElement): Field {
    const known = this.fields.get(name);
    if (known !== undefined) return known;
    const field: Field = { type: types[0]!, repeats, shape: new Shape(), isJson: false };
    this.fields.set(name, field);
    return field;
  }

  /** From now on, what is read of either is read of both. */
  shareWith(other: Shape): void {
    if (other.fields === this.fields) return;
    for (const [name, field] of other.fields) if (!this.fields.has(name)) this.fields.set(name, field);
    other.fields = this.fields;
  }
}

/**
 * The field's type in the table that a file is read into. A primitive is read as its own text and converted by
 * `converted`: the engine would take 5.5 for the integer 6 and "yes" for true without a word.
 */
function fieldType(field: Field): Sql {
  if (field.isJson) return sql`json`;
  return field.repeats ? sql`${itemType(field)}[]` : itemType(field);
}

/** The type of one of its values. */
export function itemType({ type, shape }: Field): Sql {
  if (kindOf(type) !== undefined) return sql`varchar`;
  return shape.fields.size === 0 ? sql`json` : structType(shape);
}

export function structType({ fields }: Shape): Sql {
  const parts = [...fields].map(([name, field]) => sql`${identifier(name)} ${fieldType(field)}`);
  return sql`struct(${joined(parts, ", ")})`;
}

/** Each top-level field with its type. */
export function columnTypes({ fields }: Shape): { readonly name: string; readonly type: Sql }[] {
  return [...fields].map(([name, field]) => ({ name, type: fieldType(field) }));
}

/** The same as a structure for the engine's json_transform. */
export function structureOf({ fields }: Shape): Structure {
  return Object.fromEntries([...fields].map(([name, field]) => [name, fieldStructure(field)]));
}

export function fieldStructure({ type, repeats, shape, isJson }: Field): Structure {
  if (isJson) return "JSON";
  const isPrimitive = kindOf(type) !== undefined;
  const one = isPrimitive ? "VARCHAR" : shape.fields.size === 0 ? "JSON" : structureOf(shape);
  return repeats ? [one] : one;
}
