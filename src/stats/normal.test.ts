import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { normalCdf, normalDensity, normalQuantile } from "./normal.ts";

const quantileAgrees = recordAgreement({
  estimator: "Normal quantile",
  reference: "stats::qnorm",
  tolerance: { relative: 1e-10 },
});
const tailAgrees = recordAgreement({
  estimator: "Normal upper tail",
  reference: "stats::pnorm",
  tolerance: { relative: 1e-10 },
});

for (const { name, input, expected } of reference("special")) {
  if (name === "qnorm")
    test("normalQuantile agrees with R qnorm", () => {
      quantileAgrees(name, input.p!.map(normalQuantile), expected);
    });
  if (name === "pnorm_upper")
    test("the upper tail agrees with R pnorm(lower.tail = FALSE)", () => {
      tailAgrees(
        name,
        input.x!.map((x) => normalCdf(-x)),
        expected,
      );
    });
}

describe("normalCdf", () => {
  test("by hand: half at 0, symmetric", () => {
    expect(normalCdf(0)).toBe(0.5);
    for (const x of [0.1, 1, 2.9, 3, 3.1, 6]) expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 14);
  });

  test("series and continued fraction meet at 3", () => {
    const step = 1e-7;
    const rise = (normalCdf(-3 + step) - normalCdf(-3 - step)) / (2 * step);
    expect(Math.abs(rise / normalDensity(3) - 1)).toBeLessThan(1e-6);
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

describe("normalQuantile", () => {
  test("symmetric; the ends are infinite", () => {
    for (const p of [0.001, 0.2, 0.4]) expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 12);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });

  test("bugs of the caller", () => {
    for (const p of [-0.1, 1.1, NaN]) expect(() => normalQuantile(p)).toThrow(ContractError);
  });
});
