import fc from "fast-check";
import { expect, test } from "vitest";
import { expOfSum, logFall, stirlingError } from "./saddle-point.ts";

test("by hand: Stirling's error of 0!, 1! and 2!, and what is left of a series far out", () => {
  // log 1! = 0 = ½ log 2π − 1 + e(1), so e(1) = 1 − ½ log 2π; log 2! = log 2 = ½ log 4π + 2 log 2 − 2 + e(2).
  const half = 0.5 * Math.log(2 * Math.PI);
  expect(stirlingError(1)).toBeCloseTo(1 - half, 15);
  expect(stirlingError(2)).toBeCloseTo(2 - half - 1.5 * Math.LN2, 15);
  expect(stirlingError(1e6) * 12e6).toBeCloseTo(1, 12);
});

test("Stirling's error agrees with log k! added up", () => {
  let logFactorial = 0;
  for (let k = 1; k <= 60; k++) {
    logFactorial += Math.log(k);
    const stirling = 0.5 * Math.log(2 * Math.PI * k) + k * Math.log(k) - k;
    expect(stirlingError(k)).toBeCloseTo(logFactorial - stirling, 12);
  }
});

test("a log(m/a) − (m − a) by its definition, and by its parabola near the peak, where that has no digits", () => {
  const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (a, m) => {
      const fall = logFall(a, m, m - a).reduce((sum, term) => sum + term, 0);
      const expected = a * Math.log(m / a) - (m - a);
      expect(Math.abs(fall - expected)).toBeLessThan(1e-12 * (a + m));
      expect(fall).toBeLessThanOrEqual(1e-13 * (a + m));
    }),
    { numRuns: 2000 },
  );
  const d = 2 ** -20;
  // a log(1 + d/a) − d = −d²/(2a) + d³/(3a²) − …
  expect(logFall(3, 3 + d, d)[0]! / (-(d ** 2) / 6 + d ** 3 / 27)).toBeCloseTo(1, 11);
  expect(logFall(3, 3, 0)[0]).toBeCloseTo(0, 300);
});

test("the exponential of a sum keeps what rounding leaves out; far down it is 0", () => {
  expect(expOfSum([])).toBe(1);
  // 2^60 + 1 − 2^60: the 1 is lost in the first addition.
  expect(expOfSum([2 ** 60, 1, -(2 ** 60)])).toBe(2);
  expect(expOfSum([-700, 2 ** -45, 700])).toBeCloseTo(1 + 2 ** -45, 15);
  expect(expOfSum([-800])).toBe(0);
});
