import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { conditionalOddsRatio, fisherExactTest } from "./fisher-exact.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "Fisher's exact test of two rows, conditional odds ratio with exact limits",
  reference: "stats::fisher.test, uniroot on stats::dhyper",
  tolerance: { relative: 1e-9, absolute: 1e-12 },
});

function known<Result>(result: Result | NotEstimable): Result {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

type Pair = readonly [number, number];

for (const { name, input, expected } of reference("fisher-exact"))
  test(`agrees with R: ${name}`, () => {
    const { first, second } = input;
    const { pValue } = known(fisherExactTest(first!, second!));
    if (first!.length > 2) return agree(name, [pValue], expected);
    const odds = known(conditionalOddsRatio(first as unknown as Pair, second as unknown as Pair));
    agree(name, [pValue, odds.oddsRatio, odds.lower, odds.upper], expected);
  });

describe("by hand", () => {
  test("the lady tasting tea: 3 of 4 and 1 of 4", () => {
    // C(4, k) C(4, 4 − k)/70: 1, 16, 36, 16, 1; no likelier than 16: 34/70.
    expect(fisherExactTest([3, 1], [1, 3])).toEqual({ pValue: expect.closeTo(34 / 70, 13), nTables: 5 });
  });

  test("one of one against none of one: ω̂ is beyond all numbers, its lower limit ¹⁄₃₉", () => {
    // P(1; ω) = ω/(1 + ω) = .025.
    const found = known(conditionalOddsRatio([1, 0], [0, 1]));
    expect([found.oddsRatio, found.upper]).toEqual([Infinity, Infinity]);
    expect(found.lower).toBeCloseTo(1 / 39, 12);
  });

  test("one of two in both rows: ω̂ = 1", () => {
    const found = known(conditionalOddsRatio([1, 1], [1, 1]));
    expect(found.oddsRatio).toBeCloseTo(1, 12);
    expect(found.lower * found.upper).toBeCloseTo(1, 10);
  });
});

const rows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 })), {
    minLength: 2,
    maxLength: 4,
  })
  .map((cells) => [cells.map(([a]) => a), cells.map(([, b]) => b)] as const);

test("rows and columns changed over change no p value; a column without counts says nothing", () => {
  fc.assert(
    fc.property(rows, ([first, second]) => {
      const found = fisherExactTest(first, second);
      if (isNotEstimable(found)) return;
      const p = expect.closeTo(found.pValue, 9);
      expect(known(fisherExactTest(second, first)).pValue).toEqual(p);
      expect(known(fisherExactTest(first.toReversed(), second.toReversed())).pValue).toEqual(p);
      expect(known(fisherExactTest([0, ...first], [0, ...second])).pValue).toEqual(p);
      expect(found.pValue).toBeGreaterThan(0);
      expect(found.pValue).toBeLessThanOrEqual(1);
    }),
  );
});

test("the p value is the share of deals of the patients that are no likelier", () => {
  // Every choice of who is in the first row, one by one.
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 9 }),
      fc.integer({ min: 1, max: 8 }),
      (classes, inFirst) => {
        if (inFirst >= classes.length) return;
        const countsOf = (mask: number) =>
          [0, 1, 2].map((k) => classes.filter((c, i) => c === k && (mask >> i) & 1).length);
        const deals = Array.from({ length: 2 ** classes.length }, (_, mask) => mask).filter(
          (mask) => classes.filter((_, i) => (mask >> i) & 1).length === inFirst,
        );
        const frequency = new Map<string, number>();
        for (const mask of deals) {
          const key = countsOf(mask).join();
          frequency.set(key, (frequency.get(key) ?? 0) + 1);
        }
        const first = countsOf(2 ** inFirst - 1);
        const seen = frequency.get(first.join())!;
        const noLikelier = [...frequency.values()].filter((n) => n <= seen).reduce((a, b) => a + b, 0);
        const second = [0, 1, 2].map((k) => classes.filter((c) => c === k).length - first[k]!);
        const found = known(fisherExactTest(first, second));
        expect(found.pValue).toBeCloseTo(noLikelier / deals.length, 10);
        expect(found.nTables).toBe(frequency.size);
      },
    ),
  );
});

describe("edges", () => {
  test.each([
    ["a row without counts", fisherExactTest([0, 0], [3, 4])],
    ["a row without counts", fisherExactTest([3, 4], [0, 0])],
    [
      "more than 1,000,000 tables have these margins",
      fisherExactTest([300, 300, 300, 300], [300, 300, 300, 300]),
    ],
    ["the margins leave one table", conditionalOddsRatio([5, 0], [3, 0])],
  ])("%s", (notEstimable, found) => {
    expect(found).toEqual({ notEstimable });
  });

  test("two columns of many patients are few tables", () => {
    expect(known(fisherExactTest([600_000, 10], [700_000, 12])).nTables).toBe(23);
  });

  test.each([
    ["a share", () => fisherExactTest([0.5, 1], [1, 1])],
    ["one column", () => fisherExactTest([1], [1])],
    ["rows of different lengths", () => fisherExactTest([1, 2], [1, 2, 3])],
    ["a level of 1", () => conditionalOddsRatio([1, 1], [1, 1], 1)],
    ["a count below 0", () => conditionalOddsRatio([1, -1], [1, 1])],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
