import { isIsoDate } from "../evidence/calendar-date.ts";
import { plainNumber, shortDuration, type TimeUnit, timeUnits } from "../evidence/time-unit.ts";

export { type TimeUnit, timeUnits } from "../evidence/time-unit.ts";

/** Calendar date as YYYY-MM-DD; the parser has checked that it exists. */
export type IsoDate = string;

/** Days in one unit: 1 year = 365.25 days, 1 month = a twelfth of it. The only place where this is stated. */
export const daysPer: Readonly<Record<TimeUnit, number>> = {
  minutes: 1 / 1440,
  hours: 1 / 24,
  days: 1,
  weeks: 7,
  months: 365.25 / 12,
  years: 365.25,
};

/** A length of time as written and in days. */
export interface Duration {
  readonly amount: number;
  readonly unit: TimeUnit;
  readonly days: number;
  /** "60 months" */
  readonly label: string;
  /** "60mo", for estimate ids. */
  readonly short: string;
}

/** First to last day, both included. */
export interface Period {
  readonly from: IsoDate;
  readonly to: IsoDate;
  /** "1984–1989" */
  readonly label: string;
}

/** Plausible low, middle and high value; a plain number gives three times itself. */
export interface Range {
  readonly low: number;
  readonly mid: number;
  readonly high: number;
}

export function isTimeUnit(text: string): text is TimeUnit {
  return (timeUnits as readonly string[]).includes(text);
}

/** `month` and `months` are the same unit; undefined for anything else. */
export function timeUnitNamed(text: string): TimeUnit | undefined {
  if (isTimeUnit(text)) return text;
  const plural = `${text}s`;
  return isTimeUnit(plural) ? plural : undefined;
}

export function durationOf(amount: number, unit: TimeUnit): Duration {
  return {
    amount,
    unit,
    days: amount * daysPer[unit],
    label: `${plainNumber(amount)} ${amount === 1 ? unit.slice(0, -1) : unit}`,
    short: shortDuration(amount, unit),
  };
}

/** "60 months" → its Duration; undefined for any other text. */
export function parseDuration(text: string): Duration | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,9})?) ?([a-z]{3,7})$/.exec(text);
  const unit = match && timeUnitNamed(match[2]!);
  return unit ? durationOf(Number(match[1]), unit) : undefined;
}

/**
 * "1984–1989", "2019" or "2019-03-01 to 2020-02-29" → first and last day; undefined for any other text.
 * Between years a hyphen is read as the en dash. Order is not checked here.
 */
export function parsePeriod(text: string): Period | undefined {
  const years = /^(\d{4})(?:\s?[–-]\s?(\d{4}))?$/.exec(text);
  if (years) {
    const [first, last] = [years[1]!, years[2] ?? years[1]!];
    const from = `${first}-01-01`;
    const to = `${last}-12-31`;
    return isIsoDate(from) && isIsoDate(to)
      ? { from, to, label: years[2] ? `${first}–${last}` : first }
      : undefined;
  }
  const dates = /^(\d{4}-\d{2}-\d{2}) (?:to|–) (\d{4}-\d{2}-\d{2})$/.exec(text);
  if (!dates || !isIsoDate(dates[1]!) || !isIsoDate(dates[2]!)) return undefined;
  return { from: dates[1]!, to: dates[2]!, label: `${dates[1]} to ${dates[2]}` };
}
