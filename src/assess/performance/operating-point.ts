import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Matrix } from "../../evidence/figures.ts";
import type { OperatingPoint } from "../../protocol/index.ts";
import { ipcwShares } from "../../stats/ipcw-shares.ts";
import { clopperPearson } from "../../stats/proportion.ts";
import { nCells, type TwoByTwo } from "../../stats/two-by-two.ts";
import {
  type Cohort,
  familiesOf,
  primaryReading,
  type Reading,
  type TimedReading,
} from "../cohort/cohort.ts";
import { type Context, estimateOf, type Outcome } from "../estimate-of.ts";
import { joinPieces, type Piece } from "../piece.ts";
import { binaryPerThousand, binaryRawCounts } from "./binary-rates.ts";
import { cellNames, contextOf, rates } from "./rates.ts";
import { strataPiece } from "./strata.ts";
import { methodsAt, tablesAt } from "./tables-at.ts";

/** A threshold with at most so many decimals prints all of them. */
const exactDecimals = 4;
/** Beyond so many it prints as a power of ten. */
const mostDecimals = 12;

/**
 * "at .40", as labels print the operating point: two decimals or as many as it has, up to four; more where only they
 * tell it from 0 and from 1.
 */
export function thresholdText(threshold: number): string {
  const edge = Math.min(threshold, 1 - threshold);
  const toTell = edge > 0 ? -Math.floor(Math.log10(edge) + 1e-9) : 0;
  if (toTell > mostDecimals && threshold < 0.5) return threshold.toExponential(1).replace("-", "\u2212");
  const all = [2, 3, exactDecimals].find((places) => Number(threshold.toFixed(places)) === threshold);
  return threshold.toFixed(all ?? Math.max(2, toTell)).replace(/^0/, "");
}

/** The smallest risk that is flagged: the threshold itself for ≥, the next double above it for >. */
export function flaggedFrom({
  comparison,
  threshold,
}: Pick<OperatingPoint, "comparison" | "threshold">): number {
  if (comparison === ">=") return threshold;
  const bits = new BigInt64Array(Float64Array.of(threshold === 0 ? 0 : threshold).buffer);
  bits[0] = bits[0]! + 1n;
  return new Float64Array(bits.buffer)[0]!;
}

/** What happens to 1,000 patients at the operating point, for all and for each stratum and slice. */
export function operatingPointPiece(cohort: Cohort, point: OperatingPoint): Piece {
  const reading = primaryReading(cohort);
  const threshold = flaggedFrom(point);
  const families = familiesOf(cohort.groups);
  const tables = tablesAt(cohort, threshold, families);
  const { whole, cell } = tables;
  const at = thresholdText(point.threshold);
  const method = methodsAt(cohort).rates;
  const context = contextOf(whole, reading);
  const strata = strataPiece(cohort, { families, tables, at });
  const own: Piece = {
    estimates: [
      estimateOf(
        context,
        {
          measure: "performance.threshold",
          label: "Operating point",
          unit: "proportion",
          method: `set by the ${point.setBy}`,
        },
        { value: point.threshold },
      ),
      ...rates(whole, context, { at, method }),
      ...(cohort.kind === "binary"
        ? binaryPerThousand(cohort, reading, threshold, context)
        : perThousand(primaryReading(cohort), cell, whole, context)),
      ...baseline(whole, context, method),
      ...(cohort.kind === "binary" ? [] : [gainFromCells(whole, context, point.threshold, at)]),
    ],
    matrices: [
      cohort.kind === "binary" ? binaryRawCounts(cohort, reading, whole) : rawCounts(reading, whole),
    ],
  };
  return joinPieces([own, strata]);
}

/** The gain of the decision curve, made from the cells instead: one censoring curve for all. */
function gainFromCells(table: TwoByTwo, context: Context, threshold: number, at: string): ComputedEstimate {
  const odds = threshold / (1 - threshold);
  const { truePositive, falsePositive } = table.perThousand;
  const outcome: Outcome =
    "notEstimable" in table.prevalence
      ? table.prevalence
      : {
          value:
            (truePositive - falsePositive * odds) / 1000 -
            Math.max(table.prevalence.value - (1 - table.prevalence.value) * odds, 0),
          decimals: 3,
        };
  return estimateOf(
    context,
    {
      measure: "performance.net-benefit-gain-cells",
      label: `Net benefit at ${at} over the better default, from the cells`,
      unit: "difference",
      method: "IPCW, one pooled censoring curve; no interval",
    },
    outcome,
  );
}

/** Accuracy means nothing without that of the two rules that look at nobody. */
function baseline(table: TwoByTwo, context: Context, method: string): ComputedEstimate[] {
  const never: Outcome =
    "notEstimable" in table.prevalence
      ? table.prevalence
      : {
          value: 1 - table.prevalence.value,
          lower: 1 - table.prevalence.upper,
          upper: 1 - table.prevalence.lower,
        };
  const named = (key: string, label: string) =>
    ({ measure: `performance.${key}`, label, unit: "proportion", method }) as const;
  return [
    estimateOf(context, named("accuracy", "Accuracy"), table.accuracy),
    estimateOf(context, named("accuracy-flag-nobody", "Accuracy of flagging nobody"), never),
    estimateOf(context, named("accuracy-flag-everybody", "Accuracy of flagging everybody"), table.prevalence),
  ];
}

/**
 * Weighted cells per 1,000 scored, each with a Wald interval from its influence function, cut at 0 and 1,000. An empty
 * cell has the exact bound at the effective size of the prevalence.
 */
function perThousand(
  { sample }: TimedReading,
  cells: Uint8Array,
  table: TwoByTwo,
  context: Context,
): ComputedEstimate[] {
  const means = ipcwShares(sample, cells, nCells);
  return cellNames.map(([key, name, cell], c) => {
    const mean = means[c]!;
    const outcome: Outcome =
      "notEstimable" in mean
        ? mean
        : table.perThousand[cell] === 0
          ? { value: 0, ...emptyCell(table), kind: "bound" }
          : {
              value: table.perThousand[cell],
              ...within(1000 * mean.mean, 1000 * 1.959963984540054 * mean.stdError),
            };
    const method = "IPCW, one pooled censoring curve; Wald interval, exact bound for an empty cell";
    return estimateOf(
      context,
      { measure: `performance.${key}`, label: `${name}, per 1,000`, unit: "perThousand", method },
      outcome,
    );
  });
}

function emptyCell({ prevalence }: TwoByTwo): { lower: number; upper: number } {
  const size = "notEstimable" in prevalence ? 0 : prevalence.effectiveSize;
  return { lower: 0, upper: size > 0 ? 1000 * clopperPearson(0, size, 0.95).upper : 1000 };
}

function within(value: number, halfWidth: number): { lower: number; upper: number } {
  return { lower: Math.max(0, value - halfWidth), upper: Math.min(1000, value + halfWidth) };
}

/** Counts as they stand in the file, beside the weighted cells. */
function rawCounts({ short, readAt, label }: Reading, { all, flagged }: TwoByTwo): Matrix {
  const row = (counts: TwoByTwo["all"]) => [counts.events, counts.eventFree, counts.unknown];
  const rest = {
    events: all.events - flagged.events,
    eventFree: all.eventFree - flagged.eventFree,
    unknown: all.unknown - flagged.unknown,
  };
  return {
    id: `performance.operating-point@${short}`,
    label: `Patients at the operating point by status at ${readAt ?? label}, counted`,
    rows: ["flagged", "not flagged"],
    columns: ["event", "event-free", "unknown"],
    cells: [row(flagged), row(rest)],
  };
}
