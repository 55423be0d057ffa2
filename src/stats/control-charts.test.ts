import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { known } from "../../test/reference/known.ts";
import { ContractError } from "./assert.ts";
import { pChart, pPrimeChart, uChart } from "./attribute-chart.ts";
import { cusumChart } from "./cusum.ts";
import { ewmaChart } from "./ewma.ts";

const column = (...values: number[]) => Float64Array.from(values);
const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));

describe("CUSUM", () => {
  test("by hand: both sides, an alarm that sets its side back, and where it began", () => {
    const { upper, lower, alarms } = cusumChart(column(1, -2, 1.5, 2, 1.5, 0.75, -3), { k: 0.5, h: 3 });
    expect([...upper]).toEqual(close([0.5, 0, 1, 2.5, 3.5, 0.25, 0]));
    expect([...lower]).toEqual(close([0, 1.5, 0, 0, 0, 0, 2.5]));
    expect(alarms).toEqual([{ at: 4, side: "upper", since: 2 }]);
  });

  test("the other side is the chart of the negative observations; the past does not depend on the future", () => {
    const series = fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 40 });
    fc.assert(
      fc.property(series, (tenths) => {
        const z = Float64Array.from(tenths, (value) => value / 10);
        const [chart, turned] = [z, z.map((value) => -value)].map((of) => cusumChart(of, { k: 0.5, h: 4 }));
        expect(turned!.upper).toEqual(chart!.lower);
        expect(turned!.alarms.filter(({ side }) => side === "lower").map(({ at }) => at)).toEqual(
          chart!.alarms.filter(({ side }) => side === "upper").map(({ at }) => at),
        );
        const start = cusumChart(z.slice(0, 9), { k: 0.5, h: 4 });
        expect(start.upper).toEqual(chart!.upper.slice(0, 9));
        for (const { at, since } of chart!.alarms) expect(since).toBeLessThanOrEqual(at);
      }),
    );
  });

  test("nobody, a sum exactly at its limit", () => {
    expect(cusumChart(column(), { k: 0.5, h: 4 })).toEqual({ upper: column(), lower: column(), alarms: [] });
    expect(cusumChart(column(2.5, 2.5), { k: 0.5, h: 4 }).alarms).toEqual([]);
  });

  test.each([
    ["a value that is NaN", [Number.NaN], { k: 0.5, h: 4 }],
    ["k below 0", [1], { k: -1, h: 4 }],
    ["h of 0", [1], { k: 0.5, h: 0 }],
  ] as const)("refused: %s", (_, z, options) => {
    expect(() => cusumChart(column(...z), options)).toThrow(ContractError);
  });
});

describe("EWMA", () => {
  test("by hand: λ = ½, three observations", () => {
    const { average, limit, alarms } = ewmaChart(column(2, -1, 9), { lambda: 0.5, limit: 3 });
    expect([...average]).toEqual(close([1, 0, 4.5]));
    // 3 √(1/3 · (1 − (1/4)ᵗ))
    expect([...limit]).toEqual(close([1.5, 3 * Math.sqrt(5 / 16), 3 * Math.sqrt(21 / 64)]));
    expect(alarms).toEqual([2]);
  });

  test("λ = 1 is a Shewhart chart, and the limits widen to their steady state", () => {
    const { average, limit } = ewmaChart(column(3, -1), { lambda: 1, limit: 2.5 });
    expect([...average, ...limit]).toEqual([3, -1, 2.5, 2.5]);
    const long = ewmaChart(new Float64Array(4_000), { lambda: 0.01, limit: 3 }).limit;
    expect(long[0]).toBeCloseTo(0.03, 14);
    expect(long.at(-1)).toBeCloseTo(3 * Math.sqrt(0.01 / 1.99), 12);
    expect(long.every((value, t) => t === 0 || value >= long[t - 1]!)).toBe(true);
  });

  test("the average is the sum of λ (1 − λ)ᵃ z of every age a", () => {
    const series = fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(series, (values) => {
        const { average } = ewmaChart(Float64Array.from(values), { lambda: 0.3, limit: 3 });
        values.forEach((_, t) => {
          const expected = values.slice(0, t + 1).reduce((sum, z, i) => sum + 0.3 * 0.7 ** (t - i) * z, 0);
          expect(average[t]).toBeCloseTo(expected, 10);
        });
      }),
    );
  });

  test.each([
    ["a value that is infinite", [Infinity], { lambda: 0.2, limit: 3 }],
    ["λ of 0", [1], { lambda: 0, limit: 3 }],
    ["a limit of 0", [1], { lambda: 0.2, limit: 0 }],
  ] as const)("refused: %s", (_, z, options) => {
    expect(() => ewmaChart(column(...z), options)).toThrow(ContractError);
  });
});

describe("p chart", () => {
  test("by hand: a baseline of .2, periods of 100, 25 and nobody", () => {
    const counts = { count: column(20, 12, 0), size: column(100, 25, 0) };
    const chart = known(pChart(counts, { centre: 0.2 }));
    // 3 √(.16/100) = .12, 3 √(.16/25) = .24
    expect([...chart.lower]).toEqual([expect.closeTo(0.08, 12), 0, Number.NaN]);
    expect([...chart.upper]).toEqual([expect.closeTo(0.32, 12), expect.closeTo(0.44, 12), Number.NaN]);
    expect([...chart.rate]).toEqual([0.2, 0.48, Number.NaN]);
    expect(chart.signals).toEqual([{ at: 1, side: "above" }]);
  });

  test("without a baseline it is the proportion of all periods together", () => {
    expect(known(pChart({ count: column(1, 5), size: column(10, 20) })).centre).toBeCloseTo(0.2, 14);
  });

  test("exact: a period signals where so many or more have a probability under Φ(−3)", () => {
    // Of 10 at .01: P(X ≥ 1) = .096, P(X ≥ 2) = .0043, P(X ≥ 3) = .00011; three standard deviations end at 1.04.
    const counts = { count: column(1, 2, 3), size: column(10, 10, 10) };
    expect(known(pChart(counts, { centre: 0.01, exact: true })).signals).toEqual([{ at: 2, side: "above" }]);
    expect(known(pChart(counts, { centre: 0.01 })).signals.map(({ at }) => at)).toEqual([1, 2]);
    // Nobody of 50 at .1 has a probability of .00515, of 80 one of .00022.
    const none = { count: column(0, 0), size: column(50, 80) };
    expect(known(pChart(none, { centre: 0.1, exact: true })).signals).toEqual([{ at: 1, side: "below" }]);
  });

  test("a baseline of 0 or 1: any exception signals", () => {
    for (const exact of [false, true]) {
      const chart = known(pChart({ count: column(0, 1), size: column(9, 9) }, { centre: 0, exact }));
      expect(chart.signals).toEqual([{ at: 1, side: "above" }]);
      const full = known(pChart({ count: column(9, 8), size: column(9, 9) }, { centre: 1, exact }));
      expect(full.signals).toEqual([{ at: 1, side: "below" }]);
    }
  });
});

describe("p′ chart", () => {
  test("by hand: four periods that differ by two binomial standard deviations from one to the next", () => {
    // p̄ = ½, n = 100, s = .05: z = 1, −1, 1, −1, moving ranges 2, σ_z = 2/(2/√π) = √π.
    const counts = { count: column(55, 45, 55, 45), size: column(100, 100, 100, 100) };
    const chart = known(pPrimeChart(counts));
    expect(chart.sigmaZ).toBeCloseTo(Math.sqrt(Math.PI), 12);
    expect(chart.upper[0]).toBeCloseTo(0.5 + 0.15 * Math.sqrt(Math.PI), 12);
    expect(chart.signals).toEqual([]);
  });

  test("a spread of 1 gives the p chart", () => {
    const counts = { count: column(55, 30, 0, 9), size: column(100, 80, 0, 40) };
    const { sigmaZ, ...chart } = known(pPrimeChart(counts, { centre: 0.4, sigmaZ: 1 }));
    expect(chart).toEqual(known(pChart(counts, { centre: 0.4 })));
  });

  test("large periods that vary by more than the binomial do not all signal", () => {
    const counts = {
      count: column(50_900, 49_100, 51_200, 48_800, 50_300),
      size: new Float64Array(5).fill(1e5),
    };
    expect(known(pChart(counts)).signals.length).toBeGreaterThan(2);
    expect(known(pPrimeChart(counts)).signals).toEqual([]);
  });
});

describe("u chart", () => {
  test("by hand: .5 alerts an hour, 16 and 4 hours", () => {
    const chart = known(uChart({ count: column(8, 9), size: column(16, 4) }, { centre: 0.5 }));
    // 3 √(.5/16) = .530, 3 √(.5/4) = 1.06
    expect([...chart.lower]).toEqual([0, 0]);
    expect(chart.upper[0]).toBeCloseTo(0.5 + 3 * Math.sqrt(1 / 32), 12);
    expect(chart.signals).toEqual([{ at: 1, side: "above" }]);
  });

  test("hours may be any number, and events more than hours", () => {
    expect(known(uChart({ count: column(7, 3), size: column(2.5, 1.5) })).centre).toBe(2.5);
  });
});

test("charts of counts do not depend on the order of periods, nor a p chart on what is counted", () => {
  const rows = fc.array(
    fc.integer({ min: 1, max: 60 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n))),
    { minLength: 2, maxLength: 12 },
  );
  fc.assert(
    fc.property(rows, (periods) => {
      const of = (list: typeof periods) => ({
        count: Float64Array.from(list, ([x]) => x),
        size: Float64Array.from(list, ([, n]) => n),
      });
      const chart = known(pChart(of(periods), { centre: 0.3 }));
      const turned = known(pChart(of(periods.toReversed()), { centre: 0.3 }));
      expect([...turned.upper].reverse()).toEqual([...chart.upper]);
      const others = known(pChart(of(periods.map(([x, n]) => [n - x, n])), { centre: 0.7 }));
      others.upper.forEach((limit, i) => {
        expect(1 - limit).toBeCloseTo(chart.lower[i]!, 12);
      });
      expect(known(uChart(of(periods))).centre).toBeCloseTo(known(pChart(of(periods))).centre, 14);
    }),
  );
});

describe("edges of charts of counts", () => {
  const none = { count: column(0, 0), size: column(0, 0) };
  test("nobody was seen", () => {
    for (const chart of [pChart(none), uChart(none), pPrimeChart(none)])
      expect(chart).toEqual({ notEstimable: "nobody was seen" });
    expect(known(pChart(none, { centre: 0.1 })).signals).toEqual([]);
    expect(pPrimeChart({ count: column(1), size: column(3) })).toEqual({
      notEstimable: "fewer than two periods",
    });
    expect(pPrimeChart({ count: column(3, 3, 3), size: column(10, 10, 10) }, { centre: 0.31 })).toEqual({
      notEstimable: "the periods do not vary",
    });
    expect(pPrimeChart({ count: column(0, 0), size: column(3, 3) })).toEqual({
      notEstimable: "a baseline of 0 has no spread",
    });
  });

  test.each([
    ["a count above its size", () => pChart({ count: column(3), size: column(2) })],
    ["a count that is not whole", () => pChart({ count: column(0.5), size: column(2) })],
    ["a size that is not whole", () => pPrimeChart({ count: column(1), size: column(2.5) })],
    ["a count below 0", () => uChart({ count: column(-1), size: column(2) })],
    ["a size below 0", () => uChart({ count: column(0), size: column(-2) })],
    ["events in no time", () => uChart({ count: column(1), size: column(0) })],
    ["a count that is NaN", () => uChart({ count: column(Number.NaN), size: column(2) })],
    ["columns of different lengths", () => pChart({ count: column(1), size: column(2, 3) })],
    ["a baseline above 1", () => pChart({ count: column(1), size: column(2) }, { centre: 1.1 })],
    ["a baseline that is NaN", () => uChart({ count: column(1), size: column(2) }, { centre: Number.NaN })],
    ["a spread of 0", () => pPrimeChart({ count: column(1), size: column(2) }, { centre: 0.1, sigmaZ: 0 })],
  ])("refused: %s", (_, call) => {
    expect(call).toThrow(ContractError);
  });
});
