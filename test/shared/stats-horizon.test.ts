import { afterAll, describe, expect, test } from "vitest";
import { aucAtHorizon } from "../../src/stats/auc-at-horizon.ts";
import { brierAtHorizon } from "../../src/stats/brier.ts";
import { calibrationGroups } from "../../src/stats/calibration-groups.ts";
import { calibrationSlope } from "../../src/stats/calibration-slope.ts";
import { splineCalibration } from "../../src/stats/calibration-spline.ts";
import { horizonStatus, horizonWeights } from "../../src/stats/censoring.ts";
import { ipcwMean, ipcwSample } from "../../src/stats/ipcw-mean.ts";
import { logLossAtHorizon } from "../../src/stats/log-loss.ts";
import { decisionCurve } from "../../src/stats/net-benefit.ts";
import { isNotEstimable, type NotEstimable } from "../../src/stats/not-estimable.ts";
import { observedExpected } from "../../src/stats/observed-expected.ts";
import { type TwoByTwo, twoByTwoAtHorizon } from "../../src/stats/two-by-two.ts";
import { known } from "../reference/known.ts";
import { assertClose } from "../reference/reference.ts";
import { SurvivalTable, type YardstickCase, yardstick } from "./yardstick.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const iterative = { relative: 1e-8 };
const smoothed = { relative: 1e-7 };

type Check = (reference: YardstickCase) => void;

interface Suite {
  readonly file: string;
  /** What the horizon kernels answer. */
  readonly covered: readonly (readonly [id: RegExp, check: Check])[];
  /** What belongs to other kernels or to later ones. */
  readonly elsewhere: readonly RegExp[];
}

const valueOrNaN = (result: { readonly value: number } | NotEstimable) =>
  isNotEstimable(result) ? Number.NaN : result.value;

/** The columns that the R text names, `d$time,d$status,d$r1_h1`, and the number after them. */
function columnsOf({ id, data, r, input }: YardstickCase) {
  if (input) {
    const { time, status, r: risk, h } = input;
    const event = Uint8Array.from(status!);
    return { time: Float64Array.from(time!), event, risk: Float64Array.from(risk ?? event), horizon: h![0]! };
  }
  const call = /d\$(\w+),d\$(\w+)(?:,d\$(\w+))?/.exec(r) ?? /Surv\((\w+),(\w+)\)/.exec(r);
  if (!call) throw new Error(`${id}: no columns in ${r}`);
  const table = SurvivalTable.read(`derived/${data}`);
  const number = /times=([\d.]+)/.exec(r) ?? /d\$\w+(?:\)?,nrow\(d\)\))?,([\d.]+)[,)]/.exec(r);
  return {
    time: table.number(call[1]!),
    event: Uint8Array.from(table.number(call[2]!)),
    risk: table.number(call[3] ?? call[1]!),
    horizon: number ? Number(number[1]) : Number.POSITIVE_INFINITY,
  };
}

const score: Check = (reference) => {
  const { auc, brier, brier_contrasts } = reference.expected;
  const columns = reference.input
    ? columnsOf(reference)
    : { ...columnsOf(reference), risk: new Float64Array(0) };
  const risks = [...reference.r.matchAll(/(m\d?)=d\$(\w+)/g)].map(
    ([, model, column]) => [model!, SurvivalTable.read(`derived/${reference.data}`).number(column!)] as const,
  );
  const losses = new Map<string, Float64Array>();
  const sample = ipcwSample(columns);
  for (const [model, risk] of reference.input ? [["m", columns.risk] as const] : risks) {
    const k = [auc.model].flat().indexOf(model);
    const j = [brier.model].flat().indexOf(model);
    const ours = known(aucAtHorizon({ ...columns, risk }));
    assertClose(ours.auc, auc.AUC[k], closedForm);
    // Perfect separation: R gives a zero-width interval, we give the exact bound.
    if (ours.kind === "pointwise")
      assertClose(
        [ours.stdError, ours.lower, ours.upper],
        [auc.se[k], auc.lower[k], auc.upper[k]],
        closedForm,
      );
    const b = known(brierAtHorizon({ ...columns, risk }));
    assertClose(
      [b.brier, b.stdError, b.lower, b.upper],
      [brier.Brier[j], brier.se[j], brier.lower[j], brier.upper[j]],
      closedForm,
    );
    if (brier.IPA)
      assertClose([b.nullBrier, valueOrNaN(b.scaled)], [brier.Brier[0], brier.IPA[j]], closedForm);
    losses.set(
      model,
      risk.map((value, i) => ((sample.status[i] === 1 ? 1 : 0) - value) ** 2),
    );
    const nullRisk =
      sample.weight.reduce((sum, w, i) => sum + (sample.status[i] === 1 ? w : 0), 0) / risk.length;
    losses.set(
      "Null model",
      risk.map((_, i) => ((sample.status[i] === 1 ? 1 : 0) - nullRisk) ** 2),
    );
  }
  [brier_contrasts?.model ?? []].flat().forEach((model: string, i: number) => {
    const against = losses.get([brier_contrasts.reference].flat()[i])!;
    const difference = known(
      ipcwMean(
        sample,
        losses.get(model)!.map((loss, row) => loss - against[row]!),
      ),
    );
    assertClose(
      [difference.mean, difference.stdError],
      [brier_contrasts["delta.Brier"][i], brier_contrasts.se[i]],
      closedForm,
    );
  });
};

const aucAndBrier: Check = (reference) => {
  const columns = columnsOf(reference);
  assertClose(known(brierAtHorizon(columns)).brier, reference.expected[0], closedForm);
  const auc = aucAtHorizon(columns);
  if (reference.expected[1] === "NaN") expect(isNotEstimable(auc)).toBe(true);
  else assertClose(known(auc).auc, reference.expected[1], closedForm);
};

/** Three of eight patients are of unknown status and nobody outlives the horizon: R's sum is ours, and no estimate. */
const beyondFollowUp: Check = (reference) => {
  const columns = columnsOf(reference);
  const { event, risk } = columns;
  let sum = 0;
  horizonWeights(columns).forEach((weight, i) => {
    sum += weight * (event[i]! - risk[i]!) ** 2;
  });
  assertClose(sum / risk.length, reference.expected[0], closedForm);
  expect(reference.expected[1]).toBe("NaN");
  for (const estimate of [brierAtHorizon(columns), aucAtHorizon(columns)])
    expect(estimate).toEqual({ notEstimable: "nobody is followed beyond the horizon" });
};

const oe: Check = (reference) => {
  const { obs, exp, oe: ratio, obs_se, oe_km_lower, oe_km_upper } = reference.expected;
  const ours = known(observedExpected(columnsOf(reference)));
  assertClose([ours.observed, ours.expected, ours.ratio], [obs, exp, ratio], closedForm);
  if (obs_se !== undefined)
    assertClose(
      [ours.observedStdError, ours.lower, ours.upper],
      [obs_se, oe_km_lower, oe_km_upper],
      closedForm,
    );
};

const ici: Check = (reference) => {
  const ours = known(splineCalibration(columnsOf(reference)));
  const { ICI, E50, E90, Emax } = reference.expected;
  assertClose([ours.ici, ours.e50, ours.e90, ours.emax], [ICI, E50, E90, Emax], smoothed);
};

const groups: Check = (reference) => {
  const { n, pred, obs, se, lower, upper } = reference.expected;
  const nGroups = Number(/g=(\d+)/.exec(reference.r)?.[1] ?? 5);
  const ours = known(calibrationGroups({ ...columnsOf(reference), nGroups }));
  const of = (key: keyof (typeof ours)[number]) => ours.map((group) => group[key]);
  assertClose(
    [of("n"), of("predicted"), of("observed"), of("stdError"), of("lower"), of("upper")],
    [n, pred, obs, se, lower, upper],
    closedForm,
  );
};

const logLoss: Check = (reference) =>
  void assertClose(known(logLossAtHorizon(columnsOf(reference))).logLoss, reference.expected, closedForm);

const slopeOf = (reference: YardstickCase, columns: Parameters<typeof calibrationSlope>[0]) => {
  const { slope, se, lower, upper } = reference.expected;
  const ours = known(calibrationSlope(columns));
  assertClose([ours.slope, ours.stdError], [slope, se], iterative);
  if (lower !== undefined) assertClose([ours.lower, ours.upper], [lower, upper], iterative);
};

/** The linear predictor is the complementary log-log of the risk less a constant: the same slope. */
const breastSlope: Check = (reference) => {
  const columns = columnsOf(reference);
  const risk = SurvivalTable.read("derived/breast_gbsg").number("r60");
  slopeOf(reference, { ...columns, risk });
};

/** All of the follow-up. */
const wholeSlope: Check = (reference) => {
  const table = SurvivalTable.read(`derived/${reference.data}`);
  const event = Uint8Array.from(table.number("status"));
  slopeOf(reference, { time: table.number("time"), event, risk: table.number("r1_h1"), horizon: Infinity });
};

const curve: Check = (reference) => {
  const { threshold, m1, m2, all } = reference.expected;
  const table = SurvivalTable.read(`derived/${reference.data}`);
  const column = /d\$r1_(h\d)/.exec(reference.r)![1]!;
  const horizon = Number(/h([\d.]+)\.dca$/.exec(reference.id)![1]);
  const followUp = { time: table.number("time"), event: Uint8Array.from(table.number("status")), horizon };
  for (const [model, expected] of [
    ["r1", m1],
    ["r2", m2],
  ] as const) {
    const risk = table.number(`${model}_${column}`);
    const ours = known(
      decisionCurve({ ...followUp, risk, thresholds: Float64Array.from(threshold as number[]) }),
    );
    assertClose([ours.model, ours.all], [expected, all], closedForm);
  }
};

const netBenefitAt: Check = (reference) => {
  const [threshold, horizon] = /,([\d.]+),([\d.]+)\),all/.exec(reference.r)!.slice(1).map(Number);
  const columns = { ...columnsOf(reference), horizon: horizon! };
  const ours = known(decisionCurve({ ...columns, thresholds: Float64Array.of(threshold!) }));
  assertClose([ours.model, ours.all], [[reference.expected.model], [reference.expected.all]], closedForm);
};

/** In the order of the columns that R prints. */
function tableRow({ n, nFlagged, all, cells, perThousand, ...measures }: TwoByTwo): number[] {
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

const twoByTwo: Check = (reference) => {
  const columns = columnsOf(reference);
  const [, threshold, variable] = /,[\d.]+,([\d.]+)(?:,d\$(\w+))?\)\}$/.exec(reference.r)!;
  if (variable === undefined) {
    const { whole } = twoByTwoAtHorizon({ ...columns, threshold: Number(threshold) });
    assertClose(tableRow(whole), Object.values(reference.expected), closedForm);
    return;
  }
  const { rows, values } = reference.expected;
  const levels: readonly string[] = rows.slice(1, -1);
  const cells = SurvivalTable.read("derived/breast_gbsg").text(variable);
  const stratum = Int32Array.from(cells, (cell) => levels.indexOf(cell));
  const tables = twoByTwoAtHorizon({
    ...columns,
    threshold: Number(threshold),
    stratum,
    nStrata: levels.length,
  });
  [tables.whole, ...tables.strata].forEach((table, i) => {
    assertClose(tableRow(table), values[i], closedForm);
  });
};

const counts: Check = (reference) => {
  const { n, events, censored_before, censored_at, beyond } = reference.expected;
  const [, time, event, h] = /d\$(\w+),d\$(\w+),([\d.]+)\)/.exec(reference.r)!;
  const table = SurvivalTable.read("derived/breast_gbsg");
  const status = horizonStatus({
    time: table.number(time!),
    event: Uint8Array.from(table.number(event!)),
    horizon: Number(h),
  });
  const count = (code: number) => status.filter((s) => s === code).length;
  expect([status.length, count(1), count(2), count(0)]).toEqual([
    n,
    events,
    censored_before + censored_at,
    beyond,
  ]);
};

const observed: Check = (reference) => {
  const { obs, se, lower, upper } = reference.expected;
  const columns = columnsOf(reference);
  const ours = known(observedExpected({ ...columns, risk: columns.time.map(() => 0.5) }));
  assertClose(
    [ours.observed, ours.observedStdError, ours.observedLower, ours.observedUpper],
    [obs, se, lower, upper],
    closedForm,
  );
};

const meanPredicted: Check = (reference) => {
  const risk = SurvivalTable.read("derived/breast_gbsg").number(/d\$(\w+)\)/.exec(reference.r)![1]!);
  const ours = known(
    observedExpected({
      time: risk.map((_, i) => i),
      event: Uint8Array.from(risk, () => 1),
      risk,
      horizon: 1,
    }),
  );
  assertClose(ours.expected, reference.expected, closedForm);
};

const royston = (horizon: number) => {
  const table = SurvivalTable.read("derived/royston_val5");
  return {
    time: table.number("y"),
    event: Uint8Array.from(table.number("rfs")),
    risk: table.number("r1"),
    horizon,
  };
};

const suites: readonly Suite[] = [
  {
    file: "survival_validation",
    covered: [
      [/^sv_\w+\.h[\d.]+\.Score$|^path\.score_small$/, score],
      [
        /\.brier_ipcw$/,
        (c) => void assertClose(known(brierAtHorizon(columnsOf(c))).brier, c.expected, closedForm),
      ],
      [/\.auc_ipcw$/, (c) => void assertClose(known(aucAtHorizon(columnsOf(c))).auc, c.expected, closedForm)],
      [/\.oe$/, oe],
      [/\.ici_cox(_m2)?$/, ici],
      [/\.cal_groups(10)?$/, groups],
      [/\.logloss_ipcw(_m2)?$/, logLoss],
      [
        /\.logloss_ipcw_null$/,
        (c) => {
          const columns = columnsOf(c);
          const ours = known(logLossAtHorizon({ ...columns, risk: columns.time.map(() => 0.5) }));
          assertClose(ours.nullLogLoss, c.expected, closedForm);
        },
      ],
      [
        /\.ipcw_w_first20$/,
        (c) => void assertClose(horizonWeights(columnsOf(c)).slice(0, 20), c.expected, closedForm),
      ],
      [/\.dca$/, curve],
      [/\.cal_slope_(lp|cloglog)$/, wholeSlope],
      [/^path\.(no_events_before_h|all_censored|all_events|constant_risk)$/, aucAndBrier],
      [/^path\.h_after_last$/, beyondFollowUp],
      [
        /^path\.censor_at_h$/,
        (c) => {
          assertClose(horizonWeights(columnsOf(c)), c.expected.w, closedForm);
          assertClose(known(brierAtHorizon(columnsOf(c))).brier, c.expected.b[0], closedForm);
        },
      ],
      [
        /^path\.dca_/,
        (c) => {
          const thresholds = Float64Array.of(Number(/r,([\d.]+),h/.exec(c.r)![1]));
          assertClose(known(decisionCurve({ ...columnsOf(c), thresholds })).model, [c.expected], closedForm);
        },
      ],
    ],
    elsewhere: [
      /\.ipcw_w_naive_first20$/, // the convention that is not ours
      /\.Score_cox$/, // a Cox model of the censoring
      /pseudo/, // pseudo-observations
      /\.plotCal_quantile$/, // as cal_groups, which is compared
      /\.(conc_lp\d_n(_G2)?|km_risk_groups)$/,
      /^(pec_)?ibs\.lung$/,
      /^csc\.mgus2$/,
    ],
  },
  {
    file: "breast_study",
    covered: [
      [/\.Score$/, score],
      [
        /\.brier_ipcw$/,
        (c) => void assertClose(known(brierAtHorizon(columnsOf(c))).brier, c.expected, closedForm),
      ],
      [/\.auc_ipcw$/, (c) => void assertClose(known(aucAtHorizon(columnsOf(c))).auc, c.expected, closedForm)],
      [
        /\.ipa$/,
        (c) =>
          void assertClose(valueOrNaN(known(brierAtHorizon(columnsOf(c))).scaled), c.expected, closedForm),
      ],
      [/\.logloss_ipcw$/, logLoss],
      [/\.oe$/, oe],
      [/\.ici$/, ici],
      [/\.cal_groups5$/, groups],
      [/\.slope_lp(_cut)?$/, breastSlope],
      [/\.two_by_two(_\w+)?$/, twoByTwo],
      [/\.net_benefit$/, netBenefitAt],
      [/\.counts$/, counts],
      [/\.mean_predicted$/, meanPredicted],
      [/\.observed_km$/, observed],
    ],
    elsewhere: [/\.(harrell|uno)$/],
  },
  {
    file: "royston_altman_external_validation",
    covered: [
      [/^m1\.slope_(lp|cloglog)$/, (c) => slopeOf(c, royston(5))],
      [
        /^m1\.oe$/,
        (c) => {
          const { observed: obs, expected, ratio } = known(observedExpected(royston(4.99999)));
          assertClose([obs, expected, ratio], [c.expected.obs, c.expected.exp, c.expected.oe], closedForm);
        },
      ],
      [
        /^m1\.ici$/,
        (c) => {
          const { ici: mean, e50, e90, emax } = known(splineCalibration(royston(5)));
          assertClose([mean, e50, e90, emax], Object.values(c.expected), smoothed);
        },
      ],
      [
        /^m1\.cal_groups$/,
        (c) => {
          const ours = known(calibrationGroups({ ...royston(5), nGroups: 5 }));
          const { n, pred, obs, lower, upper } = c.expected;
          const of = (key: keyof (typeof ours)[number]) => ours.map((group) => group[key]);
          assertClose(
            [of("n"), of("predicted"), of("observed"), of("lower"), of("upper")],
            [n, pred, obs, lower, upper],
            closedForm,
          );
        },
      ],
      [
        /^m1\.dca5$/,
        (c) => {
          const { t, nb, all } = c.expected;
          const ours = known(decisionCurve({ ...royston(5), thresholds: Float64Array.from(t as number[]) }));
          assertClose([ours.model, ours.all], [nb, all], closedForm);
        },
      ],
      [
        /^m1\.score$/,
        (c) => {
          // The whole follow-up, which is in the study's table.
          const table = SurvivalTable.read("derived/breast_gbsg");
          const followUp = { time: table.number("y"), event: Uint8Array.from(table.number("rfs")) };
          const columns = { ...followUp, risk: table.number("r60"), horizon: 5 };
          const { auc, stdError } = known(aucAtHorizon(columns));
          assertClose([auc, stdError], [c.expected.auc.AUC[0], c.expected.auc.se[0]], closedForm);
          const brier = known(brierAtHorizon(columns));
          const j = c.expected.brier.model.indexOf("m");
          assertClose(
            [brier.brier, brier.stdError],
            [c.expected.brier.Brier[j], c.expected.brier.se[j]],
            closedForm,
          );
        },
      ],
    ],
    elsewhere: [
      /^m1\.(fit|S0_5y|risk5_first10|harrell|uno|harrell_fullfu|apparent_harrell|km_groups)$/,
      /^m1\.slope_lp_offset_test$/, // a test of the slope, not the slope
    ],
  },
];

let nCovered = 0;
let nElsewhere = 0;

for (const { file, covered, elsewhere } of suites) {
  describe(file, () => {
    const strays: string[] = [];
    for (const reference of yardstick(file)) {
      const check = covered.find(([id]) => id.test(reference.id))?.[1];
      if (check) {
        nCovered++;
        test(reference.id, () => check(reference));
      } else if (elsewhere.some((id) => id.test(reference.id))) nElsewhere++;
      else strays.push(reference.id);
    }
    test("every case is covered or listed as belonging elsewhere", () => expect(strays).toEqual([]));
  });
}

afterAll(() =>
  console.log(`stats at a horizon: ${nCovered} R cases covered, ${nElsewhere} listed for other kernels`),
);
