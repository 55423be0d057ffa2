import type { Expression } from "../protocol/index.ts";
import { joined, type Sql, sql } from "./sql.ts";

const millisecondsPerDay = 86_400_000;

/**
 * An expression of the protocol as parameterised SQL.
 *
 * Three-valued (Kleene): a comparison, `in`, `between` or arithmetic with a missing value is missing;
 * `false and missing` is false, `true or missing` is true, `not missing` is missing; `is missing` always
 * answers.
 * Numbers, dates (days since 1970-01-01) and durations (days) are double precision; division by zero is
 * missing.
 * Text compares by code point. `age at` counts birthdays by the calendar; one born on 29 February has it on
 * 1 March in other years, and a date with a fraction of a day counts as its day.
 *
 * `columnSql` gives the SQL of a known column and throws for any other name.
 */
export function compileExpression(expression: Expression, columnSql: (name: string) => Sql): Sql {
  const compile = (part: Expression): Sql => compileExpression(part, columnSql);
  switch (expression.kind) {
    case "number":
    case "text":
    case "boolean":
      return sql`${expression.value}`;
    case "date":
      return sql`${daysSinceEpoch(expression.value)}`;
    case "duration":
      return sql`${expression.days}`;
    case "column":
      return compileColumn(expression, columnSql);
    case "compare": {
      const operator = comparison[expression.operator];
      return sql`(${compile(expression.left)} ${operator} ${compile(expression.right)})`;
    }
    case "in": {
      if (expression.list.length === 0) return sql`${expression.negated}`;
      const list = joined(expression.list.map(compile), ", ");
      return sql`(${compile(expression.operand)} ${negation(expression.negated)} in (${list}))`;
    }
    case "between":
      return sql`(${compile(expression.operand)} ${negation(expression.negated)} between ${compile(
        expression.low,
      )} and ${compile(expression.high)})`;
    case "missing":
      return sql`(${compile(expression.operand)} is ${negation(expression.negated)} null)`;
    case "and":
    case "or": {
      const separator = expression.kind === "and" ? " and " : " or ";
      return sql`(${joined(expression.operands.map(compile), separator)})`;
    }
    case "not":
      return sql`(not ${compile(expression.operand)})`;
    case "negate":
      return sql`(-${compile(expression.operand)})`;
    case "arithmetic":
      return compileArithmetic(expression, compile);
    case "ageAt":
      return compileAge(columnSql(expression.birth), compile(expression.date));
  }
}

const comparison = {
  "=": sql`=`,
  "!=": sql`<>`,
  "<": sql`<`,
  "<=": sql`<=`,
  ">": sql`>`,
  ">=": sql`>=`,
} as const;

const negation = (negated: boolean) => (negated ? sql`not` : sql``);

function compileColumn(
  { name, type }: Extract<Expression, { kind: "column" }>,
  columnSql: (name: string) => Sql,
): Sql {
  const column = columnSql(name);
  return type === "date" ? sql`cast(${column} - date '1970-01-01' as double)` : column;
}

function compileArithmetic(
  { operator, left, right }: Extract<Expression, { kind: "arithmetic" }>,
  compile: (part: Expression) => Sql,
): Sql {
  switch (operator) {
    case "+":
      return sql`(${compile(left)} + ${compile(right)})`;
    case "-":
      return sql`(${compile(left)} - ${compile(right)})`;
    case "*":
      return sql`(${compile(left)} * ${compile(right)})`;
    case "/":
      return sql`(${compile(left)} / nullif(${compile(right)}, 0))`;
  }
}

/**
 * Years apart, less one where the birthday of that year is still to come; missing beyond the years 1 to
 * 9999.
 */
function compileAge(birth: Sql, days: Sql): Sql {
  const [firstDay, lastDay] = [daysSinceEpoch("0001-01-01"), daysSinceEpoch("9999-12-31")];
  const date = sql`(date '1970-01-01' + case when ${days} between ${firstDay} and ${lastDay}
    then cast(floor(${days}) as integer) end)`;
  const monthAndDay = (day: Sql) => sql`(extract(month from ${day}) * 100 + extract(day from ${day}))`;
  return sql`cast(extract(year from ${date}) - extract(year from ${birth})
    - case when ${monthAndDay(date)} < ${monthAndDay(birth)} then 1 else 0 end as double)`;
}

function daysSinceEpoch(isoDate: string): number {
  return Date.parse(`${isoDate}T00:00:00Z`) / millisecondsPerDay;
}
