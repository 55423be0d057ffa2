import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { contingencyTest } from "./contingency.ts";
import { isNotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "Chi-square test of a table of counts, Cramér's V",
  reference: "chisq.test",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

function tested(table: readonly (readonly number[])[], continuity = false) {
  const found = contingencyTest(table, { continuity });
  if (isNotEstimable(found)) throw new Error(found.notEstimable);
  return found;
}

for (const { name, input, expected } of reference("contingency"))
  test(`contingencyTest agrees with R: ${name}`, () => {
    const table = [input.first!, input.second!];
    const numbers = (continuity: boolean) => {
      const { chiSquare, degreesOfFreedom, pValue, leastExpected } = tested(table, continuity);
      return [chiSquare, degreesOfFreedom, pValue, leastExpected];
    };
    const plain = [...numbers(false), tested(table).cramersV];
    agree(name, table[0]!.length === 2 ? [...plain, ...numbers(true)] : plain, expected);
  });

test("by hand: 10 and 20 against 20 and 10", () => {
  // Every cell expects 15 and is 5 off: 4 · 25/15. With Yates 4.5 off: 4 · 20.25/15. V = √(20/3 / 60) = 1/3.
  const found = tested([
    [10, 20],
    [20, 10],
  ]);
  expect(found.chiSquare).toBeCloseTo(20 / 3, 13);
  expect([found.degreesOfFreedom, found.leastExpected]).toEqual([1, 15]);
  expect(found.cramersV).toBeCloseTo(1 / 3, 14);
  const corrected = tested(
    [
      [10, 20],
      [20, 10],
    ],
    true,
  );
  expect(corrected.chiSquare).toBeCloseTo(5.4, 13);
  expect(corrected.cramersV).toBeCloseTo(1 / 3, 14);
});

describe("properties", () => {
  const count = fc.integer({ min: 1, max: 60 });
  const anyTable = fc
    .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 5 }))
    .chain(([rows, columns]) =>
      fc.array(fc.array(count, { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );

  test("rows and columns may change places and order; doubling every count doubles the statistic, not V", () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const { chiSquare, cramersV } = tested(table);
        const turned = table[0]!.map((_, j) => table.map((row) => row[j]!));
        expect(tested(turned).chiSquare).toBeCloseTo(chiSquare, 8);
        expect(tested(table.toReversed().map((row) => row.toReversed())).chiSquare).toBeCloseTo(chiSquare, 8);
        const doubled = tested(table.map((row) => row.map((n) => 2 * n)));
        expect(doubled.chiSquare).toBeCloseTo(2 * chiSquare, 8);
        expect(doubled.cramersV).toBeCloseTo(cramersV, 10);
        expect(cramersV).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  test("of two by two it is n (ad − bc)² over the product of the margins", () => {
    fc.assert(
      fc.property(count, count, count, count, (a, b, c, d) => {
        const margins = (a + b) * (c + d) * (a + c) * (b + d);
        const expected = ((a + b + c + d) * (a * d - b * c) ** 2) / margins;
        expect(
          tested([
            [a, b],
            [c, d],
          ]).chiSquare,
        ).toBeCloseTo(expected, 8);
      }),
    );
  });
});

describe("edges", () => {
  test.each([
    ["one row or one column has nothing to compare", [[1, 2, 3]]],
    ["one row or one column has nothing to compare", [[1], [2]]],
    [
      "a row without counts",
      [
        [0, 0],
        [1, 2],
      ],
    ],
    [
      "a column without counts",
      [
        [0, 3],
        [0, 2],
      ],
    ],
  ])("%s", (notEstimable, table) => {
    expect(contingencyTest(table)).toEqual({ notEstimable });
  });

  test("perfect association has V = 1", () => {
    expect(
      tested([
        [7, 0],
        [0, 5],
      ]).cramersV,
    ).toBeCloseTo(1, 14);
  });

  test("a table of 400 by 400, and counts so small that their products vanish", () => {
    const table = Array.from({ length: 400 }, (_, i) =>
      Array.from({ length: 400 }, (_, j) => 1 + ((i + j) % 3)),
    );
    expect(tested(table).degreesOfFreedom).toBe(399 ** 2);
    expect(
      tested([
        [1e-300, 2e-300],
        [2e-300, 1e-300],
      ]).cramersV,
    ).toBeCloseTo(1 / 3, 12);
  });

  test.each([
    [
      "a count beyond whole numbers",
      [
        [1e200, 1],
        [1, 1],
      ],
    ],
    ["a table without cells", [[]]],
    ["no table", []],
    ["rows of different lengths", [[1, 2], [3]]],
    [
      "a count below 0",
      [
        [1, -2],
        [3, 4],
      ],
    ],
    [
      "a count that is NaN",
      [
        [1, Number.NaN],
        [3, 4],
      ],
    ],
  ])("refused: %s", (_, table) => {
    expect(() => contingencyTest(table)).toThrow(ContractError);
  });

  test("refused: Yates's correction beyond two by two", () => {
    expect(() =>
      contingencyTest(
        [
          [1, 2, 3],
          [3, 4, 5],
        ],
        { continuity: true },
      ),
    ).toThrow(ContractError);
  });
});
