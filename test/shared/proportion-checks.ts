import { expect } from "vitest";
import { ContractError } from "../../src/stats/assert.ts";
import { contingencyTest } from "../../src/stats/contingency.ts";
import { conditionalOddsRatio, fisherExactTest } from "../../src/stats/fisher-exact.ts";
import { likelihoodRatios } from "../../src/stats/likelihood-ratios.ts";
import { mcnemarTest, newcombePairedDifference } from "../../src/stats/mcnemar.ts";
import { isNotEstimable } from "../../src/stats/not-estimable.ts";
import {
  agrestiCoull,
  clopperPearson,
  jeffreys,
  wilson,
  wilsonContinuity,
} from "../../src/stats/proportion.ts";
import { newcombeDifference } from "../../src/stats/two-proportions.ts";
import { known } from "../reference/known.ts";
import { assertClose } from "../reference/reference.ts";
import { type Check, type Checks, closedForm, exceptionsOf, reasonIs } from "./checks.ts";
import { matrixIn } from "./r-text.ts";

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
];

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
const exceptions = exceptionsOf(
  [
    ["wilson", "agresti_coull", "jeffreys"].map((name) => `prop.0_0.${name}`),
    "the formula makes limits, or NaN, of nobody; ours refuses it",
    refused,
  ],
  [
    ["wilson_prop_test", "wilson_cc", "clopper"].map((name) => `prop.0_0.${name}`),
    "R stops; ours refuses it too",
    refused,
  ],
  [
    ["prop.0_0.binom_p_half"],
    "R stops; ours is a typed reason",
    reasonIs("no discordant pairs", () => mcnemarTest({ both: 0, firstOnly: 0, secondOnly: 0, neither: 0 })),
  ],
  [
    ["30_100_45_110", "0_20_5_20"].flatMap((id) => [`diff.${id}.prop_test`, `diff.${id}.prop_test_cc`]),
    noWald,
    proportionTest,
  ],
  [
    ["diff.20_20_20_20.prop_test", "diff.20_20_20_20.prop_test_cc"],
    "R gives NaN and an interval without width; ours is a typed reason",
    alike,
  ],
  [
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
  ],
  [
    ["cc", "nocc", "exact"].map((name) => `mcnemar.10_0_0_10.${name}`),
    "R gives NaN, or stops; ours is a typed reason",
    noPairs,
  ],
  [
    ["90_30_10_170", "0_5_3_50", "12_0_0_40"].map((id) => `diagtest.${id}`),
    "Youden's index and its inverse are not offered; a ratio with a count of 0 is a typed reason; the others agree",
    diagnosticTest,
  ],
);

export const proportionChecks: Checks = { covered, exceptions };
