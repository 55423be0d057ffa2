import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { standardisedMeanDifference, varianceRatio, welchTest } from "./mean-comparison.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { rankSumTest } from "./rank-sum.ts";

const agree = recordAgreement({
  estimator: "Two samples: standardised mean difference, Welch's test, variance ratio, rank sum test",
  reference: "stats::t.test, var.test, wilcox.test",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

function known<Result>(result: Result | NotEstimable): Result {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}
const column = (values: Iterable<number>) => Float64Array.from(values);

for (const { name, input, expected } of reference("two-samples"))
  test(`agrees with R: ${name}`, () => {
    const [x, y] = [column(input.first!), column(input.second!)];
    const t = known(welchTest(x, y, 0.9));
    const f = known(varianceRatio(x, y));
    const w = known(rankSumTest(x, y));
    agree(
      name,
      [
        known(standardisedMeanDifference(x, y)),
        [t.t, t.degreesOfFreedom, t.pValue, t.lower, t.upper],
        [f.ratio, f.pValue, f.lower, f.upper],
        [w.statistic, w.pValue],
      ],
      expected,
    );
  });

describe("by hand", () => {
  test("1, 2, 3 against 2, 4, 6", () => {
    const [x, y] = [column([1, 2, 3]), column([2, 4, 6])];
    // Variances 1 and 4; means 2 and 4.
    expect(known(standardisedMeanDifference(x, y))).toBeCloseTo(-2 / Math.sqrt(2.5), 14);
    const t = known(welchTest(x, y));
    expect(t.stdError).toBeCloseTo(Math.sqrt(1 / 3 + 4 / 3), 14);
    // (1/3 + 4/3)²/((1/9)/2 + (16/9)/2) = (25/9)/(17/18).
    expect(t.degreesOfFreedom).toBeCloseTo(50 / 17, 12);
    expect(known(varianceRatio(x, y)).ratio).toBe(0.25);
    // Pairs in which the first is larger: (3, 2); equal: (2, 2). 1½ of 9.
    const w = known(rankSumTest(x, y));
    expect(w.statistic).toBe(1.5);
    expect(w.superiority).toBeCloseTo(1.5 / 9, 14);
  });

  test("F with two and two degrees of freedom: P(F ≤ f) = f/(1 + f)", () => {
    const f = known(varianceRatio(column([1, 2, 3]), column([2, 4, 6])));
    expect(f.pValue).toBeCloseTo(0.4, 13);
    // Its .975 quantile is 39.
    expect(f.lower).toBeCloseTo(0.25 / 39, 12);
    expect(f.upper).toBeCloseTo(0.25 * 39, 10);
  });
});

const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 25 }).map(column);

test("samples changed over turn the signs; a shift or a unit changes no test", () => {
  fc.assert(
    fc.property(sample, sample, fc.integer({ min: -9, max: 9 }), (x, y, shift) => {
      const moved = (values: Float64Array) => values.map((value) => 4 * value + shift);
      const t = welchTest(x, y);
      if (!isNotEstimable(t)) {
        expect(known(welchTest(y, x)).t).toBeCloseTo(-t.t, 10);
        expect(known(welchTest(moved(x), moved(y))).pValue).toBeCloseTo(t.pValue, 10);
        const d = known(standardisedMeanDifference(x, y));
        expect(known(standardisedMeanDifference(moved(y), moved(x)))).toBeCloseTo(-d, 10);
      }
      const f = varianceRatio(x, y);
      if (!isNotEstimable(f)) {
        const back = known(varianceRatio(moved(y), moved(x)));
        expect(back.pValue).toBeCloseTo(f.pValue, 9);
        expect(back.lower * f.upper).toBeCloseTo(1, 9);
        expect(f.lower).toBeLessThan(f.ratio);
      }
      const w = rankSumTest(x, y);
      if (!isNotEstimable(w)) {
        const back = known(rankSumTest(y, x));
        expect(back.pValue).toBe(w.pValue);
        expect(back.superiority).toBeCloseTo(1 - w.superiority, 12);
        expect(known(rankSumTest(x.map(Math.exp), y.map(Math.exp))).statistic).toBe(w.statistic);
      }
    }),
  );
});

test("the rank sum counts the pairs one by one", () => {
  fc.assert(
    fc.property(sample, sample, (x, y) => {
      const found = rankSumTest(x, y);
      if (isNotEstimable(found)) return;
      let wins = 0;
      for (const a of x) for (const b of y) wins += a > b ? 1 : a === b ? 0.5 : 0;
      expect(found.statistic).toBe(wins);
    }),
  );
});

describe("edges", () => {
  const one = column([3]);
  const constant = column([0.1, 0.1, 0.1]);
  const varied = column([1, 2]);
  const tooFew = "a sample has fewer than two values";
  test.each([
    [tooFew, standardisedMeanDifference(one, varied)],
    [tooFew, welchTest(varied, one)],
    [tooFew, varianceRatio(column([]), varied)],
    ["neither sample varies", standardisedMeanDifference(constant, constant)],
    ["neither sample varies", welchTest(constant, constant)],
    ["a sample does not vary", varianceRatio(varied, constant)],
    ["no values", rankSumTest(varied, column([]))],
    ["all values are equal", rankSumTest(constant, constant)],
  ])("%s", (notEstimable, found) => {
    expect(found).toEqual({ notEstimable });
  });

  test("one sample that does not vary has a difference all the same", () => {
    expect(known(welchTest(constant, varied)).degreesOfFreedom).toBeCloseTo(1, 12);
    expect(
      known(
        rankSumTest(
          one,
          one.map((x) => x + 1),
        ),
      ).pValue,
    ).toBe(1);
  });

  test.each([
    ["NaN in Welch's test", () => welchTest(column([1, Number.NaN]), varied)],
    ["an infinity in the rank sum", () => rankSumTest(column([1, Infinity]), varied)],
    ["a level of 1", () => welchTest(varied, varied, 1)],
    ["a level of 0", () => varianceRatio(varied, varied, 0)],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
