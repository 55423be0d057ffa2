import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { percentileInterval, resample } from "./bootstrap.ts";
import { seededRandom } from "./random.ts";

test("resample draws n rows with replacement, the same for the same seed", () => {
  const rows = resample(1000, seededRandom(3));
  expect(rows.length).toBe(1000);
  expect(rows.every((row) => row < 1000)).toBe(true);
  // A share 1 − 1/e = .632 of the rows is expected to appear, with a standard deviation of about .01.
  expect(Math.abs(new Set(rows).size / 1000 - 0.632)).toBeLessThan(0.05);
  expect(resample(1000, seededRandom(3))).toEqual(rows);
  expect(resample(0, seededRandom(3)).length).toBe(0);
});

test("by hand: the 5 % and 95 % points of 0 … 100", () => {
  const draws = Float64Array.from({ length: 101 }, (_, i) => 100 - i);
  const { lower, upper } = percentileInterval(draws, 0.9);
  expect(lower).toBeCloseTo(5, 12);
  expect(upper).toBeCloseTo(95, 12);
  expect(draws[0]).toBe(100);
});

test("bugs of the caller", () => {
  for (const n of [-1, 1.5, NaN]) expect(() => resample(n, seededRandom(1))).toThrow(ContractError);
  expect(() => percentileInterval(new Float64Array(0), 0.95)).toThrow(ContractError);
  expect(() => percentileInterval(Float64Array.of(1, NaN), 0.95)).toThrow(ContractError);
  expect(() => percentileInterval(Float64Array.of(1), 95)).toThrow(ContractError);
});

test("one draw, equal draws, draws in any order", () => {
  expect(percentileInterval(Float64Array.of(3), 0.95)).toEqual({ lower: 3, upper: 3 });
  expect(percentileInterval(new Float64Array(40).fill(2), 0.5)).toEqual({ lower: 2, upper: 2 });
  const draws = Float64Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
  expect(percentileInterval(draws, 0.9)).toEqual(percentileInterval(draws.toSorted(), 0.9));
});
