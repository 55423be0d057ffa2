import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { interpolate } from "./interpolate.ts";

const column = (...values: number[]) => Float64Array.from(values);

test("between the points, at them, and level beyond them", () => {
  // By hand on (0, 0), (1, 2), (3, 1).
  const curve = { x: column(0, 1, 3), y: column(0, 2, 1) };
  expect([...interpolate({ ...curve, at: column(-1, 0, 0.25, 1, 2, 3, 9) })]).toEqual([
    0, 0, 0.5, 2, 1.5, 1, 1,
  ]);
});

test("of equal x the last", () => {
  expect([...interpolate({ x: column(0, 1, 1, 2), y: column(0, 5, 7, 7), at: column(0.5, 1) })]).toEqual([
    2.5, 7,
  ]);
});

test("one point is a level line; none, disorder and NaN are refused", () => {
  expect([...interpolate({ x: column(2), y: column(4), at: column(0, 5) })]).toEqual([4, 4]);
  expect(() => interpolate({ x: column(), y: column(), at: column(1) })).toThrow(ContractError);
  expect(() => interpolate({ x: column(2, 1), y: column(1, 2), at: column(1) })).toThrow(ContractError);
  expect(() => interpolate({ x: column(1), y: column(Number.NaN), at: column(1) })).toThrow(ContractError);
});
