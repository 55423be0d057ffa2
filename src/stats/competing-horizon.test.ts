import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import { naiveIncidence, type Row, smallRows } from "../../test/reference/competing-twin.ts";
import { naiveCensoringTerm, naiveWeights } from "../../test/reference/horizon-twin.ts";
import { known } from "../../test/reference/known.ts";
import { type ReferenceCase, reference } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { aucAtHorizon } from "./auc-at-horizon.ts";
import { brierAtHorizon } from "./brier.ts";
import { calibrationGroups } from "./calibration-groups.ts";
import { competingCalibrationGroups, competingObservedExpected } from "./competing-calibration.ts";
import { competingDecisionCurve } from "./competing-net-benefit.ts";
import { anyEvent, competingSample } from "./competing-sample.ts";
import { riskForEverybody } from "./ipcw-skill.ts";
import { logLossAtHorizon } from "./log-loss.ts";
import { decisionCurve } from "./net-benefit.ts";
import { isNotEstimable } from "./not-estimable.ts";
import { observedExpected } from "./observed-expected.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const scoreAgrees = recordAgreement({
  estimator: "AUC, Brier score and log loss at a horizon, causes competing",
  reference: "riskRegression::Score(Hist(time, event) ~ 1, cause = 1)",
  tolerance: closedForm,
});
const calibrationAgrees = recordAgreement({
  estimator: "Observed over expected, calibration groups and net benefit at a horizon, causes competing",
  reference: "survival::survfit, Aalen–Johansen",
  tolerance: closedForm,
});

describe("by hand: four patients of low risk, four of high, horizon 5", () => {
  // Low: the cause at 1 and 3, censored at 2 and 9. F = 1/4 + 3/4 · 1/2 = 5/8.
  // High: the other cause at 1, the cause at 2, censored at 4 and 9. F = 3/4 · 1/3 = 1/4.
  const patients = {
    time: Float64Array.of(1, 2, 3, 9, 1, 2, 4, 9),
    cause: Uint8Array.of(1, 0, 1, 0, 2, 1, 0, 0),
    risk: Float64Array.of(0.1, 0.1, 0.2, 0.2, 0.6, 0.6, 0.7, 0.7),
    nCauses: 2,
    of: 1,
    horizon: 5,
  };

  test("competingCalibrationGroups: cut at the median, .4", () => {
    const groups = known(competingCalibrationGroups({ ...patients, nGroups: 2 }));
    expect(groups.map(({ n, nEvents, atRisk }) => [n, nEvents, atRisk])).toEqual([
      [4, 2, 1],
      [4, 1, 1],
    ]);
    expect(groups.map(({ predicted, observed }) => [predicted, observed])).toEqual([
      [expect.closeTo(0.15, 14), expect.closeTo(5 / 8, 14)],
      [expect.closeTo(0.65, 14), expect.closeTo(1 / 4, 14)],
    ]);
  });

  test("competingDecisionCurve: at .15 six are flagged, at .5 four", () => {
    // Of the six F = 5/6 · 1/5 + 4/6 · 1/4 = 1/3: 6/8 (1/3 − 2/3 · 3/17) = 11/68. Of the four 4/8 (1/4 − 3/4) = −1/4.
    // Of all eight F = 1/8 + 6/8 · 1/6 + 5/8 · 1/4 = 13/32: at .5 it is 13/32 − 19/32.
    const curve = known(competingDecisionCurve({ ...patients, thresholds: Float64Array.of(0.15, 0.5) }));
    expect([...curve.nFlagged]).toEqual([6, 4]);
    expect([...curve.model]).toEqual([expect.closeTo(11 / 68, 14), expect.closeTo(-1 / 4, 14)]);
    expect(curve.all[1]).toBeCloseTo(-6 / 32, 14);
  });
});

const withSample = (time: Float64Array, cause: Uint8Array, risk: Float64Array, horizon: number) => {
  const competing = { time, cause, nCauses: 2, of: 1, horizon, risk };
  const sample = competingSample(competing);
  return { competing, weighted: { time, event: anyEvent(cause), horizon, risk, sample } };
};
const ofCase = ({ input }: ReferenceCase) =>
  withSample(
    Float64Array.from(input.time!),
    Uint8Array.from(input.cause!),
    Float64Array.from(input.risk!),
    input.horizon![0]!,
  );
const ofRows = (rows: readonly Row[], horizon: number) =>
  withSample(
    Float64Array.from(rows, ({ time }) => time),
    Uint8Array.from(rows, ({ cause }) => cause),
    Float64Array.from(rows, ({ x }) => (x + 3) / 6),
    horizon,
  );

interface Expected {
  readonly auc: readonly number[];
  readonly brier: readonly number[];
  readonly nullBrier: number;
  readonly ipa: number;
  readonly logLoss: number;
  readonly oe: readonly number[];
  readonly groups: Readonly<Record<string, readonly number[]>>;
  readonly netBenefit: readonly (readonly number[])[];
}

for (const c of reference("competing-horizon"))
  test(`predictions of one cause agree with R: ${c.name}`, () => {
    const { competing, weighted } = ofCase(c);
    const expected = c.expected as Expected;
    const auc = known(aucAtHorizon(weighted));
    scoreAgrees(c.name, [auc.auc, auc.stdError, auc.lower, auc.upper], expected.auc);
    const brier = known(brierAtHorizon(weighted));
    scoreAgrees(c.name, [brier.brier, brier.stdError, brier.lower, brier.upper], expected.brier);
    scoreAgrees(c.name, [brier.nullBrier, known(brier.scaled).value], [expected.nullBrier, expected.ipa]);
    scoreAgrees(c.name, known(logLossAtHorizon(weighted)).logLoss, expected.logLoss);
    const oe = known(competingObservedExpected(competing));
    const ratio = [oe.observed, oe.observedStdError, oe.expected, oe.ratio, oe.lower, oe.upper];
    calibrationAgrees(c.name, ratio, expected.oe);
    const groups = known(competingCalibrationGroups({ ...competing, nGroups: 5 }));
    const names = {
      n: "n",
      pred: "predicted",
      obs: "observed",
      se: "stdError",
      lower: "lower",
      upper: "upper",
    };
    for (const [theirs, ours] of Object.entries(names))
      calibrationAgrees(
        c.name,
        groups.map((group) => group[ours as "n"]),
        expected.groups[theirs],
      );
    const thresholds = Float64Array.from(c.input.thresholds!);
    const { nFlagged, model, all } = known(competingDecisionCurve({ ...competing, thresholds }));
    calibrationAgrees(c.name, [nFlagged, model, all], expected.netBenefit);
  });

test("by hand: a competing event before the horizon is a control of its own weight", () => {
  // Censored at 2 of three at risk: weights 1 for the events at 1, 3/2 beyond 3.
  const { weighted, competing } = withSample(
    Float64Array.of(1, 1, 2, 4, 5),
    Uint8Array.of(1, 2, 0, 0, 0),
    Float64Array.of(0.6, 0.9, 0.5, 0.3, 0.2),
    3,
  );
  [1, 1, 0, 1.5, 1.5].forEach((value, i) => {
    expect(weighted.sample.weight[i]).toBeCloseTo(value, 14);
  });
  expect([...weighted.sample.status]).toEqual([1, 0, 2, 0, 0]);
  // The case is above both beyond the horizon, below the competing event: 3 of a weight of 4.
  const auc = known(aucAtHorizon(weighted));
  expect(auc.auc).toBeCloseTo(3 / 4, 14);
  expect([auc.nCases, auc.nControls]).toEqual([1, 3]);
  const losses = 0.4 ** 2 + 0.9 ** 2 + 1.5 * (0.3 ** 2 + 0.2 ** 2);
  expect(known(brierAtHorizon(weighted)).brier).toBeCloseTo(losses / 5, 14);
  expect(known(competingObservedExpected(competing)).observed).toBeCloseTo(1 / 5, 14);
});

describe("properties", () => {
  const horizons = fc.integer({ min: 0, max: 7 });

  test("the weighted share of events is the Aalen–Johansen incidence", () => {
    fc.assert(
      fc.property(smallRows, horizons, (rows, horizon) => {
        const { sample } = ofRows(rows, horizon).weighted;
        expect(riskForEverybody(sample)).toBeCloseTo(naiveIncidence(rows, 1, horizon), 11);
      }),
      { numRuns: 1000 },
    );
  });

  test("AUC and its standard error agree with all pairs and each patient's influence", () => {
    let compared = 0;
    fc.assert(
      fc.property(smallRows, horizons, (rows, horizon) => {
        const { weighted } = ofRows(rows, horizon);
        const result = aucAtHorizon(weighted);
        if (isNotEstimable(result)) return;
        const n = rows.length;
        const w = naiveWeights(weighted);
        const isCase = rows.map(({ time, cause }) => time <= horizon && cause === 1);
        const control = rows.map(({ time, cause }) => time > horizon || (cause === 2 && time <= horizon));
        const cases = w.reduce((sum, value, i) => sum + (isCase[i] ? value : 0), 0);
        const controls = w.reduce((sum, value, i) => sum + (control[i] ? value : 0), 0);
        const order = (i: number, j: number) => (1 + Math.sign(rows[i]!.x - rows[j]!.x)) / 2;
        const share = rows.map((_, i) =>
          rows.reduce((sum, _one, j) => {
            if (isCase[i]) return sum + (control[j] ? (w[j]! * order(i, j)) / controls : 0);
            return sum + (control[i] && isCase[j] ? (w[j]! * order(j, i)) / cases : 0);
          }, 0),
        );
        const auc = w.reduce((sum, value, i) => sum + (isCase[i] ? value * share[i]! : 0), 0) / cases;
        expect(result.auc).toBeCloseTo(auc, 10);
        if (result.kind === "bound") return;
        const direct = w.map((value, i) => {
          if (!isCase[i] && !control[i]) return 0;
          return (n * value * (share[i]! - auc)) / (isCase[i] ? cases : controls);
        });
        const term = naiveCensoringTerm(weighted, direct);
        const squares = direct.reduce((sum, value, i) => sum + (value + term[i]!) ** 2, 0);
        expect(result.stdError ** 2).toBeCloseTo(squares / (n * (n - 1)), 10);
        compared++;
      }),
      { numRuns: 2000 },
    );
    expect(compared).toBeGreaterThan(300);
  }, 60_000);

  test("with one cause alone every measure is that without competing events", () => {
    fc.assert(
      fc.property(smallRows, horizons, (rows, horizon) => {
        const alone = rows.map((row) => ({ ...row, cause: Math.min(row.cause, 1) }));
        const { competing, weighted } = ofRows(alone, horizon);
        const { sample: _, ...plain } = weighted;
        expect(aucAtHorizon(weighted)).toEqual(aucAtHorizon(plain));
        expect(brierAtHorizon(weighted)).toEqual(brierAtHorizon(plain));
        expect(logLossAtHorizon(weighted)).toEqual(logLossAtHorizon(plain));
        const thresholds = Float64Array.of(0, 0.3, 0.6);
        const [ours, theirs] = [
          competingDecisionCurve({ ...competing, thresholds }),
          decisionCurve({ ...plain, thresholds }),
        ];
        if (isNotEstimable(ours) || isNotEstimable(theirs)) expect(ours).toEqual(theirs);
        else
          for (const [k, value] of theirs.model.entries()) {
            expect(ours.model[k]).toBeCloseTo(value, 11);
            expect(ours.all[k]).toBeCloseTo(theirs.all[k]!, 11);
          }
        const groups = competingCalibrationGroups({ ...competing, nGroups: 2 });
        const others = calibrationGroups({ ...plain, nGroups: 2 });
        const [ratio, other] = [competingObservedExpected(competing), observedExpected(plain)];
        expect(isNotEstimable(ratio)).toBe(isNotEstimable(other));
        if (!isNotEstimable(ratio) && !isNotEstimable(other))
          for (const part of ["observed", "observedStdError", "expected", "ratio", "lower", "upper"] as const)
            expect(ratio[part]).toBeCloseTo(other[part], 10);
        if (isNotEstimable(groups) || isNotEstimable(others)) return;
        groups.forEach(({ n, nEvents, observed, predicted, stdError }, k) => {
          // Where nobody of a group has the event, or everybody, neither has an error to speak of.
          if (others[k]!.stdError > 0) expect(stdError).toBeCloseTo(others[k]!.stdError, 10);
          else expect(stdError).toEqual(others[k]!.stdError);
          expect([n, nEvents]).toEqual([others[k]!.n, others[k]!.nEvents]);
          expect(observed).toBeCloseTo(others[k]!.observed, 11);
          expect(predicted).toBeCloseTo(others[k]!.predicted, 11);
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe("edges", () => {
  const row = (time: number, cause: number, x = 0): Row => ({ time, cause, group: 0, x, z: 0 });

  test("nobody, no events of the cause, follow-up that ends early, predictions of 0", () => {
    const oe = (rows: Row[], horizon: number) => competingObservedExpected(ofRows(rows, horizon).competing);
    expect(oe([], 1)).toEqual({ notEstimable: "no patients" });
    expect(oe([row(1, 2), row(5, 0)], 3)).toEqual({ notEstimable: "no events of the cause by the horizon" });
    expect(oe([row(1, 1), row(2, 0)], 3)).toEqual({ notEstimable: "follow-up ends before the horizon" });
    expect(oe([row(1, 1, -3), row(5, 0, -3)], 3)).toEqual({ notEstimable: "the mean predicted risk is 0" });
    const none = { notEstimable: "nobody is followed beyond the horizon" };
    // One censored, and the last has an event: of the cause or of another.
    for (const last of [1, 2]) {
      const ends = ofRows([row(1, 1, 1), row(2, 0), row(3, last)], 9);
      expect(competingObservedExpected(ends.competing)).toEqual(none);
      expect([aucAtHorizon(ends.weighted), brierAtHorizon(ends.weighted)]).toEqual([none, none]);
      const curve = competingDecisionCurve({ ...ends.competing, thresholds: Float64Array.of(0.5) });
      expect(curve).toEqual(none);
      expect(competingCalibrationGroups({ ...ends.competing, nGroups: 1 })).toMatchObject([
        { ends: "nobody is followed beyond the horizon" },
      ]);
    }
    const { competing, weighted } = ofRows([row(1, 1, 1), row(2, 2), row(3, 0)], 9);
    expect([aucAtHorizon(weighted), brierAtHorizon(weighted)]).toEqual([none, none]);
    const thresholds = Float64Array.of(0.5);
    expect(competingDecisionCurve({ ...competing, thresholds })).toEqual({
      notEstimable: "follow-up ends before the horizon",
    });
    const equal = ofRows([row(1, 1), row(5, 0)], 3).competing;
    expect(competingCalibrationGroups({ ...equal, nGroups: 2 })).toEqual({
      notEstimable: "all predicted risks are equal",
    });
  });

  test("everybody has the event of the cause: an incidence of 1 has no interval", () => {
    const { competing } = ofRows([row(1, 1, 1), row(2, 1)], 3);
    expect(competingObservedExpected(competing)).toEqual({
      notEstimable: "everybody has the event by the horizon",
    });
    expect(competingCalibrationGroups({ ...competing, nGroups: 1 })).toMatchObject([
      { n: 2, nEvents: 2, observed: 1, stdError: NaN, lower: NaN, upper: NaN },
    ]);
    const oneOfTwo = ofRows([row(1, 1, 1), row(2, 2)], 3).competing;
    expect(competingObservedExpected(oneOfTwo)).toMatchObject({ observed: 0.5 });
  });

  test("bugs of the caller", () => {
    const { competing } = ofRows([row(1, 1), row(5, 0)], 3);
    expect(() => competingSample({ ...competing, of: 3 })).toThrow("cause 3, of 2 causes");
    expect(() => competingSample({ ...competing, horizon: NaN })).toThrow(ContractError);
    const bad = { ...competing, risk: Float64Array.of(NaN, 0) };
    expect(() => competingObservedExpected(bad)).toThrow(ContractError);
    expect(() => competingCalibrationGroups({ ...bad, nGroups: 2 })).toThrow(ContractError);
    expect(() => competingCalibrationGroups({ ...competing, nGroups: 0 })).toThrow(ContractError);
    const thresholds = Float64Array.of(1);
    expect(() => competingDecisionCurve({ ...competing, thresholds })).toThrow(
      "threshold 1 is not in [0, 1)",
    );
  });
});
