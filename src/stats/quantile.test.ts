import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { ascendingOrder } from "./order.ts";
import { observedQuantile, quantile, quantiles } from "./quantile.ts";
import { seededRandom } from "./random.ts";

test("by hand: 1, 2, 4, 8", () => {
  const values = Float64Array.of(8, 1, 4, 2);
  // Positions 0, 3p: p = .25 lies .75 of the way from the first to the second.
  expect(quantile(values, 0.25)).toBe(1.75);
  expect(quantile(values, 0.5)).toBe(3);
  expect([quantile(values, 0), quantile(values, 1)]).toEqual([1, 8]);
  expect([0, 0.25, 0.26, 0.5, 0.75, 0.76, 1].map((p) => observedQuantile(values, p))).toEqual([
    1, 1, 2, 2, 4, 8, 8,
  ]);
});

test("observedQuantile: a product that misses a whole number by rounding counts as it", () => {
  // 100 · .07 is 7.000000000000001 in binary.
  const values = Float64Array.from({ length: 100 }, (_, i) => i + 1);
  expect(100 * 0.07).toBeGreaterThan(7);
  expect(observedQuantile(values, 0.07)).toBe(7);
});

test("order is irrelevant, both lie between the extremes, p = ½ of an odd number is the middle", () => {
  const list = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(list, fc.double({ min: 0, max: 1, noNaN: true }), (items, p) => {
      const values = Float64Array.from(items);
      const sorted = values.toSorted();
      for (const estimate of [quantile, observedQuantile]) {
        expect(estimate(values, p)).toBe(estimate(sorted, p));
        expect(estimate(values, p)).toBeGreaterThanOrEqual(sorted[0]!);
        expect(estimate(values, p)).toBeLessThanOrEqual(sorted.at(-1)!);
        if (items.length % 2 === 1) expect(estimate(values, 0.5)).toBe(sorted[(items.length - 1) / 2]);
      }
      const atOrBelow = values.filter((value) => value <= observedQuantile(values, p)).length;
      expect(atOrBelow / values.length).toBeGreaterThanOrEqual(p - 1e-12);
    }),
  );
});

describe("many values are ranked as sorting them would", () => {
  const n = 5000;
  const random = seededRandom(20_260_101);
  const columns = {
    random: () => random.next(),
    "few different values": () => random.integer(4),
    "up, then down": (i: number) => Math.min(i, n - i),
    descending: (i: number) => -i,
    "all equal": () => 7,
    "two sorted halves": (i: number) => i % (n / 2),
    "infinities among them": (i: number) =>
      i % 3 === 0 ? (i % 2 === 0 ? Infinity : -Infinity) : random.next(),
  };
  for (const [name, value] of Object.entries(columns))
    test(name, () => {
      const values = Float64Array.from({ length: n }, (_, i) => value(i));
      const sorted = values.toSorted();
      // 4,999 steps: each share that is a whole number of them is one of the values.
      const ranks = [0, 1, 2, 500, 2499, 2500, 4499, 4998, 4999, 17];
      expect(
        quantiles(
          values,
          ranks.map((rank) => rank / (n - 1)),
        ),
      ).toEqual(ranks.map((rank) => quantile(sorted, rank / (n - 1))));
      for (const rank of ranks.slice(1)) expect(observedQuantile(values, rank / n)).toBe(sorted[rank - 1]);
      expect(values.toSorted()).toEqual(sorted);
    });
});

test("bugs of the caller", () => {
  expect(() => quantile(new Float64Array(0), 0.5)).toThrow(ContractError);
  expect(() => quantile(Float64Array.of(1, NaN), 0.5)).toThrow(ContractError);
  expect(() => observedQuantile(Float64Array.of(1), 1.5)).toThrow(ContractError);
});

test("quantiles are the same with the order of the values at hand", () => {
  const random = seededRandom(3);
  for (const n of [1, 2, 700]) {
    const values = Float64Array.from({ length: n }, () => Math.round(200 * random.next()) / 7);
    const shares = [0, 0.01, 0.1, 1 / 3, 0.5, 0.9, 1];
    expect(quantiles(values, shares, ascendingOrder(values))).toEqual(quantiles(values, shares));
  }
});

test("one value is every quantile; all tied are their value", () => {
  for (const p of [0, 0.3, 1]) {
    expect([quantile(Float64Array.of(4), p), observedQuantile(Float64Array.of(4), p)]).toEqual([4, 4]);
    const tied = new Float64Array(7).fill(2.5);
    expect([quantile(tied, p), observedQuantile(tied, p)]).toEqual([2.5, 2.5]);
  }
  expect(() => observedQuantile(new Float64Array(0), 0.5)).toThrow(ContractError);
  expect(() => observedQuantile(Float64Array.of(NaN), 0.5)).toThrow(ContractError);
  for (const p of [-0.1, NaN]) expect(() => quantile(Float64Array.of(1), p)).toThrow(ContractError);
});

test("moves and stretches with the values, mirrors with their sign; an observed one does not feel doubling", () => {
  const whole = fc.integer({ min: -1000, max: 1000 });
  const list = fc.array(whole, { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(list, fc.integer({ min: 0, max: 64 }), (items, part) => {
      const [values, p] = [Float64Array.from(items), part / 64];
      const stretched = values.map((value) => 8 * value - 40);
      const mirrored = values.map((value) => -value);
      expect(quantile(stretched, p)).toBeCloseTo(8 * quantile(values, p) - 40, 8);
      expect(observedQuantile(stretched, p)).toBe(8 * observedQuantile(values, p) - 40);
      expect(quantile(mirrored, 1 - p)).toBeCloseTo(-quantile(values, p), 10);
      const twice = Float64Array.from([...items, ...items]);
      expect(observedQuantile(twice, p)).toBe(observedQuantile(values, p));
    }),
    { numRuns: 2000 },
  );
});
