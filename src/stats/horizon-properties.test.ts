import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HorizonColumns, rowsOf, smallCohort } from "../../test/reference/horizon-twin.ts";
import { aucAtHorizon } from "./auc-at-horizon.ts";
import { brierAtHorizon } from "./brier.ts";
import { calibrationGroups } from "./calibration-groups.ts";
import { calibrationSlope } from "./calibration-slope.ts";
import { splineCalibration } from "./calibration-spline.ts";
import { integratedBrier } from "./integrated-brier.ts";
import { ipcwMean, ipcwSample } from "./ipcw-mean.ts";
import { logLossAtHorizon } from "./log-loss.ts";
import { decisionCurve } from "./net-benefit.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { observedExpected } from "./observed-expected.ts";
import { aucContrast, brierContrast, logLossContrast, type PairedContrast } from "./paired-contrast.ts";
import { twoByTwoAtHorizon, type WeightedProportion } from "./two-by-two.ts";

// What holds for every measure at a horizon, on the same cohorts.

/** A measure's numbers; each stands for one patient as for another. */
interface Found {
  readonly values: readonly number[];
  readonly errors: readonly number[];
}

interface Measure {
  readonly of: (columns: HorizonColumns) => Found | NotEstimable;
  /** Factor of the standard errors where each of n patients is there twice; absent where the estimate moves. */
  readonly twice?: (n: number) => number;
}

function found<Result extends object>(
  result: Result | NotEstimable,
  parts: (known: Result) => Found,
): Found | NotEstimable {
  return isNotEstimable(result) ? result : parts(result);
}

/** A part that may not be estimable, as a column of none or one. */
const maybe = <Part extends object>(part: Part | NotEstimable, number: (known: Part) => number): number[] =>
  isNotEstimable(part) ? [] : [number(part)];

const thresholds = Float64Array.of(0, 0.25, 0.5);
const rates = ["sensitivity", "specificity", "ppv", "npv", "prevalence", "accuracy"] as const;
const paired = (columns: HorizonColumns) => ({ ...columns, reference: columns.risk.map((r) => 1 - r * r) });
const ofContrast = ({ difference, stdError }: PairedContrast) => ({
  values: [difference],
  errors: [stdError],
});
/** Sums of n squares over n (n − 1). */
const sampled = (n: number) => Math.sqrt((n - 1) / (2 * n - 1));
/** Sums of n squares over n². */
const plugged = () => Math.SQRT1_2;

const measures: Readonly<Record<string, Measure>> = {
  aucAtHorizon: {
    of: (columns) =>
      found(aucAtHorizon(columns), ({ auc, stdError }) => ({ values: [auc], errors: [stdError] })),
    twice: sampled,
  },
  brierAtHorizon: {
    of: (columns) =>
      found(brierAtHorizon(columns), ({ brier, nullBrier, stdError, scaled }) => ({
        values: [brier, nullBrier, ...maybe(scaled, ({ value }) => value)],
        errors: [stdError, ...maybe(scaled, (known) => known.stdError)],
      })),
    twice: sampled,
  },
  logLossAtHorizon: {
    of: (columns) =>
      found(logLossAtHorizon(columns), ({ logLoss, nullLogLoss, stdError, skill }) => ({
        values: [logLoss, nullLogLoss, ...maybe(skill, ({ value }) => value)],
        errors: [stdError, ...maybe(skill, (known) => known.stdError)],
      })),
    twice: sampled,
  },
  observedExpected: {
    of: (columns) =>
      found(observedExpected(columns), ({ observed, expected, ratio, observedStdError }) => ({
        values: [observed, expected, ratio],
        errors: [observedStdError],
      })),
    twice: plugged,
  },
  decisionCurve: {
    of: (columns) =>
      found(decisionCurve({ ...columns, thresholds }), ({ model, all }) => ({
        values: [...model, ...all],
        errors: [],
      })),
    twice: plugged,
  },
  twoByTwoAtHorizon: {
    of: (columns) => {
      const { whole } = twoByTwoAtHorizon({ ...columns, threshold: 0.5 });
      const number = (of: (rate: WeightedProportion) => number) =>
        rates.flatMap((name) => maybe(whole[name], of));
      return {
        values: [...Object.values(whole.perThousand), ...number(({ value }) => value)],
        errors: number(({ stdError }) => stdError),
      };
    },
    twice: plugged,
  },
  aucContrast: { of: (columns) => found(aucContrast(paired(columns)), ofContrast), twice: sampled },
  brierContrast: { of: (columns) => found(brierContrast(paired(columns)), ofContrast), twice: sampled },
  logLossContrast: { of: (columns) => found(logLossContrast(paired(columns)), ofContrast), twice: sampled },
  ipcwMean: {
    of: (columns) =>
      found(ipcwMean(ipcwSample(columns), columns.risk), ({ mean, stdError }) => ({
        values: [mean],
        errors: [stdError],
      })),
    twice: sampled,
  },
  // Efron's ties tell one patient twice from two patients, and so do quantiles of the risk.
  calibrationSlope: {
    of: (columns) =>
      found(calibrationSlope(columns), ({ slope, stdError }) => ({ values: [slope], errors: [stdError] })),
  },
  splineCalibration: {
    of: (columns) =>
      found(splineCalibration(columns), ({ ici, e50, emax }) => ({ values: [ici, e50, emax], errors: [] })),
  },
  calibrationGroups: {
    of: (columns) =>
      found(calibrationGroups({ ...columns, nGroups: 3 }), (groups) => ({
        values: groups.flatMap(({ n, nEvents, predicted, observed }) => [n, nEvents, predicted, observed]),
        errors: groups.flatMap(({ stdError }) => (Number.isNaN(stdError) ? [] : [stdError])),
      })),
  },
};

/** The numbers of `other` are those of `one`, the errors times a factor. */
function same(one: Found | NotEstimable, other: Found | NotEstimable, factor = 1): void {
  expect(isNotEstimable(other)).toBe(isNotEstimable(one));
  if (isNotEstimable(one) || isNotEstimable(other)) {
    expect(other).toEqual(one);
    return;
  }
  const near = (a: readonly number[], b: readonly number[]) => {
    expect(a.length).toBe(b.length);
    // Errors that are 0 on paper are the root of a rounding.
    for (const [k, value] of b.entries())
      expect(Math.abs(a[k]! - value)).toBeLessThan(2e-7 * (1 + Math.abs(value)));
  };
  near(other.values, one.values);
  near(
    other.errors,
    one.errors.map((error) => factor * error),
  );
}

/** Where there is no maximum, or a slope of several hundred, rounding decides what is said of it. */
const isSteady = (result: Found | NotEstimable) =>
  isNotEstimable(result)
    ? !result.notEstimable.startsWith("the smooth curve has no fit")
    : [...result.values, ...result.errors].every((value) => Math.abs(value) < 20);

describe.each(Object.entries(measures))("%s", (name, { of, twice }) => {
  const few = { numRuns: name.startsWith("calibrationSlope") || name.startsWith("spline") ? 300 : 1500 };

  test("the order of patients, and any rising change of times and horizon, are irrelevant", () => {
    fc.assert(
      fc.property(smallCohort, (columns) => {
        const result = of(columns);
        if (!isSteady(result)) return;
        const { time, horizon } = columns;
        const other = rowsOf(columns, [...time.keys()].reverse());
        same(result, of(other));
        same(
          result,
          of({ ...columns, time: time.map((t) => 5 * t ** 3 - 9), horizon: 5 * horizon ** 3 - 9 }),
        );
      }),
      few,
    );
  });

  if (twice)
    test("each patient twice: the same estimate, the standard error that of twice as many", () => {
      fc.assert(
        fc.property(smallCohort, (columns) => {
          const n = columns.time.length;
          if (n < 2) return;
          const rows = [...columns.time.keys()];
          same(of(columns), of(rowsOf(columns, [...rows, ...rows])), twice(n));
        }),
        few,
      );
    });
});

describe("edges", () => {
  const cohort = (time: number[], event: number[], risk: number[], horizon: number): HorizonColumns => ({
    time: Float64Array.from(time),
    event: Uint8Array.from(event),
    risk: Float64Array.from(risk),
    horizon,
  });
  const reason = (name: string, columns: HorizonColumns) => {
    const result = measures[name]!.of(columns);
    return isNotEstimable(result) ? result.notEstimable : result.values;
  };
  const ends = "follow-up ends before the horizon";
  const beyond = "nobody is followed beyond the horizon";
  const noEvents = "no events by the horizon";
  const equal = "all predicted risks are equal";

  test.each([
    ["aucAtHorizon", beyond, noEvents],
    ["aucContrast", beyond, noEvents],
    ["brierAtHorizon", "one patient", "one patient"],
    ["logLossAtHorizon", "one patient", "one patient"],
    ["brierContrast", "one patient", "one patient"],
    ["logLossContrast", "one patient", "one patient"],
    ["observedExpected", "everybody has the event by the horizon", noEvents],
    ["calibrationSlope", equal, equal],
    ["splineCalibration", ends, noEvents],
    ["calibrationGroups", equal, equal],
    // Net benefit of the model and of acting on everybody at .0, .25 and .5: 1 with the event, −odds without.
    ["decisionCurve", [1, 1, 0, 1, 1, 1], [0, -1 / 3, 0, 0, -1 / 3, -1].map((value) => value + 0)],
  ])("one patient: %s", (name, withEvent, without) => {
    expect(reason(name, cohort([1], [1], [0.3], 2))).toEqual(withEvent);
    const other = reason(name, cohort([3], [0], [0.3], 2));
    if (typeof without === "string") expect(other).toBe(without);
    else expect(other).toEqual(without.map((value) => expect.closeTo(value, 14)));
  });

  test.each([
    ["aucAtHorizon", noEvents],
    ["aucContrast", noEvents],
    ["brierAtHorizon", beyond],
    ["logLossAtHorizon", beyond],
    ["brierContrast", beyond],
    ["logLossContrast", beyond],
    ["observedExpected", ends],
    ["calibrationSlope", noEvents],
    ["splineCalibration", noEvents],
    ["decisionCurve", ends],
  ])("all censored before the horizon: %s", (name, expected) => {
    expect(reason(name, cohort([1, 2, 2], [0, 0, 0], [0.3, 0.6, 0.7], 3))).toBe(expected);
  });

  const all = cohort([2, 2, 2], [1, 1, 1], [0.2, 0.5, 0.8], 3);
  test.each([
    ["aucAtHorizon", beyond],
    ["aucContrast", beyond],
    // (.64 + .25 + .04)/3; everybody's risk is 1, which makes no error.
    ["brierAtHorizon", [0.31, 0]],
    ["logLossAtHorizon", [-Math.log(0.2 * 0.5 * 0.8) / 3, 0]],
    ["observedExpected", "everybody has the event by the horizon"],
    ["splineCalibration", ends],
    // 1, 2/3 of whom with .25 or .5; everybody 1.
    ["decisionCurve", [1, 2 / 3, 2 / 3, 1, 1, 1]],
    // 1,000 patients: 666.7 found, 333.3 missed; sensitivity, PPV, NPV, prevalence, accuracy.
    ["twoByTwoAtHorizon", [2000 / 3, 0, 1000 / 3, 0, 2 / 3, 1, 0, 1, 2 / 3]],
    ["calibrationGroups", [1, 1, 0.2, 1, 1, 1, 0.5, 1, 1, 1, 0.8, 1]],
  ])("everybody has the event, at one time: %s", (name, expected) => {
    const result = reason(name, all);
    if (typeof expected === "string") expect(result).toBe(expected);
    else expect(result).toEqual(expected.map((value) => expect.closeTo(value, 12)));
  });

  test("one risk of ½ for everybody, nobody censored: every loss is ¼, or log 2, without an error", () => {
    const columns = cohort([1, 2, 3, 4], [1, 1, 1, 1], [0.5, 0.5, 0.5, 0.5], 2);
    expect(brierAtHorizon(columns)).toMatchObject({ brier: 0.25, stdError: 0, lower: 0.25, upper: 0.25 });
    expect(logLossAtHorizon(columns)).toMatchObject({ logLoss: Math.LN2, stdError: 0 });
    expect(calibrationSlope(columns)).toEqual({ notEstimable: equal });
    expect(splineCalibration(columns)).toHaveProperty("notEstimable");
    // All are flagged, half of them with the event.
    expect(twoByTwoAtHorizon({ ...columns, threshold: 0.5 }).whole).toMatchObject({
      sensitivity: { value: 1, kind: "bound" },
      specificity: { value: 0, kind: "bound" },
      ppv: { value: 0.5, kind: "pointwise" },
      npv: { notEstimable: "nobody of known status is unflagged" },
    });
  });

  test("the integrated Brier score: each patient twice, everybody with the event", () => {
    const columns = { time: Float64Array.of(1, 2, 4, 6), event: Uint8Array.of(1, 0, 1, 0) };
    const horizons = Float64Array.of(1, 3, 5);
    const risks = [0.2, 0.4, 0.7].map((base) => Float64Array.of(base + 0.2, base, base - 0.1, base - 0.2));
    const once = integratedBrier({ ...columns, horizons, risks });
    const doubled = <Column extends Float64Array | Uint8Array>(column: Column) => [...column, ...column];
    const twice = integratedBrier({
      time: Float64Array.from(doubled(columns.time)),
      event: Uint8Array.from(doubled(columns.event)),
      horizons,
      risks: risks.map((risk) => Float64Array.from(doubled(risk))),
    });
    if (isNotEstimable(once) || isNotEstimable(twice)) throw new Error("not estimable");
    expect(twice.integratedBrier).toBeCloseTo(once.integratedBrier, 14);
    expect(twice.stdError / once.stdError).toBeCloseTo(sampled(4), 12);
    const gone = integratedBrier({
      time: Float64Array.of(1, 1),
      event: Uint8Array.of(1, 1),
      horizons,
      risks: risks.map((risk) => risk.slice(0, 2)),
    });
    // From 1 to 3 the losses are .36 and .64, from 3 to 5 .16 and .36: (.5 · 2 + .26 · 2)/5.
    expect(gone).toMatchObject({ integratedBrier: expect.closeTo(1.52 / 5, 12), nullIntegratedBrier: 0 });
    expect(gone).toHaveProperty("scaled", { notEstimable: "the null model makes no error" });
  });
});
