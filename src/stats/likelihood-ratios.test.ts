import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type ConfusionCounts, likelihoodRatios } from "./likelihood-ratios.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "Likelihood ratios and diagnostic odds ratio with limits",
  reference: "Simel's formulas",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

function known<Result>(result: Result | NotEstimable): Result {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}
const countsOf = ([tp, fp, fn, tn]: readonly number[]): ConfusionCounts => ({
  truePositives: tp!,
  falsePositives: fp!,
  falseNegatives: fn!,
  trueNegatives: tn!,
});
const ratiosOf = (counts: ConfusionCounts, level?: number) => {
  const { positive, negative, diagnosticOddsRatio } = known(likelihoodRatios(counts, level));
  return [positive, negative, diagnosticOddsRatio].map(known);
};

for (const { name, input, expected } of reference("likelihood-ratios"))
  test(`agrees with R: ${name}`, () =>
    agree(
      name,
      ratiosOf(countsOf(input.counts!), input.level![0]!).flatMap(({ value, lower, upper }) => [
        value,
        lower,
        upper,
      ]),
      expected,
    ));

test("by hand: sensitivity ½, specificity ¾", () => {
  const [positive, negative, odds] = ratiosOf(countsOf([2, 1, 2, 3]));
  expect(positive!.value).toBe(2);
  expect(negative!.value).toBeCloseTo(2 / 3, 14);
  expect(odds!.value).toBe(3);
  // SE² = ½ − ¼ + 1 − ¼ = 1.
  expect(Math.log(positive!.upper / 2)).toBeCloseTo(1.959963984540054, 12);
});

test("the flag turned over inverts the ratios; the prevalence does not move them", () => {
  const count = fc.integer({ min: 1, max: 500 });
  fc.assert(
    fc.property(count, count, count, count, (tp, fp, fn, tn) => {
      const [positive, negative, odds] = ratiosOf(countsOf([tp, fp, fn, tn]));
      const turned = ratiosOf(countsOf([fn, tn, tp, fp]));
      expect(turned[0]!.value).toBeCloseTo(negative!.value, 10);
      expect(turned[2]!.value * odds!.value).toBeCloseTo(1, 10);
      expect(odds!.value).toBeCloseTo(positive!.value / negative!.value, 8);
      expect(ratiosOf(countsOf([3 * tp, fp, 3 * fn, tn]))[0]!.value).toBeCloseTo(positive!.value, 10);
    }),
  );
});

describe("edges", () => {
  const zero = { notEstimable: "a count of the ratio is 0" };
  test("each ratio without a count it needs has a reason, the others stay", () => {
    expect(likelihoodRatios(countsOf([0, 5, 3, 50]))).toMatchObject({
      positive: zero,
      negative: { value: 1.1 },
      diagnosticOddsRatio: zero,
    });
    expect(likelihoodRatios(countsOf([12, 0, 0, 40]))).toEqual({
      positive: zero,
      negative: zero,
      diagnosticOddsRatio: zero,
    });
  });
  test.each([
    ["no cases", likelihoodRatios(countsOf([0, 1, 0, 4]))],
    ["no controls", likelihoodRatios(countsOf([2, 0, 3, 0]))],
  ])("%s", (notEstimable, found) => {
    expect(found).toEqual({ notEstimable });
  });
  test.each([
    ["a share", () => likelihoodRatios(countsOf([0.5, 1, 1, 1]))],
    ["a level of 1", () => likelihoodRatios(countsOf([1, 1, 1, 1]), 1)],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
