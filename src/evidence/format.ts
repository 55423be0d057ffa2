import { type Estimate, isKnown, type KnownEstimate, type Unit } from "./estimate.ts";
import { isProtocolNumber, isReference, type NumberReference, type Phrase } from "./phrase.ts";

/**
 * How every number prints, in the memo, the report, the browser and the terminal.
 *
 * Conventions: numbers without a dimension drop the zero before the point (.57) and keep two decimals; shares
 * print as per cent with one; whole minutes, days and dollars print without decimals. Signs are true minus
 * signs; ranges have an en dash, or "to" where a bound is negative. Spaces inside a number do not break. A
 * positive proportion that would round to .00 prints as <.01, one below 1 that would round to 1.00 as >.99. A
 * ratio, difference or bare number from 1,000 on prints as >999.
 */

export type NumberPart = NumberReference["part"];

const noBreak = "\u00a0";
const narrowNoBreak = "\u202f";
const minus = "\u2212";
const enDash = "\u2013";

interface Style {
  readonly decimals: number;
  /** Print whole values without decimals: 8 min beside 1.8 min. */
  readonly wholeWithout: boolean;
  readonly dropsZero: boolean;
  readonly before: string;
  readonly after: string;
}

const plain: Style = { decimals: 2, wholeWithout: false, dropsZero: true, before: "", after: "" };
const whole: Style = { ...plain, decimals: 0 };
const measured: Style = { ...plain, decimals: 1, wholeWithout: true, dropsZero: false };

const styles: Readonly<Record<Unit, Style>> = {
  proportion: plain,
  difference: plain,
  ratio: plain,
  number: plain,
  share: { ...plain, decimals: 1, dropsZero: false, after: `${narrowNoBreak}%` },
  count: whole,
  perThousand: whole,
  minutes: { ...measured, after: `${noBreak}min` },
  hours: { ...measured, after: `${noBreak}h` },
  days: { ...measured, after: `${noBreak}days` },
  years: { ...measured, decimals: 2, after: `${noBreak}y` },
  usd: { ...measured, decimals: 0, before: "$" },
  usdPerHour: { ...measured, decimals: 2, before: "$", after: "/h" },
};

/**
 * One part of an estimate as text.
 *
 * `value` .57, `interval` .50–.62, `both` .57 (.50–.62), `fraction` 195/243, `n` 686. `both` of a share
 * without interval carries its fraction: 80.2 % (195/243). Where the number does not exist, every part but `n`
 * says so; of a withheld number every part prints as "hidden", and so does a withheld interval. Throws where a part is asked for that the
 * estimate was not given: a mistake of the caller.
 */
export function formatPart(estimate: Estimate, part: NumberPart): string {
  if ("hidden" in estimate) return "hidden";
  if (part === "n") return formatCount(estimate.n);
  if (!isKnown(estimate)) return `not estimable: ${estimate.notEstimable}`;
  if (part === "value") return valueText(estimate);
  if (part === "fraction") return fractionText(estimate);
  if (part === "interval") return estimate.interval ? intervalText(estimate) : noInterval(estimate);
  if (estimate.interval) return `${valueText(estimate)} (${intervalText(estimate)})`;
  if (estimate.isIntervalHidden) return `${valueText(estimate)} (interval hidden)`;
  const hasFraction = estimate.unit === "share" && estimate.numerator !== undefined;
  return hasFraction ? `${valueText(estimate)} (${fractionText(estimate)})` : valueText(estimate);
}

/** Beyond it, ratios and other numbers without a dimension print as >999: no page has room for each digit. */
const largestPrinted = 999;

/** >999 or <−999; undefined where the number prints as it is. */
function beyondPage(value: number, { unit, decimals }: KnownEstimate): string | undefined {
  const isBounded =
    unit === "ratio" || unit === "difference" || (unit === "number" && decimals === undefined);
  const isLarge = Number.isFinite(value) && Math.abs(value) >= largestPrinted + 1;
  if (!isBounded || !isLarge) return undefined;
  return value > 0 ? `>${largestPrinted}` : `<${minus}${largestPrinted}`;
}

function noInterval({ isIntervalHidden }: KnownEstimate): string {
  return isIntervalHidden ? "hidden" : "no interval";
}

/** A phrase as plain text, its numbers printed. Throws on a reference to an estimate that is not there. */
export function phraseText(phrase: Phrase, byId: ReadonlyMap<string, Estimate>): string {
  return phrase
    .map((piece) => {
      if (isReference(piece)) return formatPart(findEstimate(byId, piece.id), piece.part);
      return isProtocolNumber(piece) ? piece.text : piece;
    })
    .join("");
}

/** The estimate of an id. Throws where there is none: evidence and text were made apart. */
export function findEstimate(byId: ReadonlyMap<string, Estimate>, id: string): Estimate {
  const estimate = byId.get(id);
  if (estimate === undefined) throw new Error(`no estimate has the id "${id}"`);
  return estimate;
}

/** A count with a comma between thousands. */
export function formatCount(count: number): string {
  return signed(digits(count, whole, 0), count, false);
}

/** "1 row", "2 rows", "1,000 rows": for nouns whose plural takes an s. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number that is not an estimate, as a point of a curve or a tick of an axis: .25, −.1, 1.0. */
export function formatBare(value: number, decimals: number): string {
  return signed(digits(value, plain, decimals), value, false);
}

function valueText(estimate: KnownEstimate): string {
  const { value, unit } = estimate;
  const beyond = beyondPage(value, estimate);
  if (beyond !== undefined) return beyond;
  const style = styles[unit];
  const decimals = decimalsOf(estimate);
  const limit = unit === "proportion" ? beyondPrecision(value, decimals) : undefined;
  const text = limit ?? `${style.before}${digits(scaled(value, unit), style, decimals)}`;
  const after = unit === "days" && text === "1" ? `${noBreak}day` : style.after;
  return signed(text, value, unit === "difference") + after;
}

function intervalText(estimate: KnownEstimate): string {
  const { unit } = estimate;
  const { lower, upper } = estimate.interval!;
  const decimals = decimalsOf(estimate);
  const [from, to] = [lower, upper].map(
    (bound) =>
      beyondPage(bound, estimate) ??
      signed(digits(scaled(bound, unit), styles[unit], decimals), bound, unit === "difference" && lower < 0),
  );
  if (from === to && beyondPage(lower, estimate) !== undefined) return from!;
  return lower < 0 ? `${from}${noBreak}to${noBreak}${to}` : `${from}${enDash}${to}`;
}

function fractionText(estimate: KnownEstimate): string {
  const { id, numerator, denominator } = estimate;
  if (numerator === undefined || denominator === undefined)
    throw new Error(`estimate "${id}" has no fraction`);
  return `${formatCount(numerator)}/${formatCount(denominator)}`;
}

/** Value and interval share their decimals, so both decide whether all are whole. */
function decimalsOf({ decimals, unit, value, interval }: KnownEstimate): number {
  if (decimals !== undefined) return decimals;
  const style = styles[unit];
  const printed = interval ? [value, interval.lower, interval.upper] : [value];
  return style.wholeWithout && printed.every(Number.isInteger) ? 0 : style.decimals;
}

function scaled(value: number, unit: Unit): number {
  return unit === "share" ? value * 100 : value;
}

/** The absolute value with thousands commas. */
function digits(value: number, style: Style, decimals: number): string {
  if (!Number.isFinite(value)) throw new Error(`${value} cannot be printed as a number`);
  const [integer = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const grouped = integer.replace(/\B(?=(?:\d{3})+$)/g, ",");
  if (fraction === undefined) return grouped;
  return `${style.dropsZero && grouped === "0" ? "" : grouped}.${fraction}`;
}

/** What rounds to zero has no sign: −0 and −.001 print as .00. */
function signed(text: string, value: number, showsPlus: boolean): string {
  if (!/[1-9]/.test(text)) return text;
  if (value < 0) return `${minus}${text}`;
  return showsPlus ? `+${text}` : text;
}

/** <.01 or >.99, where rounding would claim "never" or "always". */
function beyondPrecision(value: number, decimals: number): string | undefined {
  if (decimals === 0) return undefined;
  const rounded = Number(value.toFixed(decimals));
  if (value > 0 && rounded === 0) return `<.${"1".padStart(decimals, "0")}`;
  if (value < 1 && rounded === 1) return `>.${"9".repeat(decimals)}`;
  return undefined;
}
