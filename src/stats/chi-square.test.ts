import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { chiSquareUpperTail } from "./chi-square.ts";
import { normalCdf } from "./normal.ts";

/** e^(−x/2) x^(df/2 − 1) / (2^(df/2) Γ(df/2)), Γ from Γ(½) = √π and Γ(1) = 1 upwards. */
function density(x: number, df: number): number {
  let gamma = df % 2 === 1 ? Math.sqrt(Math.PI) : 1;
  for (let a = df % 2 === 1 ? 0.5 : 1; a < df / 2; a++) gamma *= a;
  return (Math.exp(-x / 2) * x ** (df / 2 - 1)) / (2 ** (df / 2) * gamma);
}

test("by hand: e^(−x/2) for two degrees of freedom, the normal tails for one", () => {
  for (const x of [0.1, 1, 3.841458820694124, 40, 700]) {
    expect(chiSquareUpperTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 13);
    expect(chiSquareUpperTail(x, 4) / (Math.exp(-x / 2) * (1 + x / 2))).toBeCloseTo(1, 13);
    expect(chiSquareUpperTail(x, 1) / (2 * normalCdf(-Math.sqrt(x)))).toBeCloseTo(1, 13);
  }
  // The 5 % point of one degree of freedom is the square of the normal's 2.5 % point.
  expect(chiSquareUpperTail(3.841458820694124, 1)).toBeCloseTo(0.05, 14);
});

test("the slope of the tail is minus the density", () => {
  for (const df of [1, 2, 3, 4, 5, 8, 11])
    for (const x of [0.3, 1, 4, 9, 25]) {
      const h = 1e-4 * x;
      const slope = (chiSquareUpperTail(x + h, df) - chiSquareUpperTail(x - h, df)) / (2 * h);
      expect(-slope / density(x, df)).toBeCloseTo(1, 6);
    }
});

test("edges: 1 at 0, 0 at infinity, falls in x, grows with the degrees of freedom", () => {
  for (const df of [1, 2, 3, 6, 7, 400]) {
    expect(chiSquareUpperTail(0, df)).toBe(1);
    expect(chiSquareUpperTail(Infinity, df)).toBe(0);
    expect(chiSquareUpperTail(5, df + 1)).toBeGreaterThanOrEqual(chiSquareUpperTail(5, df));
  }
  expect(chiSquareUpperTail(400, 400)).toBeGreaterThan(0.4);
  for (const x of [-1, NaN]) expect(() => chiSquareUpperTail(x, 1)).toThrow(ContractError);
  for (const df of [0, 1.5, NaN]) expect(() => chiSquareUpperTail(1, df)).toThrow(ContractError);
});
