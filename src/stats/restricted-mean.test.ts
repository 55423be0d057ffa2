import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import {
  atRisk,
  columnsOf,
  distinctTimes,
  eventsAt,
  nRuns,
  type Row,
  repeated,
  rowsOf,
  survivalTwin,
  wholeWeights,
} from "../../test/reference/survival-twin.ts";
import { ContractError } from "./assert.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { compareRestrictedMeans, type RestrictedMean, restrictedMean } from "./restricted-mean.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const meanAgrees = recordAgreement({
  estimator: "Restricted mean survival time with standard error",
  reference: "survival::summary.survfit(rmean =)",
  tolerance: closedForm,
});
const differenceAgrees = recordAgreement({
  estimator: "Difference of two restricted means with interval and p value",
  reference: "summary.survfit(rmean =) by group, ± qnorm(.975) √(SE² + SE²)",
  tolerance: { relative: 1e-10 },
});

function estimated<T extends object>(result: T | NotEstimable): T {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

for (const { name, input, expected } of reference("restricted-mean")) {
  test(`restrictedMean agrees with R summary.survfit: ${name}`, () => {
    const entry = input.entry && { entry: Float64Array.from(input.entry) };
    const curve = kaplanMeier(Float64Array.from(input.time!), Uint8Array.from(input.event!), entry);
    const { value, stdError } = estimated(restrictedMean(curve, input.horizon![0]!));
    meanAgrees(name, [value, stdError], expected);
  });
}

for (const { name, input, expected } of reference("restricted-mean-difference")) {
  test(`compareRestrictedMeans agrees with R: ${name}`, () => {
    const [first, second] = [0, 1].map((code) => {
      const mine = (_: number, i: number) => input.group![i] === code;
      const time = Float64Array.from(input.time!.filter(mine));
      const event = Uint8Array.from(input.event!.filter(mine));
      return estimated(restrictedMean(kaplanMeier(time, event), input.horizon![0]!));
    });
    const { difference } = estimated(compareRestrictedMeans({ of: second!, versus: first! }));
    const { value, stdError, lower, upper, pValue } = difference;
    differenceAgrees(name, [value, stdError, lower, upper, pValue], expected);
  });
}

const curve = (time: readonly number[], event: readonly number[]) =>
  kaplanMeier(Float64Array.from(time), Uint8Array.from(event));

describe("by hand", () => {
  test("S = 3/4 from 1, 1/2 from 2, to 3: area 1 + 3/4 + 1/2", () => {
    const mean = estimated(restrictedMean(curve([1, 2, 4, 8], [1, 1, 1, 1]), 3));
    expect(mean.value).toBeCloseTo(2.25, 14);
    // Right of 1 lies 5/4, right of 2 lies 1/2: (25/16)/(4·3) + (1/4)/(3·2)
    expect(mean.stdError).toBeCloseTo(Math.sqrt(25 / 192 + 1 / 24), 14);
    expect(mean.carriedFrom).toBeUndefined();
  });

  test("beyond follow-up the curve is carried flat, and that is said", () => {
    expect(restrictedMean(curve([1, 2], [1, 0]), 10)).toMatchObject({ value: 1 + 9 / 2, carriedFrom: 2 });
    expect(restrictedMean(curve([1, 2], [1, 1]), 10)).not.toHaveProperty("carriedFrom");
  });

  test("difference 2 of 10 and 8, standard errors 0.3 and 0.4", () => {
    const of = { horizon: 20, value: 10, stdError: 0.3, lower: 9, upper: 11 };
    const versus = { horizon: 20, value: 8, stdError: 0.4, lower: 7, upper: 9 };
    const { difference, ratio } = estimated(compareRestrictedMeans({ of, versus }));
    expect(difference.stdError).toBeCloseTo(0.5, 14);
    expect(difference.lower).toBeCloseTo(2 - 1.959963984540054 * 0.5, 12);
    // √(.03² + .05²) on the log scale
    const half = 1.959963984540054 * Math.sqrt(0.0034);
    expect(estimated(ratio).upper).toBeCloseTo(1.25 * Math.exp(half), 12);
  });
});

/** Area rectangle by rectangle, each risk set counted from all rows. */
function twin(rows: readonly Row[], horizon: number) {
  const area = (from: number) => {
    const cuts = [from, ...distinctTimes(rows).filter((t) => t > from && t < horizon), horizon];
    return cuts.slice(1).reduce((sum, to, i) => sum + (to - cuts[i]!) * survivalTwin(rows, cuts[i]!), 0);
  };
  let variance = 0;
  for (const t of distinctTimes(rows).filter((time) => time < horizon)) {
    const [n, d] = [atRisk(rows, t).length, eventsAt(rows, t).length];
    if (d > 0 && n > d) variance += (area(t) ** 2 * d) / (n * (n - d));
  }
  return { value: area(0), stdError: Math.sqrt(variance) };
}

describe("properties", () => {
  const horizons = fc.constantFrom(0.5, 1, 3, 4.5, 8, 12);

  test("agrees with rectangles added one by one", () => {
    fc.assert(
      fc.property(rowsOf(fc.constant(1)), horizons, (rows, horizon) => {
        const { time, event, entry } = columnsOf(rows);
        const mean = estimated(restrictedMean(kaplanMeier(time, event, { entry }), horizon));
        const expected = twin(rows, horizon);
        expect(mean.value).toBeCloseTo(expected.value, 10);
        expect(mean.stdError).toBeCloseTo(expected.stdError, 10);
        expect(Number.isNaN(mean.lower)).toBe(expected.stdError === 0);
      }),
      nRuns,
    );
  });

  test("without censoring it is the mean of min(time, horizon), SE its standard deviation over √n", () => {
    fc.assert(
      fc.property(rowsOf(fc.constant(1)), horizons, (rows, horizon) => {
        const { time } = columnsOf(rows);
        const mean = estimated(
          restrictedMean(kaplanMeier(time, new Uint8Array(time.length).fill(1)), horizon),
        );
        const cut = [...time].map((t) => Math.min(t, horizon));
        const average = cut.reduce((sum, t) => sum + t, 0) / cut.length;
        const squares = cut.reduce((sum, t) => sum + (t - average) ** 2, 0);
        expect(mean.value).toBeCloseTo(average, 10);
        expect(mean.stdError).toBeCloseTo(Math.sqrt(squares) / cut.length, 10);
      }),
    );
  });

  test("a weight of 2 is the row twice; order irrelevant; scales with time", () => {
    fc.assert(
      fc.property(rowsOf(wholeWeights), horizons, (rows, horizon) => {
        const { time, event, weight } = columnsOf(rows);
        const twice = columnsOf(repeated(rows).toReversed());
        const mean = restrictedMean(kaplanMeier(time, event, { weight }), horizon);
        expect(restrictedMean(kaplanMeier(twice.time, twice.event), horizon)).toEqual(mean);
        const doubled = kaplanMeier(
          time.map((t) => 2 * t),
          event,
          { weight },
        );
        const { value, stdError } = estimated(restrictedMean(doubled, 2 * horizon));
        expect(value).toBeCloseTo(2 * estimated(mean).value, 10);
        expect(stdError).toBeCloseTo(2 * estimated(mean).stdError, 10);
      }),
    );
  });

  test("groups exchanged: difference changes its sign, ratio becomes its inverse, p values stay", () => {
    const means = fc.record({
      value: fc.double({ min: 0.5, max: 20, noNaN: true }),
      stdError: fc.double({ min: 0.01, max: 3, noNaN: true }),
    });
    const mean = means.map((one): RestrictedMean => ({ ...one, horizon: 30, lower: 0, upper: 0 }));
    fc.assert(
      fc.property(mean, mean, (of, versus) => {
        const one = estimated(compareRestrictedMeans({ of, versus }));
        const other = estimated(compareRestrictedMeans({ of: versus, versus: of }));
        expect(other.difference.lower).toBeCloseTo(-one.difference.upper, 10);
        expect(other.difference.pValue).toBeCloseTo(one.difference.pValue, 10);
        expect(estimated(other.ratio).lower * estimated(one.ratio).upper).toBeCloseTo(1, 10);
        expect(estimated(other.ratio).pValue).toBeCloseTo(estimated(one.ratio).pValue, 10);
      }),
    );
  });
});

describe("edges", () => {
  test("nobody, one patient, all censored, all tied", () => {
    expect(restrictedMean(curve([], []), 5)).toEqual({ notEstimable: "nobody was followed" });
    const noVariance = { horizon: 5, stdError: 0, lower: NaN, upper: NaN };
    expect(restrictedMean(curve([4], [1]), 5)).toEqual({ value: 4, ...noVariance });
    expect(restrictedMean(curve([2, 9], [0, 0]), 5)).toEqual({ value: 5, ...noVariance });
    expect(restrictedMean(curve([3, 3], [1, 1]), 5)).toEqual({ value: 3, ...noVariance });
    // An event at the horizon itself takes nothing off.
    expect(restrictedMean(curve([5, 6], [1, 1]), 5)).toEqual({ value: 5, ...noVariance });
  });

  test("the interval stays within 0 and the horizon", () => {
    const { lower, upper } = estimated(restrictedMean(curve([1, 5], [1, 0]), 5));
    expect([lower, upper]).toEqual([0, 5].map((bound, i) => (i === 0 ? Math.max(bound, lower) : bound)));
  });

  test("no variance, no comparison; a mean of 0, no ratio", () => {
    const varied = { horizon: 9, value: 3, stdError: 0.2, lower: 2, upper: 4 };
    const still = { horizon: 9, value: 5, stdError: 0, lower: NaN, upper: NaN };
    const reason = { notEstimable: "the restricted mean of a group has no variance" };
    expect(compareRestrictedMeans({ of: varied, versus: still })).toEqual(reason);
    expect(compareRestrictedMeans({ of: still, versus: varied })).toEqual(reason);
    const zero = { ...varied, value: 0 };
    const compared = estimated(compareRestrictedMeans({ of: varied, versus: zero }));
    expect(compared.ratio).toEqual({ notEstimable: "a restricted mean is 0" });
  });

  test("bugs of the caller", () => {
    const whole = curve([1, 2], [1, 0]);
    for (const horizon of [0, -1, NaN, Infinity])
      expect(() => restrictedMean(whole, horizon)).toThrow(ContractError);
    expect(() => restrictedMean(whole, 1, 1)).toThrow(ContractError);
    expect(() => restrictedMean(curve([-1, 2], [1, 0]), 1)).toThrow(ContractError);
    const [of, versus] = [1, 2].map((horizon) => estimated(restrictedMean(whole, horizon)));
    expect(() => compareRestrictedMeans({ of: of!, versus: versus! })).toThrow(
      "restricted means up to 1 and up to 2 are compared",
    );
    const robust = kaplanMeier(Float64Array.of(1, 2), Uint8Array.of(1, 0), { variance: "robust" });
    expect(() => restrictedMean(robust, 1)).toThrow(ContractError);
  });
});
