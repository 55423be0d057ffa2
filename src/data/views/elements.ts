import { Problem } from "../../evidence/problem.ts";
import { closest } from "../../evidence/suggestion.ts";
import { type FhirElement, kindOf } from "../fhir-types.ts";
import { identifier, type Sql, sql } from "../sql.ts";
import type { Compilation } from "./compilation.ts";
import { type Field, fieldStructure } from "./shape.ts";
import { takenApart } from "./take-apart.ts";
import { isNothing, isThere, nothing, type Value } from "./value.ts";

/** The element of each of the values; a list where there may be several. */
export function element(of: Value, name: string, compilation: Compilation): Value {
  if (isNothing(of)) return nothing;
  if (of.choice) throw openChoice(of, compilation);
  if (kindOf(of.type) !== undefined) return ofPrimitive(of, name, compilation);
  const known = compilation.types.element(of.type, name);
  if (known !== undefined) return field(of, name, known, compilation);
  const choice = compilation.types.element(of.type, `${name}[x]`);
  if (choice === undefined) return unknown(of, name, compilation);
  return { ...of, choice: { of, name, types: choice.types } };
}

/** FHIR keeps the extensions of `birthDate` in `_birthDate`. */
function ofPrimitive({ type, origin }: Value, name: string, compilation: Compilation): Value {
  if (name !== "extension") {
    throw compilation.typeProblem(`a ${type} has no elements, so no "${name}"`, "end the path before it");
  }
  if (origin === undefined) {
    throw compilation.unsupported(
      "the extension of a value that was picked from a list is not read",
      "ask for the extension of the element itself",
    );
  }
  const beside = { types: ["Element"], repeats: origin.repeats };
  const holder = field(origin.of, `_${origin.name}`, beside, compilation);
  return field(holder, "extension", compilation.types.element("Element", "extension")!, compilation);
}

function field(of: Value, name: string, known: FhirElement, compilation: Compilation): Value {
  const used = of.shape!.use(name, known);
  const isPrimitive = kindOf(used.type) !== undefined;
  const value = {
    type: used.type,
    isSource: isPrimitive,
    shape: used.shape,
    field: used,
    ...(isPrimitive ? { origin: { of, name, repeats: known.repeats } } : {}),
  };
  // Where a value has only an extension, the list holds a null in its place.
  const mayHoldNull = isPrimitive || name.startsWith("_");
  const present = (list: Sql) => {
    const one = compilation.variable();
    return sql`list_filter(${list}, lambda ${one}: ${one} is not null)`;
  };
  if (!of.isList) {
    const read = fieldOf(of, name, used, compilation);
    return { ...value, isList: known.repeats, sql: known.repeats && mayHoldNull ? present(read) : read };
  }
  const one = compilation.variable();
  const item = fieldOf({ ...of, sql: one }, name, used, compilation);
  const each = sql`list_transform(${of.sql}, lambda ${one}: ${item})`;
  const all = known.repeats ? sql`flatten(${each})` : each;
  return { ...value, isList: true, sql: !known.repeats || mayHoldNull ? present(all) : all };
}

const badShape =
  "a resource of the data has a list, an object or a single value in place of another of these";

function fieldOf(value: Value, name: string, used: Field, compilation: Compilation): Sql {
  const { sql: of, isResource } = value;
  const own = identifier(name);
  if (isResource) return of.sql === "true" ? sql`"fhir".${own}` : sql`case when ${of} then "fhir".${own} end`;
  if (!used.isJson) return sql`${of}.${own}`;
  const structure = fieldStructure({ ...used, isJson: false });
  const otherwise = compilation.fault("view-bad-value", badShape, "correct the data");
  return takenApart(sql`${of}.${own}`, structure, otherwise);
}

function unknown(of: Value, name: string, compilation: Compilation): Value {
  if (compilation.unknownElements === "nothing") return nothing;
  const { types } = compilation;
  const typed = types.names(of.type).find((known) => {
    const choice = types.element(of.type, `${known}[x]`);
    return choice?.types.some((type) => name === choiceName(known, type));
  });
  const meant = closest(name, types.names(of.type));
  const hint =
    typed !== undefined
      ? `write ${typed}.ofType(${types
          .element(of.type, `${typed}[x]`)!
          .types.find((type) => name === choiceName(typed, type))})`
      : meant !== undefined
        ? `did you mean "${meant}"?`
        : `its elements are ${types.names(of.type).join(", ")}`;
  throw new Problem("view-unknown-element", `${of.type} has no element "${name}"`, {
    where: compilation.where,
    hint,
  });
}

/** valueQuantity */
const choiceName = (name: string, type: string) => `${name}${type[0]!.toUpperCase()}${type.slice(1)}`;

/** The values of an element [x] that are of this type. */
export function ofType(value: Value, type: string, compilation: Compilation): Value {
  if (isNothing(value)) return nothing;
  const { choice } = value;
  const types = choice?.types ?? [value.type];
  if (!types.includes(type)) {
    const known = types.length > 20 ? "other types" : types.join(", ");
    throw compilation.typeProblem(`this is never a ${type}`, `it can be: ${known}`);
  }
  if (choice === undefined) return value;
  return field(choice.of, choiceName(choice.name, type), { types: [type], repeats: false }, compilation);
}

/** Whether an element [x] has a value of any type. */
export function choiceIsThere({ choice }: Value, compilation: Compilation): Sql {
  const { of, name, types } = choice!;
  return types
    .map((type) => field(of, choiceName(name, type), { types: [type], repeats: false }, compilation))
    .map(isThere)
    .reduce((any, one) => sql`${any} or ${one}`);
}

export function openChoice({ choice }: Value, compilation: Compilation): Problem {
  const { name, types } = choice!;
  return compilation.typeProblem(
    `"${name}" can be of several types`,
    `say which, as in ${name}.ofType(${types[0]})`,
  );
}
