import fc from "fast-check";
import { expect, test } from "vitest";
import { closest, editDistance } from "./suggestion.ts";

test("edit distance counts insertions, deletions, substitutions and swaps of neighbours", () => {
  expect(editDistance("", "abc")).toBe(3);
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("endpiont", "endpoint")).toBe(1);
  // Optimal string alignment: the swapped pair is not edited again, so 3 and not 2.
  expect(editDistance("ca", "abc")).toBe(3);
});

test("edit distance is symmetric, zero only for equals, and at most the longer length", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    }),
  );
});

test("the closest name, or none when all are far", () => {
  expect(closest("endpiont", ["population", "endpoint"])).toBe("endpoint");
  expect(closest("minimumCell", ["minimum_cell", "because"])).toBe("minimum_cell");
  expect(closest("GRADE", ["grade"])).toBe("grade");
  expect(closest("colour", ["age", "nodes"])).toBeUndefined();
  expect(closest("x".repeat(1000), ["x"])).toBeUndefined();
});
