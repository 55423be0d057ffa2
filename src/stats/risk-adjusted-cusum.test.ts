import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";
import { riskAdjustedCusum, riskAdjustedLimit } from "./risk-adjusted-cusum.ts";

// At a risk of 1/3 and an odds ratio of 4 an event moves the sum by log 4 − log 2, none by −log 2: a walk of one step up or
// down that 0 holds. From 0 to above k steps it takes E₀ = D₀ + … + Dₖ patients, Dⱼ = 3 + 2 Dⱼ₋₁, D₀ = 3.
const third = Float64Array.of(1 / 3);
const walk = { risk: third, oddsRatio: 4 };

function limitOf(options: Parameters<typeof riskAdjustedLimit>[0]) {
  const found = riskAdjustedLimit(options);
  if (isNotEstimable(found)) throw new Error(found.notEstimable);
  return found;
}

describe("by hand", () => {
  test("the sum of each patient, held at 0, and set back by an alarm", () => {
    const event = Uint8Array.of(1, 0, 0, 1, 1, 1, 1, 0);
    const risk = new Float64Array(8).fill(1 / 3);
    const { sum, alarms } = riskAdjustedCusum({ event, risk, oddsRatio: 4, limit: 2.5 * Math.LN2 });
    expect(Array.from(sum, (value) => value / Math.LN2)).toEqual(
      [1, 0, 0, 1, 2, 3, 1, 0].map((steps) => expect.closeTo(steps, 12)),
    );
    expect(alarms).toEqual([5]);
  });

  test("a likelier event says less: log(2/(1 + r))", () => {
    const { sum } = riskAdjustedCusum({
      event: Uint8Array.of(1, 1),
      risk: Float64Array.of(0.1, 0.8),
      oddsRatio: 2,
      limit: 9,
    });
    expect(sum[0]).toBeCloseTo(Math.log(2 / 1.1), 14);
    expect(sum[1]).toBeCloseTo(Math.log(2 / 1.1) + Math.log(2 / 1.8), 14);
  });

  test("with an odds ratio of ½ outcomes better than predicted raise the sum", () => {
    const { sum } = riskAdjustedCusum({
      event: Uint8Array.of(0, 1),
      risk: Float64Array.of(0.5, 0.5),
      oddsRatio: 0.5,
      limit: 9,
    });
    expect(sum[0]).toBeCloseTo(Math.log(4 / 3), 14);
    expect(sum[1]).toBe(0);
  });

  test.each([
    // 3, 3 + 9 = 12, 12 + 21 = 33, 33 + 45 = 78 patients to more than 0, 1, 2, 3 steps.
    [30, 2, 33],
    [40, 3, 78],
    [78 / 1.2, 3, 78],
  ])("the limit for %d patients is %d steps, which take %d", (runLength, steps, exact) => {
    const found = limitOf({ ...walk, runLength, seed: 7, nRuns: 4_000 });
    expect(found.limit).toBeCloseTo(steps * Math.LN2, 8);
    expect(Math.abs(found.runLength - exact)).toBeLessThan(3.5 * found.stdError);
    // The time from 0 back to 0 is short beside the run, so its length is nearly exponential.
    expect(found.stdError * Math.sqrt(4_000)).toBeGreaterThan(0.85 * exact);
    expect(found.stdError * Math.sqrt(4_000)).toBeLessThan(1.1 * exact);
  });
});

/** Patients to the first alarm, drawn anew. */
function simulated(risk: Float64Array, oddsRatio: number, limit: number, seed: number): number {
  const random = seededRandom(seed);
  let total = 0;
  for (let run = 0; run < 600; run++)
    for (let sum = 0; sum <= limit; total++) {
      const r = risk[random.integer(risk.length)]!;
      const odds = random.next() < r ? oddsRatio : 1;
      sum = Math.max(0, sum + Math.log(odds / (1 - r + oddsRatio * r)));
    }
  return total / 600;
}

describe("the simulated limit", () => {
  const mix = Float64Array.from({ length: 200 }, (_, i) => 0.02 + 0.5 * (i / 200) ** 2);

  test.each([2, 0.5])("holds in patients drawn anew, odds ratio %d", (oddsRatio) => {
    const found = limitOf({ risk: mix, oddsRatio, runLength: 500, seed: 3 });
    expect(found.runLength).toBeGreaterThanOrEqual(500);
    expect(found.runLength).toBeLessThan(510);
    // Both are means of exponential-like lengths: relative errors 1/√1000 and 1/√600.
    expect(Math.abs(simulated(mix, oddsRatio, found.limit, 99) / 500 - 1)).toBeLessThan(3.5 * 0.052);
  });

  test("grows with the run length, and is the same for the same seed", () => {
    const limit = (runLength: number) =>
      limitOf({ risk: mix, oddsRatio: 2, runLength, seed: 3, nRuns: 200 }).limit;
    expect(limit(400)).toBeGreaterThan(limit(100));
    expect(limit(400)).toBe(limit(400));
  });
});

test("the sum is the naive recursion and does not depend on what comes after", () => {
  const rows = fc.array(fc.tuple(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.boolean()), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(rows, fc.constantFrom(0.5, 1.5, 3), (pairs, oddsRatio) => {
      const data = {
        risk: Float64Array.from(pairs, ([r]) => r),
        event: Uint8Array.from(pairs, ([, y]) => +y),
        oddsRatio,
        limit: 1.2,
      };
      const { sum, alarms } = riskAdjustedCusum(data);
      let at = 0;
      pairs.forEach(([r, y], i) => {
        // Likelihood of the outcome under R times the odds, over that under the predicted ones.
        const odds = (oddsRatio * r) / (1 - r);
        const p = odds / (1 + odds);
        at = Math.max(0, at + Math.log(y ? p / r : (1 - p) / (1 - r)));
        expect(sum[i]).toBeCloseTo(at, 9);
        expect(alarms.includes(i)).toBe(at > 1.2);
        if (at > 1.2) at = 0;
      });
      const first = riskAdjustedCusum({
        ...data,
        risk: data.risk.slice(0, 5),
        event: data.event.slice(0, 5),
      });
      expect([...first.sum]).toEqual([...sum.slice(0, 5)]);
    }),
  );
});

test("the limit is the lowest: any height below the first event's is passed by it", () => {
  // 100 patients to an event; at a limit of log(2/1.01) it takes two near each other.
  const found = limitOf({ risk: Float64Array.of(0.01), oddsRatio: 2, runLength: 50, seed: 1 });
  expect(found.limit).toBeLessThan(Math.log(2 / 1.01));
  expect(Math.abs(found.runLength - 100)).toBeLessThan(3.5 * found.stdError);
});

describe("edges", () => {
  test("nobody", () => {
    const none = { event: new Uint8Array(0), risk: new Float64Array(0), oddsRatio: 2, limit: 1 };
    expect(riskAdjustedCusum(none)).toEqual({ sum: new Float64Array(0), alarms: [] });
  });

  test("risks of 0 and 1 that come true move nothing", () => {
    const { sum } = riskAdjustedCusum({
      event: Uint8Array.of(1, 0),
      risk: Float64Array.of(1, 0),
      oddsRatio: 2,
      limit: 1,
    });
    expect([...sum]).toEqual([0, 0]);
  });

  test("risks that are all 0 or 1 have no run length", () => {
    const risk = Float64Array.of(0, 1);
    expect(riskAdjustedLimit({ risk, oddsRatio: 2, runLength: 100, seed: 1 })).toEqual({
      notEstimable: "every risk is 0 or 1",
    });
  });

  test("risks so small that nothing happens in 30,000,000 patients", () => {
    const risk = Float64Array.of(1e-17);
    expect(riskAdjustedLimit({ risk, oddsRatio: 2, runLength: 2, seed: 1 })).toEqual({
      notEstimable: "more than 3e+7 patients would have to be drawn",
    });
  });

  const chart = { event: Uint8Array.of(1), risk: Float64Array.of(0.5), oddsRatio: 2, limit: 1 };
  const limit = { risk: Float64Array.of(0.5), oddsRatio: 2, runLength: 100, seed: 1 };
  test.each([
    ["a risk that is NaN", () => riskAdjustedCusum({ ...chart, risk: Float64Array.of(Number.NaN) })],
    ["a risk above 1", () => riskAdjustedCusum({ ...chart, risk: Float64Array.of(1.5) })],
    ["an outcome of 2", () => riskAdjustedCusum({ ...chart, event: Uint8Array.of(2) })],
    ["an event at a risk of 0", () => riskAdjustedCusum({ ...chart, risk: Float64Array.of(0) })],
    ["columns of different lengths", () => riskAdjustedCusum({ ...chart, event: Uint8Array.of(1, 0) })],
    ["an odds ratio of 1", () => riskAdjustedCusum({ ...chart, oddsRatio: 1 })],
    ["a limit of 0", () => riskAdjustedCusum({ ...chart, limit: 0 })],
    ["nobody to draw from", () => riskAdjustedLimit({ ...limit, risk: new Float64Array(0) })],
    ["an odds ratio of 0", () => riskAdjustedLimit({ ...limit, oddsRatio: 0 })],
    ["99 runs", () => riskAdjustedLimit({ ...limit, nRuns: 99 })],
    ["a run length of 1", () => riskAdjustedLimit({ ...limit, runLength: 1 })],
    ["a run length that is NaN", () => riskAdjustedLimit({ ...limit, runLength: Number.NaN })],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
