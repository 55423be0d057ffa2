import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { confusionShares, fairnessAudit, marginAnswers } from "./fairness-audit.ts";
import { normalMarginTest } from "./margin-test.ts";
import { normalCdf, normalQuantile } from "./normal.ts";

const at = (difference: number, stdError: number, margin = 0.1) =>
  normalMarginTest({ difference, stdError }, margin);

test("by hand: three comparisons, one of each answer", () => {
  const answers = marginAnswers([at(0.4, 0.1), at(0.01, 0.02), at(0.15, 0.1)]);
  expect(answers.map((one) => "answer" in one && one.answer)).toEqual([
    "beyond the margin",
    "within the margin",
    "not enough data to tell",
  ]);
  // Holm: the smallest of three p values times 3; the second test, z = .09/.02, has the smallest p of "within".
  expect(answers[0]).toMatchObject({ pBeyond: expect.closeTo(3 * (normalCdf(-3) + normalCdf(-5)), 12) });
  expect(answers[1]).toMatchObject({ pWithin: expect.closeTo(3 * normalCdf(-4.5), 12) });
  // Bonferroni: half-width z(1 − .05/6) · SE.
  const half = normalQuantile(1 - 0.05 / 6);
  expect(answers[1]).toMatchObject({
    lower: expect.closeTo(0.01 - half * 0.02, 12),
    upper: expect.closeTo(0.01 + half * 0.02, 12),
    isTooWide: false,
  });
  expect(answers[2]).toMatchObject({ isTooWide: true });
});

test("Holm goes on after the first: a second difference need be shown against fewer", () => {
  // One-sided p of .02 each: alone against three it is not below .05/3, as the last one it is.
  const stdError = 0.1 / -normalQuantile(0.02);
  const alone = marginAnswers([at(0.2, stdError), at(0, 1), at(0, 1)]);
  const last = marginAnswers([at(0.2, stdError), at(9, 0.1), at(9, 0.1)]);
  expect([alone[0], last[0]].map((one) => one && "answer" in one && one.answer)).toEqual([
    "not enough data to tell",
    "beyond the margin",
  ]);
});

test("a comparison without data is one of the family", () => {
  const none = { notEstimable: "nobody to count" };
  const stdError = 0.1 / -normalQuantile(0.02);
  const [answer, missing] = marginAnswers([at(0.2, stdError), none]);
  expect(missing).toEqual(none);
  expect(answer).toMatchObject({ pBeyond: expect.closeTo(0.04, 6) });
  expect(marginAnswers([at(0.2, stdError), none, none])[0]).toMatchObject({
    answer: "not enough data to tell",
  });
});

const cells = [
  { truePositive: 330, falsePositive: 800, falseNegative: 670, trueNegative: 3200 },
  { truePositive: 90, falsePositive: 165, falseNegative: 10, trueNegative: 635 },
  { truePositive: 0, falsePositive: 0, falseNegative: 0, trueNegative: 60 },
];

test("by hand: shares of a table", () => {
  const { sensitivity, falsePositiveRate, ppv, selectionRate } = confusionShares(cells);
  expect([sensitivity[0], falsePositiveRate[0], ppv[0], selectionRate[0]]).toEqual([
    { x: 330, n: 1000 },
    { x: 800, n: 4000 },
    { x: 330, n: 1130 },
    { x: 1130, n: 5000 },
  ]);
});

test("groups against a reference, and every pair", () => {
  const { sensitivity, falsePositiveRate } = confusionShares(cells);
  const measures = [
    { measure: "sensitivity", margin: 0.1, groups: sensitivity },
    { measure: "falsePositiveRate", margin: 0.1, groups: falsePositiveRate },
  ];
  const audit = fairnessAudit({ measures, reference: 0 });
  expect(
    audit.map((one) => [
      one.measure,
      one.group,
      one.against,
      "answer" in one ? one.answer : one.notEstimable,
    ]),
  ).toEqual([
    ["sensitivity", 1, 0, "beyond the margin"],
    ["sensitivity", 2, 0, "nobody to count"],
    ["falsePositiveRate", 1, 0, "within the margin"],
    ["falsePositiveRate", 2, 0, "beyond the margin"],
  ]);
  expect(audit[0]).toMatchObject({ difference: expect.closeTo(0.9 - 0.33, 12) });
  const pairs = fairnessAudit({ measures, reference: "every pair" });
  expect(pairs.map(({ group, against }) => [group, against])).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
});

test("what is no audit is refused", () => {
  const groups = [
    { x: 1, n: 2 },
    { x: 1, n: 2 },
  ];
  const one = { measure: "ppv", margin: 0.1, groups };
  expect(() => fairnessAudit({ measures: [], reference: 0 })).toThrow(ContractError);
  expect(() => fairnessAudit({ measures: [{ ...one, groups: [groups[0]!] }], reference: 0 })).toThrow(
    ContractError,
  );
  expect(() =>
    fairnessAudit({ measures: [one, { ...one, groups: [...groups, groups[0]!] }], reference: 0 }),
  ).toThrow(ContractError);
  expect(() => fairnessAudit({ measures: [one], reference: 2 })).toThrow(ContractError);
  expect(() => fairnessAudit({ measures: [one], reference: 0, errorRate: 0 })).toThrow(ContractError);
});
