import { afterAll, describe, expect, test } from "vitest";
import { betaQuantile, incompleteBeta } from "../../src/stats/beta.ts";
import { concordance } from "../../src/stats/concordance.ts";
import { type CoxData, type CoxFit, type CoxTies, coxRegression } from "../../src/stats/cox.ts";
import { coxBaseline } from "../../src/stats/cox-baseline.ts";
import { aucDeLong } from "../../src/stats/delong.ts";
import { normalCdf, normalQuantile } from "../../src/stats/normal.ts";
import { clopperPearson, wilson } from "../../src/stats/proportion.ts";
import { assertClose } from "../reference/reference.ts";
import { SurvivalTable, type YardstickCase, yardstick } from "./yardstick.ts";

const closedForm = { relative: 1e-10, absolute: 1e-12 };
const afterFit = { relative: 1e-8, absolute: 1e-9 };

type Check = (reference: YardstickCase) => void;
interface Suite {
  readonly file: string;
  /** What these kernels answer. */
  readonly covered: readonly (readonly [id: RegExp, check: Check])[];
  /** What belongs to other kernels, to later ones, or to input that a kernel refuses. */
  readonly elsewhere: readonly RegExp[];
}

const status1 = (table: SurvivalTable, name = "status") =>
  Uint8Array.from(table.number(name), (value) => +(value === 1));
const status2 = (table: SurvivalTable) => Uint8Array.from(table.number("status"), (value) => +(value === 2));

const lung = () => SurvivalTable.read("lung");
/** The inline columns of a case: t and d, or time and status. */
function inlineSurvival({ input }: YardstickCase) {
  return { time: Float64Array.from(input!.t!, Number), event: Uint8Array.from(input!.d!) };
}

const coxData: Readonly<Record<string, () => CoxData>> = {
  lung: () => {
    const table = lung().complete(["age", "sex", "ph.ecog"]);
    return lungModel(table, ["age", "sex", "ph.ecog"]);
  },
  veteran: () => {
    const table = SurvivalTable.read("veteran");
    const cells = ["smallcell", "adeno", "large"].map((level) => table.is("celltype", level));
    const covariates = [table.number("trt"), ...cells, table.number("karno")];
    return { time: table.number("time"), event: status1(table), covariates };
  },
  lung_interaction: () => {
    const { covariates, ...rest } = lungModel(lung(), ["age", "sex"]);
    const [age, sex] = covariates as [Float64Array, Float64Array];
    return { ...rest, covariates: [age, sex, age.map((value, i) => value * sex[i]!)] };
  },
  aml: () => {
    const table = SurvivalTable.read("aml");
    return {
      time: table.number("time"),
      event: status1(table),
      covariates: [table.is("x", "Nonmaintained")],
    };
  },
};

function lungModel(table: SurvivalTable, names: readonly string[]): CoxData {
  return {
    time: table.number("time"),
    event: status2(table),
    covariates: names.map((name) => table.number(name)),
  };
}

function coxOf(reference: YardstickCase): { data: CoxData; fit: CoxFit } {
  const { id, input, r } = reference;
  const ties: CoxTies = r.includes('"breslow"') ? "breslow" : "efron";
  const columns =
    input && ["x", "z"].flatMap((name) => (input[name] ? [Float64Array.from(input[name])] : []));
  const data = columns
    ? { ...inlineSurvival(reference), covariates: columns }
    : coxData[id.split(".")[0]!]!();
  return { data, fit: coxRegression({ ...data, ties }) };
}

/** Coefficients within 1e-9 of the larger of coefficient and standard error; variances relative 1e-8. */
function compareFit(fit: CoxFit, expected: YardstickCase["expected"]): void {
  expect(fit.outcome).toBe("converged");
  const coefficients = Object.values(expected.coef);
  const standardErrors = [expected.se].flat();
  for (const [j, coefficient] of coefficients.entries())
    assertClose(fit.coefficients[j]!, coefficient, { relative: 1e-9, absolute: 1e-9 * standardErrors[j] });
  if (expected.var) assertClose(fit.variance, expected.var, { relative: 1e-8 });
  assertClose(
    fit.variance.map((row, j) => Math.sqrt(row[j]!)),
    standardErrors,
    { relative: 1e-8 },
  );
  assertClose(fit.logLikelihood, expected.loglik, { relative: 1e-10 });
  expect([fit.n, fit.nEvents]).toEqual([expected.n, expected.nevent]);
}

const coxFit: Check = (reference) => compareFit(coxOf(reference).fit, reference.expected);
const coxOutcome =
  (outcome: CoxFit["outcome"]): Check =>
  (reference) =>
    expect(coxOf(reference).fit.outcome).toBe(outcome);

const baselineHazard: Check = (reference) => {
  const { data, fit } = coxOf(reference);
  const { time, cumulativeHazard } = coxBaseline(fit, data);
  assertClose(time, reference.expected.time, {});
  assertClose(cumulativeHazard, reference.expected.hazard, afterFit);
};

type Pairs = Omit<Parameters<typeof concordance>[0], "weighting">;

/** Compares C and its standard error, and the pair counts where the case has them. */
function compareConcordance(data: Pairs, reference: YardstickCase): void {
  const weighting = reference.r.includes('"n/G2"') ? "uno" : "harrell";
  const result = concordance({ ...data, weighting });
  if ("notEstimable" in result) throw new Error(result.notEstimable);
  const { expected } = reference;
  assertClose(result.c, expected.concordance ?? expected.c, closedForm);
  assertClose(result.stdError, expected.se, closedForm);
  if (!expected.count) return;
  const { concordant, discordant, "tied.x": tied } = expected.count;
  assertClose(
    [result.concordant, result.discordant, result.tiedScore],
    [concordant, discordant, tied],
    closedForm,
  );
}

const concordanceOfTable =
  (name: string, [time, event, score]: readonly [string, string, string]): Check =>
  (reference) => {
    const table = SurvivalTable.read(name);
    compareConcordance(
      { time: table.number(time), event: status1(table, event), score: table.number(score) },
      reference,
    );
  };

const concordanceOfLungFit: Check = (reference) => {
  const data = coxData.lung!();
  const { coefficients } = coxRegression({ ...data, ties: "efron" });
  const score = data.time.map((_, i) =>
    data.covariates.reduce((sum, x, j) => sum + x[i]! * coefficients[j]!, 0),
  );
  const { concordance: c, se } = reference.expected;
  compareConcordance({ ...data, score }, { ...reference, expected: { c, se } });
};

/** concordance(Surv(t, d) ~ x) without reverse: a higher x means a later event. */
const concordanceOfColumns: Check = (reference) => {
  const data = { ...inlineSurvival(reference), score: Float64Array.from(reference.input!.x!, (x) => -x) };
  if (reference.expected.concordance === "NaN")
    expect(concordance({ ...data, weighting: "harrell" })).toEqual({ notEstimable: "no events" });
  else compareConcordance(data, reference);
};

const areaTables: Readonly<Record<string, string>> = {
  D1: "pred_colon",
  D2: "pred_asah",
  D3: "pred_synth_open",
};

const areaUnderCurve: Check = ({ r, expected }) => {
  const [, name, column] = /(D\d).*?d\$y,d\$(\w+)/.exec(r) as unknown as [string, string, string];
  const group = /group=="(\w+)"/.exec(r)?.[1];
  const whole = SurvivalTable.read(`derived/${areaTables[name]}`);
  const table = group ? whole.where((row) => whole.text("group")[row] === group) : whole;
  const result = aucDeLong(table.number(column), status1(table, "y"), r.includes(".99") ? 0.99 : 0.95);
  if ("notEstimable" in result) throw new Error(result.notEstimable);
  assertClose(result.auc, expected.auc, closedForm);
  if (expected.var_delong !== undefined) assertClose(result.stdError ** 2, expected.var_delong, closedForm);
  else assertClose([result.lower, result.upper], [expected.lower, expected.upper], closedForm);
};

const smallArea: Check = ({ input, expected }) => {
  const result = aucDeLong(Float64Array.from(input!.s!, Number), Uint8Array.from(input!.y!), 0.95);
  if (expected.error)
    return expect(result).toEqual({ notEstimable: expect.stringMatching(/^no (cases|controls)$/) });
  if (expected.var === null)
    return expect(result).toEqual({ notEstimable: expect.stringMatching(/variance/) });
  if ("notEstimable" in result) throw new Error(result.notEstimable);
  assertClose([result.auc, result.stdError ** 2], [expected.auc, expected.var], closedForm);
  // At 0 or 1 R's interval has no width; ours is the exact bound.
  if (result.kind === "pointwise")
    assertClose([result.lower, result.auc, result.upper], expected.ci, closedForm);
};

const proportion =
  (interval: typeof wilson): Check =>
  ({ r, expected }) => {
    const [x, n] = /\((\d+),([\de+]+)/.exec(r)!.slice(1).map(Number) as [number, number];
    const level = Number(/0\.9\d*/.exec(r)?.[0] ?? 0.95);
    const { lower, upper } = interval(x, n, level);
    assertClose(expected.length === 3 ? [x / n, lower, upper] : [lower, upper], expected, closedForm);
  };

const special = { relative: 1e-10 };
const columnsOf = ({ input }: YardstickCase) =>
  input as Readonly<Record<"a" | "b" | "p" | "x", readonly number[]>>;

const royston = () => {
  const table = SurvivalTable.read("derived/royston_dev5");
  const covariates = ["s1", "s2", "nodes2", "nodes3", "grade3"].map((name) => table.number(name));
  return { time: table.number("y"), event: status1(table, "rfs"), covariates };
};

const suites: readonly Suite[] = [
  {
    file: "cox",
    covered: [
      [/^(lung|veteran)\.(efron|breslow)$/, coxFit],
      [/^(lung_interaction|aml)$/, coxFit],
      [/^(lung|veteran)\.basehaz0\.(efron|breslow)$/, baselineHazard],
      [/^path\.(all_events|ties_everywhere_\w+|time_zero|huge_scale|large_offset)$/, coxFit],
      [/^path\.(all_censored|zero_variance|collinear|n1)$/, coxOutcome("singular")],
      [/^path\.(perfect_separation|n2)$/, coxOutcome("monotone likelihood")],
      [/^lung\.conc\.(n|n_G2)$/, concordanceOfLungFit],
      [
        /^lung\.newconc$/,
        (reference) => {
          const data = lungModel(lung(), ["age"]);
          compareConcordance({ ...data, score: data.covariates[0]! }, reference);
        },
      ],
      [/^path\.conc_(all_tied_lp|no_events|perfect|tied_times)$/, concordanceOfColumns],
    ],
    elsewhere: [
      /strat/,
      /\.zph\./,
      /^heart_lt|^mgus2_age_scale|^path\.delayed_entry/,
      /_wt|weights|robust|cluster/,
      /basehaz_centered|predict_surv|^lung\.(anova|two_model_diff)|^lung_(offset|null)$/,
      /^lung\.(schoenfeld|dfbeta|score_res)/,
      /\.conc\.(S|S_G|I|.*ymax)$/, // other weights and time limits
      /^path\.(nan_x|inf_x|near_tied_times)$/, // refused: missing covariates; exact times
      /^path\.conc_n1$/, // R's own error
    ],
  },
  {
    file: "survival_validation",
    covered: [
      [
        /^sv_\w+\.conc_lp1_/,
        (reference) => concordanceOfTable(`derived/${reference.data}`, ["time", "status", "lp1"])(reference),
      ],
      [
        /^sv_\w+\.conc_lp2_/,
        (reference) => concordanceOfTable(`derived/${reference.data}`, ["time", "status", "lp2"])(reference),
      ],
    ],
    elsewhere: [/^sv_\w+\.(h\d+\.|cal_|km_risk_groups)/, /ibs|^csc/, /^path\./], // measures at a horizon
  },
  {
    file: "discrimination_calibration",
    covered: [
      [/\.(roc|ci_delong|ci_delong99|roc2_ci|ci_group_\w+)$/, areaUnderCurve],
      [/^path\.(perfect|perfect_inverse|all_tied|only_\w+|n1|one_case|near_tied|neg_zero)$/, smallArea],
    ],
    elsewhere: [
      /\.(pauc_\w+|coords_youden|ap|delong_paired|cov_delong|delong_unpaired_groups)/, // partial, paired
      /\.(brier|scaled_brier|logloss|spiegel|hl|hl_q|hl_bins|ece|ece_w|citl|calslope|val_prob|isotonic)$/,
      /\.(ici_\w+|loess_\w+|lowess_at_deciles|dca|confusion|fair(gap)?_t[\d.]+)$/,
      /^path\.(nan_score|inf_score|same_scores_paired)$/, // refused; an error in R; a paired test
      /^path\.(ap_|logloss_|calslope_|citl_|brier_|scaled_brier_|hl_|nb_|p_equals|loess_|fair_)/,
    ],
  },
  {
    file: "royston_altman_external_validation",
    covered: [
      [/^m1\.fit$/, ({ expected }) => compareFit(coxRegression({ ...royston(), ties: "efron" }), expected)],
      [
        /^m1\.S0_5y$/,
        ({ expected }) => {
          const fit = coxRegression({ ...royston(), ties: "efron" });
          assertClose(Math.exp(-coxBaseline(fit, royston()).cumulativeHazard.at(-1)!), expected, afterFit);
        },
      ],
      [
        /^m[12]\.(harrell|uno)$/,
        (reference) => {
          const score = reference.id.startsWith("m1") ? "lp1" : "lp2";
          concordanceOfTable("derived/royston_val5", ["y", "rfs", score])(reference);
        },
      ],
      [/^m1\.harrell_fullfu$/, concordanceOfTable("derived/breast_gbsg", ["y", "rfs", "lp1"])],
      [
        /^m1\.slope_lp$/,
        ({ expected }) => {
          const table = SurvivalTable.read("derived/royston_val5");
          const covariates = [table.number("lp1")];
          const fit = coxRegression({
            time: table.number("y"),
            event: status1(table, "rfs"),
            covariates,
            ties: "efron",
          });
          assertClose(fit.coefficients[0]!, expected.slope, { relative: 1e-9 });
          assertClose(Math.sqrt(fit.variance[0]![0]!), expected.se, { relative: 1e-8 });
        },
      ],
    ],
    elsewhere: [
      /^m1\.(oe|ici|cal_groups|score|km_groups|dca5|slope_cloglog|risk5_first10)$/, // measures at a horizon
      /^m1\.(apparent_harrell|slope_lp_offset_test)$/, // ranks a fitted predictor; offset
    ],
  },
  {
    file: "breast_study",
    covered: [
      [/^adm5\.(harrell|uno)$/, concordanceOfTable("derived/breast_gbsg", ["y5", "rfs5", "lp1"])],
      [/^full\.(harrell|uno)$/, concordanceOfTable("derived/breast_gbsg", ["y", "rfs", "lp1"])],
    ],
    elsewhere: [/^(adm5|full)\.(m\d+|slope)/], // measures at a horizon
  },
  {
    file: "proportions_agreement_drift",
    covered: [
      [/^prop\.(?!0_0)\S+\.wilson(_prop_test)?$/, proportion(wilson)],
      [/^prop\.(?!0_0)\S+\.clopper$/, proportion(clopperPearson)],
      [/^diagtest\.\S+\.(sens|spec|ppv|npv)$/, proportion(wilson)],
      [/^special\.qnorm$/, (c) => void assertClose(columnsOf(c).p.map(normalQuantile), c.expected, special)],
      [
        /^special\.pnorm_upper$/,
        (c) =>
          void assertClose(
            columnsOf(c).x.map((x) => normalCdf(-x)),
            c.expected,
            special,
          ),
      ],
      [
        /^special\.qbeta$/,
        (c) => {
          const { p, a, b } = columnsOf(c);
          // 1e-8 for extreme quantiles, where R's own iteration stops.
          assertClose(
            p.map((share, i) => betaQuantile(share, a[i]!, b[i]!)),
            c.expected,
            { relative: 1e-8 },
          );
        },
      ],
      [
        /^special\.pbeta$/,
        (c) => {
          const { x, a, b } = columnsOf(c);
          assertClose(
            x.map((value, i) => incompleteBeta(value, a[i]!, b[i]!)),
            c.expected,
            special,
          );
        },
      ],
    ],
    elsewhere: [
      /^prop\.\S+\.(wilson_cc|agresti_coull|jeffreys|binom_p_half)$/, // other intervals
      /^prop\.0_0\./, // refused: nobody
      /^(diff|mcnemar|kappa|fleiss|chartreview|drift|chisq)\./,
      /^diagtest\.[\d_]+$/,
      /^special\.(pchisq|qchisq|pt|qt|pgamma|qgamma|lgamma|pbinom|ppois|poisson)/,
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
  console.log(`stats foundation: ${nCovered} R cases covered, ${nElsewhere} listed for other kernels`),
);
