import fc from "fast-check";
import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { frequencyQuantiles } from "./frequency-quantile.ts";
import { quantiles } from "./quantile.ts";
import { seededRandom } from "./random.ts";

const shares = [0, 0.01, 0.25, 0.5, 0.9, 1 / 3, 1];

function assertTwins(values: readonly number[], times: readonly number[]): void {
  const written = values.flatMap((value, i) => Array.from({ length: times[i]! }, () => value));
  expect(frequencyQuantiles(Float64Array.from(values), Uint32Array.from(times), shares)).toEqual(
    quantiles(Float64Array.from(written), shares),
  );
}

test("those of the values written out, exactly", () => {
  const kinds = [
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.integer({ min: -3, max: 3 }).map((value) => value / 8),
    fc.constantFrom(1, 1 + Number.EPSILON),
    fc.constantFrom(-1e308, 0, 1e308),
  ];
  for (const value of kinds)
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.integer({ min: 0, max: 4 })), { maxLength: 60 }), (rows) => {
        fc.pre(rows.some(([, times]) => times > 0));
        assertTwins(
          rows.map(([v]) => v),
          rows.map(([, times]) => times),
        );
      }),
      { numRuns: 500 },
    );
});

test("20,000 values, most of them near together", () => {
  const random = seededRandom(4);
  const values = Array.from({ length: 20_000 }, () => random.next() ** 12);
  assertTwins(
    values,
    values.map(() => random.integer(4)),
  );
});

test("by hand: 1 twice, 2 not, 5 three times are 1, 1, 5, 5, 5", () => {
  const of = (shares: readonly number[]) =>
    frequencyQuantiles(Float64Array.of(5, 2, 1), Uint32Array.of(3, 0, 2), shares);
  expect(of([0, 0.25, 0.375, 0.5, 1])).toEqual([1, 1, 3, 5, 5]);
});

test("infinities are ordered; bugs of the caller", () => {
  const of = (values: readonly number[], times: readonly number[], p = 0.5) =>
    frequencyQuantiles(Float64Array.from(values), Uint32Array.from(times), [p]);
  expect(of([Infinity, 3, -Infinity], [1, 1, 1])).toEqual([3]);
  expect(of([NaN, 3], [0, 1])).toEqual([3]);
  for (const wrong of [
    () => of([], []),
    () => of([1], [0]),
    () => of([NaN], [1]),
    () => of([1, 2], [1]),
    () => of([1], [1], 1.1),
  ])
    expect(wrong).toThrow(ContractError);
});
