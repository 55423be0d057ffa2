import fc from "fast-check";
import { expect, test } from "vitest";
import { allocate, leastTotal } from "./allocation.ts";
import { ContractError } from "./assert.ts";

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

test("by hand: equal numbers, and what a small stratum cannot give goes to the others", () => {
  expect(allocate([100, 100, 8, 1000], { total: 100, floor: 5, rule: "equal" })).toEqual([31, 31, 8, 30]);
  expect(allocate([228, 74, 57, 49], { total: 200, floor: 10, rule: "equal" })).toEqual([51, 50, 50, 49]);
});

test("by hand: in proportion, with a floor that takes from the large", () => {
  expect(allocate([900, 90, 10], { total: 100, floor: 1, rule: "proportional" })).toEqual([90, 9, 1]);
  // 10 and 10 by the floor; 80 are left for the first.
  expect(allocate([900, 90, 10], { total: 100, floor: 10, rule: "proportional" })).toEqual([80, 10, 10]);
});

test("adds up, keeps the floor and never takes more than there are", () => {
  const sizes = fc.array(fc.nat(500), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      sizes,
      fc.nat(20),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (of, floor, part, isEqual) => {
        const [least, most] = [leastTotal(of, floor), sum(of)];
        const total = Math.round(least + part * (most - least));
        const drawn = allocate(of, { total, floor, rule: isEqual ? "equal" : "proportional" });
        expect(sum(drawn)).toBe(total);
        drawn.forEach((n, h) => {
          expect(n).toBeLessThanOrEqual(of[h]!);
          expect(n).toBeGreaterThanOrEqual(Math.min(floor, of[h]!));
        });
      },
    ),
  );
});

test.each([
  ["more than there are", 11],
  ["less than the floors", 3],
  ["a part of a chart", 5.5],
])("refused: %s", (_, total) => {
  expect(() => allocate([5, 5], { total, floor: 2, rule: "equal" })).toThrow(ContractError);
});
