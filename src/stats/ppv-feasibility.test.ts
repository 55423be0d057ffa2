import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { aucNeeded, sensitivityAtPpv, sensitivityCeiling } from "./ppv-feasibility.ts";

const insurer = { auc: 0.84, ppv: 0.9 };

describe("a PPV of 90 % at an AUC of .84", () => {
  // Published arithmetic on an insurer's goal, rounded as printed there.
  test.each([
    [0.05, "0.35"],
    [0.1, "1.7"],
    [0.2, "6.8"],
    [0.3, "14.6"],
  ])("at an event rate of %d and equal spread", (prevalence, percent) => {
    const sensitivity = sensitivityAtPpv({ ...insurer, prevalence, sdRatio: 1 });
    expect((100 * sensitivity).toFixed(percent.split(".")[1]!.length)).toBe(percent);
  });

  test.each([
    [1.25, "8.8", 1],
    [1.5, "20", 0],
    [2, "38", 0],
  ])("at 5 %% and a ratio of spreads of %d", (sdRatio, percent, decimals) => {
    const sensitivity = sensitivityAtPpv({ ...insurer, prevalence: 0.05, sdRatio });
    expect((100 * sensitivity).toFixed(decimals)).toBe(percent);
  });

  test("no concave curve exceeds 68 %", () => {
    // (2 · .84 − 1) · 171/170, the likelihood ratio being 9 · 19.
    expect(sensitivityCeiling({ ...insurer, prevalence: 0.05 })).toBeCloseTo((0.68 * 171) / 170, 12);
  });

  test("half of the events need another AUC: by hand from tables of the normal distribution", () => {
    // A sensitivity of .50 leaves .50/171 = .0029240 of the others: z = 2.7560, and Φ(2.7560/√2) = .9743.
    expect(aucNeeded({ prevalence: 0.05, ppv: 0.9, sensitivity: 0.5 })).toBeCloseTo(0.9743, 4);
  });
});

const auc = fc.double({ min: 0.55, max: 0.99, noNaN: true });
const prevalence = fc.double({ min: 0.005, max: 0.6, noNaN: true });
const ppv = fc.double({ min: 0.05, max: 0.95, noNaN: true });

test("the sensitivity found gives the PPV asked for: twin by numerical integration", () => {
  const tail = (threshold: number, mean: number, sd: number) => {
    // Simpson's rule over the density, no distribution function.
    const [from, steps] = [threshold, 4000];
    const to = Math.max(threshold, mean) + 12 * sd;
    const height = (x: number) => Math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * Math.sqrt(2 * Math.PI));
    const width = (to - from) / steps;
    let sum = height(from) + height(to);
    for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * height(from + i * width);
    return (sum * width) / 3;
  };
  const area = (mean: number, sd: number) => {
    // P(case > control) by summing over controls.
    let sum = 0;
    for (let x = -8; x < 8; x += 0.05) {
      const middle = x + 0.025;
      sum += ((0.05 * Math.exp(-0.5 * middle ** 2)) / Math.sqrt(2 * Math.PI)) * tail(middle, mean, sd);
    }
    return sum;
  };
  for (const [sdRatio, mean] of [
    [1, 1.2],
    [1.5, 1.9],
  ] as const) {
    for (const threshold of [1.5, 2.5]) {
      const [cases, controls] = [tail(threshold, mean, sdRatio), tail(threshold, 0, 1)];
      const rate = 0.08;
      const reached = (rate * cases) / (rate * cases + (1 - rate) * controls);
      const found = sensitivityAtPpv({ auc: area(mean, sdRatio), prevalence: rate, ppv: reached, sdRatio });
      expect(found).toBeCloseTo(cases, 4);
    }
  }
});

test("equal spread: the AUC needed for what an AUC gives is that AUC", () => {
  fc.assert(
    fc.property(auc, prevalence, ppv, (area, rate, target) => {
      const sensitivity = sensitivityAtPpv({ auc: area, prevalence: rate, ppv: target, sdRatio: 1 });
      fc.pre(target > rate * 1.02 && sensitivity > 1e-200 && sensitivity < 1 - 1e-9);
      expect(aucNeeded({ prevalence: rate, ppv: target, sensitivity })).toBeCloseTo(area, 6);
    }),
  );
});

test("a better test finds no less, a higher target no more; none passes the ceiling of concave curves", () => {
  fc.assert(
    fc.property(auc, prevalence, ppv, (area, rate, target) => {
      const at = (other: { auc?: number; ppv?: number }) =>
        sensitivityAtPpv({ auc: area, prevalence: rate, ppv: target, sdRatio: 1, ...other });
      expect(at({ auc: area + 0.005 })).toBeGreaterThanOrEqual(at({}) - 1e-9);
      expect(at({ ppv: target + 0.01 })).toBeLessThanOrEqual(at({}) + 1e-9);
      const ceiling = sensitivityCeiling({ auc: area, prevalence: rate, ppv: target });
      expect(at({})).toBeLessThanOrEqual(ceiling + 1e-9);
    }),
  );
});

test("edges: a target that flagging everybody meets, an AUC near chance, and what is no share", () => {
  expect(sensitivityAtPpv({ auc: 0.7, prevalence: 0.3, ppv: 0.29, sdRatio: 2 })).toBe(1);
  expect(sensitivityCeiling({ auc: 0.7, prevalence: 0.3, ppv: 0.2 })).toBe(1);
  expect(aucNeeded({ prevalence: 0.3, ppv: 0.2, sensitivity: 0.5 })).toBe(0.5);
  expect(sensitivityAtPpv({ auc: 0.5001, prevalence: 0.05, ppv: 0.9, sdRatio: 1 })).toBe(0);
  const good = { auc: 0.8, prevalence: 0.1, ppv: 0.5, sdRatio: 1 };
  const wrong = [{ auc: 0.5 }, { auc: 1 }, { prevalence: 0 }, { ppv: 1 }, { sdRatio: 0.9 }, { ppv: NaN }];
  for (const one of wrong) expect(() => sensitivityAtPpv({ ...good, ...one })).toThrow(ContractError);
});
