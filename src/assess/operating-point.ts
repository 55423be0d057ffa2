import { type ComputedEstimate, isKnown } from "../evidence/estimate.ts";
import type { Cell, Matrix, Table } from "../evidence/figures.ts";
import type { OperatingPoint } from "../protocol/index.ts";
import { ipcwMean, ipcwSample } from "../stats/ipcw-mean.ts";
import { observedExpected } from "../stats/observed-expected.ts";
import { type TwoByTwo, twoByTwoAtHorizon } from "../stats/two-by-two.ts";
import type { Cohort, Group, Reading } from "./cohort.ts";
import { type Context, countOf, estimateOf, type Outcome, shareOf } from "./estimate-of.ts";
import type { Piece } from "./piece.ts";

const retrospective = "retrospective" as const;
const weighted = "IPCW, one pooled censoring curve; Wilson interval at the effective size";

/** "at .40", as labels print the operating point. */
export function thresholdText(threshold: number): string {
  return threshold.toFixed(2).replace(/^0/, "");
}

/** The smallest risk that is flagged: the threshold itself for ≥, the next double above it for >. */
export function flaggedFrom({ comparison, threshold }: Pick<OperatingPoint, "comparison" | "threshold">): number {
  if (comparison === ">=") return threshold;
  const bits = new BigInt64Array(Float64Array.of(threshold === 0 ? 0 : threshold).buffer);
  bits[0] = bits[0]! + 1n;
  return new Float64Array(bits.buffer)[0]!;
}

/** What happens to 1,000 patients at the operating point, for all and for each stratum and slice. */
export function operatingPointPiece(cohort: Cohort, reading: Reading, point: OperatingPoint): Piece {
  const columns = { time: cohort.time, event: cohort.event, risk: reading.risk, horizon: reading.atDays };
  const threshold = flaggedFrom(point);
  const at = thresholdText(point.threshold);
  const { whole } = twoByTwoAtHorizon({ ...columns, threshold });
  const context = contextOf(whole, reading);
  const groups = groupTables(cohort, reading, threshold, 0.95);
  return {
    estimates: [
      ...rates(whole, context, at),
      ...perThousand(columns, threshold, whole, context),
      ...baseline(whole, context),
      ...groups.flatMap(({ group, table }) => groupEstimates(cohort, reading, group, table, at)),
      ...worstOfStrata(cohort, reading, threshold, at),
    ],
    tables: [strataTable(reading, groups.map(({ group }) => group))],
    matrices: [rawCounts(reading, whole)],
  };
}

function contextOf(table: TwoByTwo, reading: Reading, stratum?: string): Context {
  return {
    n: table.n,
    events: table.all.events,
    horizon: reading.short,
    ...(stratum === undefined ? {} : { stratum }),
    evidence: retrospective,
  };
}

const rateNames = [
  ["sensitivity", "Sensitivity"],
  ["specificity", "Specificity"],
  ["ppv", "PPV"],
  ["npv", "NPV"],
] as const;

function rates(table: TwoByTwo, context: Context, at: string, of = ""): ComputedEstimate[] {
  return [
    ...rateNames.map(([key, name]) =>
      estimateOf(
        context,
        { measure: `performance.${key}`, label: `${name} at ${at}${of}`, unit: "proportion", method: weighted },
        withCounts(table[key], rawFraction(table, key)),
      ),
    ),
    shareOf(context, "performance.flagged", `Flagged at ${at}${of}`, table.nFlagged, table.n),
  ];
}

/** Patients of known status behind a rate, counted: what the weighted rate would be without censoring. */
function rawFraction({ all, flagged }: TwoByTwo, key: (typeof rateNames)[number][0]): readonly [number, number] {
  const rest = { events: all.events - flagged.events, eventFree: all.eventFree - flagged.eventFree };
  if (key === "sensitivity") return [flagged.events, all.events];
  if (key === "specificity") return [rest.eventFree, all.eventFree];
  if (key === "ppv") return [flagged.events, flagged.events + flagged.eventFree];
  return [rest.eventFree, rest.events + rest.eventFree];
}

function withCounts(outcome: Outcome, [numerator, denominator]: readonly [number, number]): Outcome {
  return "notEstimable" in outcome ? outcome : { ...outcome, numerator, denominator };
}

function baseline(table: TwoByTwo, context: Context): ComputedEstimate[] {
  const never: Outcome =
    "notEstimable" in table.prevalence
      ? table.prevalence
      : { value: 1 - table.prevalence.value, lower: 1 - table.prevalence.upper, upper: 1 - table.prevalence.lower };
  const named = (key: string, label: string) =>
    ({ measure: `performance.${key}`, label, unit: "proportion", method: weighted }) as const;
  return [
    estimateOf(context, named("accuracy", "Accuracy"), table.accuracy),
    estimateOf(context, named("accuracy-flag-nobody", "Accuracy of flagging nobody"), never),
  ];
}

const cells = [
  ["true-positive", "Found", "truePositive", 1, true],
  ["false-positive", "Flagged for nothing", "falsePositive", 0, true],
  ["false-negative", "Missed", "falseNegative", 1, false],
  ["true-negative", "Left alone rightly", "trueNegative", 0, false],
] as const;

interface Columns {
  readonly time: Float64Array;
  readonly event: Uint8Array;
  readonly risk: Float64Array;
  readonly horizon: number;
}

/** Weighted cells per 1,000 scored, each with a Wald interval from its influence function, cut at 0 and 1,000. */
function perThousand(columns: Columns, threshold: number, table: TwoByTwo, context: Context): ComputedEstimate[] {
  const { risk } = columns;
  const sample = ipcwSample(columns);
  const values = new Float64Array(risk.length);
  return cells.map(([key, name, cell, status, flagged]) => {
    for (let i = 0; i < risk.length; i++) {
      values[i] = sample.status[i] === status && risk[i]! >= threshold === flagged ? 1 : 0;
    }
    const mean = ipcwMean(sample, values);
    const outcome: Outcome =
      "notEstimable" in mean
        ? mean
        : { value: table.perThousand[cell], ...within(1000 * mean.mean, 1000 * 1.959963984540054 * mean.stdError) };
    const method = "IPCW, one pooled censoring curve; Wald interval";
    return estimateOf(context, { measure: `performance.${key}`, label: `${name}, per 1,000`, unit: "perThousand", method }, outcome);
  });
}

function within(value: number, halfWidth: number): { lower: number; upper: number } {
  return { lower: Math.max(0, value - halfWidth), upper: Math.min(1000, value + halfWidth) };
}

interface GroupTable {
  readonly group: Group;
  readonly table: TwoByTwo;
}

/** One table a group; the strata of one variable share a pass, so that their cells add up to the whole. */
function groupTables(cohort: Cohort, reading: Reading, threshold: number, level: number): GroupTable[] {
  const columns = { time: cohort.time, event: cohort.event, risk: reading.risk, horizon: reading.atDays, threshold, level };
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

function groupEstimates(cohort: Cohort, reading: Reading, group: Group, table: TwoByTwo, at: string): ComputedEstimate[] {
  const context = contextOf(table, reading, group.id);
  const of = `, ${group.family === "slice" ? "" : `${group.family} `}${group.label}`;
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
      { measure: "performance.oe", label: `Observed/expected${of}`, unit: "ratio", method: "Kaplan–Meier in the group over its mean risk" },
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
    const place = worst ? `${worst.group.family} ${worst.group.label}` : "no stratum";
    const context = {
      ...(worst ? contextOf(worst.table, reading) : { n: cohort.n, horizon: reading.short, evidence: retrospective }),
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
        : { notEstimable: unknown ? `no ${name} in ${unknown.group.family} ${unknown.group.label}` : "no stratum" };
    const method = `${weighted}, Bonferroni over ${strata.length} strata`;
    return estimateOf(
      context,
      { measure: `performance.${key}`, label: `Worst stratum: ${name.toLowerCase()} at ${at}, ${place}`, unit: "proportion", method },
      outcome,
    );
  });
}

function strataTable(reading: Reading, groups: readonly Group[]): Table {
  const h = reading.short;
  return {
    id: `performance.strata@${h}`,
    caption: "By stratum and slice named in the protocol before outcomes were joined",
    columns: [
      { key: "family", label: "Variable", align: "start" },
      { key: "stratum", label: "Stratum", align: "start" },
      { key: "n", label: "n", align: "end" },
      { key: "unknown", label: "Status unknown", align: "end" },
      { key: "flagged", label: "Flagged", align: "end" },
      { key: "sensitivity", label: "Sensitivity", align: "end" },
      { key: "specificity", label: "Specificity", align: "end" },
      { key: "ppv", label: "PPV", align: "end" },
      { key: "oe", label: "Observed/expected", align: "end" },
    ],
    rows: groups.map((group): Cell[] => {
      const cell = (measure: string): Cell => ({ id: `${measure}@${h}/${group.id}`, part: "both" });
      return [
        group.family,
        group.label,
        { id: `cohort.in-group@${h}/${group.id}`, part: "value" },
        cell("cohort.unknown"),
        cell("performance.flagged"),
        cell("performance.sensitivity"),
        cell("performance.specificity"),
        cell("performance.ppv"),
        cell("performance.oe"),
      ];
    }),
  };
}

/** Counts as they stand in the file, beside the weighted cells. */
function rawCounts({ short, readAt, label }: Reading, { all, flagged }: TwoByTwo): Matrix {
  const row = (counts: TwoByTwo["all"]) => [counts.events, counts.eventFree, counts.unknown];
  const rest = { events: all.events - flagged.events, eventFree: all.eventFree - flagged.eventFree, unknown: all.unknown - flagged.unknown };
  return {
    id: `performance.operating-point@${short}`,
    label: `Patients at the operating point by status at ${readAt ?? label}, counted`,
    rows: ["flagged", "not flagged"],
    columns: ["event", "event-free", "unknown"],
    cells: [row(flagged), row(rest)],
  };
}

/** The value, where there is one: for sentences that compare. */
export function valueOf(estimate: ComputedEstimate | undefined): number | undefined {
  return estimate && isKnown(estimate) ? estimate.value : undefined;
}
