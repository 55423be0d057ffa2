import { expect } from "vitest";
import { ContractError } from "../../src/stats/assert.ts";
import { chiSquareUpperTail } from "../../src/stats/chi-square.ts";
import { type ConcordanceData, concordance } from "../../src/stats/concordance.ts";
import { type CoxFit, coxRegression } from "../../src/stats/cox.ts";
import { coxBaseline } from "../../src/stats/cox-baseline.ts";
import { proportionalHazardsTest, type TimeTransform } from "../../src/stats/cox-proportionality.ts";
import { coxResiduals, schoenfeldResiduals } from "../../src/stats/cox-residuals.ts";
import { type CoxPatient, type CoxSurvival, coxSurvival } from "../../src/stats/cox-survival.ts";
import { coxTests } from "../../src/stats/cox-tests.ts";
import { mergeNearTies } from "../../src/stats/near-ties.ts";
import { normalQuantile } from "../../src/stats/normal.ts";
import { known } from "../reference/known.ts";
import { assertClose } from "../reference/reference.ts";
import { type Check, closedForm, type Exception } from "./checks.ts";
import { type CoxModel, modelOf } from "./cox-models.ts";
import { SurvivalTable, type YardstickCase, yardstick } from "./yardstick.ts";
import { agree, walkYardstick } from "./yardstick-walk.ts";

// Every case of <shared>/reference/cox.json: agreed with at the tolerance, or in `exceptions`.

const afterFit = { relative: 1e-8, absolute: 1e-9 };

const rowsOf = (columns: readonly Float64Array[], n = columns[0]!.length) =>
  Array.from({ length: n }, (_, i) => columns.map((column) => column[i]!));
const standardErrors = (variance: readonly Float64Array[]) => variance.map((row, j) => Math.sqrt(row[j]!));

function compareCoefficients(fit: CoxFit, expected: YardstickCase["expected"]): void {
  expect(fit.outcome).toBe("converged");
  const se = [expected.se].flat();
  const coefficients = Object.values<number>(expected.coef);
  expect(coefficients.length).toBe(fit.coefficients.length);
  // Within 1e-9 of the larger of the coefficient and its standard error.
  const sizes = coefficients.map((value, j) => Math.max(Math.abs(value), se[j]));
  agree(
    fit.coefficients.map((value, j) => value / sizes[j]!),
    coefficients.map((value, j) => value / sizes[j]!),
    { absolute: 1e-9 },
  );
  agree(standardErrors(fit.variance), se, { relative: 1e-8 });
  agree(fit.variance, expected.var, { relative: 1e-8 });
  if (expected.naive_se)
    agree(standardErrors(fit.modelVariance), [expected.naive_se].flat(), { relative: 1e-8 });
  agree(fit.logLikelihood, expected.loglik, { relative: 1e-10, absolute: 1e-12 });
  expect([fit.n, fit.nEvents]).toEqual([expected.n, expected.nevent]);
}

function compareTests(fit: CoxFit, model: CoxModel, expected: YardstickCase["expected"]): void {
  const { likelihoodRatio, score, wald, robustScore } = known(coxTests(fit, model));
  for (const [ours, theirs] of [
    [likelihoodRatio, expected.lrt],
    [score, expected.score],
  ] as const)
    agree(
      [ours.chiSquare, ours.degreesOfFreedom, ours.pValue],
      [theirs.test, theirs.df, theirs.pvalue],
      afterFit,
    );
  // R prints the Wald statistic to two decimals, its p-value in full.
  agree([wald.degreesOfFreedom, wald.pValue], [expected.wald.df, expected.wald.pvalue], afterFit);
  assertClose(wald.chiSquare, expected.wald.test, { absolute: 0.005001 });
  if (expected.robust_score !== null)
    agree(robustScore?.chiSquare, [expected.robust_score].flat()[0], afterFit);
}

/** R centres at the means of the covariates and of the offset; the mean of a 0/1 column is taken as 0. */
function compareRows(fit: CoxFit, model: CoxModel, expected: YardstickCase["expected"]): void {
  const means = Object.values<number>(expected.means);
  const offsetMean =
    (model.offset ?? new Float64Array(0)).reduce((sum, value) => sum + value, 0) / model.time.length;
  const predictor = model.time.map((_, i) =>
    model.covariates.reduce(
      (sum, x, j) => sum + (x[i]! - means[j]!) * fit.coefficients[j]!,
      model.offset ? model.offset[i]! - offsetMean : 0,
    ),
  );
  const { martingale, deviance } = coxResiduals(fit, model);
  agree(predictor.slice(0, 10), expected.lp_first10, afterFit);
  agree(martingale.slice(0, 10), expected.martingale_first10, afterFit);
  agree(deviance.slice(0, 10), expected.deviance_first10, afterFit);
}

function compareFit(model: CoxModel, expected: YardstickCase["expected"]): void {
  const fit = coxRegression(model);
  compareCoefficients(fit, expected);
  const z = normalQuantile(0.975);
  const limits = (side: number) =>
    standardErrors(fit.variance).map((se, j) => fit.coefficients[j]! + side * z * se);
  agree(limits(-1), bounds(expected.lower95), afterFit);
  agree(limits(1), bounds(expected.upper95), afterFit);
  agree(2 * fit.coefficients.length - 2 * fit.logLikelihood[1], expected.aic, { relative: 1e-10 });
  compareTests(fit, model, expected);
  compareRows(fit, model, expected);
}

/** A named vector of one is a bare number in the file. */
const bounds = (value: number | Record<string, number>) =>
  typeof value === "number" ? [value] : Object.values(value);

const wholeFit: Check = (reference) => compareFit(modelOf(reference), reference.expected);

const baseline: Check = (reference) => {
  const model = modelOf(reference);
  const curves = coxBaseline(coxRegression(model), model);
  compareHazards(curves, reference);
};

function compareHazards(
  curves: readonly Pick<CoxSurvival, "time" | "cumulativeHazard">[],
  { expected }: YardstickCase,
): void {
  agree(
    curves.flatMap(({ time }) => [...time]),
    expected.time,
    {},
  );
  agree(
    curves.flatMap(({ cumulativeHazard }) => [...cumulativeHazard]),
    expected.hazard,
    afterFit,
  );
  if (!expected.strata) return;
  const levels = [...new Set<string>(expected.strata)];
  expect(curves.map(({ time }) => time.length)).toEqual(
    levels.map((level) => expected.strata.filter((one: string) => one === level).length),
  );
}

const baselineAtMeans: Check = (reference) => {
  const model = modelOf(reference);
  const fitCase = yardstick("cox").find(
    ({ id }) => id === reference.id.replace("basehaz_centered", "efron"),
  )!;
  const covariates = Float64Array.from(Object.values<number>(fitCase.expected.means));
  const patients = Array.from({ length: model.nStrata ?? 1 }, (_, stratum) => ({ covariates, stratum }));
  compareHazards(coxSurvival(coxRegression(model), model, { patients }), reference);
};

/** The data frame `newdata` of each call, in the order of the covariates, with the code of the stratum. */
const newPatients: Readonly<Record<string, readonly (readonly [covariates: number[], stratum?: number])[]>> =
  {
    lung: [[[50, 1, 0]], [[70, 2, 2]]],
    veteran: [[[1, 0, 0, 0, 60]], [[2, 0, 1, 0, 80]]],
    heart_lt: [[[-10, 2, 0, 0]], [[5, 4, 1, 1]]],
    lung_strata: [
      [[50, 90], 0],
      [[70, 60], 1],
    ],
    gbsg_strata: [
      [[50, 1, Math.log(101)], 1],
      [[65, 8, Math.log(6)], 2],
    ],
  };

const predictions: Check = (reference) => {
  const model = modelOf(reference);
  const patients = newPatients[reference.id.split(".")[0]!]!.map(
    ([covariates, stratum]): CoxPatient => ({
      covariates: Float64Array.from(covariates),
      ...(stratum !== undefined && { stratum }),
    }),
  );
  const curves = coxSurvival(coxRegression(model), model, { patients });
  const times = /times=c\(([\d.,]+)\)/.exec(reference.r)![1]!.split(",").map(Number);
  const names = {
    surv: "survival",
    std_err: "stdError",
    lower: "lower",
    upper: "upper",
    cumhaz: "cumulativeHazard",
  } as const;
  const before = { survival: 1, stdError: 0, lower: 1, upper: 1, cumulativeHazard: 0 };
  for (const [theirs, ours] of Object.entries(names)) {
    const at = (curve: CoxSurvival, t: number) => {
      const last = curve.time.findLastIndex((time) => time <= t);
      return last < 0 ? before[ours] : curve[ours][last]!;
    };
    const values = model.nStrata
      ? curves.flatMap((curve) => times.map((t) => at(curve, t)))
      : times.map((t) => curves.map((curve) => at(curve, t)));
    agree(values, reference.expected[theirs], afterFit);
  }
};

const proportionality: Check = (reference) => {
  const model = modelOf(reference);
  const transform = /transform="(\w+)"/.exec(reference.r)![1] as TimeTransform;
  const isFactor = reference.id === "veteran.zph.km.terms";
  const result = known(
    proportionalHazardsTest(coxRegression(model), model, {
      transform,
      ...(isFactor && { terms: [[0], [1, 2, 3], [4]] }),
    }),
  );
  agree(
    [...result.terms, result.global].map((one) => [one.chiSquare, one.degreesOfFreedom, one.pValue]),
    reference.expected.table.values,
    afterFit,
  );
};

const lungOfTwo = (reference: YardstickCase) => {
  const model = modelOf(reference, "lung_two");
  return { model, fit: coxRegression(model) };
};

const schoenfeld: Check = (reference) => {
  const { model, fit } = lungOfTwo(reference);
  agree(rowsOf(schoenfeldResiduals(fit, model).residual), reference.expected, afterFit);
};

const rowResiduals: Check = (reference) => {
  const { model, fit } = lungOfTwo(reference);
  const kind = reference.id.includes("dfbeta") ? "dfbeta" : "score";
  agree(rowsOf(coxResiduals(fit, model)[kind], 10), reference.expected, afterFit);
};

const nestedModels: Check = (reference) => {
  const { model, fit } = lungOfTwo(reference);
  const ofAge = coxRegression({ ...model, covariates: [model.covariates[0]!] });
  const logLikelihoods = [fit.logLikelihood[0], ofAge.logLikelihood[1], fit.logLikelihood[1]];
  const chiSquares = [1, 2].map((k) => 2 * (logLikelihoods[k]! - logLikelihoods[k - 1]!));
  const { loglik, chisq, df, p } = reference.expected;
  agree(logLikelihoods, loglik, { relative: 1e-10 });
  agree(chiSquares, chisq.slice(1), afterFit);
  expect(df.slice(1)).toEqual([1, 1]);
  agree(
    chiSquares.map((value) => chiSquareUpperTail(value, 1)),
    p.slice(1),
    afterFit,
  );
};

/** The model stays at β = 0: its score test, and its rows. */
const atZero: Check = (reference) => {
  const model = modelOf(reference);
  const fit = coxRegression(model);
  const { score, lrt, loglik } = reference.expected;
  const tests = known(coxTests(fit, model));
  agree([tests.score.chiSquare, tests.score.pValue], [score.test, score.pvalue], afterFit);
  agree(0, lrt.test, {});
  agree([fit.logLikelihood[0], fit.logLikelihood[0]], loglik, { relative: 1e-10 });
  compareRows({ ...fit, coefficients: new Float64Array(1) }, model, reference.expected);
};

function compareConcordance(data: ConcordanceData, expected: YardstickCase["expected"], counts = true): void {
  const result = known(concordance(data));
  agree([result.c, result.stdError], [expected.concordance, expected.se], closedForm);
  if (!counts) return;
  const { concordant, discordant, "tied.x": tied } = expected.count;
  agree([result.concordant, result.discordant, result.tiedScore], [concordant, discordant, tied], closedForm);
}

const predictorOf = ({ covariates, time }: CoxModel, { coefficients }: CoxFit) =>
  time.map((_, i) => covariates.reduce((sum, x, j) => sum + x[i]! * coefficients[j]!, 0));

/** Ties of a fitted predictor are rounding, so pairs are not counted (trap 14). With ymax the follow-up is cut there. */
const concordanceOfFit: Check = (reference) => {
  const model = modelOf(reference);
  const score = predictorOf(model, coxRegression(model));
  const end = Number(/ymax=(\d+)/.exec(reference.r)?.[1] ?? Infinity);
  const weighting = reference.r.includes('"n/G2"') ? "uno" : "harrell";
  const cut = {
    time: model.time.map((t) => Math.min(t, end)),
    event: model.event.map((d, i) => (model.time[i]! > end ? 0 : d)),
  };
  compareConcordance({ ...cut, score, weighting }, reference.expected, false);
};

const concordanceOfAge: Check = (reference) => {
  const { time, event, covariates } = modelOf(reference, "lung_two");
  const data = { time, event, score: covariates[0]!, weighting: "harrell" } as const;
  compareConcordance(data, reference.expected);
};

/** concordance(Surv(t, d) ~ x) without reverse: a higher x means a later event. */
const concordanceOfColumns: Check = (reference) => {
  const { time, event, covariates } = modelOf(reference);
  const data = { time, event, score: covariates[0]!.map((x) => -x), weighting: "harrell" } as const;
  if (reference.expected.concordance === "NaN")
    expect(concordance(data)).toEqual({ notEstimable: "no events" });
  else compareConcordance(data, reference.expected);
};

const checks: readonly (readonly [id: RegExp, check: Check])[] = [
  [/^(lung|veteran|lung_strata|gbsg_strata|heart_lt)\.(efron|breslow)$/, wholeFit],
  [/^(lung_(robust|cluster_inst|wt_robust|offset|interaction)|veteran_wt|mgus2_age_scale|aml)$/, wholeFit],
  [/\.basehaz0\.(efron|breslow)$/, baseline],
  [/\.basehaz_centered$/, baselineAtMeans],
  [/\.predict_surv$/, predictions],
  [/\.zph\./, proportionality],
  [/^lung\.schoenfeld$/, schoenfeld],
  [/^lung\.(dfbeta|score_res)_first10$/, rowResiduals],
  [/^lung\.anova$/, nestedModels],
  [/^lung_null$/, atZero],
  [/^lung\.conc\.(n|n_G2|n\.ymax|uno\.ymax)$/, concordanceOfFit],
  [/^lung\.newconc$/, concordanceOfAge],
  [/^path\.conc_(all_tied_lp|no_events|perfect|tied_times)$/, concordanceOfColumns],
  [/^path\.(all_events|ties_everywhere_\w+|time_zero|huge_scale|large_offset|weights_frac)$/, wholeFit],
  [/^path\.(one_stratum_no_events|single_obs_strata|delayed_entry_empty_start)$/, wholeFit],
];

const outcomeOf =
  (outcome: CoxFit["outcome"], reason: RegExp): Check =>
  (reference) =>
    expect(coxRegression(modelOf(reference))).toMatchObject({
      outcome,
      reason: expect.stringMatching(reason),
    });

const refused =
  (message: string): Check =>
  (reference) => {
    expect(() => coxRegression(modelOf(reference))).toThrow(ContractError);
    expect(() => coxRegression(modelOf(reference))).toThrow(message);
  };

const notOffered = (what: string) => ({ because: `${what} is not offered: Harrell's and Uno's weights are` });

/** Cases that are not answered as R does, with the reason. */
const exceptions: Readonly<Record<string, Exception>> = {
  "path.all_censored": {
    because: "R gives a coefficient of NA; ours is a typed outcome",
    check: (reference) => {
      outcomeOf("singular", /^no events$/)(reference);
      agree(coxRegression(modelOf(reference)).logLikelihood, reference.expected.loglik, closedForm);
    },
  },
  "path.zero_variance": {
    because: "R gives a coefficient of NA; ours is a typed outcome",
    check: (reference) => {
      outcomeOf("singular", /^covariate 1 is constant/)(reference);
      agree(coxRegression(modelOf(reference)).logLikelihood, reference.expected.loglik, closedForm);
    },
  },
  "path.collinear": {
    because: "R leaves the second column out; ours names it, and without it agrees",
    check: (reference) => {
      outcomeOf("singular", /^covariate 2 /)(reference);
      const model = modelOf(reference);
      const { coef, se, var: variance, ...rest } = reference.expected;
      compareCoefficients(coxRegression({ ...model, covariates: [model.covariates[0]!] }), {
        ...rest,
        coef: { x: coef.x },
        se: [se[0]],
        var: [[variance[0][0]]],
      });
    },
  },
  "path.perfect_separation": {
    because: "R's coefficient depends on its iteration limit; ours is a typed outcome",
    check: outcomeOf("monotone likelihood", /covariate 1 grows$/),
  },
  "path.n2": {
    because: "R's coefficient depends on its iteration limit; ours is a typed outcome",
    check: outcomeOf("monotone likelihood", /covariate 1 grows$/),
  },
  "path.n1": { because: "R stops; ours is a typed outcome", check: outcomeOf("singular", /constant/) },
  "path.nan_x": {
    because: "R drops the row; ours refuses it, and without it agrees",
    check: (reference) => {
      refused("covariate 1[1] is NaN")(reference);
      const { time, event, covariates, ties } = modelOf(reference);
      const has = (_: number, i: number) => !Number.isNaN(covariates[0]![i]!);
      compareFit(
        { time: time.filter(has), event: event.filter(has), covariates: [covariates[0]!.filter(has)], ties },
        reference.expected,
      );
    },
  },
  "path.inf_x": { because: "R stops; ours refuses it too", check: refused("covariate 1[1] is Infinity") },
  "path.weights_zero": { because: "R stops; ours refuses it too", check: refused("weight[1] is 0") },
  "path.near_tied_times": {
    because: "times are compared exactly; after mergeNearTies, which R applies unasked, ours agrees",
    check: (reference) => {
      const model = modelOf(reference);
      compareFit({ ...model, ...mergeNearTies({ time: model.time }) }, reference.expected);
    },
  },
  "lung.conc.S": notOffered("the weight S"),
  "lung.conc.S_G": notOffered("the weight S/G"),
  "lung.conc.I": notOffered("the weight I"),
  "heart_lt.conc.n": { because: "concordance with delayed entry is not offered" },
  "lung.two_model_diff": {
    because: "the covariance of two concordances is not offered; each with its standard error agrees",
    check: ({ expected }) => {
      const complete = SurvivalTable.read("lung");
      const names = ["inst", "age", "sex", "ph.ecog", "ph.karno", "pat.karno", "meal.cal", "wt.loss"];
      const table = complete.complete(names);
      const event = Uint8Array.from(table.number("status"), (value) => +(value === 2));
      for (const [k, covariates] of [["age", "sex", "ph.ecog"], ["age"]].entries()) {
        const model = {
          time: table.number("time"),
          event,
          covariates: covariates.map((name) => table.number(name)),
          ties: "efron",
        } as const;
        const score = predictorOf(model, coxRegression(model));
        const theirs = { concordance: expected.concordance[`f${k + 1}`], se: expected.se[k] };
        compareConcordance({ ...model, score, weighting: "harrell" }, theirs, false);
      }
    },
  },
  "path.conc_n1": {
    because: "R stops; ours is a typed reason",
    check: (reference) => {
      const { time, event, covariates } = modelOf(reference);
      expect(concordance({ time, event, score: covariates[0]!, weighting: "harrell" })).toEqual({
        notEstimable: "no comparable pairs",
      });
    },
  },
};

walkYardstick("cox", checks, exceptions);
