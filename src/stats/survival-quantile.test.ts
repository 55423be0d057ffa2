import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { columnsOf, distinctTimes, nRuns, rowsOf } from "../../test/reference/survival-twin.ts";
import { ContractError } from "./assert.ts";
import { kaplanMeier, medianSurvival } from "./kaplan-meier.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { type IntervalScale, survivalBand } from "./survival-interval.ts";
import { survivalQuantile } from "./survival-quantile.ts";

const agrees = recordAgreement({
  estimator: "Quantiles of a Kaplan–Meier curve with interval",
  reference: "survival::quantile.survfit",
  tolerance: { relative: 1e-10 },
});

for (const { name, r, input, expected } of reference("survival-quantile")) {
  test(`survivalQuantile agrees with R quantile.survfit: ${name}`, () => {
    const entry = input.entry && { entry: Float64Array.from(input.entry) };
    const curve = kaplanMeier(Float64Array.from(input.time!), Uint8Array.from(input.event!), entry);
    const scale = /conf\.type="([\w-]+)"/.exec(r)![1] as IntervalScale;
    const results = [0.25, 0.5, 0.75].map((share) => survivalQuantile(curve, share, 0.95, scale));
    const column = (part: "value" | "lower" | "upper") =>
      results.map((result) => (isNotEstimable(result) ? NaN : result[part]));
    const theirs = expected as Readonly<Record<string, unknown>>;
    agrees(name, column("value"), theirs.quantile);
    agrees(name, column("lower"), theirs.lower);
    agrees(name, column("upper"), theirs.upper);
  });
}

const curve = (time: readonly number[], event: readonly number[]) =>
  kaplanMeier(Float64Array.from(time), Uint8Array.from(event));

describe("by hand", () => {
  test("S = 3/4, 1/2, 1/4, 0: flat at the height asked for gives the midpoint", () => {
    const four = curve([1, 2, 4, 8], [1, 1, 1, 1]);
    const at = (share: number) => (survivalQuantile(four, share) as { value: number }).value;
    expect([0.2, 0.25, 0.3, 0.5, 0.75, 0.9].map(at)).toEqual([1, 1.5, 2, 3, 6, 8]);
  });

  test("flat at one half to the end of follow-up gives the first time", () => {
    expect(survivalQuantile(curve([1, 2, 4, 8], [1, 1, 0, 0]), 0.5)).toMatchObject({ value: 2 });
  });
});

describe("properties", () => {
  const share = fc.integer({ min: 1, max: 19 }).map((twentieths) => twentieths / 20);

  test("agrees with a search through the times, limits by the same search of the band", () => {
    fc.assert(
      fc.property(rowsOf(fc.constant(1)), share, (rows, p) => {
        const { time, event } = columnsOf(rows);
        const whole = kaplanMeier(time, event);
        const search = (heights: Float64Array) => {
          const times = distinctTimes(rows);
          // Tenths of a millionth are rounding: counts of at most 12 cannot come closer.
          const first = times.find((_, k) => heights[k]! <= 1 - p + 1e-7) ?? NaN;
          const later = times.find((_, k) => heights[k]! < 1 - p - 1e-7) ?? first;
          return (first + later) / 2;
        };
        const result = survivalQuantile(whole, p);
        const band = survivalBand(whole);
        const expected = search(whole.survival);
        if (Number.isNaN(expected)) expect(result).toHaveProperty("notEstimable");
        else
          expect(result).toEqual({ value: expected, lower: search(band.lower), upper: search(band.upper) });
      }),
      nRuns,
    );
  });

  test("the median is the quantile at one half; order of rows irrelevant; scales with time", () => {
    fc.assert(
      fc.property(rowsOf(fc.constant(1)), share, (rows, p) => {
        const { time, event } = columnsOf(rows);
        const half = survivalQuantile(kaplanMeier(time, event), 0.5);
        const median = medianSurvival(kaplanMeier(time, event));
        if (isNotEstimable(median)) expect(half).toHaveProperty("notEstimable");
        else expect(half).toMatchObject(median);
        const other = columnsOf(rows.toReversed());
        const doubled = kaplanMeier(
          other.time.map((t) => 2 * t),
          other.event,
        );
        const [one, two] = [survivalQuantile(kaplanMeier(time, event), p), survivalQuantile(doubled, p)];
        if (isNotEstimable(one)) expect(two).toEqual(one);
        else expect(two).toEqual({ value: 2 * one.value, lower: 2 * one.lower, upper: 2 * one.upper });
      }),
    );
  });
});

describe("edges", () => {
  test("nobody, all censored, one patient, all tied", () => {
    expect(survivalQuantile(curve([], []), 0.5)).toEqual({ notEstimable: "nobody was followed" });
    const censored = survivalQuantile(curve([1, 2], [0, 0]), 0.25);
    expect(censored).toEqual({ notEstimable: "the curve stays above 1 − 0.25" });
    // Where the curve is 0 it has no band, so no limits.
    expect(survivalQuantile(curve([4], [1]), 0.5)).toEqual({ value: 4, lower: NaN, upper: NaN });
    expect(survivalQuantile(curve([3, 3], [1, 1]), 0.5)).toEqual({ value: 3, lower: NaN, upper: NaN });
  });

  test("a share out of range is a bug of the caller", () => {
    for (const share of [0, 1, NaN])
      expect(() => survivalQuantile(curve([1], [1]), share)).toThrow(ContractError);
    expect(() => survivalQuantile(curve([1], [1]), 0.5, 2)).toThrow(ContractError);
  });
});
