import type { Estimate } from "../evidence/estimate.ts";

/** The counts of one group from which any of its other numbers could be worked out. */
interface GroupCounts {
  readonly id: string;
  readonly family: string;
  readonly counts: Map<string, number>;
}

/**
 * The strata and slices to hide whole: each that holds a small count, and per stratifying variable further strata,
 * smallest first, until what is hidden of every count adds up to the minimum, so that subtracting the shown strata
 * from the total gives nothing small.
 *
 * A slice is no part of a partition, so it is also hidden when those outside it are few.
 */
export function hiddenGroups(estimates: readonly Estimate[], minimumCell: number): ReadonlySet<string> {
  const isSmall = (count: number) => count > 0 && count < minimumCell;
  const groups = groupsOf(estimates);
  const total = wholeCount(estimates);
  const hidden = new Set<string>();
  for (const { id, family, counts } of groups) {
    const outside = family === "slice" && total !== undefined ? total - (counts.get("n") ?? 0) : 0;
    if ([...counts.values(), outside].some(isSmall)) hidden.add(id);
  }
  for (const family of new Set(groups.map((group) => group.family))) {
    if (family !== "slice")
      hideSiblings(
        groups.filter((group) => group.family === family),
        hidden,
        minimumCell,
      );
  }
  return hidden;
}

function groupsOf(estimates: readonly Estimate[]): GroupCounts[] {
  const groups = new Map<string, GroupCounts>();
  for (const estimate of estimates) {
    const { id, stratum } = estimate;
    if (stratum === undefined || !/^(cohort|performance)\./.test(id) || stratum.startsWith("worst-of"))
      continue;
    const group = groups.get(stratum) ?? { id: stratum, family: stratum.split(":")[0]!, counts: new Map() };
    groups.set(stratum, group);
    for (const [name, count] of countsOf(estimate)) group.counts.set(name, count);
  }
  return [...groups.values()];
}

function countsOf(estimate: Estimate): [string, number][] {
  if ("hidden" in estimate) return [];
  const { n, events, horizon = "" } = estimate;
  const counts: [string, number][] = [["n", n]];
  if (events !== undefined) counts.push([`events@${horizon}`, events], [`others@${horizon}`, n - events]);
  if ("value" in estimate && estimate.numerator !== undefined && estimate.denominator !== undefined) {
    const measure = estimate.id.split("/")[0]!;
    counts.push([measure, estimate.numerator], [`not ${measure}`, estimate.denominator - estimate.numerator]);
  }
  return counts;
}

function wholeCount(estimates: readonly Estimate[]): number | undefined {
  return estimates.find(({ id }) => id === "cohort.analysed")?.n ?? undefined;
}

function hideSiblings(groups: readonly GroupCounts[], hidden: Set<string>, minimumCell: number): void {
  const concealed = () => groups.filter(({ id }) => hidden.has(id));
  const names = new Set(groups.flatMap(({ counts }) => [...counts.keys()]));
  const exposes = () => {
    if (concealed().length === 0) return false;
    if (concealed().length === 1) return true;
    return [...names].some((name) => {
      const sum = concealed().reduce((total, { counts }) => total + (counts.get(name) ?? 0), 0);
      return sum > 0 && sum < minimumCell;
    });
  };
  const open = groups
    .filter(({ id }) => !hidden.has(id))
    .sort((a, b) => (a.counts.get("n") ?? 0) - (b.counts.get("n") ?? 0));
  while (exposes()) {
    const next = open.shift();
    if (!next) return;
    hidden.add(next.id);
  }
}
