import { expect, test } from "vitest";
import { printable, printableLines } from "./printable.ts";
import { Problem, toLines } from "./problem.ts";

test.each([
  ["escape", "\u001b[2J", "\\u001b[2J"],
  ["C1 control", "\u009b2J", "\\u009b2J"],
  ["right-to-left override", "gpj.\u202eexe", "gpj.\\u202eexe"],
  ["isolate", "\u2066x\u2069", "\\u2066x\\u2069"],
  ["line separator", "a\u2028b\u2029c", "a\\u2028b\\u2029c"],
  ["zero-width space and byte order mark", "a\u200bb\ufeff", "a\\u200bb\\ufeff"],
  ["tag character", "\u{e0041}", "\\udb40\\udc41"],
  ["half a character", "\ud83d", "\\ud83d"],
  ["line end and tab", "a\r\n\tb", "a\\r\\n\\tb"],
])("%s", (_name, text, shown) => {
  expect(printable(text)).toBe(shown);
  // Readable back by any JSON parser, so that --json loses nothing.
  expect(JSON.parse(`"${shown}"`)).toBe(text);
});

test("letters of any script, marks and emoji stay", () => {
  const text = "Müller – 5 ≥ 4, 患者 שלום e\u0301 🙂 \u00a0";
  expect(printable(text)).toBe(text);
});

test("several lines keep their ends and lose everything else", () => {
  expect(printableLines("a\u202e\r\nb\n")).toBe("a\\u202e\\r\nb\n");
});

test("no part of a Problem begins a line of its own", () => {
  const problem = new Problem("x", "no column\nprobity: all is well", {
    where: "a\nb.csv",
    others: ["c\u2028d"],
    hint: "e\rf",
  });
  expect(toLines(problem)).toEqual([
    "probity: error: a\\nb.csv: no column\\nprobity: all is well",
    "probity:        c\\u2028d",
    "probity: hint: e\\rf",
  ]);
});
