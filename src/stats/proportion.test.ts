import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { incompleteBeta } from "./beta.ts";
import { normalQuantile } from "./normal.ts";
import { clopperPearson, jeffreys, wilson, wilsonContinuity } from "./proportion.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const wilsonAgrees = recordAgreement({
  estimator: "Wilson interval",
  reference: "stats::prop.test",
  tolerance: closedForm,
});
const othersAgree = recordAgreement({
  estimator: "Wilson interval with continuity correction, Jeffreys interval",
  reference: "stats::prop.test, stats::qbeta",
  tolerance: { relative: 1e-10, absolute: 1e-15 },
});
const clopperAgrees = recordAgreement({
  estimator: "Clopper–Pearson interval",
  reference: "stats::binom.test",
  tolerance: closedForm,
});

for (const { name, input, expected } of reference("wilson"))
  test(`wilson agrees with R prop.test: ${name}`, () => {
    const { lower, upper } = wilson(input.x![0]!, input.n![0]!, input.level![0]!);
    wilsonAgrees(name, [lower, upper], expected);
  });

for (const { name, input, expected } of reference("clopper-pearson"))
  test(`clopperPearson agrees with R binom.test: ${name}`, () => {
    const { lower, upper } = clopperPearson(input.x![0]!, input.n![0]!, input.level![0]!);
    clopperAgrees(name, [lower, upper], expected);
  });

test("by hand: all of n give a lower limit of .025^(1/n), none of n its mirror image", () => {
  for (const n of [1, 3, 20.5]) {
    expect(clopperPearson(n, n, 0.95).lower).toBeCloseTo(0.025 ** (1 / n), 13);
    expect(clopperPearson(n, n, 0.95).upper).toBe(1);
    expect(clopperPearson(0, n, 0.95).lower).toBe(0);
    expect(clopperPearson(0, n, 0.95).upper).toBeCloseTo(1 - 0.025 ** (1 / n), 13);
  }
});

test("by hand: nobody of a thousand million, an upper limit with all its digits", () => {
  const n = 1e9;
  const exact = -Math.expm1(Math.log(0.025) / n);
  expect(Math.abs(clopperPearson(0, n, 0.95).upper / exact - 1)).toBeLessThan(1e-13);
  // z² / (n + z²)
  const z = normalQuantile(0.025);
  expect(Math.abs(wilson(0, n, 0.95).upper / ((z * z) / (n + z * z)) - 1)).toBeLessThan(1e-14);
  expect(wilson(n, n, 0.95).upper).toBe(1);
});

const counts = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0.5, max: 1e5, noNaN: true }))
  .map(([share, n]) => ({ x: share * n, n }));

test("wilson: at its limits the score statistic is ±z, for effective sizes too", () => {
  fc.assert(
    fc.property(counts, ({ x, n }) => {
      const z = normalQuantile(0.975);
      const { lower, upper } = wilson(x, n, 0.95);
      for (const limit of [lower, upper])
        expect((x - n * limit) ** 2).toBeCloseTo(z * z * n * limit * (1 - limit), 3 - Math.log10(1 + n));
      expect(lower).toBeLessThanOrEqual(x / n);
      expect(upper).toBeGreaterThanOrEqual(x / n);
    }),
  );
});

test("clopperPearson: each tail at its limit holds 2.5 %", () => {
  fc.assert(
    fc.property(counts, ({ x, n }) => {
      const { lower, upper } = clopperPearson(x, n, 0.95);
      if (lower > 1e-300) expect(incompleteBeta(lower, x, n - x + 1)).toBeCloseTo(0.025, 9);
      if (upper < 1 - 1e-9) expect(incompleteBeta(upper, x + 1, n - x)).toBeCloseTo(0.975, 7);
    }),
  );
});

test("bugs of the caller", () => {
  for (const interval of [wilson, clopperPearson]) {
    expect(() => interval(0, 0, 0.95)).toThrow(ContractError);
    expect(() => interval(3, 2, 0.95)).toThrow("3 of 2 is not a proportion");
    expect(() => interval(-1, 2, 0.95)).toThrow(ContractError);
    expect(() => interval(1, 2, 1)).toThrow(ContractError);
    expect(() => interval(NaN, 2, 0.95)).toThrow(ContractError);
  }
});

for (const { name, input, expected } of reference("proportion-intervals"))
  test(`with continuity correction, and Jeffreys': agrees with R: ${name}`, () => {
    const [x, n] = [input.x![0]!, input.n![0]!];
    const [corrected, bayes] = [wilsonContinuity(x, n, 0.9), jeffreys(x, n, 0.9)];
    othersAgree(
      name,
      [
        [corrected.lower, corrected.upper],
        [bayes.lower, bayes.upper],
      ],
      expected,
    );
  });

test("by hand: Jeffreys' interval of half an event in one is that of a uniform share; nobody is refused", () => {
  // Beta(½ + ½, …) at x = ½ of n = 1 is Beta(1, 1): uniform.
  expect(jeffreys(0.5, 1, 0.9)).toEqual({ lower: expect.closeTo(0.05, 13), upper: expect.closeTo(0.95, 13) });
  expect(() => jeffreys(0, 0, 0.9)).toThrow(ContractError);
  expect(() => wilsonContinuity(3, 2, 0.9)).toThrow(ContractError);
});

test("the correction widens Wilson's interval; both turn with the events", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, share) => {
      const x = Math.round(n * share);
      const [plain, corrected] = [wilson(x, n, 0.95), wilsonContinuity(x, n, 0.95)];
      expect(corrected.lower).toBeLessThanOrEqual(plain.lower);
      expect(corrected.upper).toBeGreaterThanOrEqual(plain.upper);
      for (const interval of [wilsonContinuity, jeffreys])
        expect(interval(n - x, n, 0.95).lower).toBeCloseTo(1 - interval(x, n, 0.95).upper, 12);
    }),
  );
});
