import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { ascendingOrder, isAscending } from "./order.ts";

/** The obvious twin: Array sort, stable by specification, −0 and 0 compare equal. */
function naiveOrder(values: Float64Array): number[] {
  return Array.from(values, (_, i) => i).sort((a, b) => {
    const left = values[a]!;
    const right = values[b]!;
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

const value = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 1, -1, 0.5, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE),
  fc.integer({ min: -5, max: 5 }),
  // Equal upper halves, different lower halves.
  fc.integer({ min: 0, max: 40 }).map((k) => 1 + k * Number.EPSILON),
);

describe("ascendingOrder", () => {
  test("agrees with the naive twin on short columns", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), (list) => {
        const values = Float64Array.from(list);
        expect(Array.from(ascendingOrder(values))).toEqual(naiveOrder(values));
      }),
    );
  });

  test("agrees with the naive twin on long columns", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 512, maxLength: 3000, size: "max" }), (list) => {
        const values = Float64Array.from(list);
        expect(Array.from(ascendingOrder(values))).toEqual(naiveOrder(values));
      }),
      { numRuns: 30 },
    );
  });

  test("agrees with the naive twin on long columns of whole numbers, in narrow and wide ranges", () => {
    const whole = fc.oneof(fc.integer({ min: -300, max: 300 }), fc.constantFrom(-0, 2 ** 53, -(2 ** 53)));
    fc.assert(
      fc.property(
        fc.array(whole, { minLength: 512, maxLength: 2000, size: "max" }),
        fc.integer({ min: 0, max: 2 }),
        (list, wide) => {
          const values = Float64Array.from(list, (v) => (wide > 0 && Math.abs(v) > 300 ? 7 : v * wide ** 20));
          expect(Array.from(ascendingOrder(values))).toEqual(naiveOrder(values));
        },
      ),
      { numRuns: 30 },
    );
  });

  test("nobody, one value, all tied, infinities", () => {
    expect(Array.from(ascendingOrder(new Float64Array(0)))).toEqual([]);
    expect(Array.from(ascendingOrder(Float64Array.of(3)))).toEqual([0]);
    const tied = new Float64Array(1000).fill(2);
    expect(Array.from(ascendingOrder(tied))).toEqual(naiveOrder(tied));
    expect(Array.from(ascendingOrder(Float64Array.of(Infinity, 0, -Infinity)))).toEqual([2, 1, 0]);
  });

  test("−0 and 0 tie: their order is kept", () => {
    const zeros = Float64Array.from({ length: 600 }, (_, i) => (i === 0 ? 1 : i % 2 ? 0 : -0));
    expect(Array.from(ascendingOrder(zeros))).toEqual(naiveOrder(zeros));
  });

  test("NaN is a bug of the caller", () => {
    expect(() => ascendingOrder(Float64Array.of(1, NaN))).toThrow(ContractError);
    expect(() => ascendingOrder(Float64Array.of(NaN))).toThrow("values[0] is NaN");
  });
});

test("isAscending", () => {
  expect(isAscending(Float64Array.of())).toBe(true);
  expect(isAscending(Float64Array.of(1, 1, 2))).toBe(true);
  expect(isAscending(Float64Array.of(0, -0))).toBe(true);
  expect(isAscending(Float64Array.of(2, 1))).toBe(false);
  expect(isAscending(Float64Array.of(1, NaN))).toBe(false);
});
