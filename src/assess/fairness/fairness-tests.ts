import {
  countsMarginTest,
  type MarginTest,
  normalMarginTest,
  scoreMarginTest,
} from "../../stats/margin-test.ts";
import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import { observedExpected } from "../../stats/observed-expected.ts";
import type { TwoByTwo } from "../../stats/two-by-two.ts";
import { type Cohort, type Family, type Group, primaryReading, type TimedCohort } from "../cohort/cohort.ts";
import { type Members, membersOfEach } from "../cohort/group-members.ts";
import { rawFraction } from "../performance/rates.ts";
import { tablesAt } from "../performance/tables-at.ts";
import { type AuditedKey, audited, exact, type TestOf } from "./audited.ts";
import { binaryTests } from "./fairness-binary-tests.ts";

interface GroupTest {
  readonly key: AuditedKey;
  readonly group: Group;
  readonly reference: Group;
  readonly test: MarginTest | NotEstimable;
  readonly method: string;
}

const weighted = "score test against the margin with IPCW effective sizes, Miettinen–Nurminen interval";

interface GroupNumbers {
  readonly group: Group;
  readonly table: TwoByTwo;
  /** Observed less mean predicted risk. */
  readonly excess: { readonly value: number; readonly stdError: number } | NotEstimable;
}

/** Every group of a variable, in each measure, against the one with most patients. */
export function marginTests(
  cohort: Cohort,
  {
    threshold,
    margin,
    variable,
  }: { readonly threshold: number; readonly margin: number; readonly variable: string },
): GroupTest[] {
  const groups = cohort.groups.filter(({ family }) => family === variable);
  if (groups.length === 0) return [];
  const reference = groups.toSorted((a, b) => b.n - a.n)[0]!;
  const test =
    cohort.kind === "binary"
      ? binaryTests(cohort, groups, { threshold, margin })
      : timedTests(cohort, groups, { threshold, margin });
  return (Object.keys(audited) as AuditedKey[]).flatMap((key) =>
    groups
      .filter((group) => group !== reference)
      .map((group) => ({ key, group, reference, ...test(key, [group.code, reference.code]) })),
  );
}

function timedTests(
  cohort: TimedCohort,
  family: Family,
  { threshold, margin }: { readonly threshold: number; readonly margin: number },
): TestOf {
  const { partitions } = tablesAt(cohort, threshold, [family]);
  const members = membersOfEach(cohort, family);
  const { atDays } = primaryReading(cohort);
  const numbers = family.map(
    (group, code): GroupNumbers => ({
      group,
      table: partitions[0]![code]!,
      excess: excessOf(members[code]!, atDays),
    }),
  );
  return (key, [one, two]) => testOf(key, [numbers[one]!, numbers[two]!], margin);
}

type Pair = readonly [GroupNumbers, GroupNumbers];

function testOf(key: AuditedKey, pair: Pair, margin: number): ReturnType<TestOf> {
  if (key === "calibration")
    return {
      test: excessTest(pair, margin),
      method: "Kaplan–Meier less mean risk in each group, normal test against the margin",
    };
  const isCounted =
    key === "flagged" || pair.every(({ table, group }) => group.n > 0 && table.all.unknown === 0);
  if (!isCounted) return { test: weightedTest(key, pair, margin), method: weighted };
  const [one, two] = pair.map(({ table }) =>
    key === "flagged" ? ([table.nFlagged, table.n] as const) : rawFraction(table, key),
  ) as [readonly [number, number], readonly [number, number]];
  if (one[1] === 0 || two[1] === 0)
    return { test: { notEstimable: "nobody to count in one of them" }, method: exact };
  return {
    test: countsMarginTest({ x1: one[0], n1: one[1], x2: two[0], n2: two[1] }, margin),
    method: exact,
  };
}

/** Weighted shares as shares of as many independent patients as their standard errors are worth. */
function weightedTest(
  key: "sensitivity" | "specificity" | "ppv",
  pair: Pair,
  margin: number,
): MarginTest | NotEstimable {
  const [one, two] = [pair[0].table[key], pair[1].table[key]];
  if (isNotEstimable(one)) return one;
  if (isNotEstimable(two)) return two;
  const [n1, n2] = [one, two].map(({ value, stdError, kind, effectiveSize }) =>
    kind === "bound" ? effectiveSize : (value * (1 - value)) / stdError ** 2,
  ) as [number, number];
  if (!(n1 >= 1 && n2 >= 1)) return { notEstimable: "one of them is worth less than one patient" };
  return scoreMarginTest({ x1: one.value * n1, n1, x2: two.value * n2, n2 }, margin);
}

function excessOf(members: Members, horizon: number): GroupNumbers["excess"] {
  const found = observedExpected({ ...members, horizon });
  if (isNotEstimable(found)) return found;
  return { value: found.observed - found.expected, stdError: found.observedStdError };
}

function excessTest([{ excess: one }, { excess: two }]: Pair, margin: number): MarginTest | NotEstimable {
  if (isNotEstimable(one)) return one;
  if (isNotEstimable(two)) return two;
  const stdError = Math.hypot(one.stdError, two.stdError);
  if (!(stdError > 0)) return { notEstimable: "the difference has no standard error" };
  return normalMarginTest({ difference: one.value - two.value, stdError }, margin);
}
