import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { betaQuantile, incompleteBeta } from "./beta.ts";

const cumulativeAgrees = recordAgreement({
  estimator: "Beta distribution function",
  reference: "stats::pbeta",
  tolerance: { relative: 1e-10 },
});
const quantileAgrees = recordAgreement({
  estimator: "Beta quantile, extremes included",
  reference: "stats::qbeta",
  tolerance: { relative: 1e-8 },
});

for (const { name, input, expected } of reference("special")) {
  const { a, b } = input;
  if (name === "pbeta")
    test("incompleteBeta agrees with R pbeta", () => {
      cumulativeAgrees(
        name,
        input.x!.map((x, i) => incompleteBeta(x, a![i]!, b![i]!)),
        expected,
      );
    });
  if (name === "qbeta")
    test("betaQuantile agrees with R qbeta", () => {
      quantileAgrees(
        name,
        input.p!.map((p, i) => betaQuantile(p, a![i]!, b![i]!)),
        expected,
      );
    });
}

test("by hand: I(x; a, 1) = x^a and I(x; 1, b) = 1 − (1 − x)^b", () => {
  for (const x of [1e-6, 0.2, 0.5, 0.9])
    for (const shape of [0.3, 1, 2.5, 40]) {
      expect(Math.abs(incompleteBeta(x, shape, 1) / x ** shape - 1)).toBeLessThan(1e-12);
      expect(incompleteBeta(x, 1, shape)).toBeCloseTo(1 - (1 - x) ** shape, 13);
    }
});

/** P(X ≥ k) for X binomial(n, x), added up term by term. */
function binomialTail(k: number, n: number, x: number): number {
  let sum = 0;
  for (let j = k; j <= n; j++) {
    let term = 1;
    for (let i = 0; i < j; i++) term *= ((n - i) / (j - i)) * x;
    sum += term * (1 - x) ** (n - j);
  }
  return sum;
}

describe("properties", () => {
  const shape = fc.double({ min: 0.05, max: 500, noNaN: true });
  const share = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });

  test("I(x; k, n − k + 1) is the binomial tail", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.integer({ min: 0, max: 25 }), share, (k, more, x) => {
        const tail = binomialTail(k, k + more, x);
        expect(Math.abs(incompleteBeta(x, k, more + 1) / tail - 1)).toBeLessThan(1e-10);
      }),
    );
  });

  test("I(x; a, b) + I(1 − x; b, a) = 1", () => {
    fc.assert(
      fc.property(share, shape, shape, (x, a, b) => {
        expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 11);
      }),
    );
  });

  test("the quantile is the inverse", () => {
    fc.assert(
      fc.property(share, shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        // Near 1 neighbouring doubles lie too far apart to hit p.
        if (x < 1 - 1e-6 && x > 1e-300) expect(Math.abs(incompleteBeta(x, a, b) / p - 1)).toBeLessThan(1e-8);
      }),
    );
  });
});

test("edges and bugs of the caller", () => {
  expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1]);
  expect(() => incompleteBeta(-0.1, 1, 1)).toThrow(ContractError);
  expect(() => incompleteBeta(0.5, 0, 1)).toThrow(ContractError);
  expect(() => betaQuantile(NaN, 1, 1)).toThrow(ContractError);
  expect(() => betaQuantile(0.5, 1, Infinity)).toThrow(ContractError);
});
