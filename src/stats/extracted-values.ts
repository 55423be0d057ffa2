import { assertCodes, assertFinite, assertSameLength, ContractError } from "./assert.ts";
import {
  type CountedShare,
  type Presence,
  type PresenceCounts,
  presenceCounts,
  shareOf,
} from "./extracted-presence.ts";
import { type CohenKappa, cohenKappa } from "./kappa.ts";
import { type LimitsOfAgreement, limitsOfAgreement } from "./limits-of-agreement.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { quantile } from "./quantile.ts";

export interface CategoryAgreement {
  /** Of charts with this value, those for which the model gives it. */
  readonly sensitivity: CountedShare | NotEstimable;
  /** Of rows for which the model gives this value, those whose chart has it. */
  readonly ppv: CountedShare | NotEstimable;
}

export interface ExtractedCategories extends PresenceCounts {
  /** Of rows with both values, those with the same. */
  readonly agreement: CountedShare | NotEstimable;
  /** By value: 0 … nLevels − 1. */
  readonly values: readonly CategoryAgreement[];
  /** Rows by the chart's value, then by the model's; the last row and column are "no value". */
  readonly confusion: readonly (readonly number[])[];
  /** With "no value" as a category; its interval takes rows as independent, so there is none with clusters. */
  readonly kappa: CohenKappa | NotEstimable;
}

/**
 * Categories that a model extracted from text against those that a person abstracted from the chart.
 *
 *     sensitivity of a value = both say it/chart says it,   ppv = both say it/model says it
 *
 * A value that the model misses counts against sensitivity, one that it invents against PPV. What `extracted` and `abstracted`
 * hold where there is no value is not read. Codes beyond the levels and columns of other lengths are a ContractError.
 *
 * Reference: Wilson (1927), JASA 22, 209–212, doi:10.1080/01621459.1927.10502953; Cohen (1960), Educational and
 * Psychological Measurement 20, 37–46, doi:10.1177/001316446002000104.
 */
export function extractedCategories({
  extracted,
  abstracted,
  nLevels,
  ...rows
}: Presence & {
  readonly extracted: Uint16Array | Uint32Array;
  readonly abstracted: Uint16Array | Uint32Array;
  readonly nLevels: number;
}): ExtractedCategories {
  const { isExtracted, isAbstracted, cluster, level = 0.95 } = rows;
  const counts = presenceCounts(rows);
  assertSameLength({ isExtracted, extracted, abstracted });
  const ours = Uint32Array.from(extracted, (code, i) => (isExtracted[i] === 1 ? code : 0));
  const theirs = Uint32Array.from(abstracted, (code, i) => (isAbstracted[i] === 1 ? code : 0));
  assertCodes("extracted", ours, { n: nLevels, what: "levels" });
  assertCodes("abstracted", theirs, { n: nLevels, what: "levels" });
  const confusion = Array.from({ length: nLevels + 1 }, () => new Array<number>(nLevels + 1).fill(0));
  ours.forEach((code, i) => {
    const [row, column] = [
      isAbstracted[i] === 1 ? theirs[i]! : nLevels,
      isExtracted[i] === 1 ? code : nLevels,
    ];
    confusion[row]![column]!++;
  });
  const isBoth = (i: number) => isExtracted[i] === 1 && isAbstracted[i] === 1;
  const isOurs = (k: number) => (i: number) => isExtracted[i] === 1 && ours[i] === k;
  const isTheirs = (k: number) => (i: number) => isAbstracted[i] === 1 && theirs[i] === k;
  return {
    ...counts,
    agreement: shareOf(rows, { of: isBoth, which: (i) => ours[i] === theirs[i] }),
    values: Array.from({ length: nLevels }, (_, k) => ({
      sensitivity: shareOf(rows, { of: isTheirs(k), which: isOurs(k) }),
      ppv: shareOf(rows, { of: isOurs(k), which: isTheirs(k) }),
    })),
    confusion,
    kappa: cluster ? dependent : cohenKappa(confusion, { level }),
  };
}

const dependent: NotEstimable = {
  notEstimable: "rows of a patient depend on each other: give one row for each patient",
};

export interface ExtractedNumbers extends PresenceCounts {
  /** Of rows with both values. */
  readonly exact: CountedShare | NotEstimable;
  readonly withinTolerance: CountedShare | NotEstimable;
  /** Values beyond the tolerance that a change of unit explains, by factor; each is counted once. */
  readonly unitMistakes: readonly { readonly factor: number; readonly n: number }[];
  /** Of extracted less abstracted, unit mistakes included. */
  readonly limits: LimitsOfAgreement | NotEstimable;
}

/** Slipped decimal points and g against mg, inches against centimetres, pounds against kilograms. */
export const unitFactors: readonly number[] = [10, 100, 1000, 2.54, 0.45359237];
/** How near the quotient must be to the factor: values are rounded in the chart. */
const nearFactor = 0.01;
/** Relative: 1.1 and 1.0 differ by more than .1 in binary. */
const rounding = 1e-12;

/**
 * Numbers that a model extracted from text against those that a person abstracted from the chart.
 *
 *     exact: equal;   within: |e − a| ≤ tolerance, but for rounding;   unit mistake by f: beyond it, and e/a or a/e within 1 % of f
 *
 * Missed and invented values are counted apart. Bland–Altman limits as in `limitsOfAgreement`, not with clusters. A factor that is
 * not above 0 or is 1, a tolerance below 0, and a value that is not finite where there is one are a ContractError.
 *
 * Reference: Bland & Altman (1986), Lancet 327, 307–310, doi:10.1016/S0140-6736(86)90837-8.
 */
export function extractedNumbers({
  extracted,
  abstracted,
  tolerance,
  factors = unitFactors,
  ...rows
}: Presence & {
  readonly extracted: Float64Array;
  readonly abstracted: Float64Array;
  readonly tolerance: number;
  readonly factors?: readonly number[];
}): ExtractedNumbers {
  const counts = presenceCounts(rows);
  assertSameLength({ isExtracted: rows.isExtracted, extracted, abstracted });
  if (!(tolerance >= 0 && tolerance < Infinity)) throw new ContractError(`a tolerance of ${tolerance}`);
  for (const factor of factors)
    if (!(factor > 0 && factor < Infinity && factor !== 1)) throw new ContractError(`a factor of ${factor}`);
  const pairs = pairsOf(rows);
  const ours = Float64Array.from(pairs, (row) => extracted[row]!);
  const theirs = Float64Array.from(pairs, (row) => abstracted[row]!);
  assertFinite({ extracted: ours, abstracted: theirs });
  const isBoth = (i: number) => rows.isExtracted[i] === 1 && rows.isAbstracted[i] === 1;
  const isWithin = (i: number) => isWithinTolerance(extracted[i]!, abstracted[i]!, tolerance);
  const beyond = pairs.filter((row) => !isWithin(row));
  const factorOf = (row: number) => {
    const quotient = extracted[row]! / abstracted[row]!;
    return factors.findIndex((f) => [f, 1 / f].some((one) => Math.abs(quotient / one - 1) <= nearFactor));
  };
  const found = Array.from(beyond, factorOf);
  return {
    ...counts,
    exact: shareOf(rows, { of: isBoth, which: (i) => extracted[i] === abstracted[i] }),
    withinTolerance: shareOf(rows, { of: isBoth, which: isWithin }),
    unitMistakes: factors.map((factor, k) => ({ factor, n: found.filter((own) => own === k).length })),
    limits: rows.cluster
      ? dependent
      : limitsOfAgreement(
          ours.map((x, i) => x - theirs[i]!),
          rows.level,
        ),
  };
}

/** Whether two numbers lie at most the tolerance apart, but for rounding. */
export function isWithinTolerance(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance + rounding * Math.max(Math.abs(a), Math.abs(b));
}

export interface ExtractedDates extends PresenceCounts {
  readonly exact: CountedShare | NotEstimable;
  /** The same month of the same year. */
  readonly sameMonth: CountedShare | NotEstimable;
  /** At most so many days apart as was asked. */
  readonly within: CountedShare | NotEstimable;
  readonly nEarlier: number;
  readonly nLater: number;
  /** The same date but for day and month exchanged; and but for the year. */
  readonly nSwapped: number;
  readonly nOtherYear: number;
  /** Of those with both dates, exact ones included. */
  readonly daysOff: { readonly median: number; readonly p90: number; readonly most: number } | NotEstimable;
}

/**
 * Dates that a model extracted from text against those that a person abstracted from the chart.
 *
 * Dates are days from 1 January 1970 in the Gregorian calendar, whole numbers, as counted in one time zone. Quantiles of the
 * absolute difference are interpolated (type 7). A value that is no day, or `withinDays` below 0, is a ContractError.
 */
export function extractedDates({
  extracted,
  abstracted,
  withinDays,
  ...rows
}: Presence & {
  readonly extracted: Int32Array;
  readonly abstracted: Int32Array;
  readonly withinDays: number;
}): ExtractedDates {
  const counts = presenceCounts(rows);
  assertSameLength({ isExtracted: rows.isExtracted, extracted, abstracted });
  if (!(withinDays >= 0)) throw new ContractError(`within ${withinDays} days`);
  const pairs = pairsOf(rows);
  const isBoth = (i: number) => rows.isExtracted[i] === 1 && rows.isAbstracted[i] === 1;
  const off = (i: number) => extracted[i]! - abstracted[i]!;
  const count = (which: (row: number) => boolean) => pairs.filter(which).length;
  const both = (i: number) => [calendarDate(extracted[i]!), calendarDate(abstracted[i]!)] as const;
  const isSameMonth = (i: number) => {
    const [one, other] = both(i);
    return one.year === other.year && one.month === other.month;
  };
  const isSwapped = (i: number) => {
    const [one, other] = both(i);
    return off(i) !== 0 && one.year === other.year && one.month === other.day && one.day === other.month;
  };
  const isOtherYear = (i: number) => {
    const [one, other] = both(i);
    return one.year !== other.year && one.month === other.month && one.day === other.day;
  };
  const apart = Float64Array.from(pairs, (row) => Math.abs(off(row)));
  return {
    ...counts,
    exact: shareOf(rows, { of: isBoth, which: (i) => off(i) === 0 }),
    sameMonth: shareOf(rows, { of: isBoth, which: isSameMonth }),
    within: shareOf(rows, { of: isBoth, which: (i) => Math.abs(off(i)) <= withinDays }),
    nEarlier: count((i) => off(i) < 0),
    nLater: count((i) => off(i) > 0),
    nSwapped: count(isSwapped),
    nOtherYear: count(isOtherYear),
    daysOff:
      apart.length === 0
        ? { notEstimable: "no row has both dates" }
        : { median: quantile(apart, 0.5), p90: quantile(apart, 0.9), most: quantile(apart, 1) },
  };
}

function pairsOf({ isExtracted, isAbstracted }: Presence): Uint32Array {
  return Uint32Array.from(isExtracted.keys()).filter(
    (row) => isExtracted[row] === 1 && isAbstracted[row] === 1,
  );
}

function calendarDate(day: number): { readonly year: number; readonly month: number; readonly day: number } {
  const date = new Date(day * 86_400_000);
  if (Number.isNaN(date.getTime())) throw new ContractError(`day ${day} is no date`);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
