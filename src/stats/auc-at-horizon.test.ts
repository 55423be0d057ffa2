import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordAgreement } from "../../test/reference/agreement.ts";
import {
  type HorizonColumns,
  horizonCases,
  naiveCensoringTerm,
  naiveWeights,
  shuffled,
  smallCohort,
} from "../../test/reference/horizon-twin.ts";
import { assertClose } from "../../test/reference/reference.ts";
import { ContractError } from "./assert.ts";
import { aucAtHorizon } from "./auc-at-horizon.ts";
import { isNotEstimable } from "./not-estimable.ts";

const agree = recordAgreement({
  estimator: "AUC at a horizon, with standard error and interval",
  reference: 'riskRegression::Score(metrics = "AUC", cens.model = "km")',
  tolerance: { relative: 1e-10 },
});

function known(columns: HorizonColumns) {
  const auc = aucAtHorizon(columns);
  if (isNotEstimable(auc)) throw new Error(auc.notEstimable);
  return auc;
}

for (const { name, columns, expected } of horizonCases()) {
  const { score } = expected;
  if (score)
    test(`aucAtHorizon agrees with R: ${name}`, () => {
      const { auc, stdError, lower, upper } = known(columns);
      agree(
        name,
        [auc, stdError, lower, upper],
        [score.auc.AUC, score.auc.se, score.auc.lower, score.auc.upper],
      );
    });
  else if (expected.auc !== undefined)
    test(`aucAtHorizon agrees with R: ${name}`, () => agree(name, known(columns).auc, expected.auc));
}

/** Every case against every control. */
function naive(columns: HorizonColumns) {
  const { time, event, risk, horizon } = columns;
  const n = time.length;
  const weight = naiveWeights(columns);
  const cases = [...time.keys()].filter((i) => time[i]! <= horizon && event[i]);
  const controls = [...time.keys()].filter((i) => time[i]! > horizon);
  const wins = (i: number, j: number) => (risk[i]! > risk[j]! ? 1 : risk[i] === risk[j] ? 0.5 : 0);
  const caseWeight = cases.reduce((sum, i) => sum + weight[i]!, 0);
  const ofCase = (i: number) => controls.reduce((sum, j) => sum + wins(i, j), 0) / controls.length;
  const ofControl = (j: number) => cases.reduce((sum, i) => sum + weight[i]! * wins(i, j), 0) / caseWeight;
  const auc = cases.reduce((sum, i) => sum + weight[i]! * ofCase(i), 0) / caseWeight;
  const own = new Array<number>(n).fill(0);
  for (const i of cases) own[i] = (n * weight[i]! * (ofCase(i) - auc)) / caseWeight;
  const psi = naiveCensoringTerm(columns, own).map((term, i) => own[i]! + term);
  for (const j of controls) psi[j]! += (n * (ofControl(j) - auc)) / controls.length;
  const mean = psi.reduce((sum, value) => sum + value, 0) / n;
  return {
    auc,
    stdError: Math.sqrt(psi.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n * (n - 1))),
  };
}

describe("properties", () => {
  test("agrees with the naive twin over all pairs", () => {
    fc.assert(
      fc.property(smallCohort, (columns) => {
        const ours = aucAtHorizon(columns);
        if (isNotEstimable(ours)) return;
        const twin = naive(columns);
        assertClose(ours.auc, twin.auc, { relative: 1e-12, absolute: 1e-14 });
        assertClose(ours.stdError, twin.stdError, { relative: 1e-9, absolute: 1e-9 });
      }),
      { numRuns: 2000 },
    );
  });

  test("the order of patients and a monotone change of the risks are irrelevant", () => {
    const { columns } = horizonCases()[0]!;
    const { auc, stdError } = known(columns);
    const changed = { ...shuffled(columns), horizon: columns.horizon };
    const other = known({ ...changed, risk: changed.risk.map((r) => Math.log(r)) });
    assertClose([other.auc, other.stdError], [auc, stdError], { relative: 1e-12 });
  });
});

describe("edges", () => {
  const time = Float64Array.of(1, 2, 3, 4, 5);
  const event = Uint8Array.of(1, 1, 0, 0, 1);

  test("by hand: three of four pairs agree, each patient's part is ±½: SE √(1/12)", () => {
    // Cases .9 and .3, controls .5 and .1: shares 1 and ½, ½ and 1; n/2 · (share − ¾) = ±½, squares add up to 1.
    const auc = aucAtHorizon({
      time: Float64Array.of(1, 2, 9, 9),
      event: Uint8Array.of(1, 1, 0, 0),
      risk: Float64Array.of(0.9, 0.3, 0.5, 0.1),
      horizon: 5,
    });
    expect(auc).toMatchObject({
      auc: 0.75,
      stdError: expect.closeTo(Math.sqrt(1 / 12), 14),
      kind: "pointwise",
    });
    // 3/4 + 1.96 · .289 is above 1.
    expect(auc).toMatchObject({
      lower: expect.closeTo(0.75 - 1.959963984540054 / Math.sqrt(12), 12),
      upper: 1,
    });
  });

  test("cases all above controls: an exact bound, by hand .025^(1/2) for two disjoint pairs", () => {
    const auc = aucAtHorizon({ time, event, risk: Float64Array.of(0.9, 0.8, 0.5, 0.2, 0.1), horizon: 2 });
    expect(auc).toMatchObject({ auc: 1, stdError: 0, upper: 1, kind: "bound", nCases: 2, nControls: 3 });
    expect(auc).toHaveProperty("lower", expect.closeTo(Math.sqrt(0.025), 12));
  });

  test("cases all below controls mirror it", () => {
    const auc = aucAtHorizon({ time, event, risk: Float64Array.of(0.1, 0.2, 0.5, 0.8, 0.9), horizon: 2 });
    expect(auc).toMatchObject({ auc: 0, lower: 0, kind: "bound" });
    expect(auc).toHaveProperty("upper", expect.closeTo(1 - Math.sqrt(0.025), 12));
  });

  test("equal risks rank nobody: one half", () => {
    expect(aucAtHorizon({ time, event, risk: new Float64Array(5).fill(0.3), horizon: 2 })).toMatchObject({
      auc: 0.5,
      stdError: 0,
    });
  });

  test("not estimable: nobody, no events, nobody beyond", () => {
    const none = {
      time: new Float64Array(0),
      event: new Uint8Array(0),
      risk: new Float64Array(0),
      horizon: 1,
    };
    const risk = new Float64Array(5);
    expect(aucAtHorizon(none)).toEqual({ notEstimable: "no patients" });
    expect(aucAtHorizon({ time, event, risk, horizon: 0 })).toEqual({
      notEstimable: "no events by the horizon",
    });
    expect(aucAtHorizon({ time, event, risk, horizon: 5 })).toEqual({
      notEstimable: "nobody is followed beyond the horizon",
    });
  });

  test("a missing risk is our bug", () => {
    const risk = Float64Array.of(1, 2, Number.NaN, 1, 1);
    expect(() => aucAtHorizon({ time, event, risk, horizon: 2 })).toThrow(ContractError);
  });
});
