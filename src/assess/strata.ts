import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { Cell, Table } from "../evidence/figures.ts";
import { saidOf } from "../evidence/noun.ts";
import { binaryObservedExpected } from "../stats/binary-observed-expected.ts";
import { observedExpected } from "../stats/observed-expected.ts";
import type { TwoByTwo, TwoByTwoTables } from "../stats/two-by-two.ts";
import { clustering, ratioOutcome } from "./binary-rates.ts";
import {
  type BinaryCohort,
  type Cohort,
  type Group,
  primaryReading,
  type Reading,
  type TimedCohort,
  type TimedReading,
} from "./cohort.ts";
import { type Context, countOf, estimateOf, type Outcome, shareOf } from "./estimate-of.ts";
import type { Piece } from "./piece.ts";
import { cellNames, contextOf, groupCells, rateNames, rates } from "./rates.ts";
import { methodsAt, tablesAt } from "./tables-at.ts";

/** The operating point in each stratum and slice, and the worst of the strata. */
export function strataPiece(cohort: Cohort, threshold: number, at: string): Piece {
  const reading = primaryReading(cohort);
  const sets = disjointGroups(cohort.groups).map((groups) => groupSet(cohort, threshold, groups));
  const groups = sets.flatMap((set) => tablesOf(set, set.tables));
  return {
    estimates: [
      ...groups.flatMap((group) => groupEstimates(cohort, reading, group, at)),
      ...worstOfStrata(cohort, reading, sets, at),
    ],
    tables: [strataTable(reading, groups, cohort.kind === "time to event")],
  };
}

/** Groups that exclude each other, with their tables from one pass, so that their cells add up to the whole. */
interface GroupSet {
  readonly groups: readonly Group[];
  readonly tables: TwoByTwoTables;
}

interface GroupTable {
  readonly group: Group;
  readonly table: TwoByTwo;
  /** Why nobody of the cohort has a weight, where that is so. */
  readonly reason: string | undefined;
}

function groupSet(cohort: Cohort, threshold: number, groups: readonly Group[]): GroupSet {
  const stratum = new Int32Array(cohort.n).fill(-1);
  groups.forEach(({ isMember }, code) => {
    for (let i = 0; i < stratum.length; i++) if (isMember[i]) stratum[i] = code;
  });
  return { groups, tables: tablesAt(cohort, { threshold, stratum, nStrata: groups.length }) };
}

function tablesOf({ groups }: GroupSet, { whole, strata }: TwoByTwoTables): GroupTable[] {
  const reason = "notEstimable" in whole.prevalence ? whole.prevalence.notEstimable : undefined;
  return groups.map((group, code) => ({ group, table: strata[code]!, reason }));
}

/** The strata of one variable exclude each other; a slice stands alone. */
function disjointGroups(groups: readonly Group[]): Group[][] {
  const sets = new Map<string, Group[]>();
  for (const group of groups) {
    const key = group.family === "slice" ? group.id : group.family;
    sets.set(key, [...(sets.get(key) ?? []), group]);
  }
  return [...sets.values()];
}

function groupEstimates(
  cohort: Cohort,
  reading: Reading,
  { group, table, reason }: GroupTable,
  at: string,
): ComputedEstimate[] {
  const context = contextOf(table, reading, group.id);
  const of = `, ${group.name}`;
  const isTimed = cohort.kind === "time to event";
  const ratio = isTimed
    ? timedRatio(cohort, primaryReading(cohort), group)
    : binaryRatio(cohort, reading, group);
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

function timedRatio(cohort: TimedCohort, reading: TimedReading, group: Group): Outcome {
  const found = observedExpected({ ...membersOnly(cohort, reading, group), horizon: reading.atDays });
  return "notEstimable" in found ? found : { value: found.ratio, lower: found.lower, upper: found.upper };
}

/** Thresholds are tried by the hundred on the same groups, and no threshold moves these. */
const binaryRatios = new WeakMap<Group, Outcome>();

function binaryRatio(cohort: BinaryCohort, reading: Reading, group: Group): Outcome {
  const known = binaryRatios.get(group) ?? ratioAmong(cohort, reading, group);
  binaryRatios.set(group, known);
  return known;
}

function ratioAmong({ event, patient }: BinaryCohort, { risk }: Reading, { isMember }: Group): Outcome {
  const rows = Uint32Array.from(isMember, (_, row) => row).filter((row) => isMember[row] === 1);
  const found = binaryObservedExpected({
    event: Uint8Array.from(rows, (row) => event[row]!),
    risk: Float64Array.from(rows, (row) => risk[row]!),
    ...(patient ? { cluster: Uint32Array.from(rows, (row) => patient[row]!) } : {}),
  });
  return ratioOutcome(found);
}

/** The group's columns, still in order of time. */
function membersOnly({ time, event }: TimedCohort, { risk }: TimedReading, { isMember, n }: Group) {
  const own = { time: new Float64Array(n), event: new Uint8Array(n), risk: new Float64Array(n) };
  for (let row = 0, i = 0; row < isMember.length; row++) {
    if (!isMember[row]) continue;
    own.time[i] = time[row]!;
    own.event[i] = event[row]!;
    own.risk[i++] = risk[row]!;
  }
  return own;
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
  sets: readonly GroupSet[],
  at: string,
): ComputedEstimate[] {
  const strata = sets.filter(({ groups }) => groups[0]!.family !== "slice");
  const nStrata = strata.reduce((sum, { groups }) => sum + groups.length, 0);
  if (nStrata === 0) return [];
  const level = 1 - 0.05 / nStrata;
  const tables = strata.flatMap((set) => tablesOf(set, set.tables.atLevel(level)));
  return rateNames.map(([key, name]) => {
    const { place, outcome } = worstOf(tables, key);
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

function strataTable(reading: Reading, groups: readonly GroupTable[], hasUnknown: boolean): Table {
  const h = reading.short;
  return {
    id: `performance.strata@${h}`,
    caption:
      "By stratum and slice named in the protocol; found to left alone: per 1,000 of all, " +
      "so that the strata of a variable add up to the whole",
    columns: [
      { key: "stratum", label: "Stratum", align: "start" },
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
