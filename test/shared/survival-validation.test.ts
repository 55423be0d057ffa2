import { describe, expect, test } from "vitest";
import { calibrationGroups } from "../../src/stats/calibration-groups.ts";
import { coxRegression } from "../../src/stats/cox.ts";
import { coxSurvival } from "../../src/stats/cox-survival.ts";
import { integratedBrier } from "../../src/stats/integrated-brier.ts";
import { kaplanMeier, survivalAt } from "../../src/stats/kaplan-meier.ts";
import { logRank } from "../../src/stats/log-rank.ts";
import { aucContrast, brierContrast, type PairedContrast } from "../../src/stats/paired-contrast.ts";
import { pseudoValues } from "../../src/stats/pseudo-values.ts";
import { quantile } from "../../src/stats/quantile.ts";
import { known } from "../reference/known.ts";
import { assertClose } from "../reference/reference.ts";
import { listedDifferences, SurvivalTable, type YardstickCase, yardstick } from "./yardstick.ts";

// The cases of <shared>/reference/survival_validation.json that stats-horizon.test.ts and stats-foundation.test.ts
// leave to others: agreed with at the tolerance, or in `exceptions`.

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const afterFit = { relative: 1e-8, absolute: 1e-9 };

const tableOf = ({ data, r }: YardstickCase) =>
  SurvivalTable.read(`derived/${data ?? /d<-(\w+)/.exec(r)![1]}`);

function followUpOf(c: YardstickCase) {
  const table = c.input ? undefined : tableOf(c);
  const time = table ? table.number("time") : Float64Array.from(c.input!.time!);
  const event = Uint8Array.from(table ? table.number("status") : c.input!.status!);
  return { time, event };
}

function horizonOf({ r, input }: YardstickCase): number {
  return input ? input.h![0]! : Number((/times=([\d.]+)/.exec(r) ?? /d\$status,([\d.]+)\)/.exec(r))![1]);
}

const numbersOf = ({ difference, stdError, lower, upper, pValue }: PairedContrast) => [
  difference,
  stdError,
  lower,
  upper,
  pValue,
];

type Row = Readonly<Record<"model" | "reference", string>> & Readonly<Record<string, number | string>>;

/** R's table of contrasts, a column of one as a number, as rows. */
function rowsOf(columns: Readonly<Record<string, unknown>>): Row[] {
  const lists = Object.entries(columns).map(([name, cells]) => [name, [cells].flat()] as const);
  return Array.from(
    { length: lists[0]![1].length },
    (_, i) => Object.fromEntries(lists.map(([name, cells]) => [name, cells[i]])) as Row,
  );
}

function contrasts(c: YardstickCase): void {
  const table = tableOf(c);
  const risks = new Map(
    [...c.r.matchAll(/(m\d)=d\$(\w+)/g)].map(([, m, column]) => [m!, table.number(column!)]),
  );
  const paired = (row: Row) => ({
    ...followUpOf(c),
    horizon: horizonOf(c),
    risk: risks.get(row.model)!,
    reference: risks.get(row.reference)!,
  });
  const between = (columns: Readonly<Record<string, unknown>>) =>
    rowsOf(columns).filter(({ reference }) => reference !== "Null model");
  const [auc] = between(c.expected.auc_contrasts);
  assertClose(
    numbersOf(known(aucContrast(paired(auc!)))),
    [auc!["delta.AUC"], auc!.se, auc!.lower, auc!.upper, auc!.p],
    closedForm,
  );
  const [brier] = between(c.expected.brier_contrasts);
  assertClose(
    numbersOf(known(brierContrast(paired(brier!)))),
    [brier!["delta.Brier"], brier!.se, brier!.lower, brier!.upper, brier!.p],
    closedForm,
  );
}

function pseudoOf(c: YardstickCase): Float64Array {
  const { time, event } = followUpOf(c);
  return known(pseudoValues({ time, cause: event, nCauses: 1, state: 1, horizon: horizonOf(c) })).values;
}

function pseudoSlope(c: YardstickCase): void {
  const y = pseudoOf(c);
  const x = tableOf(c).number(/d\$(r1_\w+)/.exec(c.r)![1]!);
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const slope =
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0) /
    x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  const { mean_pseudo, intercept, slope: theirs } = c.expected;
  assertClose([my, my - slope * mx, slope], [mean_pseudo, intercept, theirs], closedForm);
}

function calibrationPlot(c: YardstickCase): void {
  const risk = tableOf(c).number(/m1=d\$(\w+)/.exec(c.r)![1]!);
  const groups = known(calibrationGroups({ ...followUpOf(c), horizon: horizonOf(c), risk, nGroups: 5 }));
  const { Pred, Obs } = c.expected.m1;
  assertClose([groups.map((g) => g.predicted), groups.map((g) => g.observed)], [Pred, Obs], closedForm);
}

function riskGroups(c: YardstickCase): void {
  const { time, event } = followUpOf(c);
  const lp = tableOf(c).number("lp1");
  const cuts = [0.16, 0.5, 0.84].map((p) => quantile(lp, p));
  const group = Uint32Array.from(lp, (value) => cuts.filter((cut) => value > cut).length);
  const at = Float64Array.from(/times=c\(([\d.,]+)\)/.exec(c.r)![1]!.split(","), Number);
  const curves = [0, 1, 2, 3].map((g) => {
    const isIn = (_: number, i: number) => group[i] === g;
    const curve = kaplanMeier(time.filter(isIn), event.filter(isIn));
    return Array.from(at, (t) => survivalAt(curve, t));
  });
  const { n, surv, se, logrank, hr } = c.expected;
  assertClose(
    [0, 1, 2, 3].map((g) => group.filter((value) => value === g).length),
    n,
    closedForm,
  );
  assertClose(
    curves.flatMap((points) => points.map((point) => point.survival)),
    surv,
    closedForm,
  );
  assertClose(
    curves.flatMap((points) => points.map((point) => point.stdError)),
    se,
    closedForm,
  );
  assertClose(known(logRank({ time, event, group, nGroups: 4 })).chiSquare, logrank[0], closedForm);
  const covariates = [1, 2, 3].map((g) => Float64Array.from(group, (value) => (value === g ? 1 : 0)));
  assertClose(
    coxRegression({ time, event, covariates, ties: "efron" }).coefficients,
    Object.values(hr),
    afterFit,
  );
}

/** Risks of a Cox model of the table's lp1 at each horizon. */
function coxCurves(c: YardstickCase, horizons: Float64Array) {
  const { time, event } = followUpOf(c);
  const lp = tableOf(c).number("lp1");
  const data = { time, event, covariates: [lp] };
  const curves = coxSurvival(coxRegression({ ...data, ties: "efron" }), data, {
    patients: Array.from(lp, (x) => ({ covariates: Float64Array.of(x) })),
  });
  const risks = Array.from(horizons, (horizon) =>
    Float64Array.from(curves, (curve) => {
      const k = curve.time.findLastIndex((t) => t <= horizon);
      return k < 0 ? 0 : 1 - curve.survival[k]!;
    }),
  );
  return { time, event, horizons, risks };
}

function integratedByPec(c: YardstickCase): void {
  const [, end, step] = /times=seq\(0,(\d+),(\d+)\)/.exec(c.r)!.map(Number) as [number, number, number];
  const horizons = Float64Array.from({ length: end / step }, (_, j) => step * (j + 1));
  const ours = known(integratedBrier(coxCurves(c, horizons)));
  assertClose([ours.nullIntegratedBrier, ours.integratedBrier], c.expected.flat(), afterFit);
}

function integrated(c: YardstickCase): void {
  const { score } = c.expected;
  const horizons = Float64Array.from({ length: 12 }, (_, j) => 50 * (j + 1));
  const ours = known(integratedBrier(coxCurves(c, horizons)));
  assertClose(ours.brier, score.Brier.slice(12), afterFit);
  assertClose([ours.nullIntegratedBrier, ours.integratedBrier], [score.IBS[11], score.IBS[23]], afterFit);
}

const covered: readonly (readonly [id: RegExp, check: (c: YardstickCase) => void])[] = [
  [/^sv_\w+\.h[\d.]+\.Score$/, contrasts],
  [/\.pseudo_first20$/, (c) => void assertClose(pseudoOf(c).slice(0, 20), c.expected, closedForm)],
  [/\.pseudo_slope$/, pseudoSlope],
  [/\.plotCal_(quantile|pseudo)$/, calibrationPlot],
  [/\.km_risk_groups$/, riskGroups],
  [/^path\.pseudo_/, (c) => void assertClose(pseudoOf(c), c.expected, closedForm)],
  [/^ibs\.lung$/, integrated],
  [/^pec_ibs\.lung$/, integratedByPec],
];

const exceptions: readonly (readonly [id: RegExp, reason: string])[] = [
  [
    /\.ipcw_w_naive_first20$/,
    "weights that leave tied events in the censoring risk set: not riskRegression's, nor ours",
  ],
  [
    /^sv_veteran\.h180\.plotCal_/,
    "a group whose last patient has the event before the horizon: observed 1 by survfit and us, NA by prodlim",
  ],
  [/\.Score_cox$/, "weights from a Cox model of the censoring, which we do not offer"],
  [/^csc\.mgus2$/, "risks of a cause-specific model, which we fit but do not predict from"],
];

/** What the other two files walk. */
const elsewhere =
  /\.(brier_ipcw|auc_ipcw|oe|ici_cox(_m2)?|cal_groups(10)?|logloss_ipcw(_m2|_null)?|ipcw_w_first20|dca|cal_slope_\w+|conc_lp\w+)$|^path\.(?!pseudo_)/;

describe("survival_validation", () => {
  const cases = yardstick("survival_validation");
  for (const c of cases) {
    const check = covered.find(([id]) => id.test(c.id))?.[1];
    if (check && !exceptions.some(([id]) => id.test(c.id))) test(c.id, () => check(c));
  }

  test("docs/methods/differences.md lists the exceptions", () => {
    const listed = exceptions.flatMap(([pattern, reason]) =>
      cases.filter(({ id }) => pattern.test(id)).map(({ id }) => [id, reason]),
    );
    expect(listedDifferences("survival_validation")).toEqual(listed);
  });

  test("every case is compared here or in another file, or is an exception that exists", () => {
    const patterns = [...covered, ...exceptions].map(([id]) => id);
    const strays = cases.filter(
      ({ id }) => !elsewhere.test(id) && !patterns.some((pattern) => pattern.test(id)),
    );
    expect(strays.map(({ id }) => id)).toEqual([]);
    for (const [id] of exceptions) expect(cases.some((c) => id.test(c.id))).toBe(true);
  });
});
