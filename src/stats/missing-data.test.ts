import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { column, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { differenceBounds, type PartlyKnown, proportionBounds } from "./missing-bounds.ts";
import { normalQuantile } from "./normal.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { wilson } from "./proportion.ts";
import { rubinsRules } from "./rubins-rules.ts";

const agree = recordAgreement({
  estimator: "Rubin's rules with Barnard and Rubin's degrees of freedom",
  reference: "the formulas, stats::qt",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const pool = (estimates: Iterable<number>, variances: Iterable<number>, completeDegreesOfFreedom?: number) =>
  rubinsRules({
    estimates: column(estimates),
    variances: column(variances),
    ...(completeDegreesOfFreedom === undefined ? {} : { completeDegreesOfFreedom }),
  });

for (const { name, input, expected } of reference("rubins-rules"))
  test(`Rubin's rules agree with R: ${name}`, () => {
    const found = known(pool(input.estimates!, input.variances!, Number(input.complete![0])));
    agree(
      name,
      [
        [found.value, found.stdError, found.within, found.between, found.degreesOfFreedom],
        [found.missingShare, found.missingInformation, found.lower, found.upper],
      ].flat(),
      expected,
    );
  });

describe("Rubin's rules by hand", () => {
  test("estimates 1 and 3 of variance 1", () => {
    // B = 2, T = 1 + 1.5 · 2 = 4, λ = ¾, ν = 1/(9/16).
    const found = known(pool([1, 3], [1, 1]));
    expect(found).toMatchObject({ value: 2, stdError: 2, within: 1, between: 2, missingShare: 0.75 });
    expect(found.degreesOfFreedom).toBeCloseTo(16 / 9, 13);
    // With ν_c = 9: ν_o = 9 · 10/12 · ¼ = 15/8; 1/(9/16 + 8/15).
    expect(known(pool([1, 3], [1, 1], 9)).degreesOfFreedom).toBeCloseTo(1 / (9 / 16 + 8 / 15), 13);
  });

  test("imputations that agree leave the interval of the complete data", () => {
    const found = known(pool([0.1, 0.1, 0.1], [0.04, 0.04, 0.04]));
    expect(found).toMatchObject({
      between: 0,
      degreesOfFreedom: Infinity,
      missingShare: 0,
      missingInformation: 0,
    });
    expect(found.upper - found.value).toBeCloseTo(normalQuantile(0.975) * 0.2, 12);
    // ν_c (ν_c + 1)/(ν_c + 3) = 9 · 10/12.
    expect(known(pool([0.1, 0.1], [1, 1], 9)).degreesOfFreedom).toBeCloseTo(7.5, 13);
  });

  test("no variance within an imputation: the imputations alone count", () => {
    expect(known(pool([1, 3], [0, 0], 9))).toMatchObject({
      degreesOfFreedom: 1,
      missingShare: 1,
      missingInformation: 1,
    });
  });
});

test("Rubin's rules: order does not matter, and a unit is taken over", () => {
  const some = fc.array(
    fc.record({ q: fc.integer({ min: -50, max: 50 }), u: fc.integer({ min: 1, max: 30 }) }),
    { minLength: 2, maxLength: 20 },
  );
  fc.assert(
    fc.property(some, fc.integer({ min: 2, max: 500 }), (rows, freedom) => {
      const run = (list: typeof rows, unit: number) =>
        known(
          pool(
            list.map(({ q }) => unit * q),
            list.map(({ u }) => unit * unit * u),
            freedom,
          ),
        );
      const [found, other] = [run(rows, 1), run(rows.toReversed(), -4)];
      expect(other.value).toBeCloseTo(-4 * found.value, 9);
      expect(other.upper).toBeCloseTo(-4 * found.lower, 7);
      expect(other.degreesOfFreedom / found.degreesOfFreedom).toBeCloseTo(1, 8);
      expect(found.degreesOfFreedom).toBeLessThanOrEqual(freedom);
      expect(found.stdError ** 2).toBeGreaterThanOrEqual(found.within - 1e-12);
    }),
  );
});

describe("bounds by hand", () => {
  const group = (events: number, eventFree: number, missing: number): PartlyKnown => ({
    events,
    eventFree,
    missing,
  });

  test("3 of 10 known and 2 missing: from 3 to 5 of 12", () => {
    expect(proportionBounds(group(3, 7, 2))).toEqual({
      lowest: 0.25,
      highest: 5 / 12,
      lower: wilson(3, 12, 0.95).lower,
      upper: wilson(5, 12, 0.95).upper,
      completeCase: 0.3,
    });
    const found = known(differenceBounds(group(3, 7, 2), group(1, 8, 1)));
    expect([found.lowest, found.highest]).toEqual([
      expect.closeTo(3 / 12 - 2 / 10, 14),
      expect.closeTo(5 / 12 - 1 / 10, 14),
    ]);
    expect(found.completeCase).toBeCloseTo(0.3 - 1 / 9, 14);
  });

  test("nothing missing: the interval itself", () => {
    const { lower, upper } = wilson(3, 10, 0.95);
    expect(proportionBounds(group(3, 7, 0))).toMatchObject({ lowest: 0.3, highest: 0.3, lower, upper });
  });

  const anyGroup = fc
    .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 8 }))
    .map(([events, eventFree, missing]) => group(events, eventFree, missing));

  test("every way to fill in what is missing lies within, with its interval, and the ends are reached", () => {
    fc.assert(
      fc.property(anyGroup, anyGroup, (one, other) => {
        const filled = ({ events, eventFree, missing }: PartlyKnown) =>
          Array.from({ length: missing + 1 }, (_, k) => group(events + k, eventFree + missing - k, 0));
        const bounds = proportionBounds(one);
        const ways = filled(one).map((way) => proportionBounds(way));
        if (!isNotEstimable(bounds)) {
          const shares = ways.map((way) => known(way).lowest);
          expect([Math.min(...shares), Math.max(...shares)]).toEqual([bounds.lowest, bounds.highest]);
          for (const way of ways) {
            expect(known(way).lower).toBeGreaterThanOrEqual(bounds.lower - 1e-12);
            expect(known(way).upper).toBeLessThanOrEqual(bounds.upper + 1e-12);
          }
        }
        const difference = differenceBounds(one, other);
        if (isNotEstimable(difference)) return;
        for (const a of filled(one))
          for (const b of filled(other)) {
            const way = known(differenceBounds(a, b));
            expect(way.lowest).toBeGreaterThanOrEqual(difference.lowest - 1e-12);
            expect(way.highest).toBeLessThanOrEqual(difference.highest + 1e-12);
          }
      }),
    );
  });

  test("edges", () => {
    expect(proportionBounds(group(0, 0, 0))).toEqual({ notEstimable: "nobody" });
    expect(proportionBounds(group(0, 0, 4))).toMatchObject({
      lowest: 0,
      highest: 1,
      lower: 0,
      upper: 1,
      completeCase: { notEstimable: "no outcome is known" },
    });
    expect(differenceBounds(group(0, 0, 0), group(1, 1, 1))).toEqual({ notEstimable: "first group: nobody" });
    expect(differenceBounds(group(1, 1, 1), group(0, 0, 0))).toEqual({
      notEstimable: "second group: nobody",
    });
  });

  test.each([
    ["a share", () => proportionBounds(group(0.5, 1, 1))],
    ["a count below 0", () => differenceBounds(group(1, 1, 1), group(1, 1, -1))],
    ["a level of 1", () => proportionBounds(group(1, 1, 1), 1)],
    ["one imputation", () => pool([1], [1])],
    ["a variance below 0", () => pool([1, 2], [1, -1])],
    ["an estimate that is NaN", () => pool([1, Number.NaN], [1, 1])],
    ["no degrees of freedom", () => pool([1, 2], [1, 1], 0)],
    ["columns of different lengths", () => pool([1, 2], [1])],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
  test("estimates without a variance", () => {
    expect(pool([2, 2], [0, 0])).toEqual({ notEstimable: "the estimates have no variance" });
  });
});
