import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { betaQuantile, betaUpperQuantile, betaUpperTail, incompleteBeta } from "./beta.ts";

const cumulativeAgrees = recordAgreement({
  estimator: "Beta distribution function and upper tail",
  reference: "stats::pbeta",
  tolerance: { relative: 1e-13 },
});
const quantileAgrees = recordAgreement({
  estimator: "Beta quantile by either tail, extremes included",
  reference: "stats::qbeta",
  tolerance: { relative: 1e-13 },
});

const compared = {
  pbeta: [cumulativeAgrees, incompleteBeta],
  pbeta_upper: [cumulativeAgrees, betaUpperTail],
  qbeta: [quantileAgrees, betaQuantile],
  qbeta_upper: [quantileAgrees, betaUpperQuantile],
} as const;

for (const file of ["special", "special-tails"])
  for (const { name, input, expected } of reference(file)) {
    const comparison = compared[name as keyof typeof compared];
    if (comparison === undefined) continue;
    const [agrees, ours] = comparison;
    const at = input.x ?? input.p ?? input.q!;
    test(`${ours.name} agrees with R: ${file}`, () => {
      agrees(
        `${file} ${name}`,
        at.map((value, i) => ours(value, input.a![i]!, input.b![i]!)),
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

  test("the upper tail is the other one's mirror image, and its quantile the inverse", () => {
    const small = fc.double({ min: 1e-250, max: 0.5, noNaN: true });
    fc.assert(
      fc.property(small, shape, shape, (q, a, b) => {
        const x = betaUpperQuantile(q, a, b);
        if (!(x > 1e-300 && x < 1 - 1e-6)) return;
        const tail = betaUpperTail(x, a, b);
        expect(Math.abs(tail / q - 1)).toBeLessThan(1e-8);
        if (x >= 0.5) expect(Math.abs(incompleteBeta(1 - x, b, a) / tail - 1)).toBeLessThan(1e-12);
        expect(tail + incompleteBeta(x, a, b)).toBeCloseTo(1, 14);
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

test("shares between 0 and 1 that add up to 1 for shapes from 1e-300 to 1e12", () => {
  const shapes = [1e-300, 1e-10, 0.01, 0.5, 1, 3, 1e3, 1e6, 1e12];
  for (const a of shapes)
    for (const b of shapes)
      for (const x of [
        Number.MIN_VALUE,
        1e-300,
        1e-17,
        1e-9,
        1e-5,
        0.01,
        0.3,
        0.5,
        0.9,
        0.999,
        1 - 2 ** -53,
      ]) {
        const [lower, upper] = [incompleteBeta(x, a, b), betaUpperTail(x, a, b)];
        expect(Math.min(lower, upper), `${x}; ${a}, ${b}`).toBeGreaterThanOrEqual(0);
        expect(Math.max(lower, upper), `${x}; ${a}, ${b}`).toBeLessThanOrEqual(1);
        expect(lower + upper).toBeCloseTo(1, 12);
      }
});

test("edges and bugs of the caller", () => {
  expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  expect([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1]);
  expect([betaUpperTail(0, 2, 3), betaUpperTail(1, 2, 3)]).toEqual([1, 0]);
  expect([betaUpperQuantile(0, 2, 3), betaUpperQuantile(1, 2, 3)]).toEqual([1, 0]);
  expect(() => betaUpperTail(1.1, 1, 1)).toThrow(ContractError);
  expect(() => betaUpperQuantile(-1, 1, 1)).toThrow(ContractError);
  expect(() => incompleteBeta(-0.1, 1, 1)).toThrow(ContractError);
  expect(() => incompleteBeta(0.5, 0, 1)).toThrow(ContractError);
  expect(() => betaQuantile(NaN, 1, 1)).toThrow(ContractError);
  expect(() => betaQuantile(0.5, 1, Infinity)).toThrow(ContractError);
});
