import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { column } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { kolmogorovSmirnov } from "./kolmogorov-smirnov.ts";
import { isNotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "Two-sample Kolmogorov–Smirnov test: statistic, exact and asymptotic p",
  reference: "ks.test; limit summed",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

type Method = "exact" | "asymptotic";
function tested(first: Iterable<number>, second: Iterable<number>, method?: Method) {
  const found = kolmogorovSmirnov(column(first), column(second), method ? { method } : {});
  if (isNotEstimable(found)) throw new Error(found.notEstimable);
  return found;
}

for (const { name, input, expected } of reference("kolmogorov-smirnov"))
  test(`kolmogorovSmirnov agrees with R: ${name}`, () => {
    const p = (method: Method) => tested(input.first!, input.second!, method).pValue;
    const { statistic } = tested(input.first!, input.second!);
    const numbers = expected as readonly number[];
    agree(
      name,
      numbers.length === 3 ? [statistic, p("exact"), p("asymptotic")] : [statistic, p("asymptotic")],
      numbers,
    );
  });

describe("by hand", () => {
  test("three below two: 2 of the 10 orders put one sample wholly before the other", () => {
    const { statistic, pValue, method } = tested([1, 2, 3], [10, 11]);
    expect([statistic, method]).toEqual([1, "exact"]);
    expect(pValue).toBeCloseTo(0.2, 14);
  });

  test("small p values keep their digits: 2 of C(60, 30) orders", () => {
    let orders = 1;
    for (let k = 1; k <= 30; k++) orders *= (30 + k) / k;
    const { pValue } = tested(
      Array.from({ length: 30 }).keys(),
      Array.from({ length: 30 }, (_, i) => 100 + i),
    );
    expect(Math.abs((pValue * orders) / 2 - 1)).toBeLessThan(1e-12);
  });

  test("ties: the distance counts between values, not within them", () => {
    // Of {1, 1 | 1, 2}: after the value 1 the shares are 1 and 1/2. Of the 6 orders of 2 + 2 into places 1 1 1 2 the
    // last place is the second sample's in 3, the first's in 3: all have a distance of 1/2.
    const { statistic, pValue } = tested([1, 1], [1, 2]);
    expect(statistic).toBe(0.5);
    expect(pValue).toBe(1);
  });

  test("asymptotic: λ = 1 where 8 and 8 differ by 1/2", () => {
    const { pValue } = tested([1, 2, 3, 4, 5, 6, 7, 8], [5, 6, 7, 8, 9, 10, 11, 12], "asymptotic");
    // 2 (e⁻² − e⁻⁸ + e⁻¹⁸ − …)
    expect(pValue).toBeCloseTo(2 * (Math.exp(-2) - Math.exp(-8) + Math.exp(-18) - Math.exp(-32)), 14);
  });
});

/** Every way to deal the pooled values into samples of these sizes. */
function naiveExact(first: readonly number[], second: readonly number[]): number {
  const pooled = [...first, ...second];
  const distance = (a: readonly number[], b: readonly number[]) =>
    Math.max(
      ...pooled.map((x) =>
        Math.abs(a.filter((v) => v <= x).length * b.length - b.filter((v) => v <= x).length * a.length),
      ),
    );
  const observed = distance(first, second);
  let reached = 0;
  let all = 0;
  for (let picks = 0; picks < 1 << pooled.length; picks++) {
    const a = pooled.filter((_, i) => (picks >> i) & 1);
    if (a.length !== first.length) continue;
    const b = pooled.filter((_, i) => !((picks >> i) & 1));
    all++;
    if (distance(a, b) >= observed) reached++;
  }
  return reached / all;
}

test("the exact p value is the share of all deals of the pooled values, with ties", () => {
  const few = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(few, few, (a, b) => {
      expect(tested(a, b, "exact").pValue).toBeCloseTo(naiveExact(a, b), 12);
    }),
    { numRuns: 400 },
  );
});

test("order, exchange of samples and a monotone transform do not matter", () => {
  const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(values, values, (a, b) => {
      const found = tested(a, b);
      const turned = tested(b.toReversed(), a);
      expect(turned.statistic).toBe(found.statistic);
      expect(turned.pValue).toBeCloseTo(found.pValue, 12);
      expect(
        tested(
          a.map((x) => x ** 3),
          b.map((x) => x ** 3),
        ),
      ).toEqual(found);
    }),
  );
});

test("the two series of the limit meet at λ = 1, and both methods approach each other in large samples", () => {
  const near = (shift: number) => {
    const a = Array.from({ length: 900 }, (_, i) => i);
    return [
      tested(
        a,
        a.map((x) => x + shift + 0.5),
        "exact",
      ),
      tested(
        a,
        a.map((x) => x + shift + 0.5),
        "asymptotic",
      ),
    ] as const;
  };
  for (const shift of [30, 42, 43, 60]) {
    const [exact, limit] = near(shift);
    expect(Math.abs(exact.pValue - limit.pValue)).toBeLessThan(0.02);
  }
  // λ = k / √1800: 42 lies below 1, 43 above it.
  expect(near(42)[1].pValue).toBeGreaterThan(near(43)[1].pValue);
});

describe("edges", () => {
  test("nobody, one each, all tied, equal samples", () => {
    expect(kolmogorovSmirnov(column([]), column([1]))).toEqual({ notEstimable: "no values" });
    expect(kolmogorovSmirnov(column([1]), column([]))).toEqual({ notEstimable: "no values" });
    expect(tested([1], [2])).toEqual({ statistic: 1, pValue: 1, method: "exact" });
    expect(tested([3, 3, 3], [3, 3])).toEqual({ statistic: 0, pValue: 1, method: "exact" });
    expect(tested([1, 2, 3], [1, 2, 3], "asymptotic").pValue).toBe(1);
  });

  test("more than 1,000,000 pairs are not counted unless asked for", () => {
    const many = Array.from({ length: 1_001 }, (_, i) => i);
    expect(tested(many, many).method).toBe("asymptotic");
    expect(tested(many, many, "exact").method).toBe("exact");
  });

  test.each([
    ["a value that is NaN", () => tested([Number.NaN], [1])],
    ["an infinite value", () => tested([1], [Infinity])],
    [
      "a method that is none",
      () => kolmogorovSmirnov(column([1]), column([1]), { method: "both" as Method }),
    ],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
