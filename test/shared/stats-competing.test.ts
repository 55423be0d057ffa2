import { afterAll, describe, expect, test } from "vitest";
import {
  aalenJohansen,
  aalenJohansenByGroup,
  type IncidenceCurves,
  probabilityAt,
} from "../../src/stats/aalen-johansen.ts";
import type { CompetingFollowUp } from "../../src/stats/cause-counts.ts";
import { causeSpecificCox } from "../../src/stats/cause-specific-cox.ts";
import { type FineGrayFit, fineGray, fineGrayIncidence } from "../../src/stats/fine-gray.ts";
import { grayTest } from "../../src/stats/gray-test.ts";
import { known } from "../reference/known.ts";
import { assertClose } from "../reference/reference.ts";
import { listedDifferences, SurvivalTable, type YardstickCase, yardstick } from "./yardstick.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };

type Check = (reference: YardstickCase) => void;

interface Cohort extends CompetingFollowUp {
  readonly group: Uint16Array;
  readonly nGroups: number;
  readonly covariates: readonly Float64Array[];
}

/** Months to progression (1) or death without it (2); group: men. */
function mgus2(): Cohort {
  const table = SurvivalTable.read("mgus2").complete(["hgb"]);
  const column = (name: string) => table.number(name);
  const [ptime, futime, pstat, death] = ["ptime", "futime", "pstat", "death"].map(column);
  const male = table.is("sex", "M");
  return {
    time: ptime!.map((t, i) => (pstat![i] === 1 ? t : futime![i]!)),
    cause: Uint8Array.from(pstat!, (progressed, i) => (progressed === 1 ? 1 : 2 * death![i]!)),
    nCauses: 2,
    group: Uint16Array.from(male),
    nGroups: 2,
    covariates: [column("age").map((age) => age / 10), male, column("hgb")],
  };
}

/** Days to recurrence (1) or death without it (2); group: levamisole and 5-FU. */
function colon(): Cohort {
  const table = SurvivalTable.read("colon");
  const etypes = table.number("etype");
  const of = (etype: number) => table.where((row) => etypes[row] === etype);
  const [recurrence, death] = [of(1), of(2)];
  expect(recurrence.text("id")).toEqual(death.text("id"));
  const deathTime = death.number("time");
  const died = death.number("status");
  const recurred = recurrence.number("status");
  const lev5 = recurrence.is("rx", "Lev+5FU");
  return {
    time: recurrence.number("time").map((t, i) => Math.min(t, deathTime[i]!)),
    cause: Uint8Array.from(recurred, (status, i) => (status === 1 ? 1 : died[i] === 1 ? 2 : 0)),
    nCauses: 2,
    group: Uint16Array.from(lev5),
    nGroups: 2,
    covariates: [recurrence.number("age").map((age) => age / 10), lev5, recurrence.number("node4")],
  };
}

const cohorts: Readonly<Record<string, Cohort>> = { mgus2: mgus2(), colon: colon() };

/** The data frame of a case, or its inline columns t, s, x, g; rows with a missing cell are left out, as R does. */
function cohortOf({ id, input }: YardstickCase): Cohort {
  if (!input) return cohorts[id.split(".")[0]!]!;
  const columns = Object.values(input);
  const kept = Array.from(columns[0]!.keys()).filter((row) => columns.every((cells) => cells[row] !== null));
  const pick = (name: string) => kept.map((row) => input[name]![row]!);
  const group = input.g ? pick("g").map((level) => level - 1) : kept.map(() => 0);
  return {
    time: Float64Array.from(pick("t")),
    cause: Uint8Array.from(pick("s")),
    nCauses: 2,
    group: Uint16Array.from(group),
    nGroups: Math.max(...group) + 1,
    covariates: input.x ? [Float64Array.from(pick("x"))] : [],
  };
}

const states = [0, 1, 2];
const curveOf = (curves: IncidenceCurves, state: number) =>
  state === 0 ? curves.eventFree : curves.causes[state - 1]!;

const wholeCurve: Check = (reference) => {
  const curves = aalenJohansen(cohortOf(reference));
  const { expected } = reference;
  const { time, causes } = curves;
  const rows = (part: (state: number, k: number) => number) =>
    Array.from(time, (_, k) => states.map((state) => part(state, k)));
  const at = (state: number, k: number) => probabilityAt(curves, { state, t: time[k]! });
  assertClose(time, [expected.time].flat(), {});
  assertClose(
    rows((state, k) => (state === 0 ? curves.atRisk[k]! : 0)),
    expected.n_risk,
    {},
  );
  assertClose(
    rows((state, k) => (state === 0 ? 0 : causes[state - 1]!.events[k]!)),
    expected.n_event,
    {},
  );
  assertClose(curves.censored, [expected.n_censor].flat(), {});
  assertClose(
    rows((state, k) => curveOf(curves, state).probability[k]!),
    expected.pstate,
    closedForm,
  );
  assertClose(
    rows((state, k) => curveOf(curves, state).stdError[k]!),
    expected.std_err,
    closedForm,
  );
  assertClose(
    rows((state, k) => at(state, k).lower),
    expected.lower,
    closedForm,
  );
  assertClose(
    rows((state, k) => at(state, k).upper),
    expected.upper,
    closedForm,
  );
  // R leaves out causes that never occur.
  const seen = causes.filter(({ events }) => events.some((d) => d > 0));
  assertClose(
    Array.from(time, (_, k) => seen.map(({ cumulativeHazard }) => cumulativeHazard[k]!)),
    expected.cumhaz,
    closedForm,
  );
};

const byGroupAtTimes: Check = (reference) => {
  const times = /times=c\(([\d,]+)\)/.exec(reference.r)![1]!.split(",").map(Number);
  const points = aalenJohansenByGroup(cohortOf(reference)).flatMap((curves) =>
    times.map((t) => states.map((state) => probabilityAt(curves, { state, t }))),
  );
  const all = (key: "probability" | "stdError" | "lower" | "upper") =>
    points.map((row) => row.map((point) => point[key]));
  const { expected } = reference;
  assertClose(
    points.map(([free]) => [free!.atRisk, 0, 0]),
    expected.n_risk,
    {},
  );
  assertClose(all("probability"), expected.pstate, closedForm);
  assertClose(all("stdError"), expected.std_err, closedForm);
  assertClose(all("lower"), expected.lower, closedForm);
  assertClose(all("upper"), expected.upper, closedForm);
};

function compareTests(reference: YardstickCase, tests: YardstickCase["expected"]): void {
  const rho = Number(/rho=(-?\d)/.exec(reference.r)?.[1] ?? 0);
  for (const [k, row] of tests.values.entries()) {
    const of = Number(tests.rows[k]);
    const { chiSquare, pValue, degreesOfFreedom } = known(grayTest({ ...cohortOf(reference), of, rho }));
    assertClose([chiSquare, pValue, degreesOfFreedom], row, closedForm);
  }
}

/** cuminc's curves are drawn: each step has its foot and its head; a cause that a group never has is left out. */
const cuminc: Check = (reference) => {
  const { tests, curves } = reference.expected;
  const cohort = cohortOf(reference);
  const groups = aalenJohansenByGroup(cohort);
  const first = reference.input?.g || /cuminc\(t,s\)/.test(reference.r) ? 1 : 0;
  for (const [name, { time, est, var: variance }] of Object.entries<YardstickCase["expected"]>(curves)) {
    const [group, cause] = name.split(" ").map(Number);
    const curve = groups[group! - first]!;
    const { events, probability, stdErrorGray } = curve.causes[cause! - 1]!;
    const steps = Array.from(events.keys()).filter((k) => events[k]! > 0);
    const heads = steps.map((k) => curve.time[k]!);
    assertClose([0, ...heads.flatMap((t) => [t, t]), curve.time.at(-1)!], time, {});
    const drawn = (values: number[]) => [0, ...[0, ...values].flatMap((v) => [v, v]).slice(1)];
    assertClose(drawn(steps.map((k) => probability[k]!)), est, closedForm);
    assertClose(drawn(steps.map((k) => stdErrorGray[k]! ** 2)), variance, closedForm);
  }
  if (tests) compareTests(reference, tests);
};

const cumincAtTimes: Check = (reference) => {
  const { est, var: variance } = reference.expected;
  const groups = aalenJohansenByGroup(cohortOf(reference));
  for (const [row, name] of est.rows.entries()) {
    const [group, cause] = name.split(" ").map(Number);
    const curves = groups[group]!;
    const times: number[] = est.cols.map(Number);
    const points = times.map((t) => probabilityAt(curves, { state: cause, t }).probability);
    assertClose(points, est.values[row], closedForm);
    const gray = times.map((t) => curves.causes[cause - 1]!.stdErrorGray[lastAt(curves.time, t)]! ** 2);
    assertClose(gray, variance.values[row], closedForm);
  }
};

const lastAt = (time: Float64Array, t: number) => time.findLastIndex((value) => value <= t);

const grayAlone: Check = (reference) => compareTests(reference, reference.expected);

const standardErrors = (variance: FineGrayFit["variance"]) => variance.map((row, j) => Math.sqrt(row[j]!));

/** Each coefficient within `relative` of the larger of itself and its standard error. */
function compareCoefficients(
  fit: Float64Array,
  expected: readonly number[],
  se: readonly number[],
  relative: number,
) {
  assertClose(
    fit.map((value, j) => value / Math.max(Math.abs(expected[j]!), se[j]!)),
    expected.map((value, j) => value / Math.max(Math.abs(value), se[j]!)),
    { absolute: relative },
  );
}

/** The cause: failcode of crr, es of the cause-specific event, 1 where the text names none. */
const causeOf = ({ r }: YardstickCase) =>
  Number(/failcode=(\d)/.exec(r)?.[1] ?? /es==(\d)/.exec(r)?.[1] ?? /etype="ev(\d)"/.exec(r)?.[1] ?? 1);

function fitOf(reference: YardstickCase): FineGrayFit {
  const { group, nGroups: _, ...cohort } = cohortOf(reference);
  const groups = /cengroup=/.test(reference.r) ? { censoringGroup: group } : {};
  return fineGray({ ...cohort, of: causeOf(reference), ...groups });
}

const crr: Check = (reference) => {
  const { expected } = reference;
  const fit = fitOf(reference);
  const se = [expected.se].flat();
  expect(fit.outcome).toBe("converged");
  compareCoefficients(fit.coefficients, expected.coef, se, 1e-8);
  compareBaseline(fit, expected);
  // An entry off the diagonal may be near 0: in units of the standard errors.
  const inUnits = (variance: readonly ArrayLike<number>[]) =>
    variance.map((row, i) => Array.from(row, (value, j) => value / (se[i] * se[j])));
  assertClose(inUnits(fit.variance), inUnits(expected.var), { absolute: 1e-7 });
  assertClose(standardErrors(fit.variance), se, { relative: 1e-7 });
};

function compareBaseline(fit: FineGrayFit, expected: YardstickCase["expected"]): void {
  assertClose(standardErrors(fit.modelVariance), [expected.naive_se].flat(), { relative: 1e-7 });
  assertClose(fit.logLikelihood, [expected.loglik_null, expected.loglik], { relative: 1e-10 });
  expect(fit.n).toBe(expected.n);
  assertClose(fit.baseline.time, expected.uftime, {});
  const { cumulativeHazard } = fit.baseline;
  const jumps = cumulativeHazard.map((value, k) => value - (cumulativeHazard[k - 1] ?? 0));
  assertClose(jumps, expected.bfitj, { relative: 1e-7 });
}

/** All but the robust variance, which is within 1 %. */
const crrWithCensoringGroups: Check = (reference) => {
  const { expected } = reference;
  const fit = fitOf(reference);
  compareCoefficients(fit.coefficients, expected.coef, expected.se, 1e-8);
  compareBaseline(fit, expected);
  assertClose(standardErrors(fit.variance), expected.se, { relative: 0.01 });
};

/** The same model with other ties: coefficients within a hundredth of a standard error. */
const finegray: Check = (reference) => {
  const { expected } = reference;
  compareCoefficients(fitOf(reference).coefficients, Object.values(expected.coef), expected.se, 0.01);
};

const crrPredict: Check = (reference) => {
  const fit = fitOf(reference);
  const rows = [...reference.r.matchAll(/c\((\d+),(\d+),(\d+)\)/g)].map((match) =>
    match.slice(1, 4).map(Number),
  );
  const incidence = rows.map((row) => fineGrayIncidence(fit, Float64Array.from(row)));
  assertClose(fit.baseline.time, reference.expected.time, {});
  const byTime = Array.from(fit.baseline.time, (_, k) => incidence.map((curve) => curve[k]!));
  assertClose(byTime, reference.expected.cif, { relative: 1e-7 });
};

const crrOutcome =
  (outcome: FineGrayFit["outcome"], reason: RegExp): Check =>
  (reference) =>
    expect(fitOf(reference)).toMatchObject({ outcome, reason: expect.stringMatching(reason) });

const causeSpecific: Check = (reference) => {
  const { expected } = reference;
  const fit = causeSpecificCox({ ...cohortOf(reference), of: causeOf(reference), ties: "efron" });
  const coefficients = Object.values<number>(expected.coef);
  // R prints the coefficients in the order of its formula.
  const order = Object.keys(expected.coef);
  expect(order).toHaveLength(fit.coefficients.length);
  compareCoefficients(fit.coefficients, coefficients, expected.se, 1e-9);
  assertClose(standardErrors(fit.variance), expected.se, { relative: 1e-8 });
  assertClose(fit.logLikelihood, expected.loglik, { relative: 1e-10 });
};

const covered: readonly (readonly [id: RegExp, check: Check])[] = [
  [/^(mgus2|colon)\.aj$/, wholeCurve],
  [/^path\.(all_censored|only_cause2|all_events_ties|n1|time_zero|tied_event_censor)$/, wholeCurve],
  [/\.aj_group_times$/, byGroupAtTimes],
  [/\.cuminc$|^path\.cuminc_/, cuminc],
  [/\.cuminc_tp$/, cumincAtTimes],
  [/\.gray_rho/, grayAlone],
  [/\.crr[12]$|^path\.(crr_no_censoring|na_rows)$/, crr],
  [/\.crr1_predict$/, crrPredict],
  [/^path\.crr_zero_variance$/, crrOutcome("singular", /^covariate 1 is constant/)],
  [/^path\.crr_no_cause1$/, crrOutcome("singular", /^no events of the cause$/)],
  [/^path\.crr_separation$/, crrOutcome("monotone likelihood", /covariate 1 grows$/)],
  [/\.csh[12]$/, causeSpecific],
];

/** Cases that we do not answer, or not in every number: the reason, and what is compared all the same. */
const exceptions: readonly (readonly [id: RegExp, reason: string, check?: Check])[] = [
  [
    /\.crr1_cengroup$/,
    "cmprsk's robust variance with censoring groups is up to 0.3 % from Fine and Gray's formula by group",
    crrWithCensoringGroups,
  ],
  [
    /\.fg_coxph[12]$/,
    "finegray() takes events out of the risk of censoring in a tie; ours is the convention of crr (trap 11)",
    finegray,
  ],
  [/^mgus2\.aj_delayed$/, "delayed entry is not offered"],
  [/^mgus2\.multistate$/, "an illness–death model: those who progressed still die, so progression is no end"],
];

let nCovered = 0;
let nExceptions = 0;

describe("competing_risks", () => {
  const strays: string[] = [];
  for (const reference of yardstick("competing_risks")) {
    const check = covered.find(([id]) => id.test(reference.id))?.[1];
    const exception = exceptions.find(([id]) => id.test(reference.id));
    if (check) {
      nCovered++;
      test(reference.id, () => check(reference));
    } else if (exception) {
      // Without a part that can be checked it stands in the table above, with its reason, and is counted below.
      const [, reason, partly] = exception;
      nExceptions++;
      if (partly) test(`${reference.id}, except: ${reason}`, () => partly(reference));
    } else strays.push(reference.id);
  }
  test("every case is covered or an exception", () => expect(strays).toEqual([]));

  test("docs/methods/differences.md lists the exceptions", () => {
    const ids = yardstick("competing_risks").map(({ id }) => id);
    const listed = exceptions.flatMap(([pattern, reason]) =>
      ids.filter((id) => pattern.test(id)).map((id) => [id, reason]),
    );
    expect(listedDifferences("competing_risks")).toEqual(listed);
  });
});

afterAll(() => console.log(`competing risks: ${nCovered} R cases covered, ${nExceptions} exceptions`));
