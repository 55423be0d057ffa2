import { expect } from "vitest";
import { ContractError } from "../../src/stats/assert.ts";
import { betaQuantile, betaUpperTail, incompleteBeta } from "../../src/stats/beta.ts";
import { chiSquareUpperTail } from "../../src/stats/chi-square.ts";
import { contingencyTest } from "../../src/stats/contingency.ts";
import { conditionalOddsRatio, fisherExactTest } from "../../src/stats/fisher-exact.ts";
import { lowerIncompleteGamma, upperIncompleteGamma } from "../../src/stats/gamma.ts";
import { gammaQuantile, poissonInterval } from "../../src/stats/gamma-quantile.ts";
import { cohenKappa, fleissKappa, type KappaWeights } from "../../src/stats/kappa.ts";
import { likelihoodRatios } from "../../src/stats/likelihood-ratios.ts";
import { logGamma } from "../../src/stats/log-gamma.ts";
import { mcnemarTest, newcombePairedDifference } from "../../src/stats/mcnemar.ts";
import { normalCdf, normalQuantile } from "../../src/stats/normal.ts";
import { isNotEstimable } from "../../src/stats/not-estimable.ts";
import {
  agrestiCoull,
  clopperPearson,
  jeffreys,
  wilson,
  wilsonContinuity,
} from "../../src/stats/proportion.ts";
import { studentQuantile, studentTwoTails } from "../../src/stats/student-t.ts";
import { newcombeDifference } from "../../src/stats/two-proportions.ts";
import { assertClose } from "../reference/reference.ts";
import { type Check, type Checks, closedForm, known } from "./checks.ts";

const numbersIn = (text: string) => text.split(",").map(Number);

/** x of n, and the level, of an R text. */
function countsIn(r: string) {
  const [x, n] = /\((\d+),([\de+]+)/.exec(r)!.slice(1).map(Number) as [number, number];
  return { x, n, level: Number(/0\.9\d*/.exec(r)?.[0] ?? 0.95) };
}

const proportion =
  (interval: typeof wilson): Check =>
  ({ r, expected }) => {
    const { x, n, level } = countsIn(r);
    const { lower, upper } = interval(x, n, level);
    assertClose(expected.length === 3 ? [x / n, lower, upper] : [lower, upper], expected, closedForm);
  };

/** Ours are cut to [0, 1]. */
const agresti: Check = (c) => {
  const expected = c.expected.map((limit: number) => Math.min(1, Math.max(0, limit)));
  proportion(agrestiCoull)({ ...c, expected });
};

/** Of a fair coin: the exact p value of as many discordant pairs. */
const binomial: Check = ({ r, expected }) => {
  const { x, n } = countsIn(r);
  const tested = known(mcnemarTest({ both: 0, firstOnly: x, secondOnly: n - x, neither: 0 }));
  assertClose(tested.exactPValue, expected, closedForm);
};

const fourIn = (id: string) => id.split(".")[1]!.split("_").map(Number) as [number, number, number, number];

const newcombe: Check = ({ id, expected }) => {
  const [x1, n1, x2, n2] = fourIn(id);
  const { difference, lower, upper } = newcombeDifference({ x1, n1, x2, n2 }, 0.95);
  assertClose([difference, lower, upper], Object.values(expected), closedForm);
};

/** Statistic and p value of two proportions, as of their table. */
const proportionTest: Check = ({ id, expected }) => {
  const [x1, n1, x2, n2] = fourIn(id);
  const rows = [
    [x1, n1 - x1],
    [x2, n2 - x2],
  ];
  const tested = known(contingencyTest(rows, { continuity: id.endsWith("_cc") }));
  assertClose(
    [tested.chiSquare, tested.degreesOfFreedom, tested.pValue, x1 / n1, x2 / n2],
    [expected.statistic, expected.df, expected.p, expected.estimate],
    closedForm,
  );
};

/** fisher.test finds its odds ratio and limits to four digits. */
const asFisherTest = { relative: 2e-4, absolute: 1e-12 };

const fisher: Check = ({ id, expected }) => {
  const [x1, n1, x2, n2] = fourIn(id);
  // R was given the groups as columns.
  const [first, second] = [
    [x1, x2],
    [n1 - x1, n2 - x2],
  ] as const;
  assertClose(known(fisherExactTest(first, second)).pValue, expected.p, closedForm);
  const { oddsRatio, lower, upper } = known(
    conditionalOddsRatio(first as [number, number], second as [number, number]),
  );
  assertClose([oddsRatio, lower, upper], [expected.estimate, expected.ci], asFisherTest);
};

const pairsOf = (id: string) => {
  const [both, firstOnly, secondOnly, neither] = fourIn(id);
  return { both, firstOnly, secondOnly, neither };
};

const paired: Check = ({ id, expected }) => {
  if (id.endsWith("newcombe_paired")) {
    const { difference, lower, upper } = newcombePairedDifference(pairsOf(id), 0.95);
    assertClose([difference, lower, upper], Object.values(expected), closedForm);
    return;
  }
  const tested = known(mcnemarTest(pairsOf(id), { continuity: id.endsWith(".cc") }));
  if (id.endsWith("exact")) assertClose(tested.exactPValue, expected, closedForm);
  else assertClose([tested.chiSquare, tested.pValue], [expected.statistic, expected.p], closedForm);
};

/** `matrix(c(…),k,byrow=TRUE)` of an R text. */
export function matrixIn(r: string): number[][] {
  const [, cells, nRows] = /matrix\(c\(([^)]+)\),(\d+)/.exec(r)!;
  const values = numbersIn(cells!);
  const k = values.length / Number(nRows);
  return Array.from({ length: Number(nRows) }, (_, i) => values.slice(i * k, (i + 1) * k));
}

const kappaOf = (r: string, weights: KappaWeights) => known(cohenKappa(matrixIn(r), { weights }));

const formulaKappa: Check = ({ id, r, expected }) => {
  const ours = kappaOf(r, id.split(".")[2] as KappaWeights);
  assertClose(
    [ours.kappa, ours.stdError, ours.lower, ours.upper, ours.nullStdError, ours.kappa / ours.nullStdError],
    [expected.kappa, expected.se, expected.lower, expected.upper, expected.se0, expected.z],
    closedForm,
  );
  assertClose([ours.observed, ours.expected], [expected.po, expected.pe], closedForm);
};

const packageWeights = {
  unweighted: "unweighted",
  weighted_linear: "linear",
  weighted_quadratic: "quadratic",
} as const;
const vcdKappa: Check = ({ r, expected }) => {
  for (const [name, { value, ASE }] of Object.entries<{ value: number; ASE: number }>(expected)) {
    const ours = kappaOf(r, packageWeights[name as keyof typeof packageWeights]);
    assertClose([ours.kappa, ours.stdError], [value, ASE], closedForm);
  }
};

const psychValues: Check = ({ r, expected }) => {
  const [plain, quadratic] = [kappaOf(r, "unweighted"), kappaOf(r, "quadratic")];
  assertClose(
    [plain.kappa, quadratic.kappa, plain.stdError ** 2],
    [expected.kappa, expected.weighted_quadratic, expected.var_kappa],
    closedForm,
  );
};
const psychKappa: Check = (reference) => {
  psychValues(reference);
  const [plain, quadratic] = [kappaOf(reference.r, "unweighted"), kappaOf(reference.r, "quadratic")];
  assertClose(quadratic.stdError ** 2, reference.expected.var_weighted, closedForm);
  assertClose(
    [plain, quadratic].map(({ kappa, lower, upper }) => [lower, kappa, upper]),
    reference.expected.ci.values,
    closedForm,
  );
};

const severalRaters: Check = ({ r, expected }) => {
  const ours = known(fleissKappa(matrixIn(r)));
  assertClose(
    [ours.kappa, ours.nullStdError, ours.kappa / ours.nullStdError, ours.observed, ours.expected],
    [expected.kappa, expected.se0, expected.z, expected.po, expected.pe],
    closedForm,
  );
};

/** Of epi.tests: shares with Wilson's limits and, where their counts are not 0, the ratios. */
const diagnosticTest: Check = ({ r, expected }) => {
  const [[tp, fp], [fn, tn]] = matrixIn(r) as [[number, number], [number, number]];
  const n = tp + fp + fn + tn;
  const shares: Readonly<Record<string, readonly [number, number]>> = {
    ap: [tp + fp, n],
    tp: [tp + fn, n],
    se: [tp, tp + fn],
    sp: [tn, fp + tn],
    "diag.ac": [tp + tn, n],
    "pv.pos": [tp, tp + fp],
    "pv.neg": [tn, fn + tn],
    "p.rout": [fn + tn, n],
    "p.rin": [tp + fp, n],
    "p.tpdn": [fp, fp + tn],
    "p.tndp": [fn, tp + fn],
    "p.dntp": [fp, tp + fp],
    "p.dptn": [fn, fn + tn],
  };
  const counts = { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn };
  const ratios = known(likelihoodRatios(counts));
  const ratioOf: Readonly<Record<string, keyof typeof ratios>> = {
    "lr.pos": "positive",
    "lr.neg": "negative",
    "diag.or": "diagnosticOddsRatio",
  };
  for (const [row, name] of (expected.statistic as string[]).entries()) {
    const theirs = [expected.est[row], expected.lower[row], expected.upper[row]];
    const [x, of] = shares[name] ?? [];
    if (x !== undefined) {
      const { lower, upper } = wilson(x, of!, 0.95);
      assertClose([x / of!, lower, upper], theirs, closedForm);
    }
    const ratio = ratioOf[name] && ratios[ratioOf[name]];
    if (ratio === undefined) continue;
    if (isNotEstimable(ratio))
      expect(theirs).not.toEqual(theirs.filter((v) => typeof v === "number" && v > 0));
    else assertClose([ratio.value, ratio.lower, ratio.upper], theirs, closedForm);
  }
};

/** A distribution of so many arguments, named as the case names its columns, within 1e-13. */
const distribution =
  (columns: readonly string[], ours: (...values: [number, number, number]) => number, absolute = 0): Check =>
  ({ input, expected }) => {
    const values = input![columns[0]!]!.map((_, i) => columns.map((name) => input![name]![i]!));
    assertClose(
      values.map((row) => ours(...(row as [number, number, number]))),
      expected,
      { relative: 1e-13, absolute },
    );
  };

const poisson: Check = ({ input, expected }) => {
  const limits = input!.x!.map((x) => poissonInterval(x, 0.95));
  assertClose([limits.map(({ lower }) => lower), limits.map(({ upper }) => upper)].flat(), expected, {
    relative: 1e-12,
  });
};

const upperTailOfT = (x: number, k: number) => studentTwoTails(x, k) / 2;

const covered: Checks["covered"] = [
  [/^prop\.\S+\.wilson(_prop_test)?$/, proportion(wilson)],
  [/^prop\.\S+\.wilson_cc$/, proportion(wilsonContinuity)],
  [/^prop\.\S+\.clopper$/, proportion(clopperPearson)],
  [/^prop\.\S+\.jeffreys$/, proportion(jeffreys)],
  [/^prop\.\S+\.agresti_coull$/, agresti],
  [/^prop\.\S+\.binom_p_half$/, binomial],
  [/^diagtest\.\S+\.(sens|spec|ppv|npv)$/, proportion(wilson)],
  [/^diff\.\S+\.newcombe$/, newcombe],
  [/^diff\.\S+\.fisher$/, fisher],
  [/^mcnemar\./, paired],
  [/^kappa\.\w+\.(unweighted|linear|quadratic)$/, formulaKappa],
  [/^kappa\.\w+\.vcd_(equal|fc)$/, vcdKappa],
  [/^kappa\.\w+\.psych$/, psychKappa],
  [/^fleiss\./, severalRaters],
  [/^special\.qnorm$/, distribution(["p"], normalQuantile)],
  [/^special\.pnorm_upper$/, distribution(["x"], (x) => normalCdf(-x))],
  [/^special\.pchisq_upper$/, distribution(["x", "k"], chiSquareUpperTail)],
  [/^special\.pgamma_upper$/, distribution(["a", "x"], upperIncompleteGamma)],
  [/^special\.qgamma$/, distribution(["p", "a"], gammaQuantile)],
  [/^special\.qchisq$/, distribution(["p", "k"], (p, k) => 2 * gammaQuantile(p, k / 2))],
  [/^special\.qbeta$/, distribution(["p", "a", "b"], betaQuantile)],
  [/^special\.pbeta$/, distribution(["x", "a", "b"], incompleteBeta)],
  [/^special\.pbinom$/, distribution(["p", "q", "n"], (p, q, n) => betaUpperTail(p, q + 1, n - q))],
  [/^special\.pt_upper$/, distribution(["x", "k"], upperTailOfT)],
  [/^special\.qt$/, distribution(["p", "k"], studentQuantile)],
  [/^special\.lgamma$/, distribution(["x"], logGamma, 1e-15)],
  [/^special\.ppois_upper$/, distribution(["q", "l"], (q, l) => lowerIncompleteGamma(q + 1, l))],
  [/^special\.poisson_ci$/, poisson],
];

const reasonIs =
  (notEstimable: string, answer: Parameters<Check> extends [infer C] ? (c: C) => unknown : never): Check =>
  (reference) =>
    expect(answer(reference)).toEqual({ notEstimable });

const refused: Check = ({ id }) => {
  const interval = { wilson, clopper: clopperPearson, agresti_coull: agrestiCoull, jeffreys }[
    id.split(".")[2]!.replace("_prop_test", "")
  ];
  expect(() => (interval ?? wilsonContinuity)(0, 0, 0.95)).toThrow(ContractError);
};
const noWald =
  "Wald's interval of a difference is not offered: Newcombe's and the score interval are; χ² and p agree";
const alike = reasonIs("a column without counts", ({ id }) => {
  const [x1, n1, x2, n2] = fourIn(id);
  return contingencyTest([
    [x1, n1 - x1],
    [x2, n2 - x2],
  ]);
});
const noPairs = reasonIs("no discordant pairs", ({ id }) => mcnemarTest(pairsOf(id)));
const oneCategory = reasonIs("both raters use one category only", ({ r }) => cohenKappa(matrixIn(r)));
const perfect: Check = ({ r, expected }) => {
  for (const weights of ["unweighted", "linear", "quadratic"] as const) {
    const ours = kappaOf(r, weights);
    expect([ours.kappa, ours.stdError, ours.kind]).toEqual([1, 0, "bound"]);
    expect(ours.lower).toBeLessThan(1);
    if (expected.po === undefined || !r.includes(`"${weights}"`)) continue;
    assertClose(
      [ours.nullStdError, ours.observed, ours.expected],
      [expected.se0, expected.po, expected.pe],
      closedForm,
    );
  }
};

const exceptions: Record<string, { readonly because: string; readonly check: Check }> = {};
const except = (ids: readonly string[], because: string, check: Check) => {
  for (const id of ids) exceptions[id] = { because, check };
};
except(
  ["wilson", "agresti_coull", "jeffreys"].map((name) => `prop.0_0.${name}`),
  "the formula makes limits, or NaN, of nobody; ours refuses it",
  refused,
);
except(
  ["wilson_prop_test", "wilson_cc", "clopper"].map((name) => `prop.0_0.${name}`),
  "R stops; ours refuses it too",
  refused,
);
except(
  ["prop.0_0.binom_p_half"],
  "R stops; ours is a typed reason",
  reasonIs("no discordant pairs", () => mcnemarTest({ both: 0, firstOnly: 0, secondOnly: 0, neither: 0 })),
);
except(
  ["30_100_45_110", "0_20_5_20"].flatMap((id) => [`diff.${id}.prop_test`, `diff.${id}.prop_test_cc`]),
  noWald,
  proportionTest,
);
except(
  ["diff.20_20_20_20.prop_test", "diff.20_20_20_20.prop_test_cc"],
  "R gives NaN and an interval without width; ours is a typed reason",
  alike,
);
except(
  ["diff.20_20_20_20.fisher"],
  "the margins leave one table: R gives an odds ratio of 0, ours is a typed reason; p agrees",
  ({ expected }) => {
    const groups = [
      [20, 0],
      [20, 0],
    ] as const;
    assertClose(known(fisherExactTest(...groups)).pValue, expected.p, closedForm);
    expect(conditionalOddsRatio(...groups)).toEqual({ notEstimable: "the margins leave one table" });
  },
);
except(
  ["cc", "nocc", "exact"].map((name) => `mcnemar.10_0_0_10.${name}`),
  "R gives NaN, or stops; ours is a typed reason",
  noPairs,
);
except(
  ["unweighted", "linear", "quadratic", "psych", "vcd_equal", "vcd_fc"].map(
    (name) => `kappa.perfect.${name}`,
  ),
  "R's interval has no width; ours has the bound of the share that agrees",
  perfect,
);
except(
  ["unweighted", "linear", "quadratic", "psych", "vcd_equal", "vcd_fc"].map(
    (name) => `kappa.one_category.${name}`,
  ),
  "0/0 in R; ours is a typed reason",
  oneCategory,
);
except(
  ["kappa.ord4.psych", "kappa.zero_row.psych"],
  "psych's variance of a weighted kappa is not the published one, which ours and vcd's are; the others agree",
  psychValues,
);
except(
  ["fleiss.all_same"],
  "0/0 in R; ours is a typed reason",
  reasonIs("all ratings are in one category", ({ r }) => fleissKappa(matrixIn(r))),
);
except(
  ["90_30_10_170", "0_5_3_50", "12_0_0_40"].map((id) => `diagtest.${id}`),
  "Youden's index and its inverse are not offered; a ratio with a count of 0 is a typed reason; the others agree",
  diagnosticTest,
);

export const proportionChecks: Checks = { covered, exceptions };
