import { expect, test } from "vitest";
import { changeText, protocolChanges } from "./protocol-changes.ts";

const changes = (before: string, after: string) =>
  protocolChanges(before, after, "protocol.yaml").map(changeText);

test("a changed threshold shows with before and after", () => {
  const locked =
    "acceptance:\n  - { measure: uno_c, at_least: 0.60 }\n  - { measure: events, at_least: 100 }\n";
  expect(changes(locked, locked.replace("0.60", "0.40"))).toEqual(["acceptance[0].at_least: 0.6 → 0.4"]);
});

test("comments, order of fields and the spelling of numbers are no change", () => {
  expect(changes("a: 0.60 # why\nb: { c: x }\n", "b:\n  c: x\na: 0.6\n")).toEqual([]);
});

test("what appears and what goes is absent on the other side", () => {
  expect(changes("a: 1\nb: []\n", "b: [x]\nc: null\n")).toEqual([
    "a: 1 → absent",
    "b: [] → absent",
    "b[0]: absent → x",
    "c: absent → null",
  ]);
});

test("a text and a number of the same spelling are told apart by nothing that a person would read", () => {
  expect(changes('a: "1"\n', "a: 1\n")).toEqual([]);
});
