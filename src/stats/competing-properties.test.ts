import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { naiveIncidence, type Row, smallRows } from "../../test/reference/competing-twin.ts";
import { aucAtHorizon } from "./auc-at-horizon.ts";
import { brierAtHorizon } from "./brier.ts";
import { competingCalibrationGroups, competingObservedExpected } from "./competing-calibration.ts";
import { competingCalibrationSlope } from "./competing-calibration-slope.ts";
import { competingDecisionCurve } from "./competing-net-benefit.ts";
import { anyEvent, competingSample } from "./competing-sample.ts";
import { logLossAtHorizon } from "./log-loss.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { aucContrast, brierContrast } from "./paired-contrast.ts";
import { twoByTwoAtHorizon, type WeightedProportion } from "./two-by-two.ts";

// What holds for every measure of a predicted risk of one cause at a horizon.

const dataOf = (rows: readonly Row[], horizon: number, of = 1) => ({
  time: Float64Array.from(rows, ({ time }) => time),
  cause: Uint8Array.from(rows, ({ cause }) => cause),
  risk: Float64Array.from(rows, ({ x }) => (x + 3) / 6),
  nCauses: 2,
  of,
  horizon,
});
type Data = ReturnType<typeof dataOf>;
const weighted = (data: Data) => ({
  ...data,
  event: anyEvent(data.cause),
  sample: competingSample(data),
  reference: data.risk.map((r) => Math.abs(r - 0.4)),
});
/** Some patients have just these risks. */
const thresholds = Float64Array.of(0, 1 / 3, 0.5);

interface Found {
  readonly values: readonly number[];
  readonly errors: readonly number[];
}
const found = <Result extends object>(result: Result | NotEstimable, parts: (known: Result) => Found) =>
  isNotEstimable(result) ? result : parts(result);
const sampled = (n: number) => Math.sqrt((n - 1) / (2 * n - 1));
const plugged = () => Math.SQRT1_2;
const rates = ["sensitivity", "specificity", "ppv", "npv", "prevalence"] as const;

const measures: Readonly<
  Record<string, readonly [of: (data: Data) => Found | NotEstimable, twice: (n: number) => number]>
> = {
  aucAtHorizon: [
    (data) =>
      found(aucAtHorizon(weighted(data)), ({ auc, stdError }) => ({ values: [auc], errors: [stdError] })),
    sampled,
  ],
  brierAtHorizon: [
    (data) =>
      found(brierAtHorizon(weighted(data)), ({ brier, nullBrier, stdError }) => ({
        values: [brier, nullBrier],
        errors: [stdError],
      })),
    sampled,
  ],
  logLossAtHorizon: [
    (data) =>
      found(logLossAtHorizon(weighted(data)), ({ logLoss, nullLogLoss, stdError }) => ({
        values: [logLoss, nullLogLoss],
        errors: [stdError],
      })),
    sampled,
  ],
  aucContrast: [
    (data) =>
      found(aucContrast(weighted(data)), ({ difference, stdError }) => ({
        values: [difference],
        errors: [stdError],
      })),
    sampled,
  ],
  brierContrast: [
    (data) =>
      found(brierContrast(weighted(data)), ({ difference, stdError }) => ({
        values: [difference],
        errors: [stdError],
      })),
    sampled,
  ],
  twoByTwoAtHorizon: [
    (data) => {
      const { whole } = twoByTwoAtHorizon({ ...weighted(data), threshold: 0.5 });
      const numbers = (of: (rate: WeightedProportion) => number) =>
        rates.flatMap((name) => {
          const rate = whole[name];
          return isNotEstimable(rate) ? [] : [of(rate)];
        });
      return { values: numbers(({ value }) => value), errors: numbers(({ stdError }) => stdError) };
    },
    plugged,
  ],
  competingObservedExpected: [
    (data) =>
      found(competingObservedExpected(data), ({ observed, expected, ratio, observedStdError }) => ({
        values: [observed, expected, ratio],
        errors: [observedStdError],
      })),
    plugged,
  ],
  competingDecisionCurve: [
    (data) =>
      found(competingDecisionCurve({ ...data, thresholds }), ({ model, all }) => ({
        values: [...model, ...all],
        errors: [],
      })),
    plugged,
  ],
};

function same(one: Found | NotEstimable, other: Found | NotEstimable, factor = 1): void {
  expect(isNotEstimable(other)).toBe(isNotEstimable(one));
  if (isNotEstimable(one) || isNotEstimable(other)) {
    expect(other).toEqual(one);
    return;
  }
  const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThan(2e-7 * (1 + Math.abs(b)));
  expect(other.values.length).toBe(one.values.length);
  one.values.forEach((value, k) => {
    near(other.values[k]!, value);
  });
  one.errors.forEach((error, k) => {
    near(other.errors[k]!, factor * error);
  });
}

const later = (t: number) => 5 * t ** 3 - 9;
const horizons = fc.integer({ min: 0, max: 7 });

describe.each(Object.entries(measures))("%s", (_, [of, twice]) => {
  test("order, unit of time and names of the causes are irrelevant; each patient twice is twice as many", () => {
    let compared = 0;
    fc.assert(
      fc.property(smallRows, horizons, (rows, horizon) => {
        const result = of(dataOf(rows, horizon));
        if (!isNotEstimable(result)) compared++;
        const moved = rows.map((row) => ({ ...row, time: later(row.time) }));
        same(result, of(dataOf(rows.toReversed(), horizon)));
        same(result, of(dataOf(moved, later(horizon))));
        const renamed = rows.map((row) => ({ ...row, cause: [0, 2, 1][row.cause]! }));
        same(result, of(dataOf(renamed, horizon, 2)));
        const n = rows.length;
        if (n < 2) return;
        const doubled = rows.flatMap((row) => [row, row]);
        same(result, of(dataOf(doubled, horizon)), twice(n));
      }),
      { numRuns: 1000 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});

test("calibration groups and net benefit are those of the definition, patient by patient", () => {
  let compared = 0;
  fc.assert(
    fc.property(smallRows, horizons, (rows, horizon) => {
      const data = dataOf(rows, horizon);
      const flagged = (threshold: number) => rows.filter((_, i) => data.risk[i]! >= threshold);
      const benefit = (some: readonly Row[], p: number) => {
        const incidence = naiveIncidence(some, 1, horizon);
        return (some.length / rows.length) * (incidence - ((1 - incidence) * p) / (1 - p));
      };
      const curve = competingDecisionCurve({ ...data, thresholds });
      if (!isNotEstimable(curve))
        for (const [k, p] of thresholds.entries()) {
          compared++;
          expect(curve.model[k]).toBeCloseTo(benefit(flagged(p), p), 11);
          expect(curve.all[k]).toBeCloseTo(benefit(rows, p), 11);
          expect(curve.nFlagged[k]).toBe(flagged(p).length);
        }
      // As many groups as there can be risks: each of the five is a group, or merged with the one below.
      const groups = competingCalibrationGroups({ ...data, nGroups: 2 });
      if (isNotEstimable(groups)) return;
      const sorted = rows.toSorted((a, b) => a.x - b.x);
      let from = 0;
      for (const { n, nEvents, observed, predicted } of groups) {
        const own = sorted.slice(from, from + n);
        from += n;
        expect(observed).toBeCloseTo(naiveIncidence(own, 1, horizon), 11);
        expect(nEvents).toBe(own.filter(({ time, cause }) => time <= horizon && cause === 1).length);
        expect(predicted).toBeCloseTo(own.reduce((sum, { x }) => sum + (x + 3) / 6, 0) / n, 12);
      }
      expect(from).toBe(rows.length);
    }),
    { numRuns: 2000 },
  );
  expect(compared).toBeGreaterThan(1000);
});

describe("edges", () => {
  const row = (time: number, cause: number, x = 0): Row => ({ time, cause, group: 0, x, z: 0 });
  const reason = (name: string, data: Data) => {
    const result = measures[name]![0](data);
    return isNotEstimable(result) ? result.notEstimable : result.values;
  };
  const noControls = "nobody is followed beyond the horizon";
  const noEvents = "no events by the horizon";
  const noCause = "no events of the cause by the horizon";

  test.each([
    ["aucAtHorizon", noControls, noEvents],
    ["brierAtHorizon", "one patient", "one patient"],
    ["logLossAtHorizon", "one patient", "one patient"],
    ["aucContrast", noControls, noEvents],
    ["brierContrast", "one patient", "one patient"],
    ["competingObservedExpected", "everybody has the event by the horizon", noCause],
    // Net benefit 1, or minus the odds of 0, ⅓ and ½; a risk of ½ is flagged at ½.
    ["competingDecisionCurve", [1, 1, 1, 1, 1, 1], [0, -1 / 2, -1, 0, -1 / 2, -1]],
  ])("one patient, with the cause or a competing event: %s", (name, cause, competing) => {
    const close = (expected: string | number[]) =>
      typeof expected === "string" ? expected : expected.map((value) => expect.closeTo(value, 12));
    expect(reason(name, dataOf([row(1, 1)], 3))).toEqual(close(cause));
    expect(reason(name, dataOf([row(1, 2)], 3))).toEqual(close(competing));
  });

  test("all censored, all with the competing event", () => {
    const censored = dataOf([row(1, 0), row(2, 0, 1)], 3);
    const competing = dataOf([row(1, 2), row(2, 2, 1)], 3);
    for (const name of ["aucAtHorizon", "aucContrast"])
      for (const data of [censored, competing]) expect(reason(name, data)).toBe(noEvents);
    expect(reason("brierAtHorizon", censored)).toBe(noControls);
    expect(reason("competingObservedExpected", censored)).toBe("follow-up ends before the horizon");
    expect(reason("competingObservedExpected", competing)).toBe(noCause);
    // Nobody has the cause: the losses are ½² and (2/3)².
    expect(reason("brierAtHorizon", competing)).toEqual([expect.closeTo((1 / 4 + 4 / 9) / 2, 12), 0]);
  });

  test("a calibration slope of one patient, or of everybody with the cause, has no estimate", () => {
    expect(competingCalibrationSlope(dataOf([row(1, 1)], 3))).toEqual({ notEstimable: "one patient" });
    const none = { notEstimable: "no calibration line is nearest to the pseudo-values" };
    const everybody = competingCalibrationSlope(dataOf([row(1, 1), row(1, 1, 1), row(2, 1, 2)], 3));
    expect(everybody).toMatchObject({ intercept: none, joint: none });
  });

  test("a calibration slope with each patient twice is the same, its errors those of twice as many", () => {
    // Nobody is censored, so pseudo-values are 0 and 1, and those of twice the patients the same.
    const rows = [
      row(1, 1, 1),
      row(1, 2, 0),
      row(2, 1, 2),
      row(3, 2, -1),
      row(3, 1, 0),
      row(9, 0, 1),
      row(9, 0, -2),
    ];
    const [once, twice] = [
      competingCalibrationSlope(dataOf(rows, 5)),
      competingCalibrationSlope(dataOf([...rows, ...rows], 5)),
    ];
    if (isNotEstimable(once) || isNotEstimable(twice)) throw new Error("not estimable");
    if (isNotEstimable(once.joint) || isNotEstimable(twice.joint)) throw new Error("no line");
    expect(twice.joint.slope.value).toBeCloseTo(once.joint.slope.value, 8);
    expect(twice.joint.slope.stdError).toBeCloseTo(once.joint.slope.stdError * Math.SQRT1_2, 8);
    if (isNotEstimable(once.intercept) || isNotEstimable(twice.intercept)) throw new Error("no intercept");
    expect(twice.intercept.stdError).toBeCloseTo(once.intercept.stdError * Math.SQRT1_2, 8);
  });
});
