import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { bits, codes, column, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { clusteredProportion } from "./clustered-mean.ts";
import { extractedCategories, extractedDates, extractedNumbers } from "./extracted-values.ts";
import { limitsOfAgreement } from "./limits-of-agreement.ts";
import { noncentralTQuantile } from "./noncentral-t.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { wilson } from "./proportion.ts";
import { seededRandom } from "./random.ts";
import { standardNormal } from "./random-variates.ts";
import { studentQuantile } from "./student-t.ts";

const agree = recordAgreement({
  estimator: "Limits of agreement with exact intervals",
  reference: "integrate, uniroot, t.test",
  tolerance: { relative: 1e-6 },
});

for (const { name, input, expected } of reference("extracted-values"))
  test(`agrees with R: ${name}`, () => {
    const found = known(limitsOfAgreement(column(input.d!), input.level![0]!));
    const { bias, standardDeviation, lowerLimit, upperLimit } = found;
    const all = [bias, lowerLimit, upperLimit].map(({ value, lower, upper }) => [value, lower, upper]);
    agree(name, [all[0]!, [standardDeviation], all[1]!, all[2]!], expected);
  });

describe("limits of agreement", () => {
  test("the noncentral t without noncentrality is Student's; its quantiles rise with it, far beyond R's reach", () => {
    for (const p of [0.025, 0.4, 0.975])
      for (const nu of [1, 7, 200])
        expect(noncentralTQuantile(p, nu, 0)).toBeCloseTo(studentQuantile(p, nu), 8);
    // For many degrees of freedom normal about δ with variance 1 + δ²/2ν.
    const [nu, delta] = [5000, 1.96 * Math.sqrt(5001)];
    const spread = Math.sqrt(1 + delta ** 2 / (2 * nu));
    expect((noncentralTQuantile(0.975, nu, delta) - delta) / spread).toBeCloseTo(1.96, 1);
  });

  test("over 500 samples of 12 the interval of the upper limit holds the true one in 95 %", () => {
    const random = seededRandom(3);
    let held = 0;
    for (let k = 0; k < 500; k++) {
      const sample = Float64Array.from({ length: 12 }, () => 1 + 2 * standardNormal(random));
      const { lower, upper } = known(limitsOfAgreement(sample)).upperLimit;
      const truth = 1 + 2 * 1.959963984540054;
      held += +(lower <= truth && truth <= upper);
    }
    expect(Math.abs(held / 500 - 0.95)).toBeLessThan(0.03);
  });

  test("differences turned give limits turned; one, or all alike, has a reason", () => {
    const d = column([1, 3, -2, 0.5]);
    const [one, other] = [known(limitsOfAgreement(d)), known(limitsOfAgreement(d.map((x) => -x)))];
    expect(other.upperLimit.upper).toBeCloseTo(-one.lowerLimit.lower, 12);
    expect(limitsOfAgreement(column([4]))).toEqual({ notEstimable: "fewer than two differences" });
    expect(limitsOfAgreement(column([0.1, 0.1, 0.1]))).toEqual({ notEstimable: "all differences are equal" });
  });

  test.each([
    ["a probability of 1", () => noncentralTQuantile(1, 5, 0)],
    ["no degrees of freedom", () => noncentralTQuantile(0.5, 0, 0)],
    ["NaN among the differences", () => limitsOfAgreement(column([1, Number.NaN]))],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});

/** "-" where there is no value. */
function rowsOf(pairs: readonly (readonly [extracted: number | "-", abstracted: number | "-"])[]) {
  const present = (at: 0 | 1) => bits(pairs.map((pair) => +(pair[at] !== "-")));
  const values = (at: 0 | 1) => pairs.map((pair) => (pair[at] === "-" ? 0 : pair[at]));
  return { isExtracted: present(0), isAbstracted: present(1), extracted: values(0), abstracted: values(1) };
}

describe("categories", () => {
  const { extracted, abstracted, ...presence } = rowsOf([
    [0, 0],
    [0, 0],
    [1, 0],
    ["-", 0],
    [1, 1],
    [0, "-"],
    ["-", "-"],
    ["-", "-"],
  ]);
  const rows = { ...presence, extracted: codes(extracted), abstracted: codes(abstracted), nLevels: 2 };

  test("by hand: one missed, one invented, one wrong, each with its own base", () => {
    const found = extractedCategories(rows);
    expect([found.n, found.nBoth, found.nNeither]).toEqual([8, 4, 2]);
    expect(found.missed).toEqual({ x: 1, n: 5, value: 0.2, ...wilson(1, 5, 0.95) });
    expect(known(found.invented)).toMatchObject({ x: 1, n: 3 });
    expect(known(found.inventedOfGiven)).toMatchObject({ x: 1, n: 5 });
    expect(known(found.agreement)).toMatchObject({ x: 3, n: 4 });
    expect(known(found.values[0]!.sensitivity)).toMatchObject({ x: 2, n: 4 });
    expect(known(found.values[0]!.ppv)).toMatchObject({ x: 2, n: 3 });
    expect(known(found.values[1]!.ppv)).toMatchObject({ x: 1, n: 2 });
    expect(found.confusion).toEqual([
      [2, 1, 1],
      [0, 1, 0],
      [1, 0, 2],
    ]);
    // 5 of 8 agree; by chance (4·3 + 1·2 + 3·3)/64.
    expect(known(found.kappa).kappa).toBeCloseTo((5 / 8 - 23 / 64) / (1 - 23 / 64), 14);
  });

  test("clusters: shares by patient, kappa refused", () => {
    const cluster = codes([0, 0, 1, 1, 2, 2, 3, 3]);
    const found = extractedCategories({ ...rows, cluster });
    const share = known(
      clusteredProportion({ event: bits([0, 0, 0, 1, 0]), cluster: codes([0, 0, 1, 1, 2]) }),
    );
    expect(known(found.missed)).toEqual({ x: 1, n: 5, value: 0.2, lower: share.lower, upper: share.upper });
    expect(isNotEstimable(found.kappa)).toBe(true);
  });

  test("every row is in the table once, and a level that nobody has gives a reason", () => {
    const value = fc.oneof(fc.nat(2), fc.constant("-" as const));
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 30 }), (pairs) => {
        const { extracted, abstracted, ...presence } = rowsOf(pairs);
        const found = extractedCategories({
          ...presence,
          extracted: codes(extracted),
          abstracted: codes(abstracted),
          nLevels: 4,
        });
        expect(found.confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(pairs.length);
        expect(found.values[3]).toEqual({
          sensitivity: { notEstimable: "nobody is in its denominator" },
          ppv: { notEstimable: "nobody is in its denominator" },
        });
        const wrong = found.confusion.flatMap((row, i) => row.filter((_, j) => i !== j && i < 4 && j < 4));
        const agreement = found.agreement;
        if (isNotEstimable(agreement)) expect(found.nBoth).toBe(0);
        else expect(agreement.n - agreement.x).toBe(wrong.reduce((sum, n) => sum + n, 0));
      }),
    );
  });

  test.each([
    ["a code beyond the levels", { extracted: codes([9, 0, 0, 0, 0, 0, 0, 0]) }],
    ["columns of other lengths", { extracted: codes([0]) }],
    ["a mark of 2", { isExtracted: bits([2, 0, 0, 0, 0, 0, 0, 0]) }],
  ])("refused: %s", (_, change) => {
    expect(() => extractedCategories({ ...rows, ...change })).toThrow(ContractError);
  });

  test("what stands where there is no value is not read", () => {
    const junk = rows.extracted.map((code, i) => (rows.isExtracted[i] === 1 ? code : 77));
    expect(extractedCategories({ ...rows, extracted: junk })).toEqual(extractedCategories(rows));
  });
});

describe("numbers", () => {
  const { extracted, abstracted, ...presence } = rowsOf([
    [70, 70],
    [70.4, 70],
    [700, 70],
    [0.07, 70],
    [154, 70],
    [25.4, 10],
    [80, 70],
    ["-", 70],
    [12, "-"],
  ]);
  const rows = { ...presence, extracted: column(extracted), abstracted: column(abstracted), tolerance: 0.5 };

  test("by hand: exact, within half a unit, and three slips of unit beside one plain error", () => {
    const found = extractedNumbers(rows);
    expect(known(found.exact)).toMatchObject({ x: 1, n: 7 });
    expect(known(found.withinTolerance)).toMatchObject({ x: 2, n: 7 });
    // 154/70 = 2.2 is pounds within 1 %.
    expect(found.unitMistakes).toEqual([
      { factor: 10, n: 1 },
      { factor: 100, n: 0 },
      { factor: 1000, n: 1 },
      { factor: 2.54, n: 1 },
      { factor: 0.45359237, n: 1 },
    ]);
    expect(known(found.missed)).toMatchObject({ x: 1, n: 8 });
    expect(known(found.limits).n).toBe(7);
    expect(
      isNotEstimable(extractedNumbers({ ...rows, cluster: codes([0, 0, 1, 1, 2, 2, 3, 3, 4]) }).limits),
    ).toBe(true);
  });

  test("decimals that lie just the tolerance apart are within it", () => {
    const found = extractedNumbers({
      isExtracted: bits([1, 1, 1]),
      isAbstracted: bits([1, 1, 1]),
      extracted: column([1.1, 0.3, 1.11]),
      abstracted: column([1, 0.2, 1]),
      tolerance: 0.1,
    });
    expect(found.withinTolerance).toMatchObject({ x: 2, n: 3 });
  });

  test("a value of 0 is no slip of unit", () => {
    const zero = rowsOf([
      [0, 5],
      [5, 0],
      [0, 0],
    ]);
    const found = extractedNumbers({
      ...rows,
      ...zero,
      extracted: column(zero.extracted),
      abstracted: column(zero.abstracted),
    });
    expect(found.unitMistakes.every(({ n }) => n === 0)).toBe(true);
    expect(known(found.exact).x).toBe(1);
  });

  test.each([
    ["a tolerance below 0", { tolerance: -1 }],
    ["a factor of 1", { factors: [1] }],
    ["NaN where there is a value", { extracted: rows.extracted.with(0, Number.NaN) }],
  ])("refused: %s", (_, change) => {
    expect(() => extractedNumbers({ ...rows, ...change })).toThrow(ContractError);
  });
});

describe("dates", () => {
  const day = (text: string) => Date.parse(text) / 86_400_000;
  const pairs = [
    ["2023-05-04", "2023-05-04"],
    ["2023-04-05", "2023-05-04"],
    ["2022-05-04", "2023-05-04"],
    ["2023-05-01", "2023-05-04"],
    ["2023-06-01", "2023-05-31"],
    ["1969-12-31", "1970-01-01"],
  ] as const;
  const rows = {
    isExtracted: bits(pairs.map(() => 1)),
    isAbstracted: bits(pairs.map(() => 1)),
    extracted: Int32Array.from(pairs, ([one]) => day(one)),
    abstracted: Int32Array.from(pairs, ([, other]) => day(other)),
    withinDays: 3,
  };

  test("by hand: exact, day and month exchanged, another year, days off across a month's end", () => {
    const found = extractedDates(rows);
    expect(known(found.exact)).toMatchObject({ x: 1, n: 6 });
    expect(known(found.sameMonth)).toMatchObject({ x: 2, n: 6 });
    expect(known(found.within)).toMatchObject({ x: 4, n: 6 });
    expect([found.nEarlier, found.nLater, found.nSwapped, found.nOtherYear]).toEqual([4, 1, 1, 1]);
    // 0, 29, 365, 3, 1, 1.
    expect(known(found.daysOff)).toEqual({ median: 2, p90: 197, most: 365 });
  });

  test("no row with both dates has a reason; days that are none are refused", () => {
    const none = { ...rows, isExtracted: bits([0, 0, 0, 0, 0, 0]) };
    expect(extractedDates(none).daysOff).toEqual({ notEstimable: "no row has both dates" });
    expect(() => extractedDates({ ...rows, withinDays: -1 })).toThrow(ContractError);
    expect(() => extractedDates({ ...rows, extracted: rows.extracted.with(1, 2 ** 31 - 1) })).toThrow(
      ContractError,
    );
  });
});
