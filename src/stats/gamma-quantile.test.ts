import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { lowerIncompleteGamma, upperIncompleteGamma } from "./gamma.ts";
import { gammaQuantile, gammaUpperQuantile, poissonInterval } from "./gamma-quantile.ts";
import { logChoose, logGamma } from "./log-gamma.ts";
import { studentQuantile } from "./student-t.ts";

const agree = recordAgreement({
  estimator: "Quantiles of gamma, chi-square and Student's t; log gamma; Poisson interval",
  reference: "stats::qgamma, qchisq, qt, lgamma",
  tolerance: { relative: 1e-12, absolute: 1e-14 },
});

const ours: Readonly<Record<string, (input: Readonly<Record<string, readonly number[]>>) => number[]>> = {
  gamma: ({ p, a }) => p!.map((share, i) => gammaQuantile(share, a![i]!)),
  "gamma upper": ({ p, a }) => p!.map((share, i) => gammaUpperQuantile(share, a![i]!)),
  lgamma: ({ x }) => x!.map(logGamma),
  student: ({ p, k }) => p!.map((share, i) => studentQuantile(share, k![i]!)),
  poisson: ({ x }) =>
    (["lower", "upper"] as const).flatMap((end) => x!.map((count) => poissonInterval(count, 0.95)[end])),
};
for (const { name, input, expected } of reference("special-quantiles"))
  test(`agrees with R: ${name}`, () => agree(name, ours[name]!(input), expected));

test("by hand: shape 1 is the exponential distribution; no event has an upper limit of 3.69", () => {
  // P(X ≤ x) = 1 − e^−x.
  expect(gammaQuantile(0.5, 1)).toBeCloseTo(Math.LN2, 14);
  expect(gammaUpperQuantile(0.2, 1)).toBeCloseTo(Math.log(5), 14);
  expect(poissonInterval(0, 0.95)).toEqual({ lower: 0, upper: expect.closeTo(-Math.log(0.025), 13) });
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 14);
  expect(logChoose(10, 3)).toBeCloseTo(Math.log(120), 13);
  expect([logChoose(4, 0), logChoose(4, 4)]).toEqual([0, 0]);
});

const shape = fc.double({ min: 1e-3, max: 1e4, noNaN: true });
const share = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true });

test("the quantile's tails hold their share, and both tails make one", () => {
  fc.assert(
    fc.property(shape, share, (a, p) => {
      const x = gammaQuantile(p, a);
      if (x > 1e-290) expect(lowerIncompleteGamma(a, x) / p).toBeCloseTo(1, 9);
      const upper = gammaUpperQuantile(p, a);
      if (upper > 1e-290) expect(upperIncompleteGamma(a, upper) / p).toBeCloseTo(1, 9);
    }),
  );
  fc.assert(
    fc.property(shape, fc.double({ min: 1e-290, max: 1e4, noNaN: true }), (a, x) => {
      expect(lowerIncompleteGamma(a, x) + upperIncompleteGamma(a, x)).toBeCloseTo(1, 12);
    }),
  );
});

test("edges, and bugs of the caller", () => {
  expect([gammaQuantile(0, 3), gammaQuantile(1, 3)]).toEqual([0, Infinity]);
  expect([gammaUpperQuantile(1, 3), gammaUpperQuantile(0, 3)]).toEqual([0, Infinity]);
  expect(lowerIncompleteGamma(2, 0)).toBe(0);
  expect(lowerIncompleteGamma(2, Infinity)).toBe(1);
  for (const call of [
    () => gammaQuantile(1.1, 3),
    () => gammaQuantile(0.5, 0),
    () => gammaUpperQuantile(Number.NaN, 3),
    () => lowerIncompleteGamma(2, -1),
    () => poissonInterval(1.5, 0.95),
    () => poissonInterval(2, 1),
    () => logGamma(0),
    () => studentQuantile(0, 3),
    () => studentQuantile(0.5, 0),
  ])
    expect(call).toThrow(ContractError);
});
