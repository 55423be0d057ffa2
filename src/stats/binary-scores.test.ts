import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { known } from "../../test/reference/known.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { brierAtHorizon, brierScore } from "./brier.ts";
import { logLoss, logLossAtHorizon } from "./log-loss.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { spiegelhalterTest } from "./spiegelhalter.ts";

const brierAgrees = recordAgreement({
  estimator: "Brier score of a binary outcome, with standard error, interval and scaled score",
  reference: 'riskRegression::Score(y ~ 1, metrics = "Brier", summary = "ipa")',
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});
const logLossAgrees = recordAgreement({
  estimator: "Log loss and skill of a binary outcome, with standard errors; of the scaled Brier score too",
  reference: "the means and the delta method",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});
const spiegelhalterAgrees = recordAgreement({
  estimator: "Spiegelhalter's test",
  reference: "rms::val.prob",
  tolerance: { relative: 1e-10, absolute: 1e-12 },
});

const predictions = (event: ArrayLike<number>, risk: ArrayLike<number>) => ({
  event: Uint8Array.from(event),
  risk: Float64Array.from(risk),
});

for (const { name, input, expected } of reference("binary-scores"))
  test(`Brier score, log loss and Spiegelhalter's test agree with R: ${name}`, () => {
    const columns = predictions(input.event!, input.risk!);
    const theirs = expected as Readonly<Record<string, readonly number[]>>;
    const brier = known(brierScore(columns));
    const scaled = known(brier.scaled);
    brierAgrees(name, [brier.brier, brier.stdError, brier.lower, brier.upper, scaled.value], theirs.score);
    brierAgrees(name, brier.nullBrier, theirs.null);
    logLossAgrees(name, [scaled.value, scaled.stdError], theirs.brier_skill);
    const loss = known(logLoss(columns));
    const skill = known(loss.skill);
    logLossAgrees(name, [loss.logLoss, loss.stdError, loss.nullLogLoss], theirs.log_loss);
    logLossAgrees(name, [skill.value, skill.stdError], theirs.log_skill);
    const { z, pValue } = known(spiegelhalterTest(columns));
    spiegelhalterAgrees(name, [z, pValue], theirs.spiegelhalter);
  });

test("by hand: risks .8, .4 and .1, the first two with the event", () => {
  // Losses .04, .36, .01: mean .41/3, null 2/3 · 1/3; log losses −log .8, −log .4, −log .9.
  const columns = predictions([1, 1, 0], [0.8, 0.4, 0.1]);
  const { brier, nullBrier, scaled } = known(brierScore(columns));
  expect(brier).toBeCloseTo(0.41 / 3, 14);
  expect(nullBrier).toBeCloseTo(2 / 9, 14);
  expect(known(scaled).value).toBeCloseTo(1 - (0.41 / 3) * 4.5, 13);
  expect(known(logLoss(columns)).logLoss).toBeCloseTo(-Math.log(0.8 * 0.4 * 0.9) / 3, 14);
  // Excess .2·(−.6) + .6·.2 − .1·.8 = −.08; variance .36·.16 + .04·.24 + .64·.09 = .1248.
  expect(known(spiegelhalterTest(columns)).z).toBeCloseTo(-0.08 / Math.sqrt(0.1248), 13);
});

describe("properties", () => {
  const rows = fc.array(
    fc.record({ risk: fc.integer({ min: 0, max: 20 }), event: fc.integer({ min: 0, max: 1 }) }),
    { minLength: 2, maxLength: 30 },
  );
  const columnsOf = (list: readonly { readonly risk: number; readonly event: number }[]) =>
    predictions(
      list.map(({ event }) => event),
      list.map(({ risk }) => risk / 20),
    );

  test("those of the horizon where nobody is censored; the order of patients is irrelevant", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const columns = columnsOf(list);
        const time = Float64Array.from(columns.event, (e, i) => (e === 1 ? 1 + i / 100 : 9));
        const followUp = { ...columns, time, horizon: 5 };
        const brier = known(brierScore(columns));
        const atHorizon = brierAtHorizon(followUp);
        if (columns.event.includes(0)) {
          expect(known(atHorizon).brier).toBeCloseTo(brier.brier, 12);
          expect(known(atHorizon).stdError).toBeCloseTo(brier.stdError, 12);
          expect(known(logLossAtHorizon(followUp)).logLoss).toBeCloseTo(known(logLoss(columns)).logLoss, 12);
        }
        const reversed = columnsOf(list.toReversed());
        expect(known(brierScore(reversed)).brier).toBeCloseTo(brier.brier, 12);
        const other = spiegelhalterTest(reversed);
        const z = spiegelhalterTest(columns);
        if (!isNotEstimable(z)) expect(known(other).z).toBeCloseTo(z.z, 10);
      }),
    );
  });

  test("outcome and risk reversed have the same scores", () => {
    fc.assert(
      fc.property(rows, (list) => {
        const columns = columnsOf(list);
        const reversed = columnsOf(list.map(({ risk, event }) => ({ risk: 20 - risk, event: 1 - event })));
        expect(known(brierScore(reversed)).brier).toBeCloseTo(known(brierScore(columns)).brier, 12);
        expect(known(brierScore(reversed)).nullBrier).toBeCloseTo(known(brierScore(columns)).nullBrier, 12);
      }),
    );
  });
});

test("edges: nobody, one patient, one class, the event rate for everybody, certain and wrong", () => {
  for (const score of [brierScore, logLoss]) {
    expect(score(predictions([], []))).toEqual({ notEstimable: "no patients" });
    expect(score(predictions([1], [0.3]))).toEqual({ notEstimable: "one patient" });
  }
  expect(spiegelhalterTest(predictions([], []))).toEqual({ notEstimable: "no patients" });
  expect(spiegelhalterTest(predictions([1, 0, 1], [0.5, 0, 1]))).toEqual({
    notEstimable: "every risk is 0, one half or 1",
  });
  const all = predictions([1, 1, 1], [0.9, 0.8, 0.99]);
  expect(known(brierScore(all)).scaled).toEqual({ notEstimable: "everybody has the event" });
  expect(known(logLoss(all)).skill).toEqual({ notEstimable: "everybody has the event" });
  const none = predictions([0, 0], [0.1, 0.2]);
  expect(known(brierScore(none)).scaled).toEqual({ notEstimable: "no events" });
  const constant = known(brierScore(predictions([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5])));
  expect(constant).toMatchObject({ brier: 0.25, stdError: 0 });
  expect(known(constant.scaled).value).toBeCloseTo(0, 14);
  const wrong = known(logLoss(predictions([1, 0, 1], [0, 1, 1])));
  expect(wrong.logLoss).toBeCloseTo((-2 / 3) * Math.log(1e-15), 3);
});

test("bugs of the caller", () => {
  for (const score of [brierScore, logLoss, spiegelhalterTest])
    for (const [event, risk] of [
      [[1, 0], [0.1]],
      [
        [1, 2],
        [0.1, 0.2],
      ],
      [
        [1, 0],
        [0.1, NaN],
      ],
      [
        [1, 0],
        [10, 20],
      ],
    ] as const)
      expect(() => score(predictions(event, risk))).toThrow(ContractError);
  expect(() => brierScore({ ...predictions([1, 0], [0.1, 0.2]), level: 95 })).toThrow(ContractError);
});
