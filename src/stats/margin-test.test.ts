import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { exactMarginTest } from "./exact-margin-test.ts";
import { countsMarginTest, normalMarginTest, scoreMarginTest } from "./margin-test.ts";
import { normalCdf } from "./normal.ts";
import { miettinenNurminenDifference } from "./two-proportions.ts";

test("by hand: a difference of .3 with standard error .1 against margins of .1 and .5", () => {
  const against = (margin: number) => normalMarginTest({ difference: 0.3, stdError: 0.1 }, margin);
  // (.3 − .1)/.1 = 2 and (.3 + .1)/.1 = 4.
  expect(against(0.1).beyond()).toBeCloseTo(normalCdf(-2) + normalCdf(-4), 14);
  expect(against(0.1).within()).toBe(1);
  // (.5 − .3)/.1 = 2 to the upper margin, 8 to the lower.
  expect(against(0.5).within()).toBeCloseTo(normalCdf(-2), 14);
  expect(against(0.5).beyond()).toBe(1);
  const { lower, upper } = against(0.1).limitsAt(0.95);
  expect([lower, upper]).toEqual([
    expect.closeTo(0.3 - 0.1959963984540054, 14),
    expect.closeTo(0.4959963984540054, 14),
  ]);
});

test("by hand: without a margin it is the two-sided score test with the pooled variance", () => {
  // 30/100 and 50/100: pooled .4, V = .24 · 2/100 · 200/199.
  const { beyond, within } = scoreMarginTest({ x1: 30, n1: 100, x2: 50, n2: 100 }, 0);
  expect(beyond()).toBeCloseTo(2 * normalCdf(-0.2 / Math.sqrt((0.0048 * 200) / 199)), 12);
  expect(within()).toBe(1);
});

test("by hand: Student's t with one degree of freedom is Cauchy's", () => {
  const { beyond } = normalMarginTest({ difference: -3, stdError: 1 }, 1, 1);
  expect(beyond()).toBeCloseTo(0.5 - Math.atan(2) / Math.PI + 0.5 - Math.atan(4) / Math.PI, 12);
  expect(normalMarginTest({ difference: 0, stdError: 1 }, 1, 1).within()).toBeCloseTo(0.25, 12);
});

test("p values turn over at the limits of Miettinen and Nurminen's interval", () => {
  const counts = { x1: 56, n1: 70, x2: 48, n2: 80 };
  const { lower, upper } = miettinenNurminenDifference(counts, 0.95);
  // The test of the far side adds little to the 2.5 % at a limit.
  expect(scoreMarginTest(counts, lower).beyond()).toBeCloseTo(0.025, 3);
  expect(scoreMarginTest(counts, upper).within()).toBeCloseTo(0.025, 9);
  expect(countsMarginTest(counts, 0.1).limitsAt(0.95)).toEqual({ lower, upper });
  expect(scoreMarginTest(counts, 0.1).limitsAt(0.95)).toEqual({ lower, upper });
});

// Where the two differ most of those tried: p values near .004, the level of a first comparison among twelve.
test.each([
  [45_124, 0.01, "beyond"],
  [18_876, 0.05, "beyond"],
  [37_124, 0.01, "within"],
  [21_124, 0.05, "within"],
] as const)(
  "from 10,000 in each cell on the score test stands for the exact one: %i, margin %f",
  (x1, margin, side) => {
    const counts = { x1, n1: 400_000, x2: 10_000, n2: 100_000 };
    const exact = exactMarginTest(counts, margin)[side]();
    const score = scoreMarginTest(counts, margin)[side]();
    expect(Math.abs(exact - 1e-5 - score)).toBeLessThan(0.03 * score);
    expect(countsMarginTest(counts, margin)[side]()).toBe(score);
    expect(countsMarginTest({ ...counts, x2: 9_999 }, margin)[side]()).not.toBe(
      scoreMarginTest({ ...counts, x2: 9_999 }, margin)[side](),
    );
  },
);

test("groups change places, successes and failures are exchanged: the same p values", () => {
  const counts = { x1: 5.5, n1: 20.25, x2: 31, n2: 44 };
  const one = scoreMarginTest(counts, 0.1, 12);
  const turned = scoreMarginTest({ x1: 31, n1: 44, x2: 5.5, n2: 20.25 }, 0.1, 12);
  const failures = scoreMarginTest({ x1: 14.75, n1: 20.25, x2: 13, n2: 44 }, 0.1, 12);
  for (const other of [turned, failures]) {
    expect(other.beyond()).toBeCloseTo(one.beyond(), 12);
    expect(other.difference).toBeCloseTo(-one.difference, 14);
  }
});

test("what is no difference or no margin is refused", () => {
  const counts = { x1: 1, n1: 2, x2: 1, n2: 2 };
  for (const fault of [{ x1: 3 }, { n1: 0.5 }, { x2: -1 }, { n2: Number.NaN }])
    expect(() => scoreMarginTest({ ...counts, ...fault }, 0.1)).toThrow(ContractError);
  expect(() => scoreMarginTest(counts, 1)).toThrow(ContractError);
  expect(() => normalMarginTest({ difference: Number.NaN, stdError: 1 }, 0.1)).toThrow(ContractError);
  expect(() => normalMarginTest({ difference: 0, stdError: 0 }, 0.1)).toThrow(ContractError);
  expect(() => normalMarginTest({ difference: 0, stdError: 1 }, -0.1)).toThrow(ContractError);
});
