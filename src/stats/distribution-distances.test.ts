import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { column, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { jensenShannon } from "./jensen-shannon.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { populationStability, populationStabilityOfCounts } from "./population-stability.ts";
import { wasserstein } from "./wasserstein.ts";

const agree = recordAgreement({
  estimator: "Population stability index, Jensen–Shannon, Wasserstein",
  reference: "the formulas on quantile, cut, ecdf",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

for (const { name, input, expected } of reference("distribution-distances"))
  test(`agrees with R: ${name}`, () => {
    const [first, second] = [input.first!, input.second!];
    if (name.startsWith("counts ")) {
      const js = known(jensenShannon(first, second));
      const { index } = known(populationStabilityOfCounts(first, second));
      agree(name, [index, js.divergence, js.distance], expected);
      return;
    }
    const [a, b] = [column(first), column(second)];
    const index = (nBins: number) => known(populationStability(a, b, { nBins })).index;
    agree(name, [index(10), index(5), known(wasserstein(a, b))], expected);
  });

describe("by hand", () => {
  test("population stability: shares of 1/4 and 3/4 against 1/2 and 1/2", () => {
    // (1/2 − 1/4) log 2 + (1/2 − 3/4) log(2/3) = ¼ log 3
    const found = known(populationStabilityOfCounts([1, 3], [4, 4]));
    expect(found.index).toBeCloseTo(Math.log(3) / 4, 14);
    expect(found.nFloored).toBe(0);
  });

  test("an empty class counts with the floor, and is counted", () => {
    // (0.01 − 1/2) log(0.02) + (1 − 1/2) log 2; the share of 1 is not made smaller.
    const found = known(populationStabilityOfCounts([5, 5], [0, 9], { floor: 0.01 }));
    expect(found.index).toBeCloseTo(-0.49 * Math.log(0.02) + 0.5 * Math.log(2), 14);
    expect(found.nFloored).toBe(1);
  });

  test("bins of numbers: open below, closed above, the outer ones without end", () => {
    const { bins } = known(
      populationStability(column([1, 2, 3, 4, 5]), column([-9, 3, 3, 99]), { nBins: 2 }),
    );
    expect(bins).toEqual([
      { upTo: 3, reference: 3, current: 3 },
      { upTo: Infinity, reference: 2, current: 1 },
    ]);
  });

  test("Jensen–Shannon: half the mass moves to a class of its own", () => {
    // p = (1, 0), q = (1/2, 1/2), m = (3/4, 1/4): ½ log(4/3) + ½ (½ log(2/3) + ½ log 2)
    const { divergence, distance } = known(jensenShannon([7, 0], [2, 2]));
    expect(divergence).toBeCloseTo(0.5 * Math.log(4 / 3) + 0.25 * Math.log(2 / 3) + 0.25 * Math.log(2), 14);
    expect(distance).toBeCloseTo(Math.sqrt(divergence / Math.log(2)), 14);
  });

  test("Jensen–Shannon of shares that nearly agree keeps its digits: (p − q)²/8 Σ 1/m at the limit", () => {
    const { divergence } = known(jensenShannon([1e9 + 1, 1e9 - 1], [1e9, 1e9]));
    // Shares differ by 5e-10 in each of two classes of 1/2: 2 · (5e-10)² / (8 · 1/2).
    expect(Math.abs(divergence / 1.25e-19 - 1)).toBeLessThan(1e-6);
  });

  test("Jensen–Shannon: a class with next to nothing in the other list", () => {
    // p = (~0, 1), q = (½, ½): ½ log(4/3) + ½ (½ log 2 + ½ log(2/3))
    const { divergence } = known(jensenShannon([1, 1e15], [1, 1]));
    const limit = 0.5 * Math.log(4 / 3) + 0.25 * Math.log(2) + 0.25 * Math.log(2 / 3);
    expect(divergence).toBeCloseTo(limit, 12);
    expect(known(jensenShannon([1, 1e20], [1, 1])).divergence).toBeCloseTo(limit, 14);
  });

  test("Wasserstein: one of two values moves by 3", () => {
    expect(wasserstein(column([0, 1]), column([0, 4]))).toBe(1.5);
    expect(wasserstein(column([0, 1]), column([4, 0, 0, 4]))).toBe(1.5);
  });
});

describe("properties", () => {
  const sample = fc
    .array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 30 })
    .map((values) => column(values.map((value) => value / 4)));
  const pairOfCounts = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })), {
      minLength: 1,
      maxLength: 8,
    })
    .filter((rows) => rows.some(([a]) => a > 0) && rows.some(([, b]) => b > 0))
    .map((rows) => [rows.map(([a]) => a), rows.map(([, b]) => b)] as const);

  /** Σ of |x₍ᵢ₎ − y₍ᵢ₎| after each sample is repeated to a common length. */
  const naiveWasserstein = (a: Float64Array, b: Float64Array) => {
    const repeat = (values: Float64Array, times: number) =>
      Array.from(values)
        .flatMap((value) => new Array<number>(times).fill(value))
        .sort((x, y) => x - y);
    const [x, y] = [repeat(a, b.length), repeat(b, a.length)];
    return x.reduce((total, value, i) => total + Math.abs(value - y[i]!), 0) / x.length;
  };

  test("Wasserstein is the mean distance of the sorted values, symmetric, and moves with a shift and a scale", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const distance = known(wasserstein(a, b));
        expect(distance).toBeCloseTo(naiveWasserstein(a, b), 10);
        expect(known(wasserstein(b.toReversed(), a))).toBeCloseTo(distance, 12);
        expect(
          known(
            wasserstein(
              a.map((x) => 3 * x + 7),
              b.map((x) => 3 * x + 7),
            ),
          ),
        ).toBeCloseTo(3 * distance, 10);
        expect(
          known(
            wasserstein(
              a,
              a.map((x) => x + 2),
            ),
          ),
        ).toBeCloseTo(2, 12);
      }),
      { numRuns: 1_000 },
    );
  });

  test("indices of counts are symmetric, do not depend on order or size, and are 0 for equal shares", () => {
    fc.assert(
      fc.property(pairOfCounts, ([a, b]) => {
        const psi = known(populationStabilityOfCounts(a, b)).index;
        const js = known(jensenShannon(a, b));
        expect(js.divergence).toBeLessThanOrEqual(Math.LN2 + 1e-15);
        expect(known(jensenShannon(b, a)).divergence).toBeCloseTo(js.divergence, 13);
        expect(known(populationStabilityOfCounts(b.toReversed(), a.toReversed())).index).toBeCloseTo(psi, 12);
        const twice = a.map((count) => 2 * count);
        expect(known(populationStabilityOfCounts(twice, b)).index).toBeCloseTo(psi, 12);
        expect(known(jensenShannon(twice, b)).divergence).toBeCloseTo(js.divergence, 13);
        expect(known(jensenShannon(twice, a)).divergence).toBeCloseTo(0, 15);
        expect(known(populationStabilityOfCounts(twice, a)).index).toBeCloseTo(0, 12);
      }),
      { numRuns: 1_000 },
    );
  });

  test("bins keep every value", () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const found = populationStability(a, b, { nBins: 4 });
        if (isNotEstimable(found)) return;
        expect(found.bins.reduce((n, bin) => n + bin.reference, 0)).toBe(a.length);
        expect(found.bins.reduce((n, bin) => n + bin.current, 0)).toBe(b.length);
      }),
    );
  });
});

describe("edges", () => {
  const none = column([]);
  const some = column([1, 2, 3]);

  test("nobody on either side", () => {
    const notEstimable = "no values";
    for (const [a, b] of [
      [none, some],
      [some, none],
    ] as const) {
      expect(wasserstein(a, b)).toEqual({ notEstimable });
      expect(populationStability(a, b)).toEqual({ notEstimable });
    }
    expect(jensenShannon([0, 0], [1, 2])).toEqual({ notEstimable: "no counts" });
    expect(populationStabilityOfCounts([1, 2], [0, 0])).toEqual({ notEstimable: "no counts" });
  });

  test("a reference in one bin would call any change 0", () => {
    expect(populationStability(column([2, 2, 2, 2]), some)).toEqual({
      notEstimable: "the reference falls into one bin",
    });
  });

  test("values at both ends of the numbers", () => {
    expect(wasserstein(column([-1e308, 1e308]), column([-1e308, 1e308]))).toEqual({
      notEstimable: "a distance beyond the range of numbers",
    });
  });

  test("one value each", () => {
    expect(wasserstein(column([1]), column([4]))).toBe(3);
    expect(isNotEstimable(populationStability(column([1]), column([4])))).toBe(true);
  });

  test.each([
    ["a value that is NaN", () => wasserstein(column([Number.NaN]), some)],
    ["an infinite value", () => populationStability(some, column([Infinity]))],
    ["a count below 0", () => jensenShannon([1, -1], [1, 1])],
    ["a count that is NaN", () => populationStabilityOfCounts([1, 1], [Number.NaN, 1])],
    ["lists of different lengths", () => jensenShannon([1, 1], [1])],
    ["a floor of 0", () => populationStabilityOfCounts([1], [1], { floor: 0 })],
    ["one bin", () => populationStability(some, some, { nBins: 1 })],
    ["half a bin", () => populationStability(some, some, { nBins: 2.5 })],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
