import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import {
  checkExpression,
  expressionText,
  parseExpression,
  type UncheckedTree,
  type ValueType,
} from "./index.ts";

const columns: Record<string, ValueType> = {
  age: "number",
  nodes: "number",
  sex: "text",
  surgery: "date",
  seen: "date",
  followed: "duration",
  treated: "boolean",
};
const check = (text: string, expected?: ValueType) =>
  checkExpression(parseExpression(text), columns, {
    birthColumn: "birth",
    ...(expected ? { expected } : {}),
  });

function problemIn(run: () => unknown): Problem {
  try {
    run();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error("the expression was accepted");
}

/** The tree as nested lists, so that precedence is visible. */
function sketch(tree: UncheckedTree): unknown {
  switch (tree.kind) {
    case "compare":
    case "arithmetic":
      return [sketch(tree.left), tree.operator, sketch(tree.right)];
    case "in":
      return [sketch(tree.operand), tree.negated ? "not in" : "in", tree.list.map(sketch)];
    case "between":
      return [
        sketch(tree.operand),
        tree.negated ? "not between" : "between",
        sketch(tree.low),
        sketch(tree.high),
      ];
    case "missing":
      return [sketch(tree.operand), tree.negated ? "is not missing" : "is missing"];
    case "and":
    case "or":
      return [tree.kind, ...tree.operands.map(sketch)];
    case "not":
    case "negate":
      return [tree.kind, sketch(tree.operand)];
    case "ageAt":
      return ["age at", sketch(tree.date)];
    case "duration":
      return `${tree.days} d`;
    case "column":
      return tree.name;
    default:
      return tree.value;
  }
}

const parsed: readonly [text: string, tree: unknown][] = [
  ["nodes >= 10", ["nodes", ">=", 10]],
  ["a = 1 or b = 2 and c = 3", ["or", ["a", "=", 1], ["and", ["b", "=", 2], ["c", "=", 3]]]],
  ["(a = 1 or b = 2) and c = 3", ["and", ["or", ["a", "=", 1], ["b", "=", 2]], ["c", "=", 3]]],
  ["not a = 1 and b", ["and", ["not", ["a", "=", 1]], "b"]],
  ["not not a", ["not", ["not", "a"]]],
  ["a - b - c * d / e", [["a", "-", "b"], "-", [["c", "*", "d"], "/", "e"]]],
  ["-a * -(b + 1)", [["negate", "a"], "*", ["negate", ["b", "+", 1]]]],
  ["age between 18 and 90 and treated", ["and", ["age", "between", 18, 90], "treated"]],
  ["age not between -1 and 1 + 1", ["age", "not between", ["negate", 1], [1, "+", 1]]],
  ["sex in ('f', \"m\")", ["sex", "in", ["f", "m"]]],
  ["grade not in (1, 2)", ["grade", "not in", [1, 2]]],
  ["er is missing or pgr is not missing", ["or", ["er", "is missing"], ["pgr", "is not missing"]]],
  ["sex = 'O''Brien'", ["sex", "=", "O'Brien"]],
  ["surgery >= 2026-01-31", ["surgery", ">=", "2026-01-31"]],
  ["seen - surgery > 30 days", [["seen", "-", "surgery"], ">", "30 d"]],
  ["followed < 1 year", ["followed", "<", "365.25 d"]],
  ["followed < 12 months", ["followed", "<", "365.25 d"]],
  ["followed < 6 hours", ["followed", "<", "0.25 d"]],
  ["age at surgery >= 18", [["age at", "surgery"], ">=", 18]],
  ["age at (surgery + 1 year) >= 18", [["age at", ["surgery", "+", "365.25 d"]], ">=", 18]],
  ["age >= 18", ["age", ">=", 18]],
  ["treated = true", ["treated", "=", true]],
  ["x > 1.5e-3", ["x", ">", 0.0015]],
  ["ph.ecog<=2", ["ph.ecog", "<=", 2]],
  ["note = 'and or not'", ["note", "=", "and or not"]],
];

for (const [text, tree] of parsed) {
  test(`parsed: ${text}`, () => expect(sketch(parseExpression(text))).toEqual(tree));
}

test("spans point at the pieces, parentheses included", () => {
  const text = "nodes >= (3 + 4)";
  const tree = parseExpression(text);
  if (tree.kind !== "compare") throw new Error("expected a comparison");
  expect(text.slice(tree.left.span.start, tree.left.span.end)).toBe("nodes");
  expect(text.slice(tree.right.span.start, tree.right.span.end)).toBe("(3 + 4)");
  expect(tree.span).toEqual({ start: 0, end: text.length });
});

const unparsed: readonly [text: string, column: number, message: RegExp, hint?: RegExp][] = [
  ["", 1, /empty/],
  ["   ", 4, /empty/],
  ["nodes >=", 9, /found the end, expected a column/],
  ["nodes >= 1 AND age > 3", 12, /found "AND"/, /did you mean "and"/],
  ["nodes >= 1 adn age > 3", 12, /found "adn"/, /did you mean "and"/],
  ["nodes == 1", 7, /"==" is not used/, /write =/],
  ["nodes <> 1", 7, /"<>" is not used/, /write !=/],
  ["nodes ≥ 1", 7, /"≥" is not used/, /write >=/],
  ["a = 1 && b = 2", 7, /"&&" is not used/, /write and/],
  ["!treated", 1, /"!" is not used/, /write not/],
  ["1 < age < 3", 9, /do not follow one another/, /between/],
  ["age between 1, 3", 14, /found ",", expected "and"/],
  ["sex in 'f'", 8, /found "'?f'?"|found "f", expected "\("/],
  ["sex in ()", 9, /found "\)", expected a column/],
  ["sex in ('f'", 12, /found the end, expected "\)"/],
  ["er is null", 7, /found "null", expected "missing"/],
  ["er not missing", 8, /found "missing", expected in or between/],
  ["(a = 1", 7, /expected "\)"/],
  ["a = 1)", 6, /found "\)", expected the end/],
  ["sex = 'f", 7, /without its closing quote/],
  ["surgery > 2026-02-30", 11, /no such date: 2026-02-30/],
  ["surgery > 2026-13-01", 11, /no such date/],
  ["followed > 3 mouths", 14, /found "mouths", expected an operator or a unit/, /did you mean "months"/],
  ["x > 5x", 5, /not a number: 5x/],
  ["x > 1e999", 5, /not a number/],
  ["x ; drop", 3, /";" is not used here/],
  ["x = `a`", 5, /"`" is not used here/],
  ["x = 😀", 5, /"😀" is not used here/],
  ["and = 1", 1, /found "and"/],
];

for (const [text, column, message, hint] of unparsed) {
  test(`not parsed: ${text || "(nothing)"}`, () => {
    const problem = problemIn(() => parseExpression(text));
    expect(problem.code).toBe("expression-syntax");
    expect(problem.message).toMatch(message);
    expect(problem.detail.where).toBe(`column ${column}`);
    if (hint) expect(problem.detail.hint).toMatch(hint);
  });
}

test("2,000 characters and 50 levels are read, more is not", () => {
  const filled = (length: number) => `a = 1${" ".repeat(length - 5)}`;
  expect(sketch(parseExpression(filled(2000)))).toEqual(["a", "=", 1]);
  expect(problemIn(() => parseExpression(filled(2001))).code).toBe("expression-too-large");
  const nested = (levels: number) => `${"(".repeat(levels)}a${")".repeat(levels)} = 1`;
  expect(sketch(parseExpression(nested(50)))).toEqual(["a", "=", 1]);
  expect(problemIn(() => parseExpression(nested(51))).code).toBe("expression-too-large");
  const sum = (terms: number) => Array(terms).fill("1").join("+");
  expect(parseExpression(sum(50)).kind).toBe("arithmetic");
  expect(problemIn(() => parseExpression(sum(51))).code).toBe("expression-too-large");
  for (const piece of ["not ", "-", "(", "age at "]) {
    expect(problemIn(() => parseExpression(`${piece.repeat(280)}a`)).code).toBe("expression-too-large");
  }
  expect(parseExpression(`a in (${Array(600).fill("1").join(",")})`).kind).toBe("in");
});

const typed: readonly [text: string, type: ValueType][] = [
  ["age >= 18", "boolean"],
  ["age * 2 + 1", "number"],
  ["surgery + 30 days", "date"],
  ["seen - surgery", "duration"],
  ["seen - 2026-01-31", "duration"],
  ["followed * 2 + 6 hours", "duration"],
  ["followed / 2", "duration"],
  ["-(seen - surgery)", "duration"],
  ["age at surgery", "number"],
  ["sex in ('f', 'm')", "boolean"],
  ["sex != 'f'", "boolean"],
  ["treated = false", "boolean"],
  ["not treated", "boolean"],
  ["surgery is missing", "boolean"],
  ["surgery between 2020-01-01 and seen", "boolean"],
];

for (const [text, type] of typed) {
  test(`${text} is a ${type}`, () => expect(check(text).type).toBe(type));
}

test("age at names the birth column", () => {
  expect(check("age at surgery")).toMatchObject({ kind: "ageAt", birth: "birth", date: { type: "date" } });
  expect(problemIn(() => checkExpression(parseExpression("age at surgery"), columns)).message).toMatch(
    /birth dates/,
  );
});

const untyped: readonly [text: string, column: number, message: RegExp, hint?: RegExp][] = [
  ["nodess > 1", 1, /unknown column "nodess"/, /"nodes"/],
  ["hasOwnProperty = 1", 1, /unknown column/],
  ["age = 'old'", 7, /a text cannot be compared with a number/],
  ["age = '18'", 7, /a text cannot be compared with a number/, /without quotes/],
  ["sex > 'f'", 1, /a text has no order/],
  ["treated < true", 1, /a boolean has no order/],
  ["sex between 'a' and 'b'", 1, /a text has no order/],
  ["age in (1, 'x')", 12, /a text cannot be compared/],
  ["age and treated", 1, /expected a boolean, this is a number/],
  ["not age", 5, /expected a boolean/],
  ["surgery + 30 > seen", 1, /date \+ number has no meaning/],
  ["surgery + seen > seen", 1, /date \+ date has no meaning/],
  ["30 days + surgery > seen", 1, /duration \+ date has no meaning/, /other order/],
  ["2 * followed > 1 day", 1, /number \* duration has no meaning/, /other order/],
  ["-sex = 'f'", 2, /a text has no negative/],
  ["age at age > 3", 8, /expected a date, this is a number/],
  ["followed > 30", 12, /a number cannot be compared with a duration/],
];

for (const [text, column, message, hint] of untyped) {
  test(`wrong type: ${text}`, () => {
    const problem = problemIn(() => check(text, "boolean"));
    expect(problem.code).toMatch(/^expression-(type|unknown-column)$/);
    expect(problem.message).toMatch(message);
    expect(problem.detail.where).toBe(`column ${column}`);
    if (hint) expect(problem.detail.hint).toMatch(hint);
  });
}

/** Text of random, well-formed expressions. */
const expressions = fc.letrec<{ truth: string; value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(
      "age",
      "nodes",
      "a.b",
      "_x",
      "'it''s'",
      '"t"',
      "2026-01-31",
      "true",
      "1",
      "0.25",
      "1e-7",
      ".5",
    ),
    fc
      .tuple(fc.nat(5000), fc.constantFrom("days", "hours", "months", "year", "weeks", "minutes"))
      .map(([n, unit]) => `${n} ${unit}`),
    fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true })).map(([n]) => `${n} years`),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(String),
    fc
      .tuple(tie("value"), fc.constantFrom("+", "-", "*", "/"), tie("value"))
      .map(([a, o, b]) => `${a} ${o} ${b}`),
    tie("value").map((a) => `-${a}`),
    tie("value").map((a) => `(${a})`),
    tie("value").map((a) => `age at (${a})`),
  ),
  truth: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("value").map((a) => `${a} is missing`),
    fc
      .tuple(tie("value"), fc.constantFrom("=", "!=", "<", "<=", ">", ">="), tie("value"))
      .map((p) => p.join(" ")),
    fc.tuple(tie("value"), tie("value"), tie("value")).map(([a, b, c]) => `${a} not between ${b} and ${c}`),
    fc
      .tuple(tie("value"), fc.array(tie("value"), { minLength: 1, maxLength: 3 }))
      .map(([a, l]) => `${a} in (${l.join(", ")})`),
    fc.tuple(tie("truth"), fc.constantFrom("and", "or"), tie("truth")).map((p) => p.join(" ")),
    tie("truth").map((a) => `not ${a}`),
    tie("truth").map((a) => `(${a})`),
  ),
}));

function withoutSpans(tree: unknown): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value) => (key === "span" ? undefined : value)));
}

test("printing a parsed expression and parsing it again gives the same tree, and the same text", () => {
  fc.assert(
    fc.property(expressions.truth, (text) => {
      let tree: UncheckedTree;
      try {
        tree = parseExpression(text);
      } catch (error) {
        fc.pre(!(error instanceof Problem && error.code === "expression-too-large"));
        throw error;
      }
      const printed = expressionText(tree);
      fc.pre(printed.length <= 2000);
      const again = parseExpression(printed);
      expect(withoutSpans(again)).toEqual(withoutSpans(tree));
      expect(expressionText(again)).toBe(printed);
    }),
    { numRuns: 500 },
  );
});

test("printing uses no parentheses that are not needed, and the unit that was meant", () => {
  const printed = (text: string) => expressionText(parseExpression(text));
  expect(printed("((a) = (1)) and (b = 2 or (c))")).toBe("a = 1 and (b = 2 or c)");
  expect(printed("a - (b - c) - d")).toBe("a - (b - c) - d");
  expect(printed('x = "it\'s"')).toBe("x = 'it''s'");
  expect(printed("t < 60 months")).toBe("t < 5 years");
  expect(printed("t < 90 days and u > 1 month")).toBe("t < 90 days and u > 1 month");
});

test("any text gives a tree or a Problem, never another error", () => {
  const words = fc.constantFrom(
    "a",
    "1",
    "(",
    ")",
    "and",
    "or",
    "not",
    "in",
    "between",
    "is",
    "missing",
    "=",
    "<",
    "-",
    "+",
    "'",
    '"',
    ",",
    "age",
    "at",
    "days",
    "2026-01-01",
    ".",
    "e5",
  );
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.array(words).map((parts) => parts.join(" ")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        check(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
    }),
    { numRuns: 1000 },
  );
});

/** Levels as a protocol declares them: an event coded 0 and 1, a grade, a sex in words. */
const checkLevelled = (text: string) =>
  checkExpression(
    parseExpression(text),
    { status: "number", grade: "number", sex: "text", age: "number" },
    { levels: { status: [0, 1], grade: [1, 2, 3], sex: ["female", "male"] } },
  );

test.each([
  ["status = 2", "column 10", '"status" has no level 2; its levels are 0, 1'],
  ["status != 2", "column 11", '"status" has no level 2; its levels are 0, 1'],
  ["2 = status", "column 1", '"status" has no level 2; its levels are 0, 1'],
  ["status = -1", "column 10", '"status" has no level -1; its levels are 0, 1'],
  ["grade in (1, 2, 4)", "column 17", '"grade" has no level 4; its levels are 1, 2, 3'],
  ["grade not in (1, 0)", "column 18", '"grade" has no level 0; its levels are 1, 2, 3'],
  ["age > 40 and not (status = 2)", "column 28", '"status" has no level 2; its levels are 0, 1'],
  ["status > 1", "column 10", 'no level of "status" is > 1; its levels are 0, 1'],
  ["0 > status", "column 1", 'no level of "status" is < 0; its levels are 0, 1'],
  ["grade between 4 and 9", "column 15", 'no level of "grade" is between 4 and 9; its levels are 1, 2, 3'],
  ["sex = 'femal'", "column 7", "\"sex\" has no level 'femal'; its levels are 'female', 'male'"],
])("%s names no level of its column", (text, where, message) => {
  const problem = problemIn(() => checkLevelled(text));
  expect(problem).toMatchObject({ code: "expression-unknown-level", message, detail: { where } });
  expect(problem.detail.hint).toBe(
    text.startsWith("sex")
      ? "did you mean 'female'?"
      : `a level that may occur is declared in data.variables.${message.split('"')[1]}`,
  );
});

test.each([
  "status = 1",
  "status != 0",
  "grade in (1, 3)",
  "grade >= 2.5",
  "grade between 0 and 1",
  "sex = 'male'",
  "status = grade",
  "status + 1 = 2",
  "age = 2",
])("%s stays within the levels", (text) => {
  expect(checkLevelled(text).type).toBe("boolean");
});
