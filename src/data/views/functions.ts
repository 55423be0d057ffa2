import { Problem } from "../../evidence/problem.ts";
import { closest } from "../../evidence/suggestion.ts";
import { kindOf } from "../fhir-types.ts";
import { literal, type Sql, sql } from "../sql.ts";
import { boundary } from "./boundaries.ts";
import { condition } from "./compare.ts";
import type { Compilation } from "./compilation.ts";
import { choiceIsThere, element, ofType, openChoice } from "./elements.ts";
import type { PathTree } from "./fhirpath-tree.ts";
import { computed, type Focus, isNothing, isThere, nothing, single, type Value } from "./value.ts";

export type Call = Extract<PathTree, { kind: "call" }>;

/** What a function may ask for: the SQL of one of its operands. */
export interface CallContext {
  readonly call: Call;
  readonly compilation: Compilation;
  readonly focus: Focus;
  readonly evaluate: (path: PathTree, focus: Focus) => Value;
}

interface PathFunction {
  /** Least and most operands. */
  readonly operands: readonly [number, number];
  readonly apply: (on: Value, context: CallContext) => Value;
}

const functions: Readonly<Record<string, PathFunction>> = {
  where: { operands: [1, 1], apply: where },
  exists: {
    operands: [0, 1],
    apply: (on, context) =>
      computed("boolean", presence(context.call.operands.length === 0 ? on : where(on, context), context)),
  },
  empty: {
    operands: [0, 0],
    apply: (on, context) => computed("boolean", sql`(not ${presence(on, context)})`),
  },
  not: {
    operands: [0, 0],
    apply: (on, { compilation }) => computed("boolean", sql`(not ${condition(on, compilation)})`),
  },
  first: { operands: [0, 0], apply: first },
  count: { operands: [0, 0], apply: count },
  join: { operands: [0, 1], apply: join },
  ofType: { operands: [1, 1], apply: (on, { call, compilation }) => ofType(on, typeName(call), compilation) },
  extension: { operands: [1, 1], apply: extension },
  getResourceKey: { operands: [0, 0], apply: resourceKey },
  getReferenceKey: { operands: [0, 1], apply: referenceKey },
  lowBoundary: { operands: [0, 0], apply: (on, { compilation }) => boundary("low", on, compilation) },
  highBoundary: { operands: [0, 0], apply: (on, { compilation }) => boundary("high", on, compilation) },
};

/** Applies a function of FHIRPath to a value. Errors: an unknown function, another number of operands. */
export function applyFunction(on: Value, context: CallContext): Value {
  const { call, compilation } = context;
  const known = Object.hasOwn(functions, call.name) ? functions[call.name] : undefined;
  if (known === undefined) {
    const names = Object.keys(functions);
    const meant = closest(call.name, names);
    throw new Problem("view-unsupported", `the function ${call.name}() is not read`, {
      where: compilation.where,
      hint: meant ? `did you mean ${meant}()?` : `there are ${names.join("(), ")}()`,
    });
  }
  const [least, most] = known.operands;
  const n = call.operands.length;
  if (n < least || n > most) {
    const expected = least === most ? String(least) : `${least} or ${most}`;
    const hint = "docs/views.md shows each function";
    throw compilation.typeProblem(`${call.name}() takes ${expected} operands, got ${n}`, hint);
  }
  return known.apply(on, context);
}

function where(on: Value, { call, compilation, focus, evaluate }: CallContext): Value {
  if (on.choice) throw openChoice(on, compilation);
  if (isNothing(on)) return nothing;
  const { origin: _, ...rest } = on;
  const criterion = call.operands[0]!;
  const isKept = (one: Sql) => {
    const item = { ...rest, sql: one, isList: false };
    const kept = compilation.at(criterion, () =>
      condition(evaluate(criterion, { ...focus, value: item }), compilation),
    );
    return sql`coalesce(${kept}, false)`;
  };
  if (on.isResource) {
    const kept = isKept(sql`true`);
    return { ...rest, sql: on.sql.sql === "true" ? kept : sql`(${on.sql} and ${kept})` };
  }
  if (!on.isList) {
    const kept = compilation.named(on.sql, (one) => sql`case when ${isKept(one)} then ${one} end`);
    return { ...rest, sql: kept };
  }
  const one = compilation.variable();
  return { ...rest, sql: sql`list_filter(${on.sql}, lambda ${one}: ${isKept(one)})` };
}

function presence(on: Value, { compilation }: CallContext): Sql {
  if (isNothing(on)) return sql`false`;
  return on.choice ? sql`(${choiceIsThere(on, compilation)})` : isThere(on);
}

function first(on: Value, { compilation }: CallContext): Value {
  if (!on.isList) return on;
  if (on.choice) throw openChoice(on, compilation);
  const { origin: _, ...rest } = on;
  return { ...rest, sql: sql`${on.sql}[1]`, isList: false };
}

function count(on: Value, { compilation }: CallContext): Value {
  if (on.choice) throw openChoice(on, compilation);
  if (isNothing(on)) return computed("integer", sql`0`);
  const n = on.isList ? sql`coalesce(len(${on.sql}), 0)` : sql`case when ${isThere(on)} then 1 else 0 end`;
  return computed("integer", sql`cast(${n} as integer)`);
}

function join(on: Value, { call, compilation, focus, evaluate }: CallContext): Value {
  if (on.choice) throw openChoice(on, compilation);
  if (!isNothing(on) && kindOf(on.type) !== "text") {
    throw compilation.typeProblem(`join() joins texts, not a ${on.type}`);
  }
  const [operand] = call.operands;
  const separator = operand ? textOf(evaluate(operand, focus), compilation) : sql`''`;
  const texts = on.isList ? sql`array_to_string(${on.sql}, ${separator})` : on.sql;
  return computed("string", sql`coalesce(${texts}, '')`);
}

function textOf(value: Value, compilation: Compilation): Sql {
  if (kindOf(value.type) !== "text") throw compilation.typeProblem(`expected a text, got a ${value.type}`);
  return single(value, compilation).sql;
}

function extension(on: Value, { call, compilation, focus, evaluate }: CallContext): Value {
  if (isNothing(on)) return nothing;
  const url = textOf(evaluate(call.operands[0]!, focus), compilation);
  const all = element(on, "extension", compilation);
  all.shape!.use("url", { types: ["string"], repeats: false });
  const one = compilation.variable();
  return { ...all, sql: sql`list_filter(${all.sql}, lambda ${one}: ${one}."url" = ${url})` };
}

/** Patient, or FHIR.Patient. */
function typeName({ operands: [operand] }: Call): string {
  if (operand?.kind !== "element") return "";
  const { on, name } = operand;
  const isQualified = on?.kind === "element" && on.on === undefined && /^(?:FHIR|System)$/.test(on.name);
  return on === undefined || isQualified ? name : "";
}

function resourceKey(on: Value, { compilation }: CallContext): Value {
  if (on.isResource) return { ...element(on, "id", compilation), type: "string" };
  throw compilation.unsupported(
    "getResourceKey() is asked of a part of the resource",
    "ask for it in a select outside of forEach",
  );
}

/** The id that a reference ends with: of Patient/7, http://a.org/Patient/7 and Patient/7/_history/2 it is 7. */
function referenceKey(on: Value, { call, compilation }: CallContext): Value {
  if (isNothing(on)) return nothing;
  if (on.choice || on.type !== "Reference") {
    throw compilation.typeProblem("getReferenceKey() is asked of what is no Reference");
  }
  const type = call.operands.length === 0 ? undefined : typeName(call);
  if (type !== undefined && !compilation.types.isResource(type)) {
    throw compilation.typeProblem(`FHIR R4 has no resource "${type}"`);
  }
  const reference = element(on, "reference", compilation);
  const { origin: _, ...key } = reference;
  const of = (text: Sql) => {
    const unversioned = sql`split_part(${text}, '/_history/', 1)`;
    const id = sql`split_part(${unversioned}, '/', -1)`;
    if (type === undefined) return id;
    return sql`case when split_part(${unversioned}, '/', -2) = ${literal(type)} then ${id} end`;
  };
  if (!reference.isList) return { ...key, sql: compilation.named(reference.sql, of) };
  const [one, other] = [compilation.variable(), compilation.variable()];
  const keys = sql`list_transform(${reference.sql}, lambda ${one}: ${of(one)})`;
  return { ...key, sql: sql`list_filter(${keys}, lambda ${other}: ${other} is not null)` };
}
