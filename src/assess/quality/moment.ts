import { isIsoDate } from "../../evidence/calendar-date.ts";

/** A date or time as it was written, with all that it may stand for; in milliseconds since 1970. */
export interface Moment {
  readonly first: number;
  readonly last: number;
  /** Start of the last day or minute that it may stand for; of an instant, the instant. */
  readonly lastStart: number;
  /** How finely it was written: months and years are days of which nobody knows the day. */
  readonly unit: "day" | "minute" | "instant";
  /** Whether it says its time zone; otherwise it is what a clock on the wall showed. */
  readonly hasZone: boolean;
}

const msPerMinute = 60_000;
const msPerHour = 60 * msPerMinute;
const msPerDay = 24 * msPerHour;

/** Days from 1970-01-01, as a date column holds them. */
export function momentOfDay(days: number): Moment {
  const first = days * msPerDay;
  return { first, last: first + msPerDay - 1, lastStart: first, unit: "day", hasZone: false };
}

const written =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?$/;

/**
 * Reads a FHIR dateTime: 2024, 2024-03, 2024-03-05, 2024-03-05T14:30:00+01:00; undefined for any other text.
 *
 * Conventions: a space may stand for the T; seconds, their fraction and the zone may be left out. A time with seconds is
 * an instant. Second 60, a leap second, is read as second 0 of the next minute.
 * Source: https://hl7.org/fhir/R4/datatypes.html#dateTime.
 */
export function parseMoment(text: string): Moment | undefined {
  const match = written.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const firstDay = `${year}-${month ?? "01"}-${day ?? "01"}`;
  if (!isIsoDate(firstDay)) return undefined;
  const start = Date.parse(`${firstDay}T00:00:00Z`);
  if (hour === undefined) {
    const lastStart = Date.parse(`${lastDayOf(year!, month, day)}T00:00:00Z`);
    return { first: start, last: lastStart + msPerDay - 1, lastStart, unit: "day", hasZone: false };
  }
  const offset = offsetOf(zone);
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60 || offset === undefined)
    return undefined;
  const seconds = Number(`${second ?? 0}.${fraction ?? 0}`);
  const first = start + Number(hour) * msPerHour + Number(minute) * msPerMinute + seconds * 1000 - offset;
  const isInstant = second !== undefined;
  return {
    first,
    last: isInstant ? first : first + msPerMinute - 1,
    lastStart: first,
    unit: isInstant ? "instant" : "minute",
    hasZone: zone !== undefined,
  };
}

function lastDayOf(year: string, month = "12", day: string | undefined): string {
  const days = day === undefined ? ["31", "30", "29", "28"] : [day];
  return days.map((one) => `${year}-${month}-${one}`).find(isIsoDate)!;
}

/** Milliseconds east of Greenwich; undefined where no place on earth has such a clock. */
function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(3).replace(":", ""))];
  const ms = (zone.startsWith("-") ? -1 : 1) * (hours * msPerHour + minutes * msPerMinute);
  return minutes > 59 || ms < -westernmost || ms > easternmost ? undefined : ms;
}

/** Clocks on earth run from 12 hours behind to 14 hours before UTC. */
const westernmost = 12 * msPerHour;
const easternmost = 14 * msPerHour;

/** As an instant of UTC, which it may be in any zone. */
function inAnyZone({ first, last, lastStart, unit }: Moment): Moment {
  return {
    first: first - easternmost,
    last: last + westernmost,
    lastStart: lastStart + westernmost,
    unit,
    hasZone: true,
  };
}

/** The moment so many days later. */
export function later(moment: Moment, days: number): Moment {
  const ms = days * msPerDay;
  const { first, last, lastStart } = moment;
  return { ...moment, first: first + ms, last: last + ms, lastStart: lastStart + ms };
}

/**
 * Whether one moment is not after another: "yes" or "no" where that is so whatever each may stand for.
 *
 * Conventions: two days that are the same, or two minutes, are "yes": nothing finer is known of either. A month or a year
 * ends with its last day. Without a zone both are read on one clock; where one of them has a zone, the other may be that
 * of any place on earth.
 */
export function isNotAfter(one: Moment, other: Moment): "yes" | "no" | "cannot be told" {
  const isOneClock = one.hasZone === other.hasZone;
  const a = isOneClock || one.hasZone ? one : inAnyZone(one);
  const b = isOneClock || other.hasZone ? other : inAnyZone(other);
  if ((a.unit === b.unit ? a.lastStart : a.last) <= b.first) return "yes";
  return a.first > b.last ? "no" : "cannot be told";
}
