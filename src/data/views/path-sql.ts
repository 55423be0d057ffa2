import { Problem } from "../../evidence/problem.ts";
import { closest } from "../../evidence/suggestion.ts";
import { kindOf } from "../fhir-types.ts";
import { literal, type Sql, sql } from "../sql.ts";
import { arithmetic, comparison, condition } from "./compare.ts";
import type { Compilation } from "./compilation.ts";
import { element, openChoice } from "./elements.ts";
import { momentForms } from "./fhirpath-parser.ts";
import type { PathTree } from "./fhirpath-tree.ts";
import { applyFunction } from "./functions.ts";
import { computed, type Focus, isNothing, listOf, nothing, single, type Value } from "./value.ts";
import { constantFields, type ViewConstant } from "./view-schema.ts";

/**
 * A path as SQL, three-valued: what is missing stays missing.
 *
 * Errors: an element that the type does not have, an operand of another type than its function or operator takes, an
 * unknown constant: each a Problem with the place of its first character.
 */
export function pathSql(path: PathTree, focus: Focus, compilation: Compilation): Value {
  return compilation.at(path, () => compile(path, focus, compilation));
}

function compile(path: PathTree, focus: Focus, compilation: Compilation): Value {
  const of = (part: PathTree, from = focus) => pathSql(part, from, compilation);
  switch (path.kind) {
    case "text":
      return computed("string", textLiteral(path.value, compilation));
    case "boolean":
      return computed("boolean", path.value ? sql`true` : sql`false`);
    case "number":
      return numberValue(path.digits, compilation);
    case "moment":
      return computed(path.type, literal(path.value));
    case "this":
      return focus.value;
    case "constant":
      return path.name === "rowIndex"
        ? computed("integer", focus.rowIndex)
        : constantValue(path.name, compilation);
    case "element": {
      if (path.on !== undefined) return element(of(path.on), path.name, compilation);
      const isItsType = focus.value.isResource && path.name === compilation.view.resource;
      return isItsType ? focus.value : element(focus.value, path.name, compilation);
    }
    case "call": {
      const on = path.on === undefined ? focus.value : of(path.on);
      return applyFunction(on, { call: path, compilation, focus, evaluate: of });
    }
    case "index":
      return indexed(of(path.on), of(path.at), compilation);
    case "negate":
      return arithmetic("-", computed("integer", sql`0`), of(path.operand), compilation);
    case "arithmetic":
      return arithmetic(path.operator, of(path.left), of(path.right), compilation);
    case "compare":
      return comparison(path.operator, of(path.left), of(path.right), compilation);
    case "and":
    case "or": {
      const [left, right] = [path.left, path.right].map((side) =>
        compilation.at(side, () => condition(of(side), compilation)),
      );
      const word = path.kind === "and" ? sql`and` : sql`or`;
      return computed("boolean", sql`(${left!} ${word} ${right!})`);
    }
  }
}

/** From 0; nothing beyond the last. */
function indexed(on: Value, at: Value, compilation: Compilation): Value {
  if (on.choice) throw openChoice(on, compilation);
  if (isNothing(on)) return nothing;
  if (kindOf(at.type) !== "integer") throw compilation.typeProblem(`an index is no ${at.type}`);
  const { origin: _, ...rest } = on;
  const list = listOf(on, compilation);
  const item = compilation.named(
    single(at, compilation).sql,
    (position) => sql`case when ${position} >= 0 then (${list})[${position} + 1] end`,
  );
  return { ...rest, sql: item, isList: false };
}

function textLiteral(text: string, compilation: Compilation): Sql {
  if (!text.includes("\0")) return literal(text);
  throw compilation.typeProblem("the character NUL cannot be written to a table", "remove it");
}

function numberValue(digits: string, compilation: Compilation): Value {
  if (digits.includes(".")) return computed("decimal", sql`cast(${literal(digits)} as double)`);
  if (Number(digits) > 2_147_483_647) {
    throw compilation.typeProblem(
      `${digits} is larger than a whole number of FHIR`,
      `write it with a decimal point: ${digits}.0`,
    );
  }
  return computed("integer", sql`cast(${literal(digits)} as integer)`);
}

function constantValue(name: string, compilation: Compilation): Value {
  const constant = compilation.constants.get(name);
  if (constant === undefined) {
    const known = [...compilation.constants.keys(), "rowIndex"];
    const meant = closest(name, known);
    throw new Problem("view-unknown-constant", `the view has no constant "${name}"`, {
      where: compilation.where,
      hint: meant ? `did you mean "%${meant}"?` : "add it to the view's constant",
    });
  }
  const { type, value } = valueIn(constant);
  if (typeof value === "boolean") return computed(type, value ? sql`true` : sql`false`);
  if (typeof value === "number") {
    const engineType = type === "decimal" ? sql`double` : sql`integer`;
    return computed(type, sql`cast(${literal(String(value))} as ${engineType})`);
  }
  requireForm(type, value, name, compilation);
  return computed(type, textLiteral(value, compilation));
}

function valueIn(constant: ViewConstant): { type: string; value: string | number | boolean } {
  const field = constantFields.find((one) => constant[one] !== undefined)!;
  const type = field.slice("value".length);
  return { type: type[0]!.toLowerCase() + type.slice(1), value: constant[field]! };
}

function requireForm(type: string, value: string, name: string, compilation: Compilation): void {
  const form = type === "instant" ? "dateTime" : type;
  if (form !== "date" && form !== "dateTime" && form !== "time") return;
  if (momentForms[form].test(value)) return;
  throw compilation.typeProblem(
    `the constant "${name}" is no ${type}: ${JSON.stringify(value)}`,
    "write 2019, 2019-03, 2019-03-01, 2019-03-01T10:00:00Z or 10:00:00; a dateTime needs Z or an offset",
  );
}
