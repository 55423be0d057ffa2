import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { binomialMass } from "./binomial-mass.ts";
import { exactMarginTest } from "./exact-margin-test.ts";
import { scoreMarginTest } from "./margin-test.ts";

// The supremum is found on grids: R's and ours are not the same.
const agrees = recordAgreement({
  estimator: "Exact test of a difference of proportions against a margin",
  reference: "dbinom over every table and a grid over the hypothesis, optimize",
  tolerance: { absolute: 1e-6 },
});

for (const { name, input, expected } of reference("exact-margin"))
  test(`exact test agrees with R: ${name}`, () => {
    const [x1, n1, x2, n2] = input.counts as [number, number, number, number];
    const { beyond, within } = exactMarginTest({ x1, n1, x2, n2 }, input.margin![0]!);
    agrees(name, [beyond(), within()], expected as readonly number[]);
  });

test.each([0, 0.2, 0.3])("by hand: two of two against none of one, margin %f", (margin) => {
  // Only (2, 0) and (0, 1) are as far. p₁²(1 − p₂) + (1 − p₁)²p₂ with p₁ = p₂ + m is p₂ − p₂² + m²: at most ¼ + m².
  const { beyond, within } = exactMarginTest({ x1: 2, n1: 2, x2: 0, n2: 1 }, margin);
  expect(beyond()).toBeCloseTo(1 / 4 + margin ** 2 + 1e-5, 7);
  expect(within()).toBe(1);
});

/** Chance that the test of all tables of n₁ and n₂ has p ≤ α, at each of the true proportions. */
function rejections(n1: number, n2: number, margin: number, side: "beyond" | "within") {
  const p = Array.from({ length: n1 + 1 }, (_, x1) =>
    Array.from({ length: n2 + 1 }, (_, x2) => exactMarginTest({ x1, n1, x2, n2 }, margin)[side]()),
  );
  return (alpha: number, p1: number, p2: number) => {
    const [one, two] = [binomialMass(n1, p1), binomialMass(n2, p2)];
    let sum = 0;
    one.mass.forEach((a, i) => {
      two.mass.forEach((b, j) => {
        if (p[one.first + i]![two.first + j]! <= alpha) sum += a * b;
      });
    });
    return sum;
  };
}

describe("the error never exceeds the level", () => {
  const grid = Array.from({ length: 101 }, (_, k) => k / 100);
  const near = (p1: number, margin: number) =>
    [-margin, -margin / 2, 0, margin / 2, margin].map((d) => p1 + d);
  const far = (p1: number, margin: number) => [-2, -1.3, -1, 1, 1.3, 2].map((factor) => p1 + factor * margin);
  test.each([
    [12, 12, 0],
    [20, 7, 0],
    [25, 6, 0.05],
    [14, 13, 0.1],
    [30, 9, 0.2],
  ])("beyond: groups of %i and %i, margin %f", (n1, n2, margin) => {
    const chance = rejections(n1, n2, margin, "beyond");
    let used = 0;
    for (const alpha of [0.05, 0.01, 0.004])
      for (const p1 of grid)
        for (const p2 of near(p1, margin).filter((p) => p >= 0 && p <= 1)) {
          expect(chance(alpha, p1, p2)).toBeLessThanOrEqual(alpha);
          used = Math.max(used, chance(alpha, p1, p2) / alpha);
        }
    expect(used).toBeGreaterThan(0.6);
  });
  test.each([
    [20, 20, 0.3],
    [30, 9, 0.4],
  ])("within: groups of %i and %i, margin %f", (n1, n2, margin) => {
    const chance = rejections(n1, n2, margin, "within");
    for (const alpha of [0.05, 0.01])
      for (const p1 of grid)
        for (const p2 of far(p1, margin).filter((p) => p >= 0 && p <= 1))
          expect(chance(alpha, p1, p2)).toBeLessThanOrEqual(alpha);
  });
});

describe("properties", () => {
  const group = fc
    .integer({ min: 1, max: 60 })
    .chain((n) => fc.integer({ min: 0, max: n }).map((x) => ({ x, n })));

  test("groups change places; at most one of the two can be shown", () => {
    fc.assert(
      fc.property(group, group, fc.constantFrom(0.02, 0.1, 0.3), (a, b, margin) => {
        const counts = { x1: a.x, n1: a.n, x2: b.x, n2: b.n };
        const found = exactMarginTest(counts, margin);
        const turned = exactMarginTest({ x1: b.x, n1: b.n, x2: a.x, n2: a.n }, margin);
        const p = [found.beyond(), found.within()];
        expect([turned.beyond(), turned.within()]).toEqual(p);
        expect(Math.max(...p)).toBe(1);
      }),
      { numRuns: 200 },
    );
  });

  test("in large groups it is the score test", () => {
    for (const counts of [
      { x1: 8200, n1: 40_000, x2: 7450, n2: 30_000 },
      { x1: 8200, n1: 40_000, x2: 7500, n2: 30_000 },
      { x1: 8200, n1: 40_000, x2: 7350, n2: 30_000 },
    ]) {
      const [exact, score] = [exactMarginTest(counts, 0.05), scoreMarginTest(counts, 0.05)];
      expect(Math.abs(exact.beyond() - score.beyond())).toBeLessThan(0.02 * score.beyond() + 2e-4);
      expect(Math.abs(exact.within() - score.within())).toBeLessThan(0.02 * score.within() + 2e-4);
    }
  });

  test("binomial masses add up to 1 and have the mean n p", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, p) => {
        const { first, mass } = binomialMass(n, p);
        let [sum, mean] = [0, 0];
        mass.forEach((b, i) => {
          sum += b;
          mean += b * (first + i);
        });
        expect(sum).toBeCloseTo(1, 12);
        expect(mean).toBeCloseTo(n * p, 7);
      }),
    );
  });
});

test("by hand: binomial masses of four tosses", () => {
  const { first, mass } = binomialMass(4, 0.5);
  expect(first).toBe(0);
  expect(Array.from(mass, (b) => b * 16)).toEqual([1, 4, 6, 4, 1]);
  expect(binomialMass(4, 0)).toEqual({ first: 0, mass: Float64Array.of(1) });
  expect(binomialMass(4, 1)).toEqual({ first: 4, mass: Float64Array.of(1) });
});

test("what are no counts, or no margin, is refused", () => {
  const counts = { x1: 1, n1: 2, x2: 1, n2: 2 };
  for (const fault of [{ x1: 3 }, { n1: 0 }, { x2: -1 }, { n2: Number.NaN }, { x1: 0.5 }])
    expect(() => exactMarginTest({ ...counts, ...fault }, 0.1)).toThrow(ContractError);
  for (const margin of [-0.1, 1, Number.NaN])
    expect(() => exactMarginTest(counts, margin)).toThrow(ContractError);
});
