import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bits, column } from "../../test/reference/known.ts";
import { ContractError } from "./assert.ts";
import { chainedEquations, type Imputations, type IncompleteColumn } from "./chained-equations.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";
import { chiSquareVariate, standardNormal } from "./random-variates.ts";

function known(result: Imputations | NotEstimable): Imputations {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}
const numbers = (
  values: readonly number[],
  missing: readonly number[],
  kind: "matching" | "normal" = "matching",
) => ({ kind, values: column(values), missing: bits(missing) }) as const;
const levels = (values: readonly number[], missing: readonly number[], nLevels = 2) =>
  ({ kind: "levels", nLevels, values: column(values), missing: bits(missing) }) as const;
const impute = (columns: readonly IncompleteColumn[], seed = 3, nImputations = 4) =>
  chainedEquations({ columns, nImputations, nIterations: 3, random: seededRandom(seed) });

describe("by hand", () => {
  test("a number that another column gives exactly is imputed exactly", () => {
    // y = 2x + 1 on a line: no residual, so the draw is the line itself, but for a ridge of 1e-5.
    const x = Array.from({ length: 30 }, (_, i) => i);
    const y = x.map((value) => 2 * value + 1);
    const missing = x.map((value) => +(value % 10 === 4));
    const { completed } = known(
      impute([
        numbers(
          x,
          x.map(() => 0),
        ),
        numbers(y, missing, "normal"),
      ]),
    );
    for (const columns of completed)
      for (const row of [4, 14, 24]) expect(columns[1]![row]).toBeCloseTo(y[row]!, 1);
    // Matched: a value of a row next to it.
    const matched = known(
      impute([
        numbers(
          x,
          x.map(() => 0),
        ),
        numbers(y, missing),
      ]),
    );
    for (const columns of matched.completed)
      for (const row of [4, 14, 24]) expect(Math.abs(columns[1]![row]! - y[row]!)).toBeLessThanOrEqual(6);
  });

  test("a level that all observed rows have is the one imputed; one that nobody has never is", () => {
    const x = [1, 2, 3, 4, 5, 6];
    const missing = [0, 1, 0, 1, 0, 0];
    const none = [0, 0, 0, 0, 0, 0];
    for (const level of [0, 1, 2]) {
      const { completed } = known(
        impute([
          numbers(x, none),
          levels(
            x.map(() => level),
            missing,
            3,
          ),
        ]),
      );
      for (const columns of completed) expect(Array.from(columns[1]!)).toEqual(x.map(() => level));
    }
    const skipped = known(impute([numbers(x, none), levels([0, 0, 2, 0, 2, 0], missing, 3)], 8, 50));
    for (const columns of skipped.completed) expect(columns[1]).not.toContain(1);
  });

  test("ties: rows with equal predictions are all donors", () => {
    // No predictor that varies: each of twenty values is as near as another.
    const y = Array.from({ length: 21 }, (_, i) => i);
    const missing = y.map((value) => +(value === 20));
    const { completed } = known(impute([numbers(y, missing)], 1, 400));
    expect(new Set(completed.map(([only]) => only![20])).size).toBe(20);
  });
});

test("draws from the normal and the chi-square distribution have their mean and variance", () => {
  const random = seededRandom(12);
  const n = 20_000;
  const moments = (draw: () => number) => {
    const values = Array.from({ length: n }, draw);
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    return [mean, values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n] as const;
  };
  // Five standard errors.
  const [mean, variance] = moments(() => standardNormal(random));
  expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n));
  expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
  const [ofChi, spread] = moments(() => chiSquareVariate(random, 7));
  expect(Math.abs(ofChi - 7)).toBeLessThan(5 * Math.sqrt(14 / n));
  expect(Math.abs(spread - 14)).toBeLessThan(1.5);
});

const anyColumns = fc
  .array(
    fc.record({
      x: fc.integer({ min: -5, max: 5 }),
      y: fc.integer({ min: -5, max: 5 }),
      group: fc.integer({ min: 0, max: 2 }),
      event: fc.integer({ min: 0, max: 1 }),
      isMissing: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 3, maxLength: 40 },
  )
  .map((rows) => {
    const missing = (j: number) => rows.map(({ isMissing }) => +isMissing[j]!);
    return [
      numbers(
        rows.map(({ x }) => x),
        missing(0),
      ),
      numbers(
        rows.map(({ y }) => y),
        missing(1),
        "normal",
      ),
      levels(
        rows.map(({ group }) => group),
        missing(2),
        3,
      ),
      levels(
        rows.map(({ event }) => event),
        rows.map(() => 0),
      ),
    ];
  });

describe("properties", () => {
  test("what is observed is untouched, what is missing is filled in, and a seed repeats", () => {
    fc.assert(
      fc.property(anyColumns, fc.integer({ min: 0, max: 1e6 }), (columns, seed) => {
        const found = impute(columns, seed);
        if (isNotEstimable(found)) {
          expect(columns.some(({ missing }) => missing.every((code) => code === 1))).toBe(true);
          return;
        }
        expect(impute(columns, seed)).toEqual(found);
        expect(found.completed).toHaveLength(4);
        for (const completed of found.completed)
          for (const [j, { values, missing, ...about }] of columns.entries()) {
            const observed = new Set(values.filter((_, i) => missing[i] === 0));
            for (let i = 0; i < values.length; i++) {
              const value = completed[j]![i]!;
              if (missing[i] === 0) expect(value).toBe(values[i]);
              else if (about.kind === "normal") expect(Number.isFinite(value)).toBe(true);
              else expect(observed.has(value)).toBe(true);
            }
          }
        expect(found.nMissing).toEqual(
          columns.map(({ missing }) => missing.reduce((sum, code) => sum + code, 0)),
        );
      }),
      { numRuns: 80 },
    );
  });

  test("what stands where a value is missing is not read, NaN neither", () => {
    fc.assert(
      fc.property(anyColumns, (columns) => {
        const hidden = columns.map((one) => ({
          ...one,
          values: one.values.map((value, i) => (one.missing[i] === 1 ? Number.NaN : value)),
        }));
        expect(impute(hidden)).toEqual(impute(columns));
      }),
      { numRuns: 30 },
    );
  });

  test("complete data come back as they are, and the first imputations are the same for any number", () => {
    fc.assert(
      fc.property(anyColumns, (columns) => {
        const complete = columns.map((one) => ({ ...one, missing: one.missing.map(() => 0) }));
        for (const completed of known(impute(complete)).completed)
          expect(completed).toEqual(columns.map(({ values }) => values));
        const [few, many] = [impute(columns, 5, 2), impute(columns, 5, 3)];
        if (!isNotEstimable(few)) expect(known(many).completed.slice(0, 2)).toEqual(few.completed);
      }),
      { numRuns: 30 },
    );
  });
});

test("missing at random by the outcome: the complete cases are biased, the imputations are not", () => {
  // x given the event is normal about 1, without it about 0; x is missing in most of those with the event.
  const random = seededRandom(17);
  const event = bits(Array.from({ length: 4000 }, () => +(random.next() < 0.5)));
  const x = Array.from(event, (y) => y + standardNormal(random));
  const missing = Array.from(event, (y) => +(random.next() < (y === 1 ? 0.7 : 0.1)));
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(meanOf(x.filter((_, i) => missing[i] === 0))).toBeLessThan(0.33);
  for (const kind of ["matching", "normal"] as const) {
    const { completed } = known(
      impute(
        [
          numbers(x, missing, kind),
          levels(
            [...event],
            x.map(() => 0),
          ),
        ],
        2,
        10,
      ),
    );
    // The mean of x is ½ with a standard error of .018, imputed ones included .025.
    expect(meanOf(completed.map(([values]) => meanOf([...values!])))).toBeCloseTo(0.5, 1);
  }
  const group = Array.from(event, (y) => +(random.next() < (y === 1 ? 0.8 : 0.3)));
  const { completed } = known(
    impute(
      [
        levels(group, missing),
        levels(
          [...event],
          x.map(() => 0),
        ),
      ],
      4,
      10,
    ),
  );
  expect(meanOf(completed.map(([values]) => meanOf([...values!])))).toBeCloseTo(0.55, 1);
});

describe("edges", () => {
  const x = [1, 2, 3, 4];
  const none = [0, 0, 0, 0];
  test("no rows, no columns, a column in which nothing is observed, one observed row", () => {
    expect(impute([numbers([], [])])).toEqual({ notEstimable: "no rows" });
    expect(impute([])).toEqual({ notEstimable: "no rows" });
    expect(impute([numbers(x, none), numbers(x, [1, 1, 1, 1])])).toEqual({
      notEstimable: "column 2: nothing is observed",
    });
    const { completed } = known(impute([numbers(x, none), numbers(x, [1, 0, 1, 1], "normal")]));
    for (const columns of completed) expect(Array.from(columns[1]!)).toEqual([2, 2, 2, 2]);
  });

  test("columns that add up to others, and levels that a column separates, have finite draws", () => {
    const n = 60;
    const base = Array.from({ length: n }, (_, i) => i);
    const missing = base.map((i) => +(i % 7 === 3));
    const { completed } = known(
      impute([
        numbers(
          base,
          base.map(() => 0),
        ),
        numbers(
          base.map((i) => 3 * i - 8),
          base.map(() => 0),
        ),
        levels(
          base.map((i) => +(i >= 30)),
          missing,
        ),
        numbers(
          base.map((i) => i * i),
          missing,
          "normal",
        ),
      ]),
    );
    for (const columns of completed) {
      for (const value of columns[3]!) expect(Number.isFinite(value)).toBe(true);
      // Far from the border the level is beyond doubt.
      expect([columns[2]![3], columns[2]![52]]).toEqual([0, 1]);
    }
  });

  test.each([
    ["NaN where a value is observed", () => impute([numbers([1, Number.NaN, 3, 4], none)])],
    ["a level of 2 of two", () => impute([levels([0, 1, 2, 1], none)])],
    ["half a level", () => impute([levels([0, 1, 0.5, 1], none)])],
    ["a mark of 2", () => impute([numbers(x, [0, 0, 0, 2])])],
    ["columns of different lengths", () => impute([numbers(x, none), numbers([1], [0])])],
    ["no imputation", () => impute([numbers(x, none)], 1, 0)],
    [
      "no iteration",
      () =>
        chainedEquations({
          columns: [numbers(x, none)],
          nImputations: 1,
          nIterations: 0,
          random: seededRandom(1),
        }),
    ],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
