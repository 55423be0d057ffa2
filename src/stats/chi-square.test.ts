import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { assertClose, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { chiSquareUpperTail } from "./chi-square.ts";
import { normalCdf } from "./normal.ts";

const agrees = recordAgreement({
  estimator: "Chi-square upper tail",
  reference: "stats::pchisq",
  tolerance: { relative: 1e-13 },
});

for (const file of ["special", "special-tails"])
  for (const { name, input, expected } of reference(file))
    if (name === "pchisq_upper")
      test(`chiSquareUpperTail agrees with R pchisq(lower.tail = FALSE): ${file}`, () => {
        const degrees = input.k ?? input.df!;
        const tails = input.x!.map((x, i) => chiSquareUpperTail(x, degrees[i]!));
        agrees(file, tails, expected);
      });

test("by hand: 1 degree is two normal tails, 2 exp(−x/2), 4 exp(−x/2)(1 + x/2)", () => {
  for (const x of [0.3, 4, 50, 900]) {
    const tails = [1, 2, 4].map((degrees) => chiSquareUpperTail(x, degrees));
    const byHand = [2 * normalCdf(-Math.sqrt(x)), Math.exp(-x / 2), Math.exp(-x / 2) * (1 + x / 2)];
    assertClose(tails, byHand, { relative: 2e-13 });
  }
});

test("falls in x, rises with the degrees of freedom, between 0 and 1", () => {
  const x = fc.double({ min: 0, max: 4000, noNaN: true });
  fc.assert(
    fc.property(x, x, fc.double({ min: 0.5, max: 2000, noNaN: true }), (a, b, nu) => {
      const [near, far] = [Math.min(a, b), Math.max(a, b)];
      const tail = chiSquareUpperTail(far, nu);
      expect(tail).toBeGreaterThanOrEqual(0);
      expect(tail).toBeLessThanOrEqual(chiSquareUpperTail(near, nu) * (1 + 1e-11));
      expect(tail).toBeLessThanOrEqual(chiSquareUpperTail(far, nu + 2) * (1 + 1e-11));
      expect(chiSquareUpperTail(near, nu)).toBeLessThanOrEqual(1);
    }),
  );
});

test("agrees with the density integrated by Simpson's rule", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.5, max: 60, noNaN: true }), fc.integer({ min: 3, max: 30 }), (x, nu) => {
      // The density without its constant; the constant is the integral from 0.
      const height = (t: number) => t ** (nu / 2 - 1) * Math.exp(-t / 2);
      const area = (from: number, to: number) => {
        const n = 4000;
        const step = (to - from) / n;
        let sum = height(from) + height(to);
        for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * height(from + i * step);
        return (sum * step) / 3;
      };
      const above = area(x, x + 200);
      expect(chiSquareUpperTail(x, nu)).toBeCloseTo(above / (above + area(0, x)), 5);
    }),
    { numRuns: 50 },
  );
});

test("edges: 0, infinity, and bugs of the caller", () => {
  expect(chiSquareUpperTail(0, 3)).toBe(1);
  expect(chiSquareUpperTail(Infinity, 3)).toBe(0);
  for (const [x, nu] of [
    [-1, 1],
    [NaN, 1],
    [1, 0],
    [1, -1],
    [1, Infinity],
    [1, NaN],
  ] as const)
    expect(() => chiSquareUpperTail(x, nu)).toThrow(ContractError);
});
