import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  type HorizonColumns,
  naiveCensoringTerm,
  naiveWeights,
  smallCohort,
} from "../../test/reference/horizon-twin.ts";
import { known } from "../../test/reference/known.ts";
import { type ReferenceCase, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { aucAtHorizon } from "./auc-at-horizon.ts";
import { brierAtHorizon } from "./brier.ts";
import { anyEvent, competingSample } from "./competing-sample.ts";
import { logLossAtHorizon } from "./log-loss.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { aucContrast, brierContrast, logLossContrast, type PairedContrast } from "./paired-contrast.ts";

const agree = recordAgreement({
  estimator: "Differences in AUC and Brier score at a horizon, causes competing too",
  reference: "riskRegression::Score, contrasts",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const numbersOf = ({ difference, stdError, lower, upper, pValue }: PairedContrast) => [
  difference,
  stdError,
  lower,
  upper,
  pValue,
];

const dataOf = ({ input }: ReferenceCase) => {
  const time = Float64Array.from(input.time!);
  const cause = Uint8Array.from(input.cause!);
  const horizon = input.horizon![0]!;
  const [risk, other] = [Float64Array.from(input.risk!), Float64Array.from(input.reference!)];
  const sample = competingSample({ time, cause, nCauses: 2, of: 1, horizon });
  return { time, event: anyEvent(cause), horizon, risk, reference: other, sample };
};

for (const c of reference("paired-contrast"))
  test(`contrasts agree with R: ${c.name}`, () => {
    const expected = c.expected as Record<"auc" | "brier", Record<string, number>>;
    agree(c.name, numbersOf(known(aucContrast(dataOf(c)))), Object.values(expected.auc));
    agree(c.name, numbersOf(known(brierContrast(dataOf(c)))), Object.values(expected.brier));
  });

describe("by hand: two cases, two controls, nobody censored", () => {
  const paired = {
    time: Float64Array.of(1, 2, 9, 9),
    event: Uint8Array.of(1, 1, 0, 0),
    risk: Float64Array.of(0.9, 0.3, 0.5, 0.1),
    reference: Float64Array.of(0.9, 0.8, 0.5, 0.1),
    horizon: 5,
  };

  test("AUC 3/4 less 1, influence ±1/2 each: SE √(1/12), z = −√3/2", () => {
    const { difference, stdError, pValue } = known(aucContrast(paired));
    expect(difference).toBe(-0.25);
    expect(stdError).toBeCloseTo(Math.sqrt(1 / 12), 14);
    // R: 2 * pnorm(-sqrt(3)/2)
    expect(pValue).toBeCloseTo(0.38647623077123283, 13);
  });

  test("Brier score: one of four losses differs by .45, so mean .1125 and SE the same", () => {
    const { difference, stdError, pValue } = known(brierContrast(paired));
    expect(difference).toBeCloseTo(0.1125, 14);
    expect(stdError).toBeCloseTo(0.1125, 14);
    // R: 2 * pnorm(-1)
    expect(pValue).toBeCloseTo(0.31731050786291415, 13);
  });

  test("log loss: the same patient's differs by log(.8/.3)", () => {
    const { difference, stdError } = known(logLossContrast(paired));
    expect(difference).toBeCloseTo(Math.log(8 / 3) / 4, 14);
    expect(stdError).toBeCloseTo(Math.log(8 / 3) / 4, 14);
  });
});

/** The difference of two influence functions, written out patient by patient. */
function naiveLossContrast(columns: HorizonColumns, difference: readonly number[]) {
  const n = difference.length;
  const weight = naiveWeights(columns);
  const own = difference.map((value, i) => weight[i]! * value);
  const psi = naiveCensoringTerm(columns, own).map((term, i) => own[i]! + term);
  const mean = psi.reduce((sum, value) => sum + value, 0) / n;
  return {
    difference: own.reduce((sum, value) => sum + value, 0) / n,
    stdError: Math.sqrt(psi.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n * (n - 1))),
  };
}

describe("properties", () => {
  /** A second prediction: the risks of the patients in another order. */
  const pairs = smallCohort.map((columns) => ({ ...columns, reference: columns.risk.toReversed() }));
  const contrasts = [aucContrast, brierContrast, logLossContrast];

  test("differences are those of the measures alone; exchanged predictions change the sign only", () => {
    fc.assert(
      fc.property(pairs, (paired) => {
        const other = { ...paired, risk: paired.reference };
        const exchanged = { ...other, reference: paired.risk };
        const alone = [
          (c: HorizonColumns) => known(aucAtHorizon(c)).auc,
          (c: HorizonColumns) => known(brierAtHorizon(c)).brier,
          (c: HorizonColumns) => known(logLossAtHorizon(c)).logLoss,
        ];
        for (const [k, contrast] of contrasts.entries()) {
          const ours = contrast(paired);
          const back = contrast(exchanged);
          expect(isNotEstimable(back)).toBe(isNotEstimable(ours));
          if (isNotEstimable(ours) || isNotEstimable(back)) continue;
          expect(ours.difference).toBeCloseTo(alone[k]!(paired) - alone[k]!(other), 12);
          expect(back.difference).toBeCloseTo(-ours.difference, 14);
          expect(back.stdError).toBeCloseTo(ours.stdError, 12);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("the order of patients and the unit of time are irrelevant", () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(1e-8, 365.25, 1e8), ({ time, event, horizon, ...risks }, unit) => {
        const turned = {
          time: time.map((t) => t * unit).reverse(),
          event: event.toReversed(),
          horizon: horizon * unit,
          risk: risks.risk.toReversed(),
          reference: risks.reference.toReversed(),
        };
        for (const contrast of contrasts) {
          const ours = contrast({ time, event, horizon, ...risks });
          const other = contrast(turned);
          expect(isNotEstimable(other)).toBe(isNotEstimable(ours));
          if (isNotEstimable(ours) || isNotEstimable(other)) continue;
          expect(other.difference).toBeCloseTo(ours.difference, 12);
          expect(other.stdError).toBeCloseTo(ours.stdError, 10);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("the Brier score's agrees with influence functions written out", () => {
    fc.assert(
      fc.property(pairs, (paired) => {
        const ours = brierContrast(paired);
        if (isNotEstimable(ours)) return;
        const losses = Array.from(paired.time, (time, i) => {
          const outcome = time <= paired.horizon && paired.event[i] ? 1 : 0;
          return (outcome - paired.risk[i]!) ** 2 - (outcome - paired.reference[i]!) ** 2;
        });
        const twin = naiveLossContrast(paired, losses);
        expect(ours.difference).toBeCloseTo(twin.difference, 12);
        expect(ours.stdError).toBeCloseTo(twin.stdError, 9);
      }),
      { numRuns: 300 },
    );
  });
});

describe("edges", () => {
  const columns = {
    time: Float64Array.of(1, 2, 3, 9),
    event: Uint8Array.of(1, 0, 1, 0),
    risk: Float64Array.of(0.4, 0.2, 0.3, 0.1),
    horizon: 5,
  };

  test("a prediction beside itself, or beside one of the same order", () => {
    const same = { ...columns, reference: columns.risk };
    const reason = "the two predictions do not differ in any patient's part";
    for (const contrast of [aucContrast, brierContrast, logLossContrast])
      expect(contrast(same)).toEqual({ notEstimable: reason });
    const squared = { ...columns, reference: columns.risk.map((risk) => risk ** 2) };
    expect(aucContrast(squared)).toEqual({ notEstimable: reason });
    expect(isNotEstimable(brierContrast(squared))).toBe(false);
  });

  test("nobody, no events, nobody beyond the horizon", () => {
    const none = new Float64Array(0);
    const nobody = { time: none, event: new Uint8Array(0), risk: none, reference: none, horizon: 5 };
    expect(aucContrast(nobody)).toEqual({ notEstimable: "no patients" });
    expect(brierContrast(nobody)).toEqual({ notEstimable: "no patients" });
    const reference = columns.risk.toReversed();
    expect(aucContrast({ ...columns, reference, event: new Uint8Array(4) })).toEqual({
      notEstimable: "no events by the horizon",
    });
    expect(aucContrast({ ...columns, reference, horizon: 9 })).toEqual({
      notEstimable: "nobody is followed beyond the horizon",
    });
  });

  test("NaN, another length or a level of 1 is refused", () => {
    const reference = columns.risk.toReversed();
    for (const contrast of [aucContrast, brierContrast, logLossContrast]) {
      expect(() => contrast({ ...columns, reference: reference.with(0, Number.NaN) })).toThrow(ContractError);
      expect(() => contrast({ ...columns, reference: reference.slice(1) })).toThrow(ContractError);
      expect(() => contrast({ ...columns, reference, level: 1 })).toThrow(ContractError);
    }
  });
});

describe("influence functions that are equal on paper, whatever rounding leaves of their difference", () => {
  const reason = { notEstimable: "the two predictions do not differ in any patient's part" };

  test("one prediction separates cases from controls, the other separates them the wrong way round", () => {
    // Censored patients make the weights thirds; the areas are 1 and 0, their standard errors a rounding.
    const time = Float64Array.of(2, 1, 1, 1, 2, 3, 2);
    const event = Uint8Array.of(1, 0, 0, 1, 0, 0, 1);
    const risk = Float64Array.of(0.6, 0.1, 0.1, 0.6, 0.1, 0.1, 0.7);
    for (const rows of [
      [0, 1, 2, 3, 4, 5, 6],
      [6, 5, 4, 3, 2, 1, 0],
      [3, 0, 6, 1, 5, 2, 4],
    ]) {
      const inOrder = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
      const paired = {
        time: inOrder(time),
        event: Uint8Array.from(rows, (row) => event[row]!),
        risk: inOrder(risk),
        reference: inOrder(risk.map((r) => 1 - r * r)),
        horizon: 2,
      };
      expect(aucContrast(paired)).toEqual(reason);
    }
  });

  test("every loss differs by the same: nothing says how much the difference varies", () => {
    const n = 7;
    const paired = {
      time: new Float64Array(n).fill(1),
      event: new Uint8Array(n).fill(1),
      risk: new Float64Array(n).fill(0.3),
      reference: new Float64Array(n).fill(0.6),
      horizon: 2,
    };
    expect([brierContrast(paired), logLossContrast(paired)]).toEqual([reason, reason]);
  });

  test("two patients of 200,000 exchanged are a difference", () => {
    const n = 200_000;
    const risk = Float64Array.from({ length: n }, (_, i) => (i + 1) / (n + 1));
    const time = Float64Array.from(risk, (_, i) => (i < n / 2 ? 9 : 1));
    const event = Uint8Array.from(time, (t) => (t === 1 ? 1 : 0));
    const reference = risk.slice();
    [reference[n / 2 - 1], reference[n / 2]] = [risk[n / 2]!, risk[n / 2 - 1]!];
    // One pair of n²/4 is the wrong way round.
    const { difference, stdError } = known(aucContrast({ time, event, risk, reference, horizon: 5 }));
    expect(difference * n ** 2).toBeCloseTo(4, 3);
    expect(stdError).toBeGreaterThan(0);
  });
});
