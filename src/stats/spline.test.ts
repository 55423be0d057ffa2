import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { restrictedCubicSpline } from "./spline.ts";

const agrees = recordAgreement({
  estimator: "Restricted cubic spline terms",
  reference: "Hmisc::rcspline.eval",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

for (const { name, input, expected } of reference("spline"))
  test(`restrictedCubicSpline agrees with R rcspline.eval: ${name}`, () => {
    agrees(name, restrictedCubicSpline(Float64Array.from(input.x!), input.knots!)[0]!, expected);
  });

test("by hand: knots 0, 1, 9", () => {
  // At 2: (2³ + (1 − 0)·0 − 9·(2 − 1)³ / 8) / 81 = (8 − 9/8) / 81
  const [term] = restrictedCubicSpline(Float64Array.of(-1, 0, 2), [0, 1, 9]);
  expect(term![0]).toBe(0);
  expect(term![1]).toBe(0);
  expect(term![2]).toBeCloseTo((8 - 9 / 8) / 81, 14);
});

test("linear beyond the last knot, zero up to the first; k − 2 terms", () => {
  const knots = [-1, 0.5, 2, 7];
  const terms = restrictedCubicSpline(Float64Array.of(-5, -1, 10, 11, 12, 13), knots);
  expect(terms.length).toBe(2);
  for (const term of terms) {
    expect([term[0], term[1]]).toEqual([0, 0]);
    const slopes = [term[3]! - term[2]!, term[4]! - term[3]!, term[5]! - term[4]!];
    expect(slopes[1]).toBeCloseTo(slopes[0]!, 10);
    expect(slopes[2]).toBeCloseTo(slopes[0]!, 10);
  }
});

test("nobody; bugs of the caller", () => {
  expect(restrictedCubicSpline(new Float64Array(0), [0, 1, 2])).toEqual([new Float64Array(0)]);
  expect(() => restrictedCubicSpline(Float64Array.of(1), [0, 1])).toThrow(ContractError);
  expect(() => restrictedCubicSpline(Float64Array.of(1), [0, 1, 1])).toThrow("knots do not ascend: 0, 1, 1");
  expect(() => restrictedCubicSpline(Float64Array.of(NaN), [0, 1, 2])).toThrow(ContractError);
  for (const knots of [
    [0, 1, Infinity],
    [-Infinity, 0, 1],
    [NaN, 0, 1],
    [0, 1, NaN],
  ])
    expect(() => restrictedCubicSpline(Float64Array.of(1), knots)).toThrow(ContractError);
});

test("agrees with the definition of each term, for any knots", () => {
  const value = fc.integer({ min: -300, max: 300 }).map((hundredths) => hundredths / 100);
  const cube = (x: number) => Math.max(0, x) ** 3;
  fc.assert(
    fc.property(
      fc.uniqueArray(value, { minLength: 3, maxLength: 7 }),
      fc.array(value, { minLength: 1, maxLength: 9 }),
      (unordered, at) => {
        const t = unordered.toSorted((a, b) => a - b);
        const [first, before, last] = [t[0]!, t.at(-2)!, t.at(-1)!];
        const terms = restrictedCubicSpline(Float64Array.from(at), t);
        expect(terms.length).toBe(t.length - 2);
        for (const [j, term] of terms.entries())
          for (const [i, x] of at.entries()) {
            const tail = (before - t[j]!) * cube(x - last) - (last - t[j]!) * cube(x - before);
            const expected = (cube(x - t[j]!) + tail / (last - before)) / (last - first) ** 2;
            expect(Math.abs(term[i]! - expected)).toBeLessThan(1e-9 * (1 + Math.abs(expected)));
          }
      },
    ),
    { numRuns: 2000 },
  );
});

test("each value has its own terms, in its unit: x and knots moved and stretched stretch the terms", () => {
  const [x, knots] = [
    [-2, 0.4, 1, 3, 8],
    [-1, 0.5, 2, 7],
  ];
  const terms = restrictedCubicSpline(Float64Array.from(x), knots);
  const moved = restrictedCubicSpline(
    Float64Array.from(x, (value) => 10 + 4 * value).reverse(),
    knots.map((knot) => 10 + 4 * knot),
  );
  for (const [j, term] of terms.entries())
    for (const [i, value] of term.entries()) expect(moved[j]![x.length - 1 - i]).toBeCloseTo(4 * value, 11);
});
