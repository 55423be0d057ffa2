import { type Kind, kindOf } from "../fhir-types.ts";
import { type Sql, sql } from "../sql.ts";
import type { Compilation } from "./compilation.ts";
import { openChoice } from "./elements.ts";
import type { ArithmeticOperator, ComparisonOperator } from "./fhirpath-tree.ts";
import { computed, converted, isNothing, nothing, single, type Value } from "./value.ts";

const operators = {
  "=": sql`=`,
  "!=": sql`<>`,
  "<": sql`<`,
  "<=": sql`<=`,
  ">": sql`>`,
  ">=": sql`>=`,
  "+": sql`+`,
  "-": sql`-`,
  "*": sql`*`,
  "/": sql`/`,
} as const;

/** What two values can be compared as. */
type Ground = "boolean" | "number" | "text" | "time" | "moment";

const grounds: Readonly<Record<Kind, Ground>> = {
  boolean: "boolean",
  integer: "number",
  decimal: "number",
  text: "text",
  time: "time",
  moment: "moment",
};

/**
 * A comparison. Missing where a side is missing. Equality of lists: as many values, equal in their order.
 *
 * Dates and times of different precision: 2019-03 is neither equal to 2019-03-05 nor before nor after it, so the answer is
 * missing; 2019-03 is before 2019-04-01. Times with an offset are compared as moments, with a date by the day written.
 */
export function comparison(
  operator: ComparisonOperator,
  left: Value,
  right: Value,
  compilation: Compilation,
): Value {
  if (isNothing(left) || isNothing(right)) return computed("boolean", sql`cast(null as boolean)`);
  const ground = commonGround(left, right, compilation);
  const isOrder = operator !== "=" && operator !== "!=";
  if (isOrder && ground === "boolean") {
    throw compilation.typeProblem("true and false have no order", "compare them with = or !=");
  }
  if (!isOrder && (left.isList || right.isList)) {
    const equal = listEquality(ground, left, right, compilation);
    return computed("boolean", operator === "=" ? equal : sql`(not ${equal})`);
  }
  const [l, r] = [single(left, compilation), single(right, compilation)];
  return computed("boolean", compareOne(ground, operator, l.sql, r.sql, compilation));
}

function commonGround(left: Value, right: Value, compilation: Compilation): Ground {
  const [l, r] = [left, right].map((value) => {
    if (value.choice) throw openChoice(value, compilation);
    const kind = kindOf(value.type);
    if (kind !== undefined) return grounds[kind];
    const hint = "compare one of its elements";
    throw compilation.typeProblem(`a ${value.type} cannot be compared as a whole`, hint);
  });
  if (l === r) return l!;
  const isDate = [l, r].some((ground) => ground === "moment" || ground === "time");
  throw compilation.typeProblem(
    `a ${left.type} cannot be compared with a ${right.type}`,
    isDate
      ? "write a date as @2019-03-01, or as a constant with valueDate"
      : "write a text in quotes and a number without",
  );
}

function compareOne(
  ground: Ground,
  operator: ComparisonOperator,
  left: Sql,
  right: Sql,
  compilation: Compilation,
): Sql {
  const sign = operators[operator];
  if (ground === "moment") {
    return compilation.named(left, (l) => compilation.named(right, (r) => compareMoments(operator, l, r)));
  }
  if (ground === "time") return sql`(try_cast(${left} as time) ${sign} try_cast(${right} as time))`;
  return sql`(${left} ${sign} ${right})`;
}

function compareMoments(operator: ComparisonOperator, left: Sql, right: Sql): Sql {
  const sign = operators[operator];
  const shared = sql`least(length(${left}), length(${right}), 10)`;
  const day = (moment: Sql) => sql`left(${moment}, ${shared})`;
  const ifEqual = operator === "=" || operator === "<=" || operator === ">=" ? sql`true` : sql`false`;
  return sql`(case
    when length(${left}) > 10 and length(${right}) > 10
      then try_cast(${left} as timestamptz) ${sign} try_cast(${right} as timestamptz)
    when ${day(left)} <> ${day(right)} then ${day(left)} ${sign} ${day(right)}
    when length(${left}) = length(${right}) then ${ifEqual} end)`;
}

function listEquality(ground: Ground, left: Value, right: Value, compilation: Compilation): Sql {
  const [l, r] = [converted(left, compilation), converted(right, compilation)];
  const length = (value: Value, name: Sql) =>
    value.isList ? sql`coalesce(len(${name}), 0)` : sql`case when ${name} is null then 0 else 1 end`;
  const first = (value: Value, name: Sql) => (value.isList ? sql`${name}[1]` : name);
  return compilation.named(l.sql, (a) =>
    compilation.named(r.sql, (b) => {
      const one = compareOne(ground, "=", first(l, a), first(r, b), compilation);
      const isMany = l.isList && r.isList;
      if (isMany && (ground === "moment" || ground === "time")) {
        throw compilation.unsupported("two lists of dates are not compared", "compare one of each");
      }
      return sql`(case when ${length(l, a)} = 0 or ${length(r, b)} = 0 then null
        when ${length(l, a)} <> ${length(r, b)} then false
        when ${length(l, a)} = 1 then ${one}
        ${isMany ? sql`else ${a} = ${b}` : sql``} end)`;
    }),
  );
}

const isNumber = ({ type }: Value) => kindOf(type) === "integer" || kindOf(type) === "decimal";

/**
 * Arithmetic on numbers, and + on texts. Missing where a side is missing, in a division by zero, and where a whole number
 * exceeds 32 bits. Decimals are double precision.
 */
export function arithmetic(
  operator: ArithmeticOperator,
  left: Value,
  right: Value,
  compilation: Compilation,
): Value {
  if (isNothing(left) || isNothing(right)) return nothing;
  const [l, r] = [single(left, compilation), single(right, compilation)];
  const areTexts = [l, r].every(({ type }) => kindOf(type) === "text");
  if (operator === "+" && areTexts) return computed("string", sql`(${l.sql} || ${r.sql})`);
  if (!isNumber(l) || !isNumber(r)) {
    throw compilation.typeProblem(`${operator} does not go with a ${l.type} and a ${r.type}`);
  }
  if (operator === "/") {
    const double = (value: Sql) => sql`cast(${value} as double)`;
    return computed("decimal", sql`(${double(l.sql)} / nullif(${double(r.sql)}, 0))`);
  }
  const sign = operators[operator];
  if (kindOf(l.type) === "decimal" || kindOf(r.type) === "decimal") {
    return computed("decimal", sql`(${l.sql} ${sign} ${r.sql})`);
  }
  return computed(
    "integer",
    sql`try_cast(cast(${l.sql} as bigint) ${sign} cast(${r.sql} as bigint) as integer)`,
  );
}

/** The operand of and, or, not and where: true, false or missing. */
export function condition(value: Value, compilation: Compilation): Sql {
  if (isNothing(value)) return sql`cast(null as boolean)`;
  if (value.choice || kindOf(value.type) !== "boolean") {
    const what = value.choice ? `"${value.choice.name}"` : `a ${value.type}`;
    throw compilation.typeProblem(
      `expected true or false, got ${what}`,
      "add exists(), or compare it with something",
    );
  }
  return single(value, compilation).sql;
}
