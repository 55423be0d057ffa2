import { assertLevel, ContractError } from "./assert.ts";
import { countsMarginTest, type MarginTest } from "./margin-test.ts";
import { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
import type { Limits } from "./proportion.ts";
import { holmAdjusted } from "./simultaneous.ts";

export type MarginVerdict = "beyond the margin" | "within the margin" | "not enough data to tell";

/** What one comparison of an audit says, with its limits at the level at which those of all comparisons hold together. */
export interface MarginAnswer extends Limits {
  readonly difference: number;
  readonly margin: number;
  readonly answer: MarginVerdict;
  /** Half the width of the interval is more than the margin, so that "within" was out of reach. */
  readonly isTooWide: boolean;
  /** Holm's adjusted p values of the two tests; that of `within` is 1 where the interval is not within ± margin. */
  readonly pBeyond: number;
  readonly pWithin: number;
}

/**
 * One of three answers to each comparison of an audit, with an error rate for all of them together.
 *
 *     beyond the margin         Holm's adjusted p against |d| ≤ m is at most `errorRate`
 *     within the margin         Holm's adjusted p against |d| ≥ m is at most `errorRate`, and the interval is within ± m
 *     not enough data to tell   otherwise
 *
 * In an audit of any number of comparisons, dependent in any way, the chance of a false "beyond" is at most `errorRate`, and
 * so is that of a false "within": whatever the true differences are, at the margin too. Intervals have level
 * 1 − errorRate/comparisons each (Bonferroni). A comparison without data counts among them: it is not estimable, not left
 * out. An error rate that is not between 0 and 1 is a ContractError.
 *
 * Reference: Holm (1979), Scandinavian Journal of Statistics 6, 65–70 (jstor.org/stable/4615733).
 */
export function marginAnswers(
  tests: readonly (MarginTest | NotEstimable)[],
  errorRate = 0.05,
): (MarginAnswer | NotEstimable)[] {
  assertLevel(1 - errorRate);
  const held = tests.map((test) => {
    if (isNotEstimable(test)) return test;
    const limits = test.limitsAt(1 - errorRate / tests.length);
    const isInside = limits.lower >= -test.margin && limits.upper <= test.margin;
    return { ...limits, beyond: test.beyond(), within: isInside ? test.within() : 1 };
  });
  const adjusted = (side: "beyond" | "within") =>
    holmAdjusted(Float64Array.from(held, (one) => (isNotEstimable(one) ? 1 : one[side])));
  const [beyond, within] = [adjusted("beyond"), adjusted("within")];
  return tests.map((test, i) => {
    const limits = held[i]!;
    if (isNotEstimable(test)) return test;
    if (isNotEstimable(limits)) return limits;
    const { lower, upper } = limits;
    const isBeyond = beyond[i]! <= errorRate;
    const isWithin = within[i]! <= errorRate;
    return {
      difference: test.difference,
      margin: test.margin,
      lower,
      upper,
      answer: isBeyond ? "beyond the margin" : isWithin ? "within the margin" : "not enough data to tell",
      isTooWide: (upper - lower) / 2 > test.margin,
      pBeyond: beyond[i]!,
      pWithin: within[i]!,
    };
  });
}

/** x of n in one group. */
export interface GroupShare {
  readonly x: number;
  readonly n: number;
}

/** One measure of an audit: its share in each group, in the same order for all measures. */
export interface AuditedShare {
  readonly measure: string;
  readonly margin: number;
  readonly groups: readonly GroupShare[];
}

export type FairnessComparison = {
  readonly measure: string;
  /** Places of the two groups that are compared, the second the reference where there is one. */
  readonly group: number;
  readonly against: number;
} & (MarginAnswer | NotEstimable);

/**
 * Compares the groups of a fairness audit in each measure: differences of shares with exact tests against a margin.
 *
 *     comparisons = measures × (groups − 1) against a reference group, or measures × groups (groups − 1)/2 of every pair
 *
 * The error rate is that of the whole audit, all measures together. Groups are independent and share no patient. Two groups
 * that are both within the margin of the reference can differ by twice the margin; "every pair" answers that at the price of
 * more comparisons. Not estimable: a measure whose base is empty in a group. Fewer than two groups, measures with other
 * numbers of groups, a reference that is none of them, and what is no count are a ContractError.
 *
 * Reference: as `exactMarginTest` and `marginAnswers`. Checked against: simulated audits (docs/fairness-benchmark.md).
 */
export function fairnessAudit({
  measures,
  reference,
  errorRate = 0.05,
}: {
  readonly measures: readonly AuditedShare[];
  readonly reference: number | "every pair";
  readonly errorRate?: number;
}): FairnessComparison[] {
  const pairs = pairsOf(measures, reference);
  const places = measures.flatMap((audited) => pairs.map((pair) => ({ audited, ...pair })));
  const tests = places.map(({ audited: { groups, margin }, group, against }) => {
    const [one, two] = [groups[group]!, groups[against]!];
    if (one.n === 0 || two.n === 0) return { notEstimable: "nobody to count" };
    return countsMarginTest({ x1: one.x, n1: one.n, x2: two.x, n2: two.n }, margin);
  });
  const answers = marginAnswers(tests, errorRate);
  return places.map(({ audited: { measure }, group, against }, i) => ({
    measure,
    group,
    against,
    ...answers[i]!,
  }));
}

function pairsOf(measures: readonly AuditedShare[], reference: number | "every pair") {
  const nGroups = measures[0]?.groups.length ?? 0;
  if (nGroups < 2) throw new ContractError(`${nGroups} groups to compare`);
  for (const { measure, groups } of measures)
    if (groups.length !== nGroups) throw new ContractError(`${groups.length} groups in ${measure}`);
  const all = Array.from({ length: nGroups }, (_, place) => place);
  if (reference === "every pair")
    return all.flatMap((group) => all.slice(group + 1).map((against) => ({ group, against })));
  if (!all.includes(reference)) throw new ContractError(`reference ${reference} of ${nGroups} groups`);
  return all.filter((group) => group !== reference).map((group) => ({ group, against: reference }));
}

/** A two-by-two table of counts in one group. */
export interface GroupCells {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly trueNegative: number;
}

export type AuditedRate = "sensitivity" | "falsePositiveRate" | "ppv" | "selectionRate";

/** The shares that a fairness audit compares, from the table of each group. */
export function confusionShares(cells: readonly GroupCells[]): Readonly<Record<AuditedRate, GroupShare[]>> {
  return {
    sensitivity: cells.map((c) => ({ x: c.truePositive, n: c.truePositive + c.falseNegative })),
    falsePositiveRate: cells.map((c) => ({ x: c.falsePositive, n: c.falsePositive + c.trueNegative })),
    ppv: cells.map((c) => ({ x: c.truePositive, n: c.truePositive + c.falsePositive })),
    selectionRate: cells.map((c) => ({
      x: c.truePositive + c.falsePositive,
      n: c.truePositive + c.falsePositive + c.falseNegative + c.trueNegative,
    })),
  };
}
