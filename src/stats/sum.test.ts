import fc from "fast-check";
import { expect, test } from "vitest";
import { mean, sum } from "./sum.ts";

/** The exact sum of doubles as a fraction of 2^1074, rounded once. */
function exactSum(values: readonly number[]): number {
  const unit = 1074n;
  let total = 0n;
  for (const value of values) {
    const bits = new BigUint64Array(new Float64Array([value]).buffer)[0]!;
    const exponent = (bits >> 52n) & 0x7ffn;
    const fraction = (bits & ((1n << 52n) - 1n)) | (exponent === 0n ? 0n : 1n << 52n);
    const scaled = fraction << ((exponent === 0n ? 1n : exponent) - 1n);
    total += value < 0 ? -scaled : scaled;
  }
  // Split so that both parts are doubles: the high part exactly, the low part to one rounding.
  const shift = BigInt(Math.max(0, total.toString(2).length - 60));
  const high = Number(total >> shift);
  return high * 2 ** (Number(shift) - Number(unit) / 2) * 2 ** (-Number(unit) / 2);
}

test("what a plain loop loses is kept", () => {
  expect(sum(Float64Array.of(1, 1e100, 1, -1e100))).toBe(2);
  expect(sum(new Float64Array(10).fill(0.1))).toBe(1);
  expect(mean(new Float64Array(1000).fill(0.1))).toBe(0.1);
});

test("nothing, and values that are no numbers", () => {
  expect(sum(new Float64Array())).toBe(0);
  expect(mean(new Float64Array())).toBeNaN();
  expect(sum(Float64Array.of(1, Number.NaN))).toBeNaN();
  expect(sum(Float64Array.of(1, Infinity))).toBe(Infinity);
  expect(sum(Float64Array.of(-Infinity, Infinity))).toBeNaN();
});

test("as an exact sum of risks", () => {
  const risks = fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 1, maxLength: 2000 });
  fc.assert(
    fc.property(risks, (values) => {
      const exact = exactSum(values);
      expect(Math.abs(sum(Float64Array.from(values)) - exact)).toBeLessThanOrEqual(exact * 2 ** -52);
    }),
  );
});

test("one value; the order of values and their sign are irrelevant", () => {
  expect([sum(Float64Array.of(-0.1)), mean(Float64Array.of(-0.1))]).toEqual([-0.1, -0.1]);
  const list = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 200 });
  fc.assert(
    fc.property(list, (items) => {
      const values = Float64Array.from(items);
      const size = items.reduce((total, value) => total + Math.abs(value), 0);
      // What cancels leaves one rounding of the sum, and those of the lost digits, which are n ε² of the sizes.
      const rounding = 2 ** -52 * Math.abs(sum(values)) + items.length * 2 ** -104 * size;
      expect(Math.abs(sum(values.toReversed()) - sum(values))).toBeLessThanOrEqual(2 * rounding);
      expect(sum(values.map((value) => -value)) + sum(values)).toBe(0);
    }),
    { numRuns: 2000 },
  );
});
