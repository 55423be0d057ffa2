import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Cell, Table } from "../../evidence/figures.ts";
import { saidOf } from "../../evidence/noun.ts";
import { binaryObservedExpected } from "../../stats/binary-observed-expected.ts";
import { isNotEstimable } from "../../stats/not-estimable.ts";
import { observedExpected } from "../../stats/observed-expected.ts";
import type { PartitionedTables, TwoByTwo } from "../../stats/two-by-two.ts";
import {
  type BinaryCohort,
  type Cohort,
  type Family,
  type Group,
  primaryReading,
  type Reading,
} from "../cohort/cohort.ts";
import { binaryMembersOfEach, membersOfEach } from "../cohort/group-members.ts";
import { type Context, countOf, estimateOf, type Outcome, shareOf } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";
import { clustering, ratioOutcome } from "./binary-rates.ts";
import { cellNames, contextOf, groupCells, rateNames, rates } from "./rates.ts";
import { methodsAt } from "./tables-at.ts";

/** The operating point in each stratum and slice, and the worst of the strata. */
export function strataPiece(
  cohort: Cohort,
  { families, tables, at }: { families: readonly Family[]; tables: PartitionedTables; at: string },
): Piece {
  const reading = primaryReading(cohort);
  const groups = families.map((family, k) => tablesOf(family, tables, k));
  const isTimed = cohort.kind === "time to event";
  const crossedGroups = groups.flat().filter(({ group }) => isCrossed(group));
  return {
    estimates: [
      ...families.flatMap((family, k) => {
        const ratios = ratiosOf(cohort, family);
        return groups[k]!.flatMap((group, code) => groupEstimates(cohort, group, ratios[code]!, at));
      }),
      ...worstOfStrata(cohort, reading, { families, tables, at }),
    ],
    tables: [
      strataTable(
        reading,
        groups.flat().filter(({ group }) => !isCrossed(group)),
        isTimed,
      ),
      ...(crossedGroups.length === 0 ? [] : [intersectionsTable(reading, crossedGroups, isTimed)]),
    ],
  };
}

interface GroupTable {
  readonly group: Group;
  readonly table: TwoByTwo;
  /** Why nobody of the cohort has a weight, where that is so. */
  readonly reason: string | undefined;
}

function tablesOf(family: Family, { whole, partitions }: PartitionedTables, k: number): GroupTable[] {
  const reason = "notEstimable" in whole.prevalence ? whole.prevalence.notEstimable : undefined;
  return family.map((group, code) => ({ group, table: partitions[k]![code]!, reason }));
}

function groupEstimates(
  cohort: Cohort,
  { group, table, reason }: GroupTable,
  ratio: Outcome,
  at: string,
): ComputedEstimate[] {
  const context = contextOf(table, primaryReading(cohort), group.id);
  const of = `, ${group.name}`;
  const isTimed = cohort.kind === "time to event";
  const methods = methodsAt(cohort);
  return [
    countOf(context, "cohort.in-group", `${saidOf(cohort.unit, "Patients")}${of}`, table.n),
    countOf(context, "cohort.event-free", `Event-free${of}`, table.all.eventFree),
    ...(isTimed
      ? [shareOf(context, "cohort.unknown", `Status unknown${of}`, table.all.unknown, table.n)]
      : []),
    ...groupCells(table, context, { label: of, method: methods.cells, reason }),
    ...rates(table, context, { at, of, method: methods.rates }),
    estimateOf(
      context,
      {
        measure: "performance.observed-expected",
        label: `Observed/expected${of}`,
        unit: "ratio",
        method: isTimed
          ? "Kaplan–Meier in the group over its mean risk"
          : `events over the sum of risks in the group, log interval${clustering(cohort)}`,
      },
      ratio,
    ),
  ];
}

/** Observed over expected in each group. */
function ratiosOf(cohort: Cohort, family: Family): readonly Outcome[] {
  if (cohort.kind === "binary") return binaryRatios(cohort, family);
  const horizon = primaryReading(cohort).atDays;
  return membersOfEach(cohort, family).map((members): Outcome => {
    const found = observedExpected({ ...members, horizon });
    return isNotEstimable(found) ? found : { value: found.ratio, lower: found.lower, upper: found.upper };
  });
}

/** Thresholds are tried by the hundred on the same groups, and no threshold moves these. */
const ratiosKnown = new WeakMap<Group, readonly Outcome[]>();

function binaryRatios(cohort: BinaryCohort, family: Family): readonly Outcome[] {
  const [first] = family;
  const known =
    ratiosKnown.get(first!) ??
    binaryMembersOfEach(cohort, family).map((members) => ratioOutcome(binaryObservedExpected(members)));
  ratiosKnown.set(first!, known);
  return known;
}

/**
 * The lowest of each rate over the strata, with an interval that holds for all strata at once (Bonferroni).
 *
 *     value  min pᵢ      interval  min lowerᵢ to min upperᵢ, each at level 1 − .05/strata
 *
 * The lower bound may be that of another stratum, of fewer patients, than the value; both are named. A stratum without
 * a number makes the worst of them unknown, and the reason names it.
 */
function worstOfStrata(
  cohort: Cohort,
  reading: Reading,
  { families, tables, at }: { families: readonly Family[]; tables: PartitionedTables; at: string },
): ComputedEstimate[] {
  const isStrata = (family: Family) => family[0]!.kind === "stratum";
  const nStrata = families.filter(isStrata).flat().length;
  if (nStrata === 0) return [];
  const atLevel = tables.atLevel(1 - 0.05 / nStrata);
  const strata = families.flatMap((family, k) => (isStrata(family) ? tablesOf(family, atLevel, k) : []));
  return rateNames.map(([key, name]) => {
    const { place, outcome } = worstOf(strata, key);
    const context: Context = place
      ? { ...contextOf(place.table, reading), attainedIn: place.group.id }
      : { n: cohort.n, horizon: reading.short, evidence: "retrospective" };
    return estimateOf(
      { ...context, stratum: "worst-of-strata" },
      {
        measure: `performance.${key}`,
        label: `Worst stratum: ${inSentence(name)} at ${at}${place ? `, ${place.group.name}` : ""}`,
        unit: "proportion",
        method: `${methodsAt(cohort).rates}, Bonferroni over ${nStrata} strata`,
      },
      outcome,
    );
  });
}

/** The lowest of a rate and whose it is; or why there is none, and the stratum that lacks it unless all do. */
function worstOf(
  tables: readonly GroupTable[],
  key: (typeof rateNames)[number][0],
): { readonly place?: GroupTable; readonly outcome: Outcome } {
  const rates = tables.map((place) => ({ place, rate: place.table[key] }));
  const known = rates.flatMap(({ place, rate }) => ("notEstimable" in rate ? [] : [{ place, rate }]));
  const unknown = rates.flatMap(({ place, rate }) => ("notEstimable" in rate ? [{ place, rate }] : []));
  const [missing] = unknown;
  if (missing) {
    const { place, rate } = missing;
    const isSame = unknown.every((other) => other.rate.notEstimable === rate.notEstimable);
    if (known.length === 0 && isSame) return { outcome: rate };
    return { place, outcome: { notEstimable: `none in ${place.group.name}: ${rate.notEstimable}` } };
  }
  const [worst] = known.toSorted((a, b) => a.rate.value - b.rate.value);
  const [widest] = known.toSorted((a, b) => a.rate.lower - b.rate.lower);
  return {
    place: worst!.place,
    outcome: {
      value: worst!.rate.value,
      lower: widest!.rate.lower,
      upper: Math.min(...known.map(({ rate }) => rate.upper)),
      kind: "simultaneous",
      lowerIn: widest!.place.group.id,
    },
  };
}

/** "Sensitivity" → "sensitivity"; "PPV" stays. */
function inSentence(name: string): string {
  return name === name.toUpperCase() ? name : name.toLowerCase();
}

const isCrossed = ({ kind }: Group) => kind === "intersection";

function strataTable(reading: Reading, groups: readonly GroupTable[], hasUnknown: boolean): Table {
  return {
    id: `performance.strata@${reading.short}`,
    caption:
      "By stratum and slice named in the protocol; found to left alone: per 1,000 of all, " +
      "so that the strata of a variable add up to the whole",
    ...groupRows(reading, groups, { heading: "Stratum", hasUnknown }),
  };
}

function intersectionsTable(reading: Reading, groups: readonly GroupTable[], hasUnknown: boolean): Table {
  return {
    id: `performance.intersections@${reading.short}`,
    caption:
      "By intersection named in the protocol; found to left alone: per 1,000 of all, " +
      "so that the groups within a stratum add up to it",
    ...groupRows(reading, groups, { heading: "Intersection", hasUnknown }),
  };
}

function groupRows(
  { short: h }: Reading,
  groups: readonly GroupTable[],
  { heading, hasUnknown }: { readonly heading: string; readonly hasUnknown: boolean },
): Pick<Table, "columns" | "rows"> {
  return {
    columns: [
      { key: "stratum", label: heading, align: "start" },
      { key: "n", label: "n", align: "end" },
      { key: "events", label: "Events", align: "end" },
      { key: "eventFree", label: "Event-free", align: "end" },
      ...(hasUnknown ? [{ key: "unknown", label: "Status unknown", align: "end" } as const] : []),
      { key: "found", label: "Found", align: "end" },
      { key: "flaggedForNothing", label: "Flagged for nothing", align: "end" },
      { key: "missed", label: "Missed", align: "end" },
      { key: "leftAlone", label: "Left alone", align: "end" },
      { key: "flagged", label: "Flagged", align: "end" },
      { key: "sensitivity", label: "Sensitivity", align: "end" },
      { key: "specificity", label: "Specificity", align: "end" },
      { key: "ppv", label: "PPV", align: "end" },
      { key: "observedExpected", label: "Observed/expected", align: "end" },
    ],
    rows: groups.map(({ group, table }): Cell[] => {
      const cell = (measure: string): Cell => ({ id: `${measure}@${h}/${group.id}`, part: "both" });
      return [
        group.name,
        String(table.n),
        String(table.all.events),
        cell("cohort.event-free"),
        ...(hasUnknown ? [cell("cohort.unknown")] : []),
        ...cellNames.map(([key]) => cell(`performance.${key}`)),
        cell("performance.flagged"),
        cell("performance.sensitivity"),
        cell("performance.specificity"),
        cell("performance.ppv"),
        cell("performance.observed-expected"),
      ];
    }),
  };
}
