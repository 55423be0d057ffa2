import type { ComputedEstimate } from "../evidence/estimate.ts";
import type { Cell, Table } from "../evidence/figures.ts";
import { observedExpected } from "../stats/observed-expected.ts";
import { type TwoByTwo, twoByTwoAtHorizon } from "../stats/two-by-two.ts";
import type { Cohort, Group, Reading } from "./cohort.ts";
import { countOf, estimateOf, type Outcome, shareOf } from "./estimate-of.ts";
import type { Piece } from "./piece.ts";
import { contextOf, rateNames, rates, weighted } from "./rates.ts";

/** The operating point in each stratum and slice, and the worst of the strata. */
export function strataPiece(cohort: Cohort, reading: Reading, threshold: number, at: string): Piece {
  const groups = groupTables(cohort, reading, threshold, 0.95);
  return {
    estimates: [
      ...groups.flatMap(({ group, table }) => groupEstimates(cohort, reading, group, table, at)),
      ...worstOfStrata(cohort, reading, threshold, at),
    ],
    tables: [strataTable(reading, groups)],
  };
}

interface GroupTable {
  readonly group: Group;
  readonly table: TwoByTwo;
}

/** One table a group; the strata of one variable share a pass, so that their cells add up to the whole. */
function groupTables(cohort: Cohort, reading: Reading, threshold: number, level: number): GroupTable[] {
  const columns = {
    time: cohort.time,
    event: cohort.event,
    risk: reading.risk,
    horizon: reading.atDays,
    threshold,
    level,
  };
  return disjointGroups(cohort.groups).flatMap((groups) => {
    const stratum = new Int32Array(cohort.n).fill(groups.length);
    groups.forEach(({ isMember }, code) => {
      for (let i = 0; i < cohort.n; i++) if (isMember[i]) stratum[i] = code;
    });
    const { strata } = twoByTwoAtHorizon({ ...columns, stratum, nStrata: groups.length + 1 });
    return groups.map((group, code) => ({ group, table: strata[code]! }));
  });
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
  group: Group,
  table: TwoByTwo,
  at: string,
): ComputedEstimate[] {
  const context = contextOf(table, reading, group.id);
  const of = `, ${groupName(group)}`;
  const rows: number[] = [];
  for (let i = 0; i < cohort.n; i++) if (group.isMember[i]) rows.push(i);
  const calibration = observedExpected({
    time: Float64Array.from(rows, (row) => cohort.time[row]!),
    event: Uint8Array.from(rows, (row) => cohort.event[row]!),
    risk: Float64Array.from(rows, (row) => reading.risk[row]!),
    horizon: reading.atDays,
  });
  const ratio: Outcome =
    "notEstimable" in calibration
      ? calibration
      : { value: calibration.ratio, lower: calibration.lower, upper: calibration.upper };
  return [
    countOf(context, "cohort.in-group", `Patients${of}`, table.n),
    shareOf(context, "cohort.unknown", `Status unknown${of}`, table.all.unknown, table.n),
    ...rates(table, context, at, of),
    estimateOf(
      context,
      {
        measure: "performance.observed-expected",
        label: `Observed/expected${of}`,
        unit: "ratio",
        method: "Kaplan–Meier in the group over its mean risk",
      },
      ratio,
    ),
  ];
}

/**
 * The lowest of each rate over the strata, with an interval that holds for all strata at once (Bonferroni).
 * A stratum without a number makes the worst of them unknown, and the reason names it.
 */
function worstOfStrata(cohort: Cohort, reading: Reading, threshold: number, at: string): ComputedEstimate[] {
  const strata = cohort.groups.filter(({ family }) => family !== "slice");
  if (strata.length === 0) return [];
  const level = 1 - 0.05 / strata.length;
  const tables = groupTables({ ...cohort, groups: strata }, reading, threshold, level);
  return rateNames.map(([key, name]) => {
    const known = tables.flatMap(({ group, table }) => {
      const rate = table[key];
      return "notEstimable" in rate ? [] : [{ group, table, rate }];
    });
    const unknown = tables.find(({ table }) => "notEstimable" in table[key]);
    const worst = known.toSorted((a, b) => a.rate.value - b.rate.value)[0];
    const place = worst ? groupName(worst.group) : "no stratum";
    const context = {
      ...(worst
        ? contextOf(worst.table, reading)
        : { n: cohort.n, horizon: reading.short, evidence: "retrospective" as const }),
      stratum: "worst-of-strata",
    };
    const outcome: Outcome =
      worst && !unknown
        ? {
            value: worst.rate.value,
            lower: Math.min(...known.map(({ rate }) => rate.lower)),
            upper: Math.min(...known.map(({ rate }) => rate.upper)),
            kind: "simultaneous",
          }
        : {
            notEstimable: unknown
              ? `no ${name} in ${unknown.group.family} ${unknown.group.label}`
              : "no stratum",
          };
    const method = `${weighted}, Bonferroni over ${strata.length} strata`;
    return estimateOf(
      context,
      {
        measure: `performance.${key}`,
        label: `Worst stratum: ${name.toLowerCase()} at ${at}, ${place}`,
        unit: "proportion",
        method,
      },
      outcome,
    );
  });
}

function strataTable(reading: Reading, groups: readonly GroupTable[]): Table {
  const h = reading.short;
  return {
    id: `performance.strata@${h}`,
    caption: "By stratum and slice named in the protocol before outcomes were joined",
    columns: [
      { key: "stratum", label: "Stratum", align: "start" },
      { key: "n", label: "n", align: "end" },
      { key: "events", label: "Events", align: "end" },
      { key: "unknown", label: "Status unknown", align: "end" },
      { key: "flagged", label: "Flagged", align: "end" },
      { key: "sensitivity", label: "Sensitivity", align: "end" },
      { key: "specificity", label: "Specificity", align: "end" },
      { key: "ppv", label: "PPV", align: "end" },
      { key: "observedExpected", label: "Observed/expected", align: "end" },
    ],
    rows: groups.map(({ group, table }): Cell[] => {
      const cell = (measure: string): Cell => ({ id: `${measure}@${h}/${group.id}`, part: "both" });
      return [
        groupName(group),
        String(table.n),
        String(table.all.events),
        cell("cohort.unknown"),
        cell("performance.flagged"),
        cell("performance.sensitivity"),
        cell("performance.specificity"),
        cell("performance.ppv"),
        cell("performance.observed-expected"),
      ];
    }),
  };
}

/** "age 50–64", "many nodes". */
function groupName({ family, label }: Group): string {
  return family === "slice" ? label : `${family} ${label}`;
}
