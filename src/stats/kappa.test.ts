import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { type CohenKappa, cohenKappa, fleissKappa, type KappaWeights } from "./kappa.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "Cohen's kappa, plain and weighted; Fleiss' kappa",
  reference: "the formulas of Fleiss, Cohen & Everitt and of Fleiss, Nee & Landis",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

function known<Result extends object>(result: Result | NotEstimable): Result {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}

const rowsOf = (cells: readonly number[], k: number) =>
  Array.from({ length: cells.length / k }, (_, i) => cells.slice(i * k, (i + 1) * k));

const numbersOf = ({ kappa, stdError, nullStdError, lower, upper, observed, expected }: CohenKappa) => [
  kappa,
  stdError,
  lower,
  upper,
  observed,
  expected,
  nullStdError,
];

for (const { name, input, expected } of reference("kappa"))
  test(`kappa agrees with R: ${name}`, () => {
    const k = input.k![0]!;
    if (input.counts) {
      const ours = known(fleissKappa(rowsOf(input.counts, k)));
      agree(name, [ours.kappa, ours.nullStdError, ours.observed, ours.expected], expected);
    } else {
      const weights = name.split(", ").at(-1) as KappaWeights;
      agree(name, numbersOf(known(cohenKappa(rowsOf(input.table!, k), { weights }))), expected);
    }
  });

test("by hand: 40 of 50 agree, margins ½: κ = (.8 − .5)/.5", () => {
  const { kappa, stdError } = known(
    cohenKappa([
      [20, 5],
      [5, 20],
    ]),
  );
  expect(kappa).toBeCloseTo(0.6, 14);
  // Equal margins of ½: Var = (1 − κ²)/n.
  expect(stdError).toBeCloseTo(Math.sqrt((1 - 0.36) / 50), 12);
});

describe("nobody disagrees", () => {
  test("the lower limit is that of the share that agrees", () => {
    const { kappa, stdError, lower, upper, kind, expected } = known(
      cohenKappa([
        [10, 0, 0],
        [0, 20, 0],
        [0, 0, 5],
      ]),
    );
    expect([kappa, stdError, upper, kind]).toEqual([1, 0, 1, "bound"]);
    // Clopper–Pearson for 35 of 35: .025^(1/35).
    expect(lower).toBeCloseTo((0.025 ** (1 / 35) - expected) / (1 - expected), 10);
  });

  test("with one category in use nothing can be said", () => {
    const table = [
      [20, 0],
      [0, 0],
    ];
    expect(cohenKappa(table)).toEqual({ notEstimable: "both raters use one category only" });
    expect(fleissKappa([[3, 0], [3, 0]])).toEqual({ notEstimable: "all ratings are in one category" }); // biome-ignore format: a table
  });
});

describe("properties", () => {
  const table = fc.integer({ min: 2, max: 4 }).chain((k) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: k, maxLength: k }), {
      minLength: k,
      maxLength: k,
    }),
  );
  const anyWeights = fc.constantFrom<KappaWeights>("unweighted", "linear", "quadratic");

  test("raters exchanged change nothing; categories in reverse neither; every count twice halves the variance", () => {
    fc.assert(
      fc.property(table, anyWeights, (rows, weights) => {
        const ours = cohenKappa(rows, { weights });
        if (isNotEstimable(ours)) return;
        const turned = known(
          cohenKappa(
            rows.map((_, i) => rows.map((row) => row[i]!)),
            { weights },
          ),
        );
        const reversed = known(
          cohenKappa(
            rows.toReversed().map((row) => row.toReversed()),
            { weights },
          ),
        );
        const twice = known(
          cohenKappa(
            rows.map((row) => row.map((count) => 2 * count)),
            { weights },
          ),
        );
        for (const same of [turned, reversed]) {
          expect(same.kappa).toBeCloseTo(ours.kappa, 12);
          expect(same.stdError).toBeCloseTo(ours.stdError, 7);
        }
        expect(twice.kappa).toBeCloseTo(ours.kappa, 12);
        expect(twice.stdError).toBeCloseTo(ours.stdError / Math.SQRT2, 7);
      }),
      { numRuns: 500 },
    );
  });

  test("with two categories the weights do not matter", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 4, maxLength: 4 }), (cells) => {
        const [one, ...others] = (["unweighted", "linear", "quadratic"] as const).map((weights) =>
          numbersOf(known(cohenKappa(rowsOf(cells, 2), { weights }))),
        );
        for (const other of others) expect(other).toEqual(one);
      }),
    );
  });

  test("Fleiss' kappa is the share of agreeing pairs of ratings beyond chance, pairs listed one by one", () => {
    const units = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }), {
      minLength: 2,
      maxLength: 8,
    });
    fc.assert(
      fc.property(units, (ratings) => {
        const counts = ratings.map((unit) => [0, 1, 2].map((c) => unit.filter((r) => r === c).length));
        const ours = fleissKappa(counts);
        if (isNotEstimable(ours)) return;
        const pairs = ratings.flatMap((unit) =>
          unit.flatMap((a, i) => unit.slice(i + 1).map((b) => Number(a === b))),
        );
        const all = ratings.flat();
        const chance = [0, 1, 2].reduce(
          (sum, c) => sum + (all.filter((r) => r === c).length / all.length) ** 2,
          0,
        );
        const agreeing = pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
        expect(ours.kappa).toBeCloseTo((agreeing - chance) / (1 - chance), 12);
      }),
      { numRuns: 300 },
    );
  });
});

test("nobody, no table, no counts", () => {
  const none = [
    [0, 0],
    [0, 0],
  ];
  expect(cohenKappa(none)).toEqual({ notEstimable: "no ratings" });
  expect(fleissKappa([])).toEqual({ notEstimable: "no units" });
  for (const fault of [[[1]], [[1, 2]], [[1, 2], [3, -1]], [[1, 2], [3, Number.NaN]]]) // biome-ignore format: tables
    expect(() => cohenKappa(fault)).toThrow(ContractError);
  expect(() => cohenKappa([[1, 2], [3, 4]], { level: 1 })).toThrow(ContractError); // biome-ignore format: a table
  for (const fault of [[[1, 0]], [[2, 1], [1, 1]], [[2, 1], [1, 1, 1]], [[1.5, 1.5]]]) // biome-ignore format: tables
    expect(() => fleissKappa(fault)).toThrow(ContractError);
});
