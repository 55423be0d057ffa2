import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type HorizonColumns,
  naiveCensoringTerm,
  resampled,
  shuffled,
  simulatedCohort,
  smallCohort,
} from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { influenceSquares, ipcwMean, ipcwSample } from "./ipcw-mean.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

function known(columns: HorizonColumns, values: Float64Array) {
  const mean = ipcwMean(ipcwSample(columns), values);
  if (isNotEstimable(mean)) throw new Error(mean.notEstimable);
  return mean;
}

describe("influenceSquares", () => {
  test("agrees with the influence function written out for each pair of patients", () => {
    fc.assert(
      fc.property(smallCohort, fc.infiniteStream(fc.integer({ min: -4, max: 4 })), (columns, numbers) => {
        const sample = ipcwSample(columns);
        const next = (i: number) => (sample.status[i] === 2 ? 0 : numbers.next().value);
        const direct = columns.time.map((_, i) => next(i));
        const weighted = columns.time.map((_, i) => next(i));
        const psi = naiveCensoringTerm(columns, weighted).map((term, i) => direct[i]! + term);
        const mean = psi.reduce((sum, value) => sum + value, 0) / psi.length;
        const naive = psi.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        assertClose(influenceSquares({ sample, direct, weighted }), naive, {
          relative: 1e-10,
          absolute: 1e-10,
        });
      }),
      { numRuns: 2000 },
    );
  });
});

describe("ipcwMean", () => {
  test("by hand: a censoring moves half of its weight to the patient who stays", () => {
    // G(h) = 1/2, so the third patient weighs 2: mean (1·6 + 2·3)/3 = 4.
    const columns = {
      time: Float64Array.of(1, 2, 3),
      event: Uint8Array.of(1, 0, 1),
      risk: new Float64Array(3),
      horizon: 2,
    };
    expect(known(columns, Float64Array.of(6, 99, 3)).mean).toBeCloseTo(4, 12);
  });

  test("without censoring it is the mean and its standard error", () => {
    const columns = {
      time: Float64Array.of(1, 2, 3, 4),
      event: Uint8Array.of(1, 1, 1, 1),
      risk: new Float64Array(4),
      horizon: 2,
    };
    const { mean, stdError } = known(columns, Float64Array.of(1, 2, 4, 9));
    expect(mean).toBe(4);
    expect(stdError).toBeCloseTo(Math.sqrt((9 + 4 + 0 + 25) / 3 / 4), 12);
  });

  test("the order of patients is irrelevant", () => {
    const columns = simulatedCohort(200, seededRandom(3));
    const mixed = shuffled(columns);
    const one = known(columns, columns.risk);
    const other = known(mixed, mixed.risk);
    assertClose([one.mean, one.stdError], [other.mean, other.stdError], { relative: 1e-12 });
  });

  test("the standard error is that of resampled cohorts, within 15 %", () => {
    const random = seededRandom(11);
    const columns = simulatedCohort(400, random);
    const squares = ({ risk }: HorizonColumns) => risk.map((r) => r ** 2 - r);
    const draws = Array.from({ length: 500 }, () => {
      const drawn = resampled(columns, random);
      return known(drawn, squares(drawn)).mean;
    });
    const centre = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const spread = Math.sqrt(
      draws.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (draws.length - 1),
    );
    expect(Math.abs(known(columns, squares(columns)).stdError / spread - 1)).toBeLessThan(0.15);
  });

  test("not estimable: nobody, one patient, follow-up that ends too early", () => {
    const of = (time: number[], event: number[], horizon: number) =>
      ipcwMean(
        ipcwSample({ time: Float64Array.from(time), event: Uint8Array.from(event), horizon }),
        new Float64Array(time.length),
      );
    expect(of([], [], 1)).toEqual({ notEstimable: "no patients" });
    expect(of([1], [1], 1)).toEqual({ notEstimable: "one patient" });
    expect(of([1, 2], [1, 0], 3)).toEqual({ notEstimable: "nobody is followed beyond the horizon" });
    expect(of([1, 2], [0, 1], 3)).toEqual({ notEstimable: "nobody is followed beyond the horizon" });
    expect(of([1, 2], [1, 1], 3)).toEqual({ mean: 0, stdError: 0 });
  });
});
