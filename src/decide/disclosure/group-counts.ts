import type { Dossier } from "../../evidence/dossier.ts";
import { measureOf } from "../../evidence/estimate.ts";
import type { Registry } from "./count-registry.ts";

/** Cells of the operating point by status at the horizon, and their margins. */
const cells = ["tp", "fp", "uf", "fn", "tn", "un"] as const;
const margins = {
  events: ["tp", "fn"],
  free: ["fp", "tn"],
  unknown: ["uf", "un"],
  flagged: ["tp", "fp", "uf"],
  unflagged: ["fn", "tn", "un"],
  known: ["events", "free"],
  others: ["free", "unknown"],
} as const;
const totals = [
  ["flagged", "unflagged"],
  ["known", "unknown"],
  ["events", "others"],
] as const;
export const groupCounts = [...cells, ...(Object.keys(margins) as (keyof typeof margins)[]), "n"] as const;

type GroupCount = (typeof groupCounts)[number];
type Group = Readonly<Partial<Record<GroupCount, number>>>;

/** Declares a group's counts under its name, with their sums. */
function declareGroup({ declare, addUp }: Registry, name: string, group: Group): void {
  for (const key of groupCounts) if (group[key] !== undefined) declare(`${name}.${key}`, group[key]);
  for (const [sum, parts] of Object.entries(margins)) {
    addUp(
      `${name}.${sum}`,
      parts.map((part) => `${name}.${part}`),
    );
  }
  for (const parts of totals) {
    addUp(
      `${name}.n`,
      parts.map((part) => `${name}.${part}`),
    );
  }
}

/** Cells from margins and the raw numerators of sensitivity and specificity. */
function groupOf(margin: {
  readonly n: number;
  readonly events: number;
  readonly unknown: number;
  readonly flagged: number;
  readonly tp: number | undefined;
  readonly tn: number | undefined;
}): Group {
  const { n, events, unknown, flagged, tp, tn } = margin;
  const free = n - events - unknown;
  const sums = {
    n,
    events,
    free,
    unknown,
    flagged,
    unflagged: n - flagged,
    known: n - unknown,
    others: n - events,
  };
  if (tp === undefined || tn === undefined) return sums;
  const fp = free - tn;
  const uf = flagged - tp - fp;
  return { ...sums, tp, fp, uf, fn: events - tp, tn, un: unknown - uf };
}

/** A group at the primary horizon; the whole has the stratum undefined. */
function readGroup({ dossier, known, counted, nPatients }: Registry, stratum?: string): Group | undefined {
  const at = `@${dossier.primaryHorizon}${stratum === undefined ? "" : `/${stratum}`}`;
  const counts = counted(`${stratum === undefined ? "cohort.events" : "cohort.in-group"}${at}`);
  const n = stratum === undefined ? nPatients : counts?.n;
  if (n === undefined || counts?.events === undefined) return undefined;
  const { events } = counts;
  const raw = (measure: string) => known(`${measure}${at}`)?.numerator;
  // Where the event is known of every row no share is unknown, and none is printed.
  const unknown = n === 0 || dossier.binary ? 0 : raw("cohort.unknown");
  const flagged = n === 0 ? 0 : raw("performance.flagged");
  if (unknown === undefined || flagged === undefined) return undefined;
  // Where nobody is known to be event-free the rates do not exist, and the counts are published all the same.
  const [[tpCounted] = [], [, tnCounted] = []] =
    stratum === undefined
      ? (dossier.matrices.find(({ id }) => id === operatingPointId(dossier))?.cells ?? [])
      : [];
  return groupOf({
    n,
    events,
    unknown,
    flagged,
    tp: events === 0 ? 0 : (raw("performance.sensitivity") ?? tpCounted ?? undefined),
    tn: n - events - unknown === 0 ? 0 : (raw("performance.specificity") ?? tnCounted ?? undefined),
  });
}

/** Patients by flag and status at the primary horizon, as counted. */
export function operatingPointId({ primaryHorizon }: Pick<Dossier, "primaryHorizon">): string {
  return `performance.operating-point@${primaryHorizon}`;
}

/** The whole, the strata and slices, and what each of their partitions leaves over. */
export function declareGroups(to: Registry, minimumCell: number): void {
  const whole = readGroup(to);
  if (!whole) return;
  declareGroup(to, "all", whole);
  const strata = to.dossier.estimates.flatMap(({ id, stratum, horizon }) =>
    measureOf(id) === "cohort.in-group" && stratum !== undefined && horizon === to.dossier.primaryHorizon
      ? [stratum]
      : [],
  );
  const groups = new Map(
    strata.flatMap((stratum) => {
      const group = readGroup(to, stratum);
      return group ? [[stratum, group] as const] : [];
    }),
  );
  for (const [name, group] of groups) declareGroup(to, name, group);
  for (const [family, members] of partitions([...groups.keys()])) {
    const rest = difference(
      whole,
      members.map((member) => groups.get(member)!),
    );
    declareGroup(to, `rest:${family}`, rest);
    addUpGroups(to, "all", [...members, `rest:${family}`]);
  }
  declareCrossed(to, groups);
  declareNested(to, groups, minimumCell);
}

/** `age:50-64,sex:F`: a group of one variable within a group of another. */
export function isIntersection(stratum: string): boolean {
  return stratum.includes(",");
}

/** `age` of `age:50-64`, `age,sex` of `age:50-64,sex:F`. */
function familyOf(stratum: string): string {
  return stratum
    .split(",")
    .map((part) => part.split(":")[0]!)
    .join(",");
}

/** The groups within one that are crossed with it by the same other variables add up to it. */
function declareCrossed(to: Registry, groups: ReadonlyMap<string, Group>): void {
  const within = new Map<string, string[]>();
  for (const stratum of [...groups.keys()].filter(isIntersection)) {
    for (const outer of stratum.split(",")) {
      const key = `${familyOf(stratum)}/${outer}`;
      within.set(key, [...(within.get(key) ?? []), stratum]);
    }
  }
  for (const [key, members] of within) {
    const outer = key.slice(key.indexOf("/") + 1);
    const whole = groups.get(outer);
    const rest =
      whole &&
      difference(
        whole,
        members.map((member) => groups.get(member)!),
      );
    if (!rest) continue;
    declareGroup(to, `rest:${key}`, rest);
    addUpGroups(to, outer, [...members, `rest:${key}`]);
  }
}

/** The strata of one variable exclude each other; a slice stands alone. */
export function partitions(strata: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const sets = new Map<string, string[]>();
  for (const stratum of strata) {
    const family = familyOf(stratum);
    const key = family === "slice" ? stratum : family;
    sets.set(key, [...(sets.get(key) ?? []), stratum]);
  }
  return sets;
}

function difference(whole: Group, parts: readonly Group[]): Group {
  const left: Partial<Record<GroupCount, number>> = {};
  for (const key of groupCounts) {
    const value = parts.reduce((rest, part) => rest - (part[key] ?? Number.NaN), whole[key] ?? Number.NaN);
    if (!Number.isNaN(value)) left[key] = value;
  }
  return left;
}

function addUpGroups({ addUp }: Registry, sum: string, parts: readonly string[]): void {
  for (const key of groupCounts) {
    addUp(
      `${sum}.${key}`,
      parts.map((part) => `${part}.${key}`),
    );
  }
}

/**
 * A slice may lie inside another ("10 nodes or more" in "9 or more"), so that their difference is a count, too. The
 * dossier does not say which do: those that could are taken to, and so is any group that differs by few patients from
 * one of another variable.
 */
function declareNested(to: Registry, groups: ReadonlyMap<string, Group>, minimumCell: number): void {
  for (const [outer, large] of groups) {
    for (const [inner, small] of groups) {
      if (inner === outer || areApart(inner, outer)) continue;
      const between = difference(large, [small]);
      const fits = groupCounts.every((key) => (between[key] ?? 0) >= 0) && (between.n ?? 0) > 0;
      const areSlices = [inner, outer].every((name) => name.startsWith("slice:"));
      if (!fits || !(areSlices || between.n! < minimumCell)) continue;
      declareGroup(to, `${outer}-${inner}`, between);
      addUpGroups(to, outer, [inner, `${outer}-${inner}`]);
    }
  }
}

function areApart(one: string, other: string): boolean {
  const [family, otherFamily] = [one, other].map(familyOf);
  return family === otherFamily && family !== "slice";
}
