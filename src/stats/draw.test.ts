import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { drawWithoutReplacement } from "./draw.ts";
import { seededRandom } from "./random.ts";

test("each place at most once; all of them in some order", () => {
  const random = seededRandom(1);
  expect(new Set(drawWithoutReplacement(20, 100, random)).size).toBe(20);
  expect(Array.from(drawWithoutReplacement(9, 9, random)).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(drawWithoutReplacement(0, 0, random)).toHaveLength(0);
});

test("the same seed draws the same", () => {
  const draw = () => Array.from(drawWithoutReplacement(5, 1_000, seededRandom(3)));
  expect(draw()).toEqual(draw());
});

test("each of the 20 ordered pairs of 5 comes as often as chance has it", () => {
  const random = seededRandom(2);
  const counts = new Map<string, number>();
  const n = 20_000;
  for (let i = 0; i < n; i++) {
    const pair = drawWithoutReplacement(2, 5, random).join(" ");
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  expect(counts.size).toBe(20);
  // Chi-square with 19 degrees of freedom: 43.8 is its 99.9th centile.
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - n / 20) ** 2 / (n / 20), 0);
  expect(chiSquare).toBeLessThan(43.8);
});

test("more than there are is refused", () => {
  expect(() => drawWithoutReplacement(3, 2, seededRandom(1))).toThrow(ContractError);
});
