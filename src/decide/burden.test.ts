import { describe, expect, test } from "vitest";
import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { Protocol } from "../protocol/index.ts";
import { burden, flagCost } from "./burden.ts";
import { bookOf } from "./estimate-book.ts";

const fixed = (value: number) => ({ low: value, mid: value, high: value });
const step = (minutes: number, usdPerHour: number, share = 1) => ({
  step: "assess",
  role: "nurse",
  minutes: fixed(minutes),
  usdPerHour: fixed(usdPerHour),
  share,
});
const perThousand = (id: string, value: number, lower: number, upper: number): ComputedEstimate => ({
  id,
  label: id,
  n: 1000,
  unit: "perThousand",
  method: "",
  evidence: "retrospective",
  value,
  interval: { lower, upper, level: 0.95, kind: "pointwise" },
});
const protocolWith = (over: Partial<Protocol["burden"]>) =>
  ({
    burden: {
      volume: { scoredPerMonth: 3650, source: "log" },
      perFalsePositive: [step(1.8, 60)],
      perTruePositive: [],
      limitUsdPerMonth: 5000,
      ...over,
    },
  }) as unknown as Protocol;
const book = bookOf([
  perThousand("performance.false-positives@1h", 1000, 900, 1000),
  perThousand("performance.true-positives@1h", 0, 0, 1),
]);
const numberOf = (estimates: readonly ComputedEstimate[], id: string) => {
  const estimate = estimates.find((candidate) => candidate.id === id)!;
  return "value" in estimate ? estimate.value : Number.NaN;
};

describe("the source article's own example: 1.8 minutes for each of 120 false alerts a day", () => {
  // By hand: 120 a day is 3,650 a month (365 / 12); 3,650 × 1.8 min = 6,570 min = 109.5 h; × $60 = $6,570;
  // the limit of $5,000 at $1.80 a flag is reached at 2,777.8 flags.
  const estimates = burden(protocolWith({}), book, "1h");
  test("109.5 hours a month", () => expect(numberOf(estimates, "burden.hours")).toBeCloseTo(109.5, 9));
  test("$6,570 a month at $60/h", () => expect(numberOf(estimates, "burden.cost")).toBeCloseTo(6570, 9));
  test("$4,927.50 a month at $45/h", () => {
    const cheaper = burden(protocolWith({ perFalsePositive: [step(1.8, 45)] }), book, "1h");
    expect(numberOf(cheaper, "burden.cost")).toBeCloseTo(4927.5, 9);
  });
  test("2,778 false flags reach the limit", () =>
    expect(numberOf(estimates, "burden.break-even")).toBeCloseTo(2777.7778, 3));
});

test("a step that only some flags reach counts by its share", () => {
  // By hand: 2 min × $48 / 60 = $1.60; .35 × 6 min × $130 / 60 = $4.55.
  const cost = flagCost([step(2, 48), step(6, 130, 0.35)]);
  expect(cost.usd.mid).toBeCloseTo(6.15, 12);
  expect(cost.minutes.mid).toBeCloseTo(4.1, 12);
});

test("the cost's interval is that of the false-flag rate", () => {
  const cost = burden(protocolWith({}), book, "1h").find(({ id }) => id === "burden.cost")!;
  expect("interval" in cost && cost.interval).toMatchObject({ lower: 5913, upper: 6570 });
});

test("given ranges stand beside the middle as their own estimates", () => {
  const ranged = { ...step(1.8, 60), minutes: { low: 1, mid: 1.8, high: 4 } };
  const estimates = burden(protocolWith({ perFalsePositive: [ranged] }), book, "1h");
  expect(numberOf(estimates, "burden.cost-low")).toBeCloseTo(3650, 9);
  expect(numberOf(estimates, "burden.cost-high")).toBeCloseTo(14_600, 9);
});

test("a false flag that costs nothing never reaches a limit", () => {
  const free = burden(protocolWith({ perFalsePositive: [] }), book, "1h");
  expect(free.find(({ id }) => id === "burden.break-even")).toHaveProperty("notEstimable");
});

test("without a false-flag rate there is no burden, and the reason is carried over", () => {
  const none: ComputedEstimate = {
    ...perThousand("performance.false-positives@1h", 0, 0, 0),
    notEstimable: "no patients",
  } as never;
  const { value: _value, interval: _interval, ...unknown } = none as never as Record<string, unknown>;
  const without = bookOf([
    unknown as never as ComputedEstimate,
    perThousand("performance.true-positives@1h", 0, 0, 1),
  ]);
  expect(burden(protocolWith({}), without, "1h").find(({ id }) => id === "burden.cost")).toMatchObject({
    notEstimable: "no patients",
  });
});
