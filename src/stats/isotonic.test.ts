import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { assertClose, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { isotonicRegression } from "./isotonic.ts";

const agrees = recordAgreement({
  estimator: "Isotonic regression, ties pooled",
  reference: "stats::isoreg",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const of = (x: ArrayLike<number>, y: ArrayLike<number>, weight?: ArrayLike<number>) =>
  isotonicRegression({
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    ...(weight && { weight: Float64Array.from(weight) }),
  });

for (const { name, input, expected } of reference("isotonic"))
  test(`isotonicRegression agrees with R: ${name}`, () =>
    agrees(name, of(input.x!, input.y!).fitted, expected));

test("by hand: 1, 3, 2, 4, 3.5 at 1 to 5, and two rows of one x", () => {
  expect(of([1, 2, 3, 4, 5], [1, 3, 2, 4, 3.5])).toEqual({
    fitted: Float64Array.of(1, 2.5, 2.5, 3.75, 3.75),
    levels: [
      { from: 1, to: 1, value: 1, weight: 1 },
      { from: 2, to: 3, value: 2.5, weight: 2 },
      { from: 4, to: 5, value: 3.75, weight: 2 },
    ],
  });
  expect(of([7, 3, 7], [0, 0, 1]).fitted).toEqual(Float64Array.of(0.5, 0, 0.5));
  expect(of([1, 2], [1, 0], [3, 1]).fitted).toEqual(Float64Array.of(0.75, 0.75));
});

const rows = fc.array(
  fc.record({
    x: fc.integer({ min: 0, max: 12 }),
    y: fc.integer({ min: -2, max: 3 }),
    weight: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 25 },
);

/** The largest, over where a set ends, of the least, over where it begins, of the means of y in between. */
function minMax(
  list: readonly { readonly x: number; readonly y: number; readonly weight: number }[],
): number[] {
  const xs = [...new Set(list.map(({ x }) => x))].sort((a, b) => a - b);
  const mean = (from: number, to: number) => {
    const within = list.filter(({ x }) => x >= from && x <= to);
    const total = within.reduce((sum, { weight }) => sum + weight, 0);
    return within.reduce((sum, { y, weight }) => sum + weight * y, 0) / total;
  };
  return list.map(({ x }) =>
    Math.max(
      ...xs
        .filter((from) => from <= x)
        .map((from) => Math.min(...xs.filter((to) => to >= x).map((to) => mean(from, to)))),
    ),
  );
}

test("agrees with the max-min formula; order and increasing changes do not matter; a weight counts rows", () => {
  fc.assert(
    fc.property(rows, (list) => {
      const columns = (some: typeof list, change = (x: number) => x) =>
        of(
          some.map(({ x }) => change(x)),
          some.map(({ y }) => y),
          some.map(({ weight }) => weight),
        );
      const { fitted, levels } = columns(list);
      assertClose(fitted, minMax(list), { absolute: 1e-12 });
      assertClose(columns(list.toReversed()).fitted.toReversed(), fitted, { absolute: 1e-12 });
      assertClose(columns(list, (x) => Math.exp(x)).fitted, fitted, { absolute: 1e-12 });
      for (let k = 1; k < levels.length; k++) expect(levels[k]!.value).toBeGreaterThan(levels[k - 1]!.value);
      const repeated = list.flatMap((row) => new Array<typeof row>(row.weight).fill({ ...row, weight: 1 }));
      const ofRepeated = columns(repeated).levels;
      assertClose(
        ofRepeated.map(({ value }) => value),
        levels.map(({ value }) => value),
        { absolute: 1e-12 },
      );
    }),
    { numRuns: 2000 },
  );
});

test("edges: nobody, one, all tied, falling throughout, 200,000 rows", () => {
  expect(of([], [])).toEqual({ fitted: new Float64Array(0), levels: [] });
  expect(of([4], [1]).levels).toEqual([{ from: 4, to: 4, value: 1, weight: 1 }]);
  expect(of([2, 2, 2], [1, 0, 0]).levels).toHaveLength(1);
  expect(of([1, 2, 3], [3, 2, 1]).fitted).toEqual(Float64Array.of(2, 2, 2));
  const x = Float64Array.from({ length: 200_000 }, (_, i) => i);
  expect(isotonicRegression({ x, y: x.map((value) => -value) }).levels).toHaveLength(1);
});

test("means that are equal but for the order of adding are one level", () => {
  // (.1 + .1 + .1)/3 is above .1 in its last digit.
  expect(of([1, 2, 2, 2], [0.1, 0.1, 0.1, 0.1], [1, 1, 1, 1]).levels).toHaveLength(1);
});

test("bugs of the caller", () => {
  expect(() => of([1, NaN], [0, 1])).toThrow(ContractError);
  expect(() => of([1, 2], [0, Infinity])).toThrow(ContractError);
  expect(() => of([1, 2], [0])).toThrow(ContractError);
  expect(() => of([1, 2], [0, 1], [1, 0])).toThrow(ContractError);
});
