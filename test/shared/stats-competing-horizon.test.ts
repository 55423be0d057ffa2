import { afterAll, describe, expect, test } from "vitest";
import { aalenJohansen, probabilityAt } from "../../src/stats/aalen-johansen.ts";
import { aucAtHorizon } from "../../src/stats/auc-at-horizon.ts";
import { brierAtHorizon } from "../../src/stats/brier.ts";
import {
  competingCalibrationGroups,
  competingObservedExpected,
} from "../../src/stats/competing-calibration.ts";
import { competingCalibrationSlope } from "../../src/stats/competing-calibration-slope.ts";
import { competingDecisionCurve } from "../../src/stats/competing-net-benefit.ts";
import { anyEvent, competingSample } from "../../src/stats/competing-sample.ts";
import type { IpcwMean } from "../../src/stats/ipcw-mean.ts";
import { ipcwMean } from "../../src/stats/ipcw-mean.ts";
import { kaplanMeierGap } from "../../src/stats/kaplan-meier-gap.ts";
import { logLossAtHorizon } from "../../src/stats/log-loss.ts";
import { isNotEstimable, type NotEstimable } from "../../src/stats/not-estimable.ts";
import { pseudoValues } from "../../src/stats/pseudo-values.ts";
import { mean } from "../../src/stats/sum.ts";
import { type TwoByTwo, twoByTwoAtHorizon } from "../../src/stats/two-by-two.ts";
import { known } from "../reference/known.ts";
import { assertClose } from "../reference/reference.ts";
import { SurvivalTable, type YardstickCase, yardstick } from "./yardstick.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };

type Check = (reference: YardstickCase) => void;

const valueOrNaN = (result: { readonly value: number } | NotEstimable) =>
  isNotEstimable(result) ? Number.NaN : result.value;

/** The cohort of a case, with the model (1, 2) that its text names and its horizon. */
function columnsOf({ id, data, r, input }: YardstickCase, model = /d\$r(\d)/.exec(r)?.[1] ?? "1") {
  const table = data === undefined ? undefined : SurvivalTable.read(`derived/${data}`);
  const horizon = table ? Number(/\.h(\d+)\./.exec(id)![1]) : input!.h![0]!;
  const which = /d\$r\d_h(\d)/.exec(r)?.[1] ?? "1";
  const time = table ? table.number("time") : Float64Array.from(input!.time!);
  const cause = Uint8Array.from(table ? table.number("event") : input!.event!);
  const risk = table ? table.number(`r${model}_h${which}`) : Float64Array.from(input!.r ?? time.map(() => 0));
  const followUp = { time, cause, nCauses: 2, of: 1, horizon };
  const sample = competingSample(followUp);
  return {
    table,
    competing: { ...followUp, risk },
    weighted: { time, event: anyEvent(cause), horizon, risk, sample },
  };
}

const counts: Check = (reference) => {
  const { competing, weighted } = columnsOf(reference);
  const { nPatients, nEvents, nCompeting, nUnknown, nEventFree } = weighted.sample;
  const { n, cause1, cause2, censored, beyond } = reference.expected;
  expect(competing.time.length).toBe(nPatients);
  expect([nPatients, nEvents, nCompeting, nUnknown, nEventFree - nCompeting]).toEqual([
    n,
    cause1,
    cause2,
    censored,
    beyond,
  ]);
};

const score: Check = (reference) => {
  const { auc, brier } = reference.expected;
  for (const [j, model] of ["1", "2"].entries()) {
    const { weighted } = columnsOf(reference, model);
    const ours = known(aucAtHorizon(weighted));
    const named = (of: Record<string, number[]>, keys: readonly string[], at: number) =>
      keys.map((key) => of[key]![at]!);
    assertClose(
      [ours.auc, ours.stdError, ours.lower, ours.upper],
      named(auc, ["AUC", "se", "lower", "upper"], j),
      closedForm,
    );
    const loss = known(brierAtHorizon(weighted));
    const interval = [loss.brier, loss.stdError, loss.lower, loss.upper];
    assertClose(interval, named(brier, ["Brier", "se", "lower", "upper"], j + 1), closedForm);
    assertClose([loss.nullBrier, known(loss.scaled).value], [brier.Brier[0], brier.IPA[j + 1]], closedForm);
  }
};

const weights: Check = (reference) => {
  const { sample } = columnsOf(reference).weighted;
  const { expected } = reference;
  if (typeof expected === "number")
    assertClose(
      sample.weight.reduce((sum, w) => sum + w, 0),
      expected,
      closedForm,
    );
  else assertClose(sample.weight.subarray(0, expected.length), expected, closedForm);
};

function incidenceOf(reference: YardstickCase): number[] {
  const { competing } = columnsOf(reference);
  const curves = aalenJohansen(competing);
  const at = (state: number) => probabilityAt(curves, { state, t: competing.horizon });
  const { probability, stdError, lower, upper } = at(1);
  return [probability, stdError, lower, upper, at(2).probability];
}

const incidence: Check = (reference) =>
  void assertClose(incidenceOf(reference), Object.values(reference.expected), closedForm);

const gapOverKaplanMeier: Check = (reference) => {
  const { competing } = columnsOf(reference);
  const ours = known(kaplanMeierGap(competing));
  const { one_minus_km, aj, gap } = reference.expected;
  assertClose([ours.oneMinusKaplanMeier, ours.incidence, ours.gap], [one_minus_km, aj, gap], closedForm);
};

const pseudo: Check = (reference) => {
  const { values } = known(pseudoValues({ ...columnsOf(reference).competing, state: 1 }));
  assertClose(values.subarray(0, reference.expected.length), reference.expected, closedForm);
};

const area: Check = (reference) =>
  void assertClose(known(aucAtHorizon(columnsOf(reference).weighted)).auc, reference.expected, closedForm);

const squaredLoss: Check = (reference) =>
  void assertClose(
    known(brierAtHorizon(columnsOf(reference).weighted)).brier,
    reference.expected,
    closedForm,
  );

const logarithmicLoss: Check = (reference) =>
  void assertClose(
    known(logLossAtHorizon(columnsOf(reference).weighted)).logLoss,
    reference.expected,
    closedForm,
  );

const overExpected: Check = (reference) => {
  const ours = known(competingObservedExpected(columnsOf(reference).competing));
  const { observed, observedStdError, expected, ratio, lower, upper } = ours;
  const theirs = Object.values(reference.expected);
  assertClose([observed, observedStdError, expected, ratio, lower, upper], theirs, closedForm);
};

const afterFit = { relative: 1e-8, absolute: 1e-9 };

const pseudoCalibration: Check = (reference) => {
  const { competing } = columnsOf(reference);
  const { intercept, joint } = known(competingCalibrationSlope(competing));
  const [large, line] = [known(intercept), known(joint)];
  const y = known(pseudoValues({ ...competing, state: 1 })).values;
  const { risk } = competing;
  const [mx, my] = [mean(risk), mean(y)];
  const slope = mean(risk.map((r, i) => (r - mx) * (y[i]! - my))) / mean(risk.map((r) => (r - mx) ** 2));
  const { expected } = reference;
  assertClose(
    [large.value, large.stdError, line.intercept.value, line.intercept.stdError],
    [expected.intercept, expected.intercept_se, expected.joint_intercept, expected.joint_intercept_se],
    afterFit,
  );
  assertClose([line.slope.value, line.slope.stdError], [expected.slope, expected.slope_se], afterFit);
  assertClose(
    [my - slope * mx, slope, my],
    [expected.identity_intercept, expected.identity_slope, expected.mean_pseudo],
    afterFit,
  );
};

const groups: Check = (reference) => {
  const ours = known(competingCalibrationGroups({ ...columnsOf(reference).competing, nGroups: 5 }));
  const { n, pred, obs, se, lower, upper } = reference.expected;
  const of = (key: keyof (typeof ours)[number]) => ours.map((group) => group[key]);
  assertClose(
    [of("n"), of("predicted"), of("observed"), of("stdError"), of("lower"), of("upper")],
    [n, pred, obs, se, lower, upper],
    closedForm,
  );
};

const netBenefits: Check = (reference) => {
  const { threshold, n_flag, model, all } = reference.expected;
  const { competing } = columnsOf(reference);
  const ours = known(
    competingDecisionCurve({ ...competing, thresholds: Float64Array.from(threshold as number[]) }),
  );
  assertClose([ours.nFlagged, ours.model, ours.all], [n_flag, model, all], closedForm);
};

function tableRow({ n, nFlagged, cells, perThousand, ...measures }: TwoByTwo): number[] {
  const four = (of: typeof cells) => [of.truePositive, of.falsePositive, of.falseNegative, of.trueNegative];
  const { sensitivity, specificity, ppv, npv, prevalence } = measures;
  return [
    n,
    nFlagged,
    ...four(cells),
    ...four(perThousand),
    ...[sensitivity, specificity, ppv, npv, prevalence].map(valueOrNaN),
  ];
}

const twoByTwo: Check = (reference) => {
  const { table, weighted } = columnsOf(reference);
  const threshold = Number(/_t([\d.]+)$/.exec(reference.id)![1]);
  const { rows, values } = reference.expected;
  const levels: readonly string[] = rows.slice(1, -1);
  const stratum = Int32Array.from(table!.text("group"), (cell) => levels.indexOf(cell));
  const tables = twoByTwoAtHorizon({ ...weighted, threshold, stratum, nStrata: levels.length });
  [tables.whole, ...tables.strata].forEach((one, i) => {
    assertClose(tableRow(one), values[i], closedForm);
  });
};

const ofCases: Readonly<Record<string, Check>> = {
  no_cause1_by_h: (reference) => {
    const { weighted } = columnsOf(reference);
    const { f1, se, lower, upper, f2, brier } = reference.expected;
    assertClose(incidenceOf(reference), [f1, se, lower, upper, f2], closedForm);
    expect(aucAtHorizon(weighted)).toEqual({ notEstimable: "no events by the horizon" });
    assertClose(known(brierAtHorizon(weighted)).brier, brier, closedForm);
  },
  event_and_censor_tied: (reference) => {
    const { w, brier, aj } = reference.expected;
    const { weighted } = columnsOf(reference);
    assertClose(weighted.sample.weight, w, closedForm);
    assertClose(known(brierAtHorizon(weighted)).brier, brier, closedForm);
    assertClose(incidenceOf(reference), Object.values(aj), closedForm);
  },
  nobody_flagged: (reference) => {
    const { competing, weighted } = columnsOf(reference);
    const thresholds = Float64Array.of(0.95);
    const { nb, ...table } = reference.expected;
    assertClose(known(competingDecisionCurve({ ...competing, thresholds })).model, [nb], closedForm);
    const { whole } = twoByTwoAtHorizon({ ...weighted, threshold: 0.95 });
    assertClose(tableRow(whole), Object.values(table), closedForm);
  },
  // The last patient is censored before the horizon: R carries its curves on, we give a reason.
  h_beyond_last: (reference) => {
    const { weighted } = columnsOf(reference);
    const { f1, se, lower, upper, f2 } = reference.expected;
    assertClose(incidenceOf(reference), [f1, se, lower, upper, f2], closedForm);
    const none = { notEstimable: "nobody is followed beyond the horizon" };
    expect([aucAtHorizon(weighted), brierAtHorizon(weighted)]).toEqual([none, none]);
  },
  all_censored: (reference) => {
    const { weighted } = columnsOf(reference);
    counts(reference);
    assertClose(known(brierAtHorizon(weighted)).brier, reference.expected.brier, closedForm);
    const constant: IpcwMean = known(
      ipcwMean(
        weighted.sample,
        weighted.risk.map(() => 1),
      ),
    );
    expect(constant.mean).toBeCloseTo(1, 12);
  },
};

const covered: readonly (readonly [id: RegExp, check: Check])[] = [
  [/\.counts$/, counts],
  [/\.Score$/, score],
  [/\.ipcw_(first20|sum)$|^path\.censored_at_h$/, weights],
  [/\.aj$/, incidence],
  [/\.km_gap$|^path\.no_cause2_equals_km$/, gapOverKaplanMeier],
  [/\.pseudo_first20$|^path\.pseudo_small$/, pseudo],
  [/\.auc_cr$/, area],
  [/\.brier_cr$/, squaredLoss],
  [/\.logloss_cr$/, logarithmicLoss],
  [/\.oe_aj$/, overExpected],
  [/\.cal_groups_aj$/, groups],
  [/\.cal_pseudo$/, pseudoCalibration],
  [/\.net_benefit$/, netBenefits],
  [/\.two_by_two_t/, twoByTwo],
  [/^path\.(\w+)$/, (reference) => ofCases[reference.id.slice("path.".length)]!(reference)],
];

let nCovered = 0;

describe("competing_horizon", () => {
  const strays: string[] = [];
  for (const reference of yardstick("competing_horizon")) {
    const check = covered.find(([id]) => id.test(reference.id))?.[1];
    if (check) {
      nCovered++;
      test(reference.id, () => check(reference));
    } else strays.push(reference.id);
  }
  test("every case is covered", () => expect(strays).toEqual([]));
});

afterAll(() => console.log(`competing risks at a horizon: ${nCovered} R cases covered`));
