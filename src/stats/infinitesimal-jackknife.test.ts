import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { infinitesimalJackknife } from "./infinitesimal-jackknife.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import { nelsonAalen } from "./nelson-aalen.ts";

describe("a row of a hundred million beside rows of 1", () => {
  const time = Float64Array.of(1, 2, 3);
  const event = Uint8Array.of(1, 1, 0);
  const weight = Float64Array.of(1e8, 1, 1);
  const all = 1e8 + 2;

  test("by hand: cumulative hazard", () => {
    // H(2) = a/(a + b + c) + b/(b + c): its derivatives by a, b and c.
    const { stdError } = nelsonAalen(time, event, { weight, variance: "robust" });
    const byWeight = [2 / all ** 2, -1e8 / all ** 2 + 1 / 4, -1e8 / all ** 2 - 1 / 4];
    const expected = Math.hypot(1e8 * byWeight[0]!, byWeight[1]!, byWeight[2]!);
    expect(stdError[1]! / expected).toBeCloseTo(1, 12);
  });

  test("by hand: survival", () => {
    // S(2) = c/(a + b + c).
    const { survival, stdError } = kaplanMeier(time, event, { weight, variance: "robust" });
    expect(survival[1]! * all).toBeCloseTo(1, 6);
    const expected = Math.hypot(1e8 / all ** 2, 1 / all ** 2, 1 / all - 1 / all ** 2);
    expect(stdError[1]! / expected).toBeCloseTo(1, 6);
  });
});

test("agrees with every row's own sum, whatever the weights, and whatever has left before", () => {
  const row = fc.record({
    time: fc.integer({ min: 1, max: 8 }),
    stay: fc.integer({ min: 1, max: 8 }),
    event: fc.constantFrom(0, 1),
    exponent: fc.integer({ min: -5, max: 5 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 25 }), fc.boolean(), (rows, isDelayed) => {
      const time = Float64Array.from(rows, (one) => one.time);
      const event = Uint8Array.from(rows, (one) => one.event);
      const weight = Float64Array.from(rows, ({ exponent }) => 10 ** exponent);
      const entry = Float64Array.from(rows, (one) => one.time - one.stay);
      const times = Float64Array.from(new Set(time)).sort();
      const whileAtRisk = times.map((t) => -1 / t);
      const atEvent = times.map((t) => t / 7);
      const data = { time, event, weight, ...(isDelayed && { entry }) };
      const stdError = infinitesimalJackknife(data, { times, whileAtRisk, atEvent });
      for (const [k, now] of times.entries()) {
        let squares = 0;
        for (const [i, end] of time.entries()) {
          let influence = 0;
          for (const [j, t] of times.entries())
            if (t <= now && t <= end && (!isDelayed || entry[i]! < t))
              influence += t === end && event[i] === 1 ? atEvent[j]! : whileAtRisk[j]!;
          squares += (weight[i]! * influence) ** 2;
        }
        expect(Math.abs(stdError[k]! - Math.sqrt(squares))).toBeLessThanOrEqual(1e-10 * Math.sqrt(squares));
      }
    }),
    { numRuns: 2000 },
  );
});
