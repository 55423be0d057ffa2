import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  type HorizonColumns,
  horizonCases,
  shuffled,
  smallCohort,
} from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { ipcwSample } from "./ipcw-mean.ts";
import { kaplanMeier, survivalAt } from "./kaplan-meier.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson, wilson } from "./proportion.ts";
import { type TwoByTwo, type TwoByTwoTables, twoByTwoAtHorizon } from "./two-by-two.ts";

const agree = recordAgreement({
  estimator: "Two-by-two table at a horizon, whole and by stratum",
  reference: "sums of riskRegression's weights",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const valueOrNaN = (measure: { readonly value: number } | NotEstimable) =>
  isNotEstimable(measure) ? Number.NaN : measure.value;

/** In the order of the columns of the reference. */
function row({ n, nFlagged, all, cells, perThousand, ...measures }: TwoByTwo): number[] {
  const own = Object.values(cells).reduce((sum, weight) => sum + weight, 0);
  return [
    ...[n, nFlagged, all.events, all.unknown],
    ...Object.values(cells),
    ...Object.values(perThousand),
    ...Object.values(cells).map((weight) => (1000 * weight) / own),
    ...[measures.sensitivity, measures.specificity, measures.ppv, measures.npv, measures.prevalence].map(
      valueOrNaN,
    ),
  ];
}

for (const { name, columns, thresholds, stratum, expected } of horizonCases()) {
  const { twoByTwo } = expected;
  if (!twoByTwo) continue;
  test(`twoByTwoAtHorizon agrees with R: ${name}`, () => {
    const threshold = thresholds[0]!;
    const { whole, strata } = twoByTwoAtHorizon({ ...columns, threshold, stratum, nStrata: 3 });
    [whole, ...strata].forEach((table, i) => {
      agree(name, row(table), twoByTwo.values[i]);
    });
  });
}

const rates = ["sensitivity", "specificity", "ppv", "npv", "prevalence", "accuracy"] as const;

describe("properties", () => {
  test("a sample made before, and another level asked for later, give the tables made at once", () => {
    fc.assert(
      fc.property(smallCohort, (columns) => {
        const plain = (tables: TwoByTwoTables) => [tables.whole, ...tables.strata];
        const stratum = Uint16Array.from(columns.time, (_, i) => i % 2);
        const options = { ...columns, threshold: 0.4, stratum, nStrata: 2 };
        const at90 = twoByTwoAtHorizon({ ...options, level: 0.9 });
        const at95 = twoByTwoAtHorizon({ ...options, sample: ipcwSample(columns) });
        expect(plain(at95.atLevel(0.9))).toEqual(plain(at90));
      }),
    );
  });

  const codes = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 24, maxLength: 24 });

  test("the strata of any partition add up to the whole, weights and counts", () => {
    fc.assert(
      fc.property(smallCohort, codes, (columns, list) => {
        const stratum = Uint16Array.from(columns.time, (_, i) => list[i]!);
        const { whole, strata } = twoByTwoAtHorizon({ ...columns, threshold: 0.5, stratum, nStrata: 3 });
        const sums = (of: (table: TwoByTwo) => object) =>
          Object.keys(of(whole)).map((key) =>
            strata.reduce((sum, table) => sum + Reflect.get(of(table), key), 0),
          );
        for (const of of [(t: TwoByTwo) => t.cells, (t: TwoByTwo) => t.perThousand, (t: TwoByTwo) => t.all])
          assertClose(sums(of), Object.values(of(whole)), { relative: 1e-12, absolute: 1e-10 });
        expect(strata.reduce((sum, table) => sum + table.nFlagged, 0)).toBe(whole.nFlagged);
      }),
    );
  });

  test("without censoring: counts, and Wilson or Clopper–Pearson intervals of counts", () => {
    fc.assert(
      fc.property(smallCohort, (columns) => {
        const uncensored = { ...columns, event: columns.event.map(() => 1) };
        const { whole } = twoByTwoAtHorizon({ ...uncensored, threshold: 0.5 });
        const count = (isEvent: boolean, isFlagged: boolean) =>
          [...columns.time.keys()].filter(
            (i) => columns.time[i]! <= columns.horizon === isEvent && columns.risk[i]! >= 0.5 === isFlagged,
          ).length;
        const [tp, fp, fn, tn] = [
          count(true, true),
          count(false, true),
          count(true, false),
          count(false, false),
        ];
        expect(Object.values(whole.cells)).toEqual([tp, fp, fn, tn]);
        const parts = [
          [tp, tp + fn],
          [tn, tn + fp],
          [tp, tp + fp],
          [tn, tn + fn],
          [tp + fn, tp + fp + fn + tn],
        ] as const;
        parts.forEach(([x, n], k) => {
          const rate = whole[rates[k]!];
          if (isNotEstimable(rate)) {
            expect(n).toBe(0);
            return;
          }
          const interval = x === 0 || x === n ? clopperPearson(x, n, 0.95) : wilson(x, n, 0.95);
          assertClose(
            [rate.value, rate.stdError, rate.lower, rate.upper],
            [x / n, Math.sqrt((x * (n - x)) / n ** 3), interval.lower, interval.upper],
            { relative: 1e-9, absolute: 1e-12 },
          );
          expect(rate.kind).toBe(x === 0 || x === n ? "bound" : "pointwise");
        });
      }),
    );
  });

  test("every interval holds its estimate, inside [0, 1]", () => {
    fc.assert(
      fc.property(smallCohort, codes, (columns, list) => {
        const stratum = Int32Array.from(columns.time, (_, i) => list[i]! - 1);
        const { whole, strata } = twoByTwoAtHorizon({ ...columns, threshold: 0.5, stratum, nStrata: 2 });
        for (const table of [whole, ...strata])
          for (const name of rates) {
            const rate = table[name];
            if (isNotEstimable(rate)) continue;
            expect(rate.lower).toBeGreaterThanOrEqual(0);
            expect(rate.upper).toBeLessThanOrEqual(1);
            expect(rate.lower - 1e-9).toBeLessThanOrEqual(rate.value);
            expect(rate.upper + 1e-9).toBeGreaterThanOrEqual(rate.value);
          }
      }),
      { numRuns: 500 },
    );
  });

  test("prevalence is the Kaplan–Meier risk; order is irrelevant; a higher level is wider", () => {
    const { columns } = horizonCases()[0]!;
    const of = (some: HorizonColumns, level: number) =>
      twoByTwoAtHorizon({ ...some, threshold: 0.3, level }).whole;
    const { survival } = survivalAt(kaplanMeier(columns.time, columns.event), columns.horizon);
    const whole = of(columns, 0.95);
    assertClose(valueOrNaN(whole.prevalence), 1 - survival, { relative: 1e-12 });
    for (const name of rates) {
      const [one, other, wide] = [whole[name], of(shuffled(columns), 0.95)[name], of(columns, 0.99)[name]];
      if (isNotEstimable(one) || isNotEstimable(other) || isNotEstimable(wide)) throw new Error(name);
      assertClose([other.value, other.stdError], [one.value, one.stdError], { relative: 1e-10 });
      expect(wide.lower).toBeLessThan(one.lower);
      expect(wide.upper).toBeGreaterThan(one.upper);
    }
  });
});

describe("edges", () => {
  const time = Float64Array.of(1, 2, 3, 4);
  const event = Uint8Array.of(1, 1, 0, 0);
  const risk = Float64Array.of(0.9, 0.8, 0.2, 0.1);

  test("by hand: two of two found is 1 with the exact bound .025^(1/2)", () => {
    const { whole } = twoByTwoAtHorizon({ time, event, risk, horizon: 2, threshold: 0.5 });
    expect(whole.sensitivity).toMatchObject({
      value: 1,
      stdError: 0,
      upper: 1,
      kind: "bound",
      effectiveSize: 2,
    });
    expect(whole.sensitivity).toHaveProperty("lower", expect.closeTo(Math.sqrt(0.025), 12));
  });

  test("by hand: one of three at risk is censored, so those after weigh 3/2", () => {
    // Events at 1 (flagged) and 3 (not), censored at 2, beyond 3 one flagged and one not: G = 1, then 2/3.
    const { whole } = twoByTwoAtHorizon({
      time: Float64Array.of(1, 2, 3, 5),
      event: Uint8Array.of(1, 0, 1, 0),
      risk: Float64Array.of(0.9, 0.9, 0.1, 0.6),
      horizon: 4,
      threshold: 0.5,
    });
    const cells = [1, 1.5, 1.5, 0].map((weight) => expect.closeTo(weight, 14));
    expect(Object.values(whole.cells)).toEqual(cells);
    expect(whole).toMatchObject({
      nFlagged: 3,
      all: { events: 2, eventFree: 1, unknown: 1 },
      sensitivity: { value: expect.closeTo(1 / 2.5, 14) },
      // One patient of weight 3/2 is worth one.
      specificity: { value: 0, kind: "bound", effectiveSize: 1 },
      ppv: { value: expect.closeTo(1 / 2.5, 14) },
      npv: { value: 0, kind: "bound", effectiveSize: 1 },
      prevalence: { value: expect.closeTo(2.5 / 4, 14) },
      accuracy: { value: expect.closeTo(1 / 4, 14) },
    });
  });

  test("a risk that is NaN, times of others and strata beyond their number are refused", () => {
    const good = { time, event, risk, horizon: 2, threshold: 0.5 };
    for (const fault of [
      { risk: risk.with(1, NaN) },
      { time: time.with(1, NaN) },
      { risk: risk.slice(1) },
      { stratum: Uint16Array.of(0, 0, 0, 2), nStrata: 2 },
      { level: 1 },
    ])
      expect(() => twoByTwoAtHorizon({ ...good, ...fault })).toThrow(ContractError);
  });

  test("a measure without denominator says which", () => {
    const { whole } = twoByTwoAtHorizon({ time, event, risk, horizon: 0, threshold: 0.95 });
    expect(whole.sensitivity).toEqual({ notEstimable: "no events by the horizon" });
    expect(whole.ppv).toEqual({ notEstimable: "nobody of known status is flagged" });
  });

  test("nobody beyond the horizon: the counts stay, the measures have the reason", () => {
    const { whole } = twoByTwoAtHorizon({ time, event, risk, horizon: 9, threshold: 0.5 });
    expect(whole).toMatchObject({
      n: 4,
      all: { events: 2, eventFree: 0, unknown: 2 },
      flagged: { events: 2 },
    });
    for (const name of rates)
      expect(whole[name]).toEqual({ notEstimable: "nobody is followed beyond the horizon" });
  });

  test("nobody beyond the horizon and the last has the event: it does not stand for those censored before", () => {
    const columns = { time: Float64Array.of(1, 2, 3, 4), risk, horizon: 9, threshold: 0.5 };
    const { whole } = twoByTwoAtHorizon({ ...columns, event: Uint8Array.of(1, 0, 0, 1) });
    for (const name of rates)
      expect(whole[name]).toEqual({ notEstimable: "nobody is followed beyond the horizon" });
    const everybody = twoByTwoAtHorizon({ ...columns, event: Uint8Array.of(1, 1, 1, 1) }).whole;
    expect(everybody.prevalence).toMatchObject({ value: 1 });
  });

  test("nobody, an empty stratum, patients of no stratum", () => {
    const none = {
      time: new Float64Array(0),
      event: new Uint8Array(0),
      risk: new Float64Array(0),
      horizon: 1,
    };
    expect(twoByTwoAtHorizon({ ...none, threshold: 0.5 }).whole).toMatchObject({
      n: 0,
      accuracy: { notEstimable: "no patients" },
    });
    const stratum = Int32Array.of(0, -1, 0, -1);
    const { strata } = twoByTwoAtHorizon({
      time,
      event,
      risk,
      horizon: 2,
      threshold: 0.5,
      stratum,
      nStrata: 2,
    });
    expect(strata).toMatchObject([
      { n: 2, nFlagged: 1 },
      { n: 0, npv: { notEstimable: "no patients" } },
    ]);
  });

  test("a threshold that is NaN is our bug", () => {
    expect(() => twoByTwoAtHorizon({ time, event, risk, horizon: 2, threshold: Number.NaN })).toThrow(
      ContractError,
    );
  });
});
