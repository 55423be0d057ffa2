import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { binaryCellShares, binaryTwoByTwo } from "./binary-two-by-two.ts";
import { brierScore } from "./brier.ts";
import { clusteredProportion } from "./clustered-mean.ts";
import { clusteredBrier, clusteredLogLoss } from "./clustered-scores.ts";
import { logLoss } from "./log-loss.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import { clopperPearson, wilson } from "./proportion.ts";
import { seededRandom } from "./random.ts";

const tolerance = { relative: 1e-10, absolute: 1e-12 };
const agreeScores = recordAgreement({
  estimator: "Brier score, log loss and skill of rows in clusters",
  reference: "survey::svymean, survey::svyratio",
  tolerance,
});
const agreeRates = recordAgreement({
  estimator: "Sensitivity of a binary outcome, rows alone and in clusters",
  reference: "prop.test, survey::svymean",
  tolerance,
});

function known<Result>(result: Result | NotEstimable): Result {
  if (isNotEstimable(result)) throw new Error(result.notEstimable);
  return result;
}
const column = (values: Iterable<number>) => Float64Array.from(values);
const bits = (values: Iterable<number>) => Uint8Array.from(values);
const codes = (values: Iterable<number>) => Uint32Array.from(values);

const columns = (input: Readonly<Record<string, readonly number[]>>) => ({
  event: bits(input.event!),
  risk: column(input.risk!),
  cluster: codes(input.cluster!),
});

for (const { name, input, expected } of reference("clustered-scores"))
  test(`Brier score and log loss in clusters agree with R: ${name}`, () => {
    const brier = known(clusteredBrier(columns(input)));
    const loss = known(clusteredLogLoss(columns(input)));
    const [scaled, skill] = [known(brier.scaled), known(loss.skill)];
    agreeScores(
      name,
      [
        ...[brier.brier, brier.stdError, brier.nullBrier, scaled.value, scaled.stdError],
        ...[loss.logLoss, loss.stdError, loss.nullLogLoss, skill.value, skill.stdError],
      ],
      expected,
    );
  });

for (const { name, input, expected } of reference("binary-two-by-two"))
  test(`sensitivity agrees with R: ${name}`, () => {
    const { event, risk, cluster } = columns(input);
    const at = { event, risk, threshold: 0.3 };
    const alone = known(binaryTwoByTwo(at).whole.sensitivity);
    const together = known(binaryTwoByTwo({ ...at, cluster }).whole.sensitivity);
    agreeRates(
      name,
      [
        ...[alone.value, alone.stdError, alone.lower, alone.upper],
        ...[together.value, together.stdError, together.lower, together.upper],
      ],
      expected,
    );
  });

describe("by hand: ten rows, flagged from .5", () => {
  // Flagged: risks .9 .8 .7 .6 with outcomes 1 1 0 1; the others .4 .3 .2 .2 .1 .1 with 1 0 0 0 0 0.
  const event = bits([1, 1, 0, 1, 1, 0, 0, 0, 0, 0]);
  const risk = column([0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.2, 0.2, 0.1, 0.1]);
  const stratum = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, -1);

  test("cells and rates with Wilson's interval", () => {
    const { whole } = binaryTwoByTwo({ event, risk, threshold: 0.5 });
    expect(whole.cells).toEqual({ truePositive: 3, falsePositive: 1, falseNegative: 1, trueNegative: 5 });
    expect(whole.perThousand.falsePositive).toBe(100);
    expect([whole.n, whole.nFlagged]).toEqual([10, 4]);
    expect(whole.all).toEqual({ events: 4, eventFree: 6, unknown: 0 });
    const sensitivity = known(whole.sensitivity);
    expect(sensitivity).toMatchObject({ value: 0.75, kind: "pointwise", ...wilson(3, 4, 0.95) });
    expect(known(whole.ppv).value).toBe(0.75);
    expect(known(whole.npv)).toMatchObject({ value: 5 / 6, ...wilson(5, 6, 0.95) });
    expect(known(whole.prevalence).value).toBe(0.4);
    expect(known(whole.accuracy).value).toBe(0.8);
  });

  test("strata: one without events has no sensitivity, and a rate of 1 has the exact bound", () => {
    const { strata, atLevel } = binaryTwoByTwo({ event, risk, threshold: 0.5, stratum, nStrata: 2 });
    expect(strata.map(({ n }) => n)).toEqual([5, 4]);
    expect(strata[1]!.sensitivity).toEqual({ notEstimable: "no events" });
    expect(strata[1]!.ppv).toEqual({ notEstimable: "nobody is flagged" });
    expect(known(strata[1]!.specificity)).toMatchObject({
      value: 1,
      kind: "bound",
      ...clopperPearson(4, 4, 0.95),
    });
    expect(known(atLevel(0.99).strata[0]!.sensitivity)).toMatchObject(wilson(3, 4, 0.99));
  });

  test("cells over all rows", () => {
    const shares = binaryCellShares({ event, risk, threshold: 0.5 });
    expect(known(shares.truePositive)).toMatchObject({ value: 0.3, ...wilson(3, 10, 0.95) });
    expect(known(shares.falseNegative).value).toBe(0.1);
  });
});

describe("properties and edges", () => {
  const event = bits([1, 0, 0, 1, 1, 0, 0, 0]);
  const risk = column([0.8, 0.1, 0.2, 0.7, 0.3, 0.4, 0.2, 0.1]);
  const own = codes(event.keys());

  test("each row a cluster: the standard errors of rows alone", () => {
    const [score, clustered] = [
      known(brierScore({ event, risk })),
      known(clusteredBrier({ event, risk, cluster: own })),
    ];
    expect(clustered.brier).toBeCloseTo(score.brier, 14);
    expect(clustered.stdError).toBeCloseTo(score.stdError, 12);
    expect(known(clustered.scaled).lower).toBeCloseTo(known(score.scaled).lower, 12);
    const [loss, clusteredLoss] = [
      known(logLoss({ event, risk })),
      known(clusteredLogLoss({ event, risk, cluster: own })),
    ];
    expect(clusteredLoss.logLoss).toBeCloseTo(loss.logLoss, 14);
    expect(known(clusteredLoss.skill).upper).toBeCloseTo(known(loss.skill).upper, 12);
  });

  test("codes of clusters may be any numbers, and their order is irrelevant", () => {
    const cluster = codes([0, 0, 1, 1, 2, 2, 3, 3]);
    const other = codes([9_000_000, 9_000_000, 5, 5, 70, 70, 1, 1]);
    const options = { event, risk, threshold: 0.5 };
    expect(binaryTwoByTwo({ ...options, cluster: other }).whole).toEqual(
      binaryTwoByTwo({ ...options, cluster }).whole,
    );
  });

  test("the rates in clusters are clusteredProportion of the rows of their denominator", () => {
    const random = seededRandom(5);
    for (let trial = 0; trial < 40; trial++) {
      const n = 2 + random.integer(60);
      const draw = (below: number) => Array.from({ length: n }, () => random.integer(below));
      const outcome = bits(draw(2));
      const score = column(draw(4).map((value) => value / 4));
      const cluster = codes(draw(1 + random.integer(n)).map((code) => 7 * code));
      const stratum = Int32Array.from(draw(3), (code) => code - 1);
      const options = { event: outcome, risk: score, threshold: 0.5, cluster, stratum, nStrata: 2 };
      const { whole, strata } = binaryTwoByTwo(options);
      for (const [code, table] of [[undefined, whole] as const, ...strata.entries()]) {
        const rows = [...outcome.keys()].filter((row) => code === undefined || stratum[row] === code);
        const check = (
          found: typeof whole.ppv,
          among: (row: number) => boolean,
          of: (row: number) => boolean,
        ) => {
          const own = rows.filter(among);
          const twin = clusteredProportion({
            event: bits(own.map((row) => (of(row) ? 1 : 0))),
            cluster: codes(own.map((row) => cluster[row]!)),
          });
          expect(isNotEstimable(found)).toBe(isNotEstimable(twin));
          if (isNotEstimable(found) || isNotEstimable(twin)) return;
          const ours = [found.value, found.stdError, found.lower, found.upper];
          [twin.mean, twin.stdError, twin.lower, twin.upper].forEach((value, k) => {
            expect(ours[k]).toBeCloseTo(value, 10);
          });
        };
        const [isEvent, isFlagged] = [
          (row: number) => outcome[row] === 1,
          (row: number) => score[row]! >= 0.5,
        ];
        check(table.sensitivity, isEvent, isFlagged);
        check(
          table.specificity,
          (row) => !isEvent(row),
          (row) => !isFlagged(row),
        );
        check(table.ppv, isFlagged, isEvent);
        check(
          table.npv,
          (row) => !isFlagged(row),
          (row) => !isEvent(row),
        );
        check(table.prevalence, () => true, isEvent);
        check(
          table.accuracy,
          () => true,
          (row) => isEvent(row) === isFlagged(row),
        );
      }
    }
  });

  test("nobody, no events, one cluster", () => {
    const none = { event: bits([]), risk: column([]) };
    expect(binaryTwoByTwo({ ...none, threshold: 0.5 }).whole.prevalence).toEqual({ notEstimable: "nobody" });
    const two = column([0.1, 0.2]);
    const one = { event: bits([0, 1]), risk: two, cluster: codes([4, 4]) };
    expect(binaryTwoByTwo({ ...one, threshold: 0.5 }).whole.prevalence).toEqual({
      notEstimable: "its rows are all of one patient",
    });
    expect(clusteredBrier(one)).toEqual({ notEstimable: "one cluster has no variance" });
    // Both patients have one event in two rows.
    const even = {
      event: bits([0, 1, 1, 0]),
      risk: column([0.1, 0.2, 0.3, 0.4]),
      cluster: codes([0, 0, 1, 1]),
    };
    expect(clusteredBrier({ ...even, event: bits([0, 0, 0, 0]) })).toMatchObject({
      scaled: { notEstimable: "no events" },
    });
  });

  test("what a caller must not give", () => {
    const options = { event, risk, threshold: 0.5 };
    expect(() => binaryTwoByTwo({ ...options, threshold: Number.NaN })).toThrow(ContractError);
    expect(() => binaryTwoByTwo({ ...options, nStrata: 2 })).toThrow(ContractError);
    expect(() => binaryTwoByTwo({ ...options, cluster: codes([1]) })).toThrow(ContractError);
  });
});
