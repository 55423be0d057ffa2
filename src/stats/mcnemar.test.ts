import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { mcnemarTest, newcombePairedDifference, type PairedCounts } from "./mcnemar.ts";
import { isNotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "McNemar's test, chi-square and exact; Newcombe's interval of a paired difference",
  reference: "stats::mcnemar.test, stats::binom.test, the formula",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const countsOf = ([both, firstOnly, secondOnly, neither]: readonly number[]): PairedCounts => ({
  both: both!,
  firstOnly: firstOnly!,
  secondOnly: secondOnly!,
  neither: neither!,
});

function tested(counts: PairedCounts) {
  const result = mcnemarTest(counts);
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("mcnemar"))
  test(`McNemar's test agrees with R: ${name}`, () => {
    const counts = countsOf(input.counts!);
    const { chiSquare, pValue, exactPValue } = tested(counts);
    const corrected = mcnemarTest(counts, { continuity: true });
    if (isNotEstimable(corrected)) throw new Error(corrected.notEstimable);
    const { difference, lower, upper } = newcombePairedDifference(counts, 0.95);
    agree(
      name,
      [[chiSquare, pValue], [corrected.chiSquare, corrected.pValue], exactPValue, [difference, lower, upper]],
      Object.values(expected as object),
    );
  });

test("by hand: three against one of four discordant pairs", () => {
  const { chiSquare, exactPValue } = tested(countsOf([5, 3, 1, 7]));
  expect(chiSquare).toBe(1);
  // 2 · (1 + 4)/16
  expect(exactPValue).toBeCloseTo(0.625, 14);
});

describe("properties", () => {
  const some = fc.integer({ min: 0, max: 40 });
  const pairs = fc.tuple(some, some, some, some).map(countsOf);

  test("the exact p value is the sum of the binomial probabilities; ratings exchanged change the sign", () => {
    fc.assert(
      fc.property(pairs, (counts) => {
        const { firstOnly: b, secondOnly: c, both, neither } = counts;
        const result = mcnemarTest(counts);
        if (b + c === 0) expect(result).toEqual({ notEstimable: "no discordant pairs" });
        else {
          let term = 0.5 ** (b + c);
          let tail = 0;
          for (let k = 0; k <= Math.min(b, c); k++) {
            tail += term;
            term *= (b + c - k) / (k + 1);
          }
          expect(tested(counts).exactPValue).toBeCloseTo(Math.min(1, 2 * tail), 12);
        }
        if (b + c + both + neither === 0) return;
        const one = newcombePairedDifference(counts, 0.95);
        const turned = newcombePairedDifference({ ...counts, firstOnly: c, secondOnly: b }, 0.95);
        expect(turned.lower).toBeCloseTo(-one.upper, 12);
        expect(one.lower).toBeLessThanOrEqual(one.difference + 1e-15);
        expect(one.upper).toBeGreaterThanOrEqual(one.difference - 1e-15);
      }),
      { numRuns: 500 },
    );
  });
});

test("what are no counts, or no pairs, is refused", () => {
  const counts = countsOf([1, 2, 3, 4]);
  for (const fault of [{ both: -1 }, { firstOnly: 0.5 }, { neither: Number.NaN }]) {
    expect(() => mcnemarTest({ ...counts, ...fault })).toThrow(ContractError);
    expect(() => newcombePairedDifference({ ...counts, ...fault }, 0.95)).toThrow(ContractError);
  }
  expect(() => newcombePairedDifference(counts, 0)).toThrow(ContractError);
  expect(() => newcombePairedDifference(countsOf([0, 0, 0, 0]), 0.95)).toThrow(ContractError);
});
