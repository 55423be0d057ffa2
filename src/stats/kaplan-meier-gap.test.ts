import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  atRiskAt,
  eventsAt,
  followUpOf,
  naiveIncidence,
  naiveInfluence,
  type Row,
  smallRows,
  timesOf,
} from "../../test/reference/competing-twin.ts";
import { known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { resample } from "./bootstrap.ts";
import { kaplanMeierGap } from "./kaplan-meier-gap.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agrees = recordAgreement({
  estimator: "Gap of 1 − Kaplan–Meier over Aalen–Johansen",
  reference: "survival::survfit, both ways",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

for (const { name, input, expected } of reference("kaplan-meier-gap"))
  test(`kaplanMeierGap agrees with R: ${name}`, () => {
    const { oneMinusKaplanMeier, incidence, gap } = known(
      kaplanMeierGap({
        time: Float64Array.from(input.time!),
        cause: Uint8Array.from(input.cause!),
        nCauses: 2,
        of: 1,
        horizon: input.horizon![0]!,
      }),
    );
    const theirs = expected as Record<string, number>;
    agrees(name, [oneMinusKaplanMeier, incidence, gap], [theirs.one_minus_km, theirs.aj, theirs.gap]);
  });

test("by hand: a competing event at 1, the cause at 2, one of three left", () => {
  // 1 − KM = 1/2, F = 2/3 · 1/2 = 1/3. q = 1 − 2/3 = 1/3 at 2; q′ = 1 · φ = 1/2 at 1, where φ = 1/2.
  const result = known(
    kaplanMeierGap({
      time: Float64Array.of(1, 2, 3),
      cause: Uint8Array.of(2, 1, 0),
      nCauses: 2,
      of: 1,
      horizon: 2,
    }),
  );
  expect(result.gap).toBeCloseTo(1 / 6, 14);
  // (1/4 − 1/12)/9 at 1, (1/9 − 1/18)/4 at 2.
  const variance = (1 / 4 - 1 / 12) / 9 + (1 / 9 - 1 / 18) / 4;
  expect(result.stdError).toBeCloseTo(Math.sqrt(variance), 14);
  const width = (1.959963984540054 * Math.sqrt(variance)) / (1 / 6);
  expect(result.lower).toBeCloseTo(Math.exp(-width) / 6, 12);
  expect(result.upper).toBeCloseTo(Math.min(1, Math.exp(width) / 6), 12);
});

/** How 1 − Kaplan–Meier of cause 1 at t changes with each patient's weight, carried from time to time. */
function naiveAloneInfluence(rows: readonly Row[], t: number): number[] {
  return rows.map((row) => {
    let [kept, change] = [1, 0];
    for (const u of timesOf(rows, t)) {
      const n = atRiskAt(rows, u);
      const hazard = eventsAt(rows, u, 1) / n;
      const own = (row.time === u && row.cause === 1 ? 1 : 0) - (row.time >= u ? hazard : 0);
      change = change * (1 - hazard) + (kept * own) / n;
      kept *= 1 - hazard;
    }
    return change;
  });
}

describe("properties", () => {
  test("the standard error is the jackknife of the difference, patient by patient", () => {
    let compared = 0;
    fc.assert(
      fc.property(smallRows, fc.integer({ min: 0, max: 7 }), (rows, horizon) => {
        const result = kaplanMeierGap({ ...followUpOf(rows), of: 1, horizon });
        if (isNotEstimable(result)) return;
        const kept = timesOf(rows, horizon).reduce(
          (product, u) => product * (1 - eventsAt(rows, u, 1) / atRiskAt(rows, u)),
          1,
        );
        expect(result.gap).toBeCloseTo(1 - kept - naiveIncidence(rows, 1, horizon), 12);
        expect(result.gap).toBeGreaterThan(-1e-15);
        const incidence = naiveInfluence(rows, horizon);
        const squares = naiveAloneInfluence(rows, horizon).reduce(
          (sum, change, i) => sum + (change - incidence[i]![1]!) ** 2,
          0,
        );
        if (Number.isNaN(result.stdError)) {
          expect(result.gap).toBe(0);
          expect(squares).toBeLessThan(1e-24);
          return;
        }
        expect(Math.abs(result.stdError ** 2 - squares)).toBeLessThan(1e-14 + 1e-10 * squares);
        compared++;
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(200);
  }, 60_000);

  test("order of patients does not matter; each patient twice halves the variance", () => {
    fc.assert(
      fc.property(smallRows, (rows) => {
        const data = { of: 1, horizon: 5 };
        const once = kaplanMeierGap({ ...followUpOf(rows), ...data });
        expect(kaplanMeierGap({ ...followUpOf(rows.toReversed()), ...data })).toEqual(once);
        const twice = kaplanMeierGap({ ...followUpOf(rows.flatMap((row) => [row, row])), ...data });
        if (isNotEstimable(once) || isNotEstimable(twice)) return;
        expect(twice.gap).toBeCloseTo(once.gap, 12);
        if (once.stdError > 0) expect(twice.stdError / once.stdError).toBeCloseTo(Math.SQRT1_2, 6);
      }),
    );
  });

  test("the standard error is that of the bootstrap", () => {
    const random = seededRandom(11);
    const n = 400;
    const exponential = (rate: number) => -Math.log(1 - random.next()) / rate;
    const time = new Float64Array(n);
    const cause = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      const times = [exponential(0.3), exponential(0.5), exponential(0.4)];
      time[i] = Math.min(...times);
      cause[i] = times.indexOf(time[i]!);
    }
    const data = { nCauses: 2, of: 1, horizon: 1.5 };
    const whole = known(kaplanMeierGap({ time, cause, ...data }));
    const draws = Array.from({ length: 400 }, () => {
      const rows = resample(n, random);
      const drawn = {
        time: Float64Array.from(rows, (row) => time[row]!),
        cause: Uint8Array.from(rows, (row) => cause[row]!),
      };
      return known(kaplanMeierGap({ ...drawn, ...data })).gap;
    });
    const mean = draws.reduce((sum, gap) => sum + gap, 0) / draws.length;
    const deviation = Math.sqrt(draws.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / (draws.length - 1));
    expect(whole.stdError / deviation).toBeGreaterThan(0.85);
    expect(whole.stdError / deviation).toBeLessThan(1.15);
  });
});

describe("edges", () => {
  const of = (time: number[], cause: number[], horizon: number) =>
    kaplanMeierGap({
      time: Float64Array.from(time),
      cause: Uint8Array.from(cause),
      nCauses: 2,
      of: 1,
      horizon,
    });

  test("nobody, follow-up that ends early", () => {
    expect(of([], [], 1)).toEqual({ notEstimable: "no patients" });
    expect(of([1, 2], [1, 0], 3)).toEqual({ notEstimable: "follow-up ends before the horizon" });
  });

  test("without competing events, events of the cause, or both in turn the gap is 0 without interval", () => {
    const none = { gap: 0, stdError: NaN, lower: NaN, upper: NaN };
    for (const causes of [
      [1, 1, 0],
      [2, 2, 0],
      [0, 0, 0],
      [1, 2, 0],
    ])
      expect(of([1, 2, 9], causes, 3)).toMatchObject(none);
    expect(of([2, 2, 9], [1, 2, 0], 3)).toMatchObject(none);
    expect(of([5], [1], 3)).toMatchObject(none);
  });

  test("bugs of the caller", () => {
    expect(() => of([NaN], [1], 1)).toThrow(ContractError);
    expect(() => of([1], [1], NaN)).toThrow(ContractError);
    const data = { time: Float64Array.of(1), cause: Uint8Array.of(1), nCauses: 1, horizon: 1 };
    expect(() => kaplanMeierGap({ ...data, of: 2 })).toThrow("cause 2, of 1 causes");
    expect(() => kaplanMeierGap({ ...data, of: 1, level: 95 })).toThrow(ContractError);
  });
});
