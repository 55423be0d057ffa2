import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { requiredSize } from "./sample-size.ts";

test("by hand: an interval twice as wide as the room to the threshold takes four times the patients", () => {
  expect(requiredSize({ n: 100, value: 0.75, bound: 0.25, threshold: 0.5 })).toBe(400);
  expect(requiredSize({ n: 100, value: 0.25, bound: 0.75, threshold: 0.5 })).toBe(400);
  expect(requiredSize({ n: 101, value: 0.75, bound: 0.25, threshold: 0.125 })).toBe(Math.ceil(101 * 0.64));
});

test("not estimable: the value does not clear the threshold, or the interval has no width", () => {
  const reason = { notEstimable: "the estimate itself does not clear the threshold" };
  expect(requiredSize({ n: 100, value: 0.55, bound: 0.5, threshold: 0.6 })).toEqual(reason);
  expect(requiredSize({ n: 100, value: 0.6, bound: 0.5, threshold: 0.6 })).toEqual(reason);
  expect(requiredSize({ n: 100, value: 1.3, bound: 1.4, threshold: 1.25 })).toEqual(reason);
  const flat = requiredSize({ n: 100, value: 0.7, bound: 0.7, threshold: 0.6 });
  expect(flat).toEqual({ notEstimable: "the interval has no width" });
});

test("bugs of the caller", () => {
  expect(() => requiredSize({ n: 0, value: 1, bound: 0, threshold: 0.5 })).toThrow(ContractError);
  expect(() => requiredSize({ n: 10, value: NaN, bound: 0, threshold: 0.5 })).toThrow(ContractError);
});
