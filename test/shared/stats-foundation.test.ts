import { afterAll, describe, expect, test } from "vitest";
import { concordance } from "../../src/stats/concordance.ts";
import { type CoxFit, coxRegression } from "../../src/stats/cox.ts";
import { coxBaseline } from "../../src/stats/cox-baseline.ts";
import { normalCdf } from "../../src/stats/normal.ts";
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

const royston = () => {
  const table = SurvivalTable.read("derived/royston_dev5");
  const covariates = ["s1", "s2", "nodes2", "nodes3", "grade3"].map((name) => table.number(name));
  return { time: table.number("y"), event: status1(table, "rfs"), covariates };
};

const suites: readonly Suite[] = [
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
    file: "royston_altman_external_validation",
    covered: [
      [/^m1\.fit$/, ({ expected }) => compareFit(coxRegression({ ...royston(), ties: "efron" }), expected)],
      [
        /^m1\.S0_5y$/,
        ({ expected }) => {
          const fit = coxRegression({ ...royston(), ties: "efron" });
          assertClose(
            Math.exp(-coxBaseline(fit, royston())[0]!.cumulativeHazard.at(-1)!),
            expected,
            afterFit,
          );
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
      [
        /^m1\.slope_lp_offset_test$/,
        ({ expected: [delta, se, p] }) => {
          const table = SurvivalTable.read("derived/royston_val5");
          const lp = table.number("lp1");
          const model = { time: table.number("y"), event: status1(table, "rfs"), covariates: [lp] };
          const fit = coxRegression({ ...model, offset: lp, ties: "efron" });
          const stdError = Math.sqrt(fit.variance[0]![0]!);
          assertClose(fit.coefficients[0]!, delta, { absolute: 1e-9 * se });
          assertClose(stdError, se, { relative: 1e-8 });
          const z = Math.abs(fit.coefficients[0]! / stdError);
          assertClose(2 * normalCdf(-z), p, afterFit);
        },
      ],
    ],
    elsewhere: [
      /^m1\.(oe|ici|cal_groups|score|km_groups|dca5|slope_cloglog|risk5_first10)$/, // measures at a horizon
      /^m1\.apparent_harrell$/, // ranks a fitted predictor
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
