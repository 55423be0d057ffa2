import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Expression } from "../protocol/index.ts";
import { compileExpression } from "./compile-expression.ts";
import { Database } from "./database.ts";
import { identifier, joined, sql } from "./sql.ts";

type Value = number | string | boolean | null;
interface Row {
  readonly n: number | null;
  readonly m: number | null;
  readonly t: string | null;
  readonly b: boolean | null;
  readonly d: string | null;
  readonly birth: string | null;
}

const span = { start: 0, end: 0 };
const days = (iso: string) => Date.parse(`${iso}T00:00:00Z`) / 86_400_000;
let database: Database;
let tempDir: string;

beforeAll(async () => {
  tempDir = mkdtempSync(join(tmpdir(), "probity-test-"));
  database = await Database.open({ directories: [tempDir], tempDir, memoryLimitMb: 256, threads: 1 });
});
afterAll(() => {
  database.close();
  rmSync(tempDir, { recursive: true });
});

/** Our compiled expression over real rows in the real engine. */
async function answers(expression: Expression, rows: readonly Row[]): Promise<Value[]> {
  const values = rows.map(
    ({ n, m, t, b, d, birth }, i) => sql`(${i}, ${orNull(n)}, ${orNull(m)}, ${orNull(t)}, ${orNull(b)},
      cast(${orNull(d)} as date), cast(${orNull(birth)} as date))`,
  );
  const compiled = compileExpression(expression, (name) => identifier(name));
  const found = await database.rows(sql`
    select ${compiled}
    from (values ${joined(values, ", ")}) as patient(i, n, m, t, b, d, birth)
    order by i`);
  return found.map(([value]) => value!);
}

function orNull(value: Value) {
  return value === null ? sql`null` : sql`${value}`;
}

/** The slow, obvious twin: three-valued logic written out by its truth table. */
function evaluate(expression: Expression, row: Row): Value {
  const of = (part: Expression) => evaluate(part, row);
  switch (expression.kind) {
    case "number":
    case "text":
    case "boolean":
      return expression.value;
    case "date":
      return days(expression.value);
    case "duration":
      return expression.days;
    case "column": {
      const value = row[expression.name as keyof Row];
      return expression.type === "date" && value !== null ? days(String(value)) : value;
    }
    case "compare":
      return compare(expression.operator, of(expression.left), of(expression.right));
    case "in": {
      const found = anyOf(expression.list.map((item) => compare("=", of(expression.operand), of(item))));
      return expression.negated ? not(found) : found;
    }
    case "between": {
      const operand = of(expression.operand);
      const inside = not(
        anyOf([compare("<", operand, of(expression.low)), compare(">", operand, of(expression.high))]),
      );
      return expression.negated ? not(inside) : inside;
    }
    case "missing":
      return (of(expression.operand) === null) !== expression.negated;
    case "and":
      return not(anyOf(expression.operands.map((part) => not(of(part)))));
    case "or":
      return anyOf(expression.operands.map(of));
    case "not":
      return not(of(expression.operand));
    case "negate": {
      const value = of(expression.operand);
      return value === null ? null : -Number(value);
    }
    case "arithmetic":
      return arithmetic(expression.operator, of(expression.left), of(expression.right));
    case "ageAt":
      return age(row.birth, of(expression.date));
  }
}

function not(value: Value): Value {
  return value === null ? null : !value;
}

function anyOf(values: Value[]): Value {
  if (values.includes(true)) return true;
  return values.includes(null) ? null : false;
}

function compare(operator: string, a: Value, b: Value): Value {
  if (a === null || b === null) return null;
  // By code point, which is the order of UTF-8 bytes and not that of JavaScript's strings.
  const isText = typeof a === "string";
  const order = isText ? Buffer.compare(Buffer.from(a), Buffer.from(String(b))) : Number(a) - Number(b);
  const holds: Record<string, boolean> = {
    "=": order === 0,
    "!=": order !== 0,
    "<": order < 0,
    "<=": order <= 0,
    ">": order > 0,
    ">=": order >= 0,
  };
  return holds[operator]!;
}

function arithmetic(operator: string, a: Value, b: Value): Value {
  if (a === null || b === null) return null;
  const [x, y] = [Number(a), Number(b)];
  if (operator === "/") return y === 0 ? null : x / y;
  return operator === "+" ? x + y : operator === "-" ? x - y : x * y;
}

/** Counts birthdays one by one. `Date.UTC` moves 29 February to 1 March where there is none. */
function age(birth: string | null, date: Value): Value {
  if (birth === null || date === null) return null;
  const [year, month, day] = birth.split("-").map(Number);
  const birthday = (years: number) => Date.UTC(year! + years, month! - 1, day!) / 86_400_000;
  let years = 0;
  while (birthday(years + 1) <= Number(date)) years += 1;
  while (birthday(years) > Math.floor(Number(date))) years -= 1;
  return years;
}

const halves = fc.integer({ min: -8, max: 8 }).map((n) => n / 2);
const words = fc.constantFrom("", "a", "B", "É", "it's", '"', "🙂", "ａ", "; drop table patient");
const dates = fc
  .date({ min: new Date("1904-01-01"), max: new Date("2030-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const births = fc.oneof(dates, fc.constantFrom("1960-02-29", "2000-02-29", "1999-12-31"));

const column = (name: string, type: "number" | "text" | "boolean" | "date"): Expression => ({
  kind: "column",
  name,
  type,
  span,
});

const { truth } = fc.letrec<{
  number: Expression;
  text: Expression;
  date: Expression;
  duration: Expression;
  truth: Expression;
}>((tie) => {
  const pair = (type: "number" | "text" | "date" | "duration") => fc.tuple(tie(type), tie(type), tie(type));
  const same = fc.oneof(pair("number"), pair("text"), pair("date"), pair("duration"));
  const operator = fc.constantFrom("=", "!=", "<", "<=", ">", ">=");
  const arithmeticOf = (
    type: "number" | "date" | "duration",
    left: "number" | "date" | "duration",
    operators: readonly string[],
    right: "number" | "date" | "duration",
  ) =>
    fc
      .tuple(fc.constantFrom(...operators), tie(left), tie(right))
      .map(
        ([operator, a, b]) => ({ kind: "arithmetic", operator, left: a, right: b, type, span }) as Expression,
      );
  const boolean = { type: "boolean", span } as const;
  return {
    number: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      halves.map((value): Expression => ({ kind: "number", value, type: "number", span })),
      fc.constantFrom(column("n", "number"), column("m", "number")),
      arithmeticOf("number", "number", ["+", "-", "*", "/"], "number"),
      tie("number").map((operand): Expression => ({ kind: "negate", operand, type: "number", span })),
      tie("date").map((date): Expression => ({ kind: "ageAt", birth: "birth", date, type: "number", span })),
    ),
    text: fc.oneof(
      words.map((value): Expression => ({ kind: "text", value, type: "text", span })),
      fc.constant(column("t", "text")),
    ),
    date: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      dates.map((value): Expression => ({ kind: "date", value, type: "date", span })),
      fc.constant(column("d", "date")),
      arithmeticOf("date", "date", ["+", "-"], "duration"),
    ),
    duration: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc
        .constantFrom(1, 30.4375, 365.25, -7)
        .map((length): Expression => ({ kind: "duration", days: length, type: "duration", span })),
      arithmeticOf("duration", "date", ["-"], "date"),
      arithmeticOf("duration", "duration", ["+", "-"], "duration"),
    ),
    truth: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constant(column("b", "boolean")),
      fc.boolean().map((value): Expression => ({ kind: "boolean", value, type: "boolean", span })),
      fc
        .tuple(operator, same)
        .map(
          ([operator, [left, right]]) =>
            ({ kind: "compare", operator, left, right, ...boolean }) as Expression,
        ),
      fc.tuple(fc.boolean(), same).map(
        ([negated, [operand, low, high]]): Expression => ({
          kind: "between",
          operand,
          low,
          high,
          negated,
          ...boolean,
        }),
      ),
      fc
        .tuple(fc.boolean(), same)
        .map(
          ([negated, [operand, ...list]]): Expression => ({ kind: "in", operand, list, negated, ...boolean }),
        ),
      fc
        .tuple(fc.boolean(), same)
        .map(([negated, [operand]]): Expression => ({ kind: "missing", operand, negated, ...boolean })),
      fc
        .tuple(fc.constantFrom("and", "or"), fc.array(tie("truth"), { minLength: 2, maxLength: 3 }))
        .map(([kind, operands]) => ({ kind, operands, ...boolean }) as Expression),
      tie("truth").map((operand): Expression => ({ kind: "not", operand, ...boolean })),
    ),
  };
});

const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 4 });
const rows = fc.array(
  fc.record({
    n: nullable(halves),
    m: nullable(halves),
    t: nullable(words),
    b: nullable(fc.boolean()),
    d: nullable(dates),
    birth: nullable(births),
  }),
  { minLength: 1, maxLength: 5 },
);

test("compiled expressions agree with three-valued logic written out", async () => {
  await fc.assert(
    fc.asyncProperty(truth, rows, async (expression, table) => {
      const expected = table.map((row) => evaluate(expression, row));
      expect(await answers(expression, table)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("age counts birthdays, with 29 February on 1 March in other years", async () => {
  const ageAt: Expression = {
    kind: "ageAt",
    birth: "birth",
    date: column("d", "date"),
    type: "number",
    span,
  };
  const nobody: Row = { n: null, m: null, t: null, b: null, d: null, birth: null };
  const table = [
    { ...nobody, birth: "1950-06-15", d: "2000-06-14" },
    { ...nobody, birth: "1950-06-15", d: "2000-06-15" },
    { ...nobody, birth: "2000-02-29", d: "2018-02-28" },
    { ...nobody, birth: "2000-02-29", d: "2018-03-01" },
    { ...nobody, birth: "2000-02-29", d: "1999-12-31" },
    { ...nobody, birth: null, d: "2000-01-01" },
  ];
  expect(await answers(ageAt, table)).toEqual([49, 50, 17, 18, -1, null]);
});

test("text from a protocol reaches the engine only as a parameter", () => {
  const text = "x' or 1=1 --";
  const expression: Expression = {
    kind: "compare",
    operator: "=",
    left: column("t", "text"),
    right: { kind: "text", value: text, type: "text", span },
    type: "boolean",
    span,
  };
  const compiled = compileExpression(expression, (name) => identifier(name));
  expect(compiled.sql).not.toContain(text);
  expect(compiled.parameters).toEqual([text]);
});
