import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson } from "./json-source.ts";

test("any JSON reads as JSON.parse reads it, however it is spaced", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2, "\t"), (compact, space) => {
      const text = JSON.stringify(JSON.parse(compact), null, space);
      expect(JSON.parse(JSON.stringify(readJson(text, "a.json").value))).toEqual(JSON.parse(text));
    }),
  );
});

test("a text that JSON.parse refuses is refused", () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", ",", "]", "}", '"', "x", "01", "\u0001"),
      (json, at, piece) => {
        const cut = at % (json.length + 1);
        const text = json.slice(0, cut) + piece + json.slice(cut + 1);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        // Repeated keys alone are refused beyond what JSON.parse refuses; a mutation does not make one here by chance.
        if (!isJson) expect(() => readJson(text, "a.json")).toThrow(/not valid JSON/);
      },
    ),
  );
});

test("each value has its line and column; what is absent has that of its parent", () => {
  const text = '{\n  "select": [\n    { "column": [] }\n  ],\n  "path": "a\\u0041\\n.b"\n}';
  const { place } = readJson(text, "v.json");
  expect(place(["select", 0, "column"])).toBe("v.json:3:17");
  expect(place(["select", 0, "where"])).toBe("v.json:3:5");
  expect(place(["select", 3])).toBe("v.json:2:13");
  // a, A as an escape of six, a line end as an escape of two, then the dot.
  expect(place(["path"], 3)).toBe("v.json:5:21");
});

test.each([
  ['{"a": 1, "a": 2}', "a.json:1:10", '"a" stands twice in one object'],
  ['{"a": }', "a.json:1:7", "expected a value"],
  ["{'a': 1}", "a.json:1:2", "expected a text in double quotes"],
  ['{"a" 1}', "a.json:1:6", 'expected ":"'],
  ['{"a": 1} x', "a.json:1:10", "expected the end of the file"],
  ["[".repeat(100), "a.json:1:66", "nested deeper than 64"],
])("%s is refused with its place", (text, where, message) => {
  expect(() => readJson(text, "a.json")).toThrow(
    expect.objectContaining({
      code: "view-not-json",
      message: `not valid JSON: ${message}`,
      detail: expect.objectContaining({ where }),
    }),
  );
});
