import { z } from "zod";
import { isIsoDate } from "../evidence/calendar-date.ts";
import { parseDuration, parsePeriod, timeUnitNamed, timeUnits } from "./units.ts";

/** Control characters, line separators and the marks that reverse reading order: a committee must read what was written. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** One line of text for a reader. The limit keeps the memo on its page. */
export const text = (max: number) =>
  z
    .string()
    .min(1, "is empty")
    .max(max)
    .refine((value) => visible.test(value), "holds nothing to read")
    .refine((value) => !unprintable.test(value), "holds a line break or another control character")
    .meta({ kind: `text, at most ${max} characters` });

/** `(?!…)` keeps the words of the expression grammar out of column names. */
const namePattern = /^(?!(?:and|or|not|in|between|is|missing|true|false)$)[A-Za-z_][A-Za-z0-9_.]{0,62}$/;

/** A column or variable. */
export const name = z
  .string()
  .refine((value) => namePattern.test(value), {
    message: "is not a name: letters, digits, _ and . after a letter, and no word of the expression grammar",
    abort: true,
  })
  .meta({ kind: "name" });

const filePattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/;

/** A file inside the study's folder. No part begins with a dot, so none climbs out. */
export const file = z
  .string()
  .max(200)
  .refine((value) => filePattern.test(value), "is not a file name inside the study's folder")
  .meta({ kind: "file in the study's folder" });

export const date = z
  .string()
  .refine(isIsoDate, "is not a date of the calendar, written YYYY-MM-DD")
  .meta({ kind: "date, YYYY-MM-DD" });

export const duration = z
  .string()
  .refine((value) => (parseDuration(value)?.days ?? 0) > 0, 'is not a length of time such as "60 months"')
  .meta({ kind: "length of time, such as 60 months" });

export const timeUnit = z
  .string()
  .refine((value) => timeUnitNamed(value) !== undefined, `is not one of ${timeUnits.join(", ")}`)
  .meta({ kind: timeUnits.join(", ").replace(/, (\w+)$/, " or $1") });

export const period = z
  .string()
  .refine(
    (value) => parsePeriod(value) !== undefined,
    'is not a period such as "1984–1989" or "2019-03-01 to 2020-02-29"',
  )
  .meta({ kind: "period, such as 1984–1989" });

/** At most as long as the parser reads, so that the parser is the one to say what is wrong. */
export const expression = z.string().min(1, "is empty").meta({ kind: "expression (last section)" });

const amount = z.number().min(0).max(1e9);

/** A number, or a plausible range. */
export const range = z
  .union([
    amount,
    z.strictObject({
      low: amount.describe("Plausible low value."),
      mid: amount.describe("Most plausible value."),
      high: amount.describe("Plausible high value."),
    }),
  ])
  .meta({ kind: "number, or { low, mid, high }" });

export const count = z.int().min(0).max(1e9).meta({ kind: "whole number" });
export const positiveCount = z.int().min(1).max(1e9).meta({ kind: "whole number, 1 or more" });
export const share = z.number().min(0).max(1).meta({ kind: "number from 0 to 1" });
export const betweenZeroAndOne = z.number().gt(0).lt(1).meta({ kind: "number above 0 and below 1" });
export const quantity = amount.meta({ kind: "number, 0 or more" });
export const person = text(60).meta({ kind: "text, or none where nobody is named" });
export const dateOrNone = z
  .string()
  .refine((value) => value === "none" || isIsoDate(value), "is neither none nor a date, written YYYY-MM-DD")
  .meta({ kind: "date, or none" });

/** The evidence, or the word `none`: nothing of the kind has been supplied. */
export const orNone = <T extends z.ZodType>(schema: T) => z.union([z.literal("none"), schema]);
