import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../../evidence/problem.ts";
import { parsePath } from "./fhirpath-parser.ts";
import type { PathTree } from "./fhirpath-tree.ts";

const place = (character: number) => `column ${character + 1}`;

/** The tree with brackets around everything, so that its shape can be read. */
function text(tree: PathTree): string {
  switch (tree.kind) {
    case "text":
      return `'${tree.value}'`;
    case "boolean":
      return String(tree.value);
    case "number":
      return tree.digits;
    case "moment":
      return `${tree.type}:${tree.value}`;
    case "this":
      return "$this";
    case "constant":
      return `%${tree.name}`;
    case "element":
      return tree.on ? `${text(tree.on)}.${tree.name}` : tree.name;
    case "call":
      return `${tree.on ? `${text(tree.on)}.` : ""}${tree.name}(${tree.operands.map(text).join(", ")})`;
    case "index":
      return `${text(tree.on)}[${text(tree.at)}]`;
    case "negate":
      return `(-${text(tree.operand)})`;
    case "arithmetic":
    case "compare":
      return `(${text(tree.left)} ${tree.operator} ${text(tree.right)})`;
    case "and":
    case "or":
      return `(${text(tree.left)} ${tree.kind} ${text(tree.right)})`;
  }
}

describe("precedence and grouping are those of FHIRPath's grammar", () => {
  test.each([
    ["a or b and c", "(a or (b and c))"],
    ["a = b and c != d", "((a = b) and (c != d))"],
    ["a = b < c", "(a = (b < c))"],
    ["1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"],
    ["8 / 4 / 2", "((8 / 4) / 2)"],
    ["(1 + 2) * 3", "((1 + 2) * 3)"],
    ["-a.b + 1", "((-a.b) + 1)"],
    ["contact.telecom[0].value", "contact.telecom[0].value"],
    ["name.where(use = 'official').given.first()", "name.where((use = 'official')).given.first()"],
    ["exists() and $this.empty().not()", "(exists() and $this.empty().not())"],
    ["name[%index - 1].`family`", "name[(%index - 1)].family"],
    ["a // a remark\n .b /* another */ .c", "a.b.c"],
  ])("%s", (path, grouped) => {
    expect(text(parsePath(path, place))).toBe(grouped);
  });
});

test.each([
  [String.raw`'it\'s'`, "it's"],
  [String.raw`'a\\b'`, "a\\b"],
  [String.raw`'\u00e9\n\t'`, "é\n\t"],
  ["''", ""],
])("the text %s", (path, value) => {
  expect(parsePath(path, place)).toMatchObject({ kind: "text", value });
});

test.each([
  ["@2019", "date:2019"],
  ["@2019-03", "date:2019-03"],
  ["@2019-03-01", "date:2019-03-01"],
  ["@2019-03-01T", "dateTime:2019-03-01"],
  ["@2019-03-01T10:00:00Z", "dateTime:2019-03-01T10:00:00Z"],
  ["@2019-03-01T10:00:00.5-05:00", "dateTime:2019-03-01T10:00:00.5-05:00"],
  ["@T10:00:00", "time:10:00:00"],
])("%s", (path, expected) => {
  expect(text(parsePath(path, place))).toBe(expected);
});

describe("what cannot be read is refused at its place", () => {
  test.each([
    ["", "column 1", "the path is empty or ends too early"],
    ["name.", "column 6", "the path is empty or ends too early"],
    ["name..family", "column 6", '"." is not expected here'],
    ["name family", "column 6", '"family" is not expected here'],
    ["a | b", "column 3", '"|" is not an operator of views'],
    ["a implies b", "column 3", '"implies" is not an operator of views'],
    ["name.where(use = 'x'", "column 21", 'expected ","'],
    ["'open", "column 1", "text without its closing quote"],
    ['use = "x"', "column 7", '"\\"" is not used here'],
    ["5x", "column 1", "not a number: 5x"],
    ["@2019-13", "column 1", "@2019-13 is no date that can be compared"],
    ["@2019-03-01T10:00:00", "column 1", "@2019-03-01T10:00:00 is no dateTime that can be compared"],
    ["$index", "column 1", "$index is not used here"],
    ["@@", "column 1", '"@" is not used here'],
  ])("%s", (path, where, message) => {
    expect(() => parsePath(path, place)).toThrow(
      expect.objectContaining({
        code: "view-path-syntax",
        message,
        detail: expect.objectContaining({ where }),
      }),
    );
  });

  test("more brackets than the limit", () => {
    expect(() => parsePath("(".repeat(200), place)).toThrow(/nested deeper than 100/);
  });
});

test("any text is read or refused as a Problem", () => {
  const pieces = fc.constantFrom(
    ..."a . ( ) [ ] ' ' = != < and or not() where $this %c 1 1.5 - + @2019 , `".split(" "),
  );
  const path = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => parts.join(" ")),
  );
  fc.assert(
    fc.property(path, (one) => {
      try {
        parsePath(one, place);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
    }),
    { numRuns: 500 },
  );
});
