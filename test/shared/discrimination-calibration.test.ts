import { expect } from "vitest";
import { ContractError } from "../../src/stats/assert.ts";
import { pairedAucDifference, unpairedAucDifference } from "../../src/stats/auc-difference.ts";
import { averagePrecision } from "../../src/stats/average-precision.ts";
import { binaryDecisionCurve } from "../../src/stats/binary-net-benefit.ts";
import { brierScore } from "../../src/stats/brier.ts";
import { loessCalibration } from "../../src/stats/calibration-loess.ts";
import { lowessCalibration } from "../../src/stats/calibration-lowess.ts";
import { aucDeLong } from "../../src/stats/delong.ts";
import { binaryCalibrationGroups, hosmerLemeshow } from "../../src/stats/hosmer-lemeshow.ts";
import { isotonicRegression } from "../../src/stats/isotonic.ts";
import { loess } from "../../src/stats/loess.ts";
import { logLoss } from "../../src/stats/log-loss.ts";
import { logisticRegression } from "../../src/stats/logistic.ts";
import { logisticCalibration } from "../../src/stats/logistic-calibration.ts";
import { partialAuc } from "../../src/stats/partial-auc.ts";
import { quantiles } from "../../src/stats/quantile.ts";
import { rocCurve } from "../../src/stats/roc.ts";
import { spiegelhalterTest } from "../../src/stats/spiegelhalter.ts";
import { known } from "../reference/known.ts";
import type { Check, Exception } from "./checks.ts";
import { SurvivalTable, type YardstickCase } from "./yardstick.ts";
import { agree, walkYardstick } from "./yardstick-walk.ts";

const afterFit = { relative: 1e-8, absolute: 1e-9 };
const direct = { relative: 1e-7 };
const smoothed = { relative: 1e-9, absolute: 1e-12 };

const tables: Readonly<Record<string, string>> = { D1: "pred_colon", D2: "pred_asah", D3: "pred_synth_open" };
const binary = (values: ArrayLike<number>) => Uint8Array.from(values);
const input = (reference: YardstickCase, name: string) => Float64Array.from(reference.input![name]!, Number);

/** The table that a call names, or the rows of it in a group. */
function tableOf(r: string): SurvivalTable {
  const [, name] = /\b(D\d)\b/.exec(r)!;
  const whole = SurvivalTable.read(`derived/${tables[name!]}`);
  const group = /group=="(\w+)"/.exec(r)?.[1];
  return group === undefined ? whole : whole.where((row) => whole.text("group")[row] === group);
}

/** The score columns that a call gives to roc(). */
const scoreNames = (r: string) => [...r.matchAll(/roc\(\w\$y,\w\$(\w+)/g)].map((match) => match[1]!);

function scored({ r }: YardstickCase) {
  const table = tableOf(r);
  const [name] = scoreNames(r);
  return { score: table.number(name ?? /ap\(d\$y,d\$(\w+)/.exec(r)![1]!), event: binary(table.number("y")) };
}

function predictions(reference: YardstickCase) {
  if (reference.input) return { event: binary(reference.input.y!), risk: input(reference, "p") };
  const table = tableOf(reference.r);
  const risk = /\bd?\$?(p2?)\b(?=[,)~ ]|,data)/.exec(reference.r.replace(/^\{d<-D\d; */, ""))![1]!;
  return { event: binary(table.number("y")), risk: table.number(risk) };
}

const checks: readonly (readonly [id: RegExp, check: Check])[] = [
  [/\.roc$/, rocPoints],
  [/\.(ci_delong|ci_delong99|roc2_ci|ci_group_\w+)$/, deLongInterval],
  [/\.pauc_/, partialArea],
  [/\.coords_youden$/, youdenPoint],
  [/\.ap$|^path\.ap_ties$/, precision],
  [/\.delong_paired$/, pairedDifference],
  [/\.cov_delong$/, covariance],
  [/\.delong_unpaired_groups$/, groupDifference],
  [/\.(brier|logloss|scaled_brier|spiegel)$|^path\.(brier_const|logloss_p0_p1)$/, scores],
  [/\.(hl|hl_q|hl_bins|ece)$/, groups],
  [/\.(citl|calslope)$/, intercepts],
  [/\.val_prob$/, valProb],
  [/\.(loess_direct_first20|ici_loess_direct)$/, directLoess],
  [/\.(ici_lowess|lowess_at_deciles)$/, lowessCurve],
  [/\.isotonic$/, isotonic],
  [/\.dca$|^path\.(nb_at_0|p_equals_threshold)$/, netBenefits],
  [/\.confusion$/, confusion],
  [/\.fair_t[\d.]+$|\.fairgap_t[\d.]+$/, confusionByGroup],
  [/^path\.(near_tied|neg_zero)$/, smallArea],
];

function rocPoints(reference: YardstickCase): void {
  const { score, event } = scored(reference);
  const curve = known(rocCurve(score, event));
  const { auc, var_delong: variance, thresholds, sens, spec, n_cases: nCases } = reference.expected;
  const scores = curve.threshold.slice(1).reverse();
  const halfway = [-Infinity, ...scores.slice(1).map((value, k) => (value + scores[k]!) / 2), Infinity];
  // Of the largest cohort the case keeps no points.
  if (thresholds !== null) agree(halfway, thresholds);
  if (sens !== null) agree([curve.sensitivity.toReversed(), curve.specificity.toReversed()], [sens, spec]);
  const area = known(aucDeLong(score, event, 0.95));
  agree([area.auc, area.stdError ** 2, area.nCases], [auc, variance, nCases]);
}

function deLongInterval(reference: YardstickCase): void {
  const { score, event } = scored(reference);
  const { auc, lower, upper } = known(aucDeLong(score, event, reference.r.includes(".99") ? 0.99 : 0.95));
  const { expected } = reference;
  agree([lower, auc, upper], [expected.lower, expected.auc, expected.upper]);
}

function partialArea(reference: YardstickCase): void {
  const [, to, from] = /partial\.auc=c\(([\d.]+),([\d.]+)\)/.exec(reference.r)!.map(Number);
  const over = /focus="(\w+)"/.exec(reference.r)![1] as "specificity" | "sensitivity";
  const { area, corrected } = known(partialAuc({ ...scored(reference), over, from: from!, to: to! }));
  if (!reference.r.includes("correct=TRUE")) agree(area, reference.expected);
  else if (reference.expected === null) expect(corrected).toHaveProperty("notEstimable");
  else agree(corrected as number, reference.expected);
}

function youdenPoint(reference: YardstickCase): void {
  const { score, event } = scored(reference);
  const curve = known(rocCurve(score, event));
  const sums = curve.sensitivity.map((value, k) => value + curve.specificity[k]!);
  const highest = Math.max(...sums);
  const points = [...sums.keys()].filter((k) => highest - sums[k]! < 1e-12).toReversed();
  const { nCases, nControls } = curve;
  const at = points.map((k) => {
    const [found, alarms] = [curve.truePositives[k]!, curve.falsePositives[k]!];
    return [
      (curve.threshold[k]! + curve.threshold[k + 1]!) / 2,
      curve.sensitivity[k]!,
      curve.specificity[k]!,
      found / (found + alarms),
      (nControls - alarms) / (nControls - alarms + nCases - found),
      (found + nControls - alarms) / (nCases + nControls),
    ];
  });
  const { threshold, sensitivity, specificity, ppv, npv, accuracy } = reference.expected;
  agree(
    [0, 1, 2, 3, 4, 5].map((j) => at.map((values) => values[j]!)),
    [threshold, sensitivity, specificity, ppv, npv, accuracy],
  );
}

function precision(reference: YardstickCase): void {
  const { score, event } = reference.input
    ? { score: input(reference, "s"), event: binary(reference.input.y!) }
    : scored(reference);
  agree(known(averagePrecision(score, event)).averagePrecision, reference.expected);
}

function pairOf(reference: YardstickCase) {
  const table = tableOf(reference.r);
  const [score, other] = scoreNames(reference.r).map((name) => table.number(name));
  const event = binary(table.number("y"));
  const difference = known(pairedAucDifference({ event, score: score!, reference: other! }));
  return { event, score: score!, other: other!, difference };
}

function pairedDifference(reference: YardstickCase): void {
  const { difference } = pairOf(reference);
  const { statistic, p, ci } = reference.expected;
  agree([difference.difference / difference.stdError, difference.pValue], [statistic.Z, p]);
  agree([difference.lower, difference.upper], ci);
}

/** Twice the covariance is what the variance of the difference lacks of the two variances. */
function covariance(reference: YardstickCase): void {
  const { event, score, other, difference } = pairOf(reference);
  const variances = [score, other].map((s) => known(aucDeLong(s, event, 0.95)).stdError ** 2);
  agree((variances[0]! + variances[1]! - difference.stdError ** 2) / 2, reference.expected);
}

function groupDifference(reference: YardstickCase): void {
  const [first, second] = reference.r.split("; b<-");
  const [name] = scoreNames(reference.r);
  const [one, other] = [first!, second!].map((r) => {
    const table = tableOf(r.slice(0, r.indexOf(")") + 1));
    return { event: binary(table.number("y")), score: table.number(name!) };
  });
  const { difference, stdError, pValue, degreesOfFreedom } = known(unpairedAucDifference(one!, other!));
  const { statistic, p, df } = reference.expected;
  agree([difference / stdError, pValue, degreesOfFreedom!], [statistic.D, p, df.df]);
}

function scores(reference: YardstickCase): void {
  const columns = predictions(reference);
  const { id, expected } = reference;
  if (/\.logloss/.test(id)) {
    agree(known(logLoss(columns)).logLoss, expected);
    return;
  }
  if (id.endsWith("spiegel")) {
    agree(known(spiegelhalterTest(columns)).z, expected);
    return;
  }
  const { brier, scaled } = known(brierScore(columns));
  if (id.endsWith("brier_const")) {
    agree([brier, known(scaled).value], expected);
    return;
  }
  agree(id.endsWith("scaled_brier") ? known(scaled).value : brier, expected);
}

function groups(reference: YardstickCase): void {
  const columns = { ...predictions(reference), nGroups: 10 };
  const { id, expected } = reference;
  const found = known(binaryCalibrationGroups(columns));
  if (id.endsWith("hl_bins"))
    agree(
      [found.map((g) => g.n), found.map((g) => g.observed), found.map((g) => g.predicted)],
      [expected.n, expected.obs, expected.pred],
    );
  else if (id.endsWith("ece"))
    agree(
      found.reduce((sum, g) => sum + (g.n / columns.risk.length) * Math.abs(g.observed - g.predicted), 0),
      expected,
    );
  else {
    const { chiSquare, degreesOfFreedom, pValue } = known(hosmerLemeshow({ ...columns, isFittedHere: true }));
    agree([chiSquare, degreesOfFreedom, pValue], [expected.chisq, expected.df, expected.p]);
  }
}

/** Estimates within 1e-9 of the larger of estimate and standard error, as for any fit. */
function agreeInErrors(value: number, stdError: number, theirs: number, theirError: number): void {
  agree(value, theirs, { relative: 1e-9, absolute: 1e-9 * theirError });
  agree(stdError, theirError, { relative: 1e-8 });
}

function intercepts(reference: YardstickCase): void {
  const { inTheLarge, joint } = known(logisticCalibration(predictions(reference)));
  const { expected } = reference;
  if (reference.id.endsWith("citl")) {
    const { value, stdError } = known(inTheLarge);
    agreeInErrors(value, stdError, expected.est, expected.se);
    return;
  }
  const { intercept, slope } = known(joint);
  agreeInErrors(intercept.value, intercept.stdError, expected.intercept, expected.se_intercept);
  agreeInErrors(slope.value, slope.stdError, expected.slope, expected.se_slope);
}

/** val.prob's D, R2 and C are those of the risks as they stand, C in bins of .0002; U is of the recalibrated ones. */
function valProb(reference: YardstickCase): void {
  const columns = predictions(reference);
  const { event, risk } = columns;
  const n = event.length;
  const { auc } = known(
    aucDeLong(
      risk.map((r) => Math.trunc(r * 5000)),
      event,
      0.95,
    ),
  );
  const { intercept, slope, test: joint } = known(known(logisticCalibration(columns)).joint);
  const [none] = logisticRegression({ event, covariates: [] }).logLikelihood;
  const chiSquare = 2 * (-n * known(logLoss(columns)).logLoss - none);
  const r2 = -Math.expm1(-chiSquare / n) / -Math.expm1((2 * none) / n);
  const [d, u] = [(chiSquare - 1) / n, (joint.chiSquare - 2) / n];
  const { ici, e90, emax } = known(lowessCalibration(columns));
  const { z, pValue } = known(spiegelhalterTest(columns));
  const { brier } = known(brierScore(columns));
  const noPValue = Number.NaN;
  agree(
    [2 * auc - 1, auc, r2, d, chiSquare, noPValue, u, joint.chiSquare, joint.pValue, d - u, brier],
    Object.values(reference.expected).slice(0, 11),
    afterFit,
  );
  agree(
    [intercept.value, slope.value, emax, e90, ici, z, pValue],
    Object.values(reference.expected).slice(11),
    afterFit,
  );
}

function directLoess(reference: YardstickCase): void {
  const { event, risk } = predictions(reference);
  if (reference.id.endsWith("first20")) {
    const y = Float64Array.from(event);
    const { fitted } = known(loess({ x: risk, y, span: 0.75, degree: 2, at: risk }));
    agree(fitted.subarray(0, 20), reference.expected, direct);
    return;
  }
  const { ici, e50, e90, emax } = known(loessCalibration(event, risk));
  const { ICI, E50, E90, Emax } = reference.expected;
  agree([ici, e50, e90, emax], [ICI, E50, E90, Emax], direct);
}

function lowessCurve(reference: YardstickCase): void {
  const { event, risk } = predictions(reference);
  const { ici, e50, e90, emax, observed } = known(lowessCalibration({ event, risk }));
  if (reference.id.endsWith("ici_lowess")) {
    const { Eavg, E50, E90, Emax } = reference.expected;
    agree([ici, e50, e90, emax], [Eavg, E50, E90, Emax], smoothed);
    return;
  }
  // Between two patients' risks R reads the curve off a straight line.
  const order = [...risk.keys()].sort((a, b) => risk[a]! - risk[b]!);
  const at = quantiles(risk, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]).map((q) => {
    const after = order.findIndex((row) => risk[row]! >= q);
    const [b, a] = [order[after]!, order[Math.max(0, after - 1)]!];
    if (risk[b] === q || risk[a] === risk[b]) return observed[b]!;
    const share = (q - risk[a]!) / (risk[b]! - risk[a]!);
    return (1 - share) * observed[a]! + share * observed[b]!;
  });
  agree(at, reference.expected, smoothed);
}

function isotonic(reference: YardstickCase): void {
  const { event, risk } = predictions(reference);
  const y = Float64Array.from(event);
  const { fitted, levels } = isotonicRegression({ x: risk, y });
  const squares = fitted.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);
  agree(
    [fitted.length, squares, levels.length, ...quantiles(fitted, [0.05, 0.25, 0.5, 0.75, 0.95])],
    Object.values(reference.expected),
    smoothed,
  );
}

function netBenefits(reference: YardstickCase): void {
  const { id, expected } = reference;
  const thresholds: number[] = id.endsWith(".dca") ? expected.threshold : [id.endsWith("nb_at_0") ? 0 : 0.3];
  const points = known(
    binaryDecisionCurve({ ...predictions(reference), thresholds: Float64Array.from(thresholds) }),
  );
  const model = points.map((at) => at.model.value);
  const all = points.map((at) => at.all.value);
  if (id.endsWith(".dca")) {
    agree([model, all], [expected.model, expected.all]);
    return;
  }
  agree(id.endsWith("nb_at_0") ? [model[0]!, all[0]!] : model[0]!, expected);
}

function confusion(reference: YardstickCase): void {
  const columns = predictions(reference);
  const nCases = columns.event.reduce((sum, e) => sum + e, 0);
  const points = known(
    binaryDecisionCurve({ ...columns, thresholds: Float64Array.of(0.05, 0.1, 0.2, 0.3, 0.5) }),
  );
  agree(
    [
      points.map((at) => at.truePositives),
      points.map((at) => at.falsePositives),
      points.map((at) => nCases - at.truePositives),
      points.map((at) => columns.event.length - nCases - at.falsePositives),
    ],
    reference.expected.values,
  );
}

function confusionByGroup(reference: YardstickCase): void {
  const threshold = Number(/_t([\d.]+)$/.exec(reference.id)![1]);
  const whole = tableOf(reference.r);
  const names = [...new Set(whole.text("group"))].sort();
  const found = names.map((group) => {
    const table = whole.where((row) => whole.text("group")[row] === group);
    const columns = { event: binary(table.number("y")), risk: table.number("p") };
    const [at] = known(binaryDecisionCurve({ ...columns, thresholds: Float64Array.of(threshold) }));
    const n = columns.event.length;
    const nCases = columns.event.reduce((sum, e) => sum + e, 0);
    const { truePositives: tp, falsePositives: fp } = at!;
    const [tpr, fpr, sel] = [tp / nCases, fp / (n - nCases), (tp + fp) / n];
    const rest = n - tp - fp;
    const predicted = columns.risk.reduce((sum, r) => sum + r, 0) / n;
    const brier = known(brierScore(columns)).brier;
    const [ppv, npv] = [tp / (tp + fp), (rest - nCases + tp) / rest];
    const accuracy = (tp + n - nCases - fp) / n;
    const prevalence = nCases / n;
    return {
      row: [
        n,
        prevalence,
        sel,
        tpr,
        fpr,
        ppv,
        npv,
        1 - tpr,
        accuracy,
        predicted,
        prevalence / predicted,
        brier,
      ],
      sel,
      tpr,
      fpr,
      ppv,
    };
  });
  if (!reference.id.includes("fairgap")) {
    const theirs = Object.values<readonly number[]>(reference.expected.metrics);
    agree(
      theirs.map((_, j) => found.map(({ row }) => row[j]!)),
      theirs,
    );
    return;
  }
  const all = (key: "sel" | "tpr" | "fpr" | "ppv") => found.map((group) => group[key]);
  const gap = (key: "sel" | "tpr" | "fpr" | "ppv") => Math.max(...all(key)) - Math.min(...all(key));
  agree(
    [
      gap("sel"),
      Math.min(...all("sel")) / Math.max(...all("sel")),
      gap("tpr"),
      Math.max(gap("tpr"), gap("fpr")),
      (gap("tpr") + gap("fpr")) / 2,
      gap("ppv"),
    ],
    Object.values(reference.expected),
  );
}

function smallArea(reference: YardstickCase): void {
  const { auc, stdError, lower, upper } = known(deLongOf(reference));
  const { expected } = reference;
  agree([auc, stdError ** 2, lower, auc, upper], [expected.auc, expected.var, ...expected.ci]);
}

const deLongOf = (reference: YardstickCase) =>
  aucDeLong(input(reference, "s"), binary(reference.input!.y!), 0.95);

const reasonIs =
  (reason: string, answer: (reference: YardstickCase) => unknown): Check =>
  (reference) =>
    expect(answer(reference)).toEqual({ notEstimable: reason });

const notOffered: Check = ({ expected }) => expect(expected).not.toHaveProperty("error");

const bound = (because: string): { readonly because: string; readonly check: Check } => ({
  because,
  check: (reference) => {
    const { auc, stdError, lower, upper, kind } = known(deLongOf(reference));
    const { expected } = reference;
    agree([auc, stdError ** 2], [expected.auc, expected.var]);
    expect(expected.ci[0]).toBe(expected.ci[2]);
    expect(kind).toBe("bound");
    expect(upper - lower).toBeGreaterThan(0.5);
  },
});

const noWidth = "R's interval has no width; ours is the exact bound";
const stops = "R stops; ours is a typed reason";
const interpolated =
  "R interpolates between the vertices of a tree, which is not offered; computed outright ours agrees";
const equalWidths = "calibration error in bins of equal width is not offered";

/** Where the answer is another one than R's, and why. */
const exceptions: Readonly<Record<string, Exception>> = {
  ...Object.fromEntries(
    ["colon", "colon_weak", "synth"].flatMap((cohort) => [
      [`${cohort}.ece_w`, { because: equalWidths, check: notOffered }],
      [`${cohort}.ici_loess`, { because: interpolated, check: notOffered }],
      [`${cohort}.loess_fit_first20`, { because: interpolated, check: notOffered }],
    ]),
  ),
  "path.perfect": bound(noWidth),
  "path.perfect_inverse": bound(noWidth),
  "path.all_tied": bound(noWidth),
  "path.only_positives": { because: stops, check: reasonIs("no controls", deLongOf) },
  "path.only_negatives": { because: stops, check: reasonIs("no cases", deLongOf) },
  "path.n1": { because: stops, check: reasonIs("no controls", deLongOf) },
  "path.one_case": {
    because: "R gives a variance of NA; ours is a typed reason",
    check: reasonIs("the variance needs two cases, there is one", deLongOf),
  },
  "path.nan_score": {
    because: "R drops the row; missing scores are counted upstream, and without it the AUC agrees",
    check: (reference) => {
      expect(() => deLongOf(reference)).toThrow(ContractError);
      const kept = [...input(reference, "s").keys()].filter((i) => !Number.isNaN(input(reference, "s")[i]));
      const pick = (name: string) => kept.map((i) => input(reference, name)[i]!);
      agree(
        known(aucDeLong(Float64Array.from(pick("s")), binary(pick("y")), 0.95)).auc,
        reference.expected.auc,
      );
    },
  },
  "path.inf_score": {
    because: "R stops; infinite scores are ordered like others",
    check: (reference) => expect(deLongOf(reference)).toMatchObject({ auc: 1, kind: "bound" }),
  },
  "path.same_scores_paired": {
    because: "R gives p = 1 and an interval without width; ours is a typed reason",
    check: reasonIs("the two scores order cases and controls alike", (reference) => {
      const score = input(reference, "s");
      return pairedAucDifference({ event: binary(reference.input!.y!), score, reference: score });
    }),
  },
  "path.ap_no_pos": {
    because: "0/0 in R; ours is a typed reason",
    check: reasonIs("no cases", (reference) =>
      averagePrecision(input(reference, "s"), binary(reference.input!.y!)),
    ),
  },
  "path.calslope_separation": {
    because: "R's coefficient depends on its iteration limit; ours is a typed reason",
    check: reasonIs(
      "the predicted risks separate the events, so the slope has no finite value",
      (reference) => known(logisticCalibration(predictions(reference))).joint,
    ),
  },
  "path.citl_p0": {
    because: "R stops at a risk of 0; ours moves it to 1e-15 and counts it",
    check: (reference) => {
      const { inTheLarge, nClipped } = known(logisticCalibration(predictions(reference)));
      expect(nClipped).toBe(1);
      expect(known(inTheLarge).stdError).toBeGreaterThan(0);
    },
  },
  "path.scaled_brier_one_class": {
    because: "−Infinity in R; ours is a typed reason",
    check: reasonIs(
      "everybody has the event",
      (reference) => known(brierScore(predictions(reference))).scaled,
    ),
  },
  "path.hl_few_distinct": {
    because: "two groups leave no degrees of freedom, of which R makes p = 0; ours is a typed reason",
    check: (reference) => {
      const columns = { ...predictions(reference), nGroups: 10 };
      expect(hosmerLemeshow({ ...columns, isFittedHere: true })).toEqual({
        notEstimable: "fewer than three groups",
      });
      const { chiSquare } = known(hosmerLemeshow({ ...columns, isFittedHere: false }));
      agree(chiSquare, reference.expected.chisq);
    },
  },
  "path.nb_at_1": {
    because: "NaN and −Infinity in R; a threshold of 1 is refused",
    check: (reference) =>
      expect(() =>
        binaryDecisionCurve({ ...predictions(reference), thresholds: Float64Array.of(1) }),
      ).toThrow(ContractError),
  },
  "path.loess_constant_p": {
    because: stops,
    check: reasonIs("too few different values within the span", (reference) => {
      const { event, risk } = predictions(reference);
      return loessCalibration(event, risk);
    }),
  },
  "path.fair_empty_denominator": {
    because: "0/0 in R; a group without cases, or without controls, has a typed reason",
    check: ({ input: columns }) => {
      const group = (name: string) =>
        rocCurve(
          Float64Array.from(columns!.p!.filter((_, i) => String(columns!.g![i]) === name)),
          binary(columns!.y!.filter((_, i) => String(columns!.g![i]) === name)),
        );
      expect([group("a"), group("b")]).toEqual([
        { notEstimable: "no cases" },
        { notEstimable: "no controls" },
      ]);
    },
  },
};

walkYardstick("discrimination_calibration", checks, exceptions);
