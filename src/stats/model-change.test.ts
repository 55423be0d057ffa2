import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { bits, codes, column, known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { newcombePairedDifference } from "./mcnemar.ts";
import { type MeasureChange, modelChange } from "./model-change.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { seededRandom } from "./random.ts";

const agree = recordAgreement({
  estimator: "Old model against new: differences, standard errors, tests",
  reference: "survey::svycontrast, binom.test, pROC::roc.test, the formulas in R",
  tolerance: { relative: 1e-9, absolute: 1e-12 },
});

for (const { name, input, expected } of reference("model-change"))
  test(`agrees with R: ${name}`, () => {
    const { y, a, b, t, cluster } = input;
    const found = modelChange({
      event: bits(y!),
      old: { risk: column(a!), threshold: t![0]! },
      new: { risk: column(b!), threshold: t![1]! },
      exchange: 0.3,
      ...(name.includes("clusters") && { cluster: codes(cluster!) }),
    });
    const of = (measure: keyof typeof found) => known(found[measure] as MeasureChange);
    if (name === "tests") {
      const { events, others } = found;
      agree(
        name,
        [of("ppv").pValue, of("npv").pValue, events.pValue, others.pValue, of("auc").pValue],
        expected,
      );
    } else if (name === "AUC of clusters") agree(name, [of("auc").difference, of("auc").stdError], expected);
    else {
      const shares = ["ppv", "npv", "sensitivity", "specificity"] as const;
      const all = [...shares, "alertsPer1000", "brier", "netBenefit"] as const;
      const scaled = (measure: (typeof all)[number], x: number) =>
        measure === "alertsPer1000" ? x / 1000 : x;
      agree(
        name,
        [
          all.map((measure) => scaled(measure, of(measure).difference)),
          all.map((measure) => scaled(measure, of(measure).stdError)),
        ],
        expected,
      );
    }
  });

/** Rows of event, flag of the old model, flag of the new one, and how many there are. */
function pairOf(rows: readonly (readonly [event: number, old: number, now: number, n: number])[]) {
  const list = rows.flatMap(([y, a, b, n]) => Array.from({ length: n }, () => [y, a, b] as const));
  return {
    event: bits(list.map(([y]) => y)),
    old: { risk: column(list.map(([, a]) => (a === 1 ? 0.8 : 0.1))), threshold: 0.5 },
    new: { risk: column(list.map(([, , b]) => (b === 1 ? 0.7 : 0.2))), threshold: 0.5 },
  };
}

test("by hand: 100 events, 200 others; the new model finds 10 more, loses 2, and alerts on 6 fewer others", () => {
  const found = modelChange(
    pairOf([
      [1, 1, 1, 50],
      [1, 0, 1, 10],
      [1, 1, 0, 2],
      [1, 0, 0, 38],
      [0, 1, 1, 20],
      [0, 0, 1, 4],
      [0, 1, 0, 10],
      [0, 0, 0, 166],
    ]),
  );
  expect(found.events).toEqual({
    both: 50,
    firstOnly: 10,
    secondOnly: 2,
    neither: 38,
    pValue: expect.closeTo((2 * (1 + 12 + 66)) / 2 ** 12, 12),
  });
  const { old, new: now, difference, lower, upper } = known(found.sensitivity);
  expect([old, now, difference]).toEqual([0.52, 0.6, expect.closeTo(0.08, 14)]);
  const newcombe = newcombePairedDifference({ both: 50, firstOnly: 10, secondOnly: 2, neither: 38 }, 0.95);
  expect([lower, upper]).toEqual([newcombe.lower, newcombe.upper]);
  expect(known(found.specificity).difference).toBeCloseTo(6 / 200, 14);
  expect(known(found.ppv).old).toBeCloseTo(52 / 82, 14);
  expect(known(found.ppv).new).toBeCloseTo(60 / 84, 14);
  // 82 of 300 and 84 of 300.
  expect(known(found.alertsPer1000).difference).toBeCloseTo(2000 / 300, 10);
  // Threshold ½: a false alert weighs as much as a true one.
  expect(known(found.netBenefit).difference).toBeCloseTo((60 - 24 - (52 - 30)) / 300, 14);
});

describe("properties", () => {
  const row = fc.tuple(fc.nat(1), fc.nat(3), fc.nat(3));
  const rows = fc.array(row, { minLength: 6, maxLength: 40 });
  const measures = [
    "sensitivity",
    "specificity",
    "ppv",
    "npv",
    "alertsPer1000",
    "auc",
    "brier",
    "netBenefit",
  ] as const;
  const models = (list: readonly (readonly [number, number, number])[]) => ({
    event: bits(list.map(([y]) => y)),
    old: { risk: column(list.map(([, a]) => a / 4)), threshold: 0.5 },
    new: { risk: column(list.map(([, , b]) => b / 4)), threshold: 0.5 },
  });

  test("old and new exchanged turn every difference", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const pair = models(list);
        const [one, other] = [modelChange(pair), modelChange({ ...pair, old: pair.new, new: pair.old })];
        for (const measure of measures) {
          const [a, b] = [one[measure], other[measure]];
          if (isNotEstimable(a)) expect(b).toEqual(a);
          else {
            expect(known(b).difference).toBeCloseTo(-a.difference, 10);
            expect(known(b).upper).toBeCloseTo(-a.lower, 8);
            // NaN where an AUC is 0 or 1.
            if (Number.isNaN(a.pValue)) expect(known(b).pValue).toBeNaN();
            else expect(known(b).pValue).toBeCloseTo(a.pValue, 10);
          }
        }
      }),
    );
  });

  test("clusters of one row have the standard errors of rows; rows copied within clusters too", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const plain = modelChange(models(list));
        const alone = modelChange({ ...models(list), cluster: codes(list.keys()) });
        const copied = modelChange({
          ...models(list.flatMap((one) => [one, one])),
          cluster: codes(list.flatMap((_, i) => [i, i])),
        });
        for (const measure of ["ppv", "npv", "brier", "netBenefit"] as const) {
          const [a, b, c] = [plain[measure], alone[measure], copied[measure]];
          if (isNotEstimable(a)) expect([b, c]).toEqual([a, a]);
          else {
            expect(known(b).stdError).toBeCloseTo(a.stdError, 12);
            expect(known(c).stdError).toBeCloseTo(a.stdError, 12);
          }
        }
      }),
    );
  });
});

test("over 1,000 pairs of equal models the tests of PPV and of sensitivity reject at most some 5 %", () => {
  const random = seededRandom(9);
  const rejected = { ppv: 0, sensitivity: 0, missed: 0 };
  for (let k = 0; k < 1000; k++) {
    const list = Array.from({ length: 250 }, () => {
      const y = +(random.next() < 0.3);
      const draw = () => +(random.next() < (y === 1 ? 0.7 : 0.15));
      const first = draw();
      return [y, first, random.next() < 0.5 ? first : draw(), 1] as const;
    });
    const { ppv, sensitivity } = modelChange(pairOf(list));
    rejected.ppv += +(known(ppv).pValue <= 0.05);
    rejected.missed += +(known(ppv).lower > 0 || known(ppv).upper < 0);
    rejected.sensitivity += +(known(sensitivity).pValue <= 0.05);
  }
  expect(rejected.ppv).toBeLessThan(70);
  expect(rejected.missed).toBeLessThan(70);
  expect(rejected.sensitivity).toBeLessThan(60);
});

describe("edges", () => {
  const same = pairOf([
    [1, 1, 1, 5],
    [1, 0, 0, 5],
    [0, 0, 0, 5],
    [0, 1, 1, 1],
  ]);

  test("the same flags: shares have an interval around 0, the rest a reason", () => {
    const { sensitivity, ppv, netBenefit } = modelChange(same);
    const { difference, lower, upper, pValue } = known(sensitivity);
    expect([difference, pValue]).toEqual([0, 1]);
    expect(lower).toBeLessThanOrEqual(0);
    expect(upper).toBeGreaterThanOrEqual(0);
    const reason = { notEstimable: "no row's part differs between the two models" };
    expect([ppv, netBenefit]).toEqual([reason, reason]);
  });

  test("nobody flagged, no events, other thresholds, one cluster: each with its reason", () => {
    const silent = { ...same, new: { ...same.new, threshold: 0.9 } };
    expect(modelChange(silent).ppv).toEqual({ notEstimable: "nobody is in its denominator" });
    expect(modelChange(silent).netBenefit).toEqual({
      notEstimable: "the thresholds differ, and no threshold probability weighs a false alert",
    });
    expect(known(modelChange({ ...silent, exchange: 0.2 }).netBenefit).new).toBe(0);
    const free = { ...same, event: new Uint8Array(16) };
    expect(modelChange(free).sensitivity).toEqual({ notEstimable: "nobody is in its denominator" });
    expect(modelChange(free).auc).toEqual({ notEstimable: "no cases" });
    expect(modelChange({ ...same, cluster: new Uint32Array(16) }).brier).toEqual({
      notEstimable: "one cluster has no variance",
    });
  });

  test.each([
    ["a risk in per cent", { old: { ...same.old, risk: same.old.risk.map((r) => 100 * r) } }],
    ["a threshold of 1", { new: { ...same.new, threshold: 1 } }],
    ["columns of other lengths", { event: same.event.subarray(1) }],
    ["an event of 2", { event: same.event.map((y) => 2 * y) }],
    ["a level of 95", { level: 95 }],
  ])("refused: %s", (_, change) => {
    expect(() => modelChange({ ...same, ...change })).toThrow(ContractError);
  });
});
