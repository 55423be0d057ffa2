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
