import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { normalCdf, normalDensity, normalLogCdf, normalQuantile } from "./normal.ts";

const about = { tolerance: { relative: 1e-13 } };
const quantileAgrees = recordAgreement({
  estimator: "Normal quantile",
  reference: "stats::qnorm",
  ...about,
});
const tailAgrees = recordAgreement({
  estimator: "Normal distribution function, both tails, and its logarithm",
  reference: "stats::pnorm",
  ...about,
});

const compared = {
  qnorm: [quantileAgrees, normalQuantile],
  pnorm_upper: [tailAgrees, (x: number) => normalCdf(-x)],
  pnorm: [tailAgrees, normalCdf],
  pnorm_log: [tailAgrees, normalLogCdf],
} as const;

for (const file of ["special", "special-tails"])
  for (const { name, input, expected } of reference(file)) {
    const comparison = compared[name as keyof typeof compared];
    if (comparison === undefined) continue;
    const [agrees, ours] = comparison;
    test(`agrees with R: ${file}, ${name}`, () => {
      agrees(`${file} ${name}`, (input.p ?? input.x!).map(ours), expected);
    });
  }

describe("normalCdf", () => {
  test("by hand: half at 0, symmetric", () => {
    expect(normalCdf(0)).toBe(0.5);
    for (const x of [0.1, 1, 2.9, 3, 3.1, 6]) expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 14);
  });

  test("series and continued fraction meet at 1", () => {
    const step = 1e-7;
    const rise = (normalCdf(-1 + step) - normalCdf(-1 - step)) / (2 * step);
    expect(Math.abs(rise / normalDensity(1) - 1)).toBeLessThan(1e-6);
  });

  test("rises with x, by the area under the density (Simpson's rule)", () => {
    fc.assert(
      fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (x) => {
        const step = 1 / 64;
        const rise =
          (normalDensity(x) + 4 * normalDensity(x + step / 2) + normalDensity(x + step)) * (step / 6);
        const tail = (z: number) => normalCdf(-Math.abs(z));
        const difference = x >= 0 ? tail(x) - tail(x + step) : normalCdf(x + step) - normalCdf(x);
        expect(Math.abs(difference / rise - 1)).toBeLessThan(1e-6);
      }),
      { numRuns: 2000 },
    );
  });

  test("is the inverse of the quantile, in relative terms in the tail", () => {
    for (const p of [1e-300, 1e-20, 1e-8, 0.001, 0.02, 0.074, 0.076, 0.3, 0.5])
      expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-11);
  });

  test("edges", () => {
    expect([normalCdf(-Infinity), normalCdf(Infinity)]).toEqual([0, 1]);
    expect(() => normalCdf(NaN)).toThrow(ContractError);
  });
});

test("the logarithm of the lower tail: that of the tail where it is a number, −x²/2 − log(−x√2π) far below", () => {
  for (const x of [-37, -5, -1, -0.99, 0, 0.99, 1])
    expect(normalLogCdf(x)).toBeCloseTo(Math.log(normalCdf(x)), 12);
  expect(Math.abs(normalLogCdf(-1e6) / (-5e11 - Math.log(1e6 * Math.sqrt(2 * Math.PI))) - 1)).toBeLessThan(
    1e-15,
  );
  expect(normalLogCdf(-Infinity)).toBe(-Infinity);
  expect(normalLogCdf(Infinity)).toBeCloseTo(0, 15);
  expect(() => normalLogCdf(NaN)).toThrow(ContractError);
});

test("by hand: the density at 0, 1 and 38; far out it is 0, never NaN", () => {
  const height = 1 / Math.sqrt(2 * Math.PI);
  expect(normalDensity(0)).toBeCloseTo(height, 16);
  expect(normalDensity(1)).toBeCloseTo(height / Math.sqrt(Math.E), 16);
  // φ(38) = e^−722/√2π, which Math.exp gives to an ulp because 722 is a whole number.
  expect(normalDensity(-38) / (Math.exp(-722) * height)).toBeCloseTo(1, 12);
  for (const far of [39.1, 1e200, Number.MAX_VALUE, Infinity]) {
    expect([normalDensity(far), normalDensity(-far)]).toEqual([0, 0]);
    expect([normalCdf(-far), normalCdf(far)]).toEqual([0, 1]);
  }
  expect(() => normalDensity(NaN)).toThrow(ContractError);
});

describe("normalQuantile", () => {
  test("symmetric; the ends are infinite", () => {
    for (const p of [0.001, 0.2, 0.4]) expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 12);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });

  test("bugs of the caller", () => {
    for (const p of [-0.1, 1.1, NaN]) expect(() => normalQuantile(p)).toThrow(ContractError);
  });
});
