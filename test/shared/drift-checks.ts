import { expect } from "vitest";
import { contingencyTest } from "../../src/stats/contingency.ts";
import { fisherExactTest } from "../../src/stats/fisher-exact.ts";
import { jensenShannon } from "../../src/stats/jensen-shannon.ts";
import { kolmogorovSmirnov } from "../../src/stats/kolmogorov-smirnov.ts";
import { standardisedMeanDifference, varianceRatio, welchTest } from "../../src/stats/mean-comparison.ts";
import { populationStability, populationStabilityOfCounts } from "../../src/stats/population-stability.ts";
import { rankSumTest } from "../../src/stats/rank-sum.ts";
import { wasserstein } from "../../src/stats/wasserstein.ts";
import { assertClose } from "../reference/reference.ts";
import { type Check, type Checks, closedForm, known } from "./checks.ts";
import { type YardstickCase, yardstick } from "./yardstick.ts";

const file = "proportions_agreement_drift";

// The samples stand with the first case of each set.
const cases = yardstick(file).filter(({ id }) => /^(drift|chisq)\./.test(id));
const samplesOf = ({ id, input, data }: YardstickCase) => {
  const of = input ?? cases.find((other) => other.id === data!.replace(/ input$/, ""))?.input;
  if (!of) throw new Error(`${id} has no samples`);
  return { x: Float64Array.from(of.x!), y: Float64Array.from(of.y!) };
};
/** The two rows of matrix(c(…), 2, byrow = TRUE). */
const tableOf = ({ r }: YardstickCase) => {
  const cells = /matrix\(c\(([\d,]+)\)/.exec(r)![1]!.split(",").map(Number);
  return [cells.slice(0, cells.length / 2), cells.slice(cells.length / 2)] as const;
};

/** Counts between eleven borders, closed above, the first also below: what the case has cut() do. */
function histogram(values: Float64Array, borders: readonly number[]): number[] {
  const counts = new Array<number>(borders.length - 1).fill(0);
  for (const value of values) counts[Math.max(0, borders.findIndex((border) => value <= border) - 1)]!++;
  return counts;
}

const psi: Check = (reference) => {
  const { x, y } = samplesOf(reference);
  const nBins = Number(/,(\d+)\)$/.exec(reference.r)![1]);
  assertClose(known(populationStability(x, y, { nBins })).index, reference.expected, closedForm);
};
const ks =
  (method: "exact" | "asymptotic"): Check =>
  (reference) => {
    const { x, y } = samplesOf(reference);
    const { statistic, pValue } = known(kolmogorovSmirnov(x, y, { method }));
    assertClose(statistic, reference.expected.statistic, closedForm);
    // ks.test ends its series where a term is below 1e-6.
    assertClose(pValue, reference.expected.p, method === "exact" ? closedForm : { absolute: 1e-6 });
  };
const distance: Check = (reference) => {
  const { x, y } = samplesOf(reference);
  assertClose(known(wasserstein(x, y)), reference.expected, closedForm);
};
const divergence = (p: readonly number[], q: readonly number[], { expected }: YardstickCase) => {
  const js = known(jensenShannon(p, q));
  assertClose(
    [js.divergence, js.divergence / Math.LN2, js.distance],
    [expected.js_nats, expected.js_bits, expected.js_distance_base2],
    closedForm,
  );
};
const ofHistogram: Check = (reference) => {
  const { x, y } = samplesOf(reference);
  const all = [...x, ...y];
  const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
  const borders = Array.from({ length: 11 }, (_, j) => low + j * ((high - low) / 10));
  divergence(histogram(x, borders), histogram(y, borders), reference);
};
const chiSquare =
  (continuity: boolean): Check =>
  (reference) => {
    const found = known(contingencyTest(tableOf(reference), { continuity }));
    const { statistic, df, p } = reference.expected;
    assertClose([found.chiSquare, found.degreesOfFreedom, found.pValue], [statistic, df, p], closedForm);
  };

const welch: Check = (reference) => {
  const { x, y } = samplesOf(reference);
  const t = known(welchTest(x, y));
  const { statistic, df, p, ci } = reference.expected;
  assertClose([t.t, t.degreesOfFreedom, t.pValue, t.lower, t.upper], [statistic, df, p, ci], closedForm);
};
const spread: Check = (reference) => {
  const { x, y } = samplesOf(reference);
  const f = known(varianceRatio(x, y));
  const { statistic, df, p, ci } = reference.expected;
  assertClose([f.ratio, f.degreesOfFreedom, f.pValue, f.lower, f.upper], [statistic, df, p, ci], closedForm);
};
const ranks: Check = (reference) => {
  const { x, y } = samplesOf(reference);
  const { statistic, pValue } = known(rankSumTest(x, y));
  assertClose([statistic, pValue], [reference.expected.statistic, reference.expected.p], closedForm);
};
const standardised: Check = (reference) => {
  const { x, y } = samplesOf(reference);
  assertClose(known(standardisedMeanDifference(x, y)), reference.expected, closedForm);
};

const covered: Checks["covered"] = [
  [/^drift\.\w+\.smd$/, standardised],
  [/^drift\.\w+\.t_welch$/, welch],
  [/^drift\.\w+\.var_ratio$/, spread],
  [/^drift\.\w+\.wilcox$/, ranks],
  [
    /^chisq\.\w+\.fisher$/,
    (c) => assertClose(known(fisherExactTest(...tableOf(c))).pValue, c.expected, closedForm),
  ],
  [/^drift\.\w+\.psi/, psi],
  [/^drift\.\w+\.ks_exact$/, ks("exact")],
  [/^drift\.\w+\.ks_asym$/, ks("asymptotic")],
  [/^drift\.\w+\.wasserstein1$/, distance],
  [/^drift\.\w+\.js_hist$/, ofHistogram],
  [/^chisq\.\w+$/, chiSquare(false)],
  [/^chisq\.\w+\.yates$/, chiSquare(true)],
  [
    /^chisq\.\w+\.cramersv$/,
    (c) => assertClose(known(contingencyTest(tableOf(c))).cramersV, c.expected, closedForm),
  ],
  [/^chisq\.\w+\.js$/, (c) => divergence(...tableOf(c), c)],
  [
    /^chisq\.\w+\.psi$/,
    (c) => assertClose(known(populationStabilityOfCounts(...tableOf(c))).index, c.expected, closedForm),
  ],
];
const oneBin: Check = (reference) => {
  const { x, y } = samplesOf(reference);
  expect(populationStability(x, y, { nBins: 5 })).toEqual({
    notEstimable: "the reference falls into one bin",
  });
};
const emptyColumn: Check = (reference) =>
  expect(contingencyTest(tableOf(reference))).toEqual({ notEstimable: "a column without counts" });
const oneBinReason =
  "the reference falls into one bin: the formula gives 0 whatever came after; ours is a typed reason";
const exceptions: Checks["exceptions"] = {
  "drift.constant_ref.psi5": { because: oneBinReason, check: oneBin },
  "drift.constant_ref.psi10": { because: oneBinReason, check: oneBin },
  "chisq.zero_col": { because: "R gives NaN; ours is a typed reason", check: emptyColumn },
  "chisq.zero_col.cramersv": { because: "the formula gives NaN; ours is a typed reason", check: emptyColumn },
};

export const driftChecks: Checks = { covered, exceptions };
