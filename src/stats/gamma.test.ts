import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { assertClose, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { upperIncompleteGamma } from "./gamma.ts";
import { normalCdf } from "./normal.ts";

const agrees = recordAgreement({
  estimator: "Gamma upper tail",
  reference: "stats::pgamma",
  tolerance: { relative: 1e-13 },
});

for (const { name, input, expected } of reference("special-tails"))
  if (name === "pgamma_upper")
    test("upperIncompleteGamma agrees with R pgamma(lower.tail = FALSE)", () => {
      agrees(
        name,
        input.x!.map((x, i) => upperIncompleteGamma(input.shape![i]!, x)),
        expected,
      );
    });

test("by hand: shape 1 is exp(−x), shape ½ two normal tails, a whole shape a Poisson sum", () => {
  for (const x of [1e-9, 0.4, 0.6, 3, 40, 600]) {
    const poisson = Math.exp(-x) * (1 + x + (x * x) / 2);
    assertClose(
      [1, 0.5, 3].map((shape) => upperIncompleteGamma(shape, x)),
      [Math.exp(-x), 2 * normalCdf(-Math.sqrt(2 * x)), poisson],
      { relative: 2e-13 },
    );
  }
});

test("Q(a + 1, x) − Q(a, x) is x^a e^−x / Γ(a + 1), on both sides of where the two forms meet", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0.3, max: 80, noNaN: true }), (a, x) => {
      let term = Math.exp(-x);
      for (let k = 1; k <= a; k++) term *= x / k;
      expect(upperIncompleteGamma(a + 1, x) - upperIncompleteGamma(a, x)).toBeCloseTo(term, 13);
    }),
  );
});

test("falls in x, rises with the shape, between 0 and 1", () => {
  const positive = fc.double({ min: 0.01, max: 3000, noNaN: true });
  fc.assert(
    fc.property(positive, positive, positive, (x, more, a) => {
      const tail = upperIncompleteGamma(a, x);
      expect(tail).toBeGreaterThanOrEqual(0);
      expect(tail).toBeLessThanOrEqual(1);
      expect(upperIncompleteGamma(a, x + more)).toBeLessThanOrEqual(tail * (1 + 1e-11));
      expect(upperIncompleteGamma(a + more, x)).toBeGreaterThanOrEqual(tail * (1 - 1e-11));
    }),
  );
});

test("edges and bugs of the caller", () => {
  expect([upperIncompleteGamma(2, 0), upperIncompleteGamma(2, Infinity)]).toEqual([1, 0]);
  for (const shape of [0.5, 5, 1000]) {
    expect(upperIncompleteGamma(shape, Number.MIN_VALUE)).toBeCloseTo(1, 14);
    expect(upperIncompleteGamma(shape, Number.MAX_VALUE)).toBe(0);
  }
  expect(upperIncompleteGamma(1e8, 1e8)).toBeCloseTo(0.5 - 1 / (3 * Math.sqrt(2 * Math.PI * 1e8)), 8);
  for (const [shape, x] of [
    [0, 1],
    [-1, 1],
    [NaN, 1],
    [Infinity, 1],
    [1, -1],
    [1, NaN],
  ] as const)
    expect(() => upperIncompleteGamma(shape, x)).toThrow(ContractError);
});

test("by hand: a shape near 0 is that of the exponential integral; no step at ¼ or ½", () => {
  const euler = 0.5772156649015329;
  // E₁(x) = −γ − log x − Σ (−x)^k/(k·k!)
  for (const x of [1e-9, 1e-3, 0.1, 0.49]) {
    let [term, sum] = [1, 0];
    for (let k = 1; k < 20; k++) {
      term *= -x / k;
      sum += term / k;
    }
    // Q(a, x)/a differs from its limit by about a log(x)²/2.
    const tail = upperIncompleteGamma(1e-17, x);
    expect(tail / (1e-17 * (-euler - Math.log(x) - sum))).toBeCloseTo(1, 14);
  }
  for (const x of [1e-6, 0.01, 0.4999])
    expect(upperIncompleteGamma(0.25 - 1e-15, x) / upperIncompleteGamma(0.25, x)).toBeCloseTo(1, 12);
  for (const a of [1e-5, 0.1, 0.2])
    expect(upperIncompleteGamma(a, 0.5 - 1e-15) / upperIncompleteGamma(a, 0.5)).toBeCloseTo(1, 13);
});
