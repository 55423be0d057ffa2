import { describe, expect, test } from "vitest";
import { isNotAfter, momentOfDay, parseMoment } from "./moment.ts";

const utc = (...parts: [number, number, number, number?, number?, number?, number?]) => {
  const [year, month, ...rest] = parts;
  return Date.UTC(year, month - 1, ...rest);
};

describe("what a text may stand for, from its first to its last millisecond", () => {
  test.each([
    ["2024", utc(2024, 1, 1), utc(2025, 1, 1) - 1],
    ["2024-02", utc(2024, 2, 1), utc(2024, 3, 1) - 1],
    ["2023-02", utc(2023, 2, 1), utc(2023, 3, 1) - 1],
    ["2024-12", utc(2024, 12, 1), utc(2025, 1, 1) - 1],
    ["2024-03-05", utc(2024, 3, 5), utc(2024, 3, 6) - 1],
    [" 2024-03-05 ", utc(2024, 3, 5), utc(2024, 3, 6) - 1],
    ["2024-03-05T14:30", utc(2024, 3, 5, 14, 30), utc(2024, 3, 5, 14, 31) - 1],
    ["2024-03-05 14:30:20", utc(2024, 3, 5, 14, 30, 20), utc(2024, 3, 5, 14, 30, 20)],
    ["2024-03-05T14:30:20.250", utc(2024, 3, 5, 14, 30, 20, 250), utc(2024, 3, 5, 14, 30, 20, 250)],
    ["2024-03-05T14:30:20Z", utc(2024, 3, 5, 14, 30, 20), utc(2024, 3, 5, 14, 30, 20)],
    ["2024-03-05T00:30:00+01:00", utc(2024, 3, 4, 23, 30), utc(2024, 3, 4, 23, 30)],
    ["2024-03-05T20:00:00-05:30", utc(2024, 3, 6, 1, 30), utc(2024, 3, 6, 1, 30)],
    // Leap seconds, which FHIR allows, coincide with the second that follows.
    ["2016-12-31T23:59:60Z", utc(2017, 1, 1), utc(2017, 1, 1)],
    ["2017-01-01T00:59:60.250+01:00", utc(2017, 1, 1, 0, 0, 0, 250), utc(2017, 1, 1, 0, 0, 0, 250)],
    ["2024-03-05 20:00:00+00", utc(2024, 3, 5, 20), utc(2024, 3, 5, 20)],
    ["0099-06-01T00:00:00Z", Date.parse("0099-06-01"), Date.parse("0099-06-01")],
  ])("%s", (text, first, last) => {
    expect(parseMoment(text)).toMatchObject({ first, last });
  });

  test("a day of a date column is the same day of a text", () => {
    // By hand: 2024-03-05 is 54 years with 13 leap days, 31 + 29 + 4 days after 1970-01-01.
    expect(momentOfDay(54 * 365 + 13 + 64)).toEqual(parseMoment("2024-03-05"));
  });
});

test.each([
  "",
  "soon",
  "24-03-05",
  "2024-3-5",
  "05/03/2024",
  "2024-13",
  "2024-00",
  "2026-02-30",
  "2024-03-05T24:00",
  "2024-03-05T14:60",
  "2024-03-05T14:30:61",
  "2024-03-05T14",
  "2024-03-05T14:30:20 UTC",
  "2024-03-05T14:30:20+15:00",
  "2024-03-05T14:30:20-12:01",
  "2024-03-05T14:30:20+01:60",
  "2024-03Z",
])("%j is no date or time", (text) => {
  expect(parseMoment(text)).toBeUndefined();
});

const compared = (one: string, other: string) => isNotAfter(parseMoment(one)!, parseMoment(other)!);

describe("not after", () => {
  test.each([
    // Days: the same day is.
    ["2024-03-04", "2024-03-05", "yes"],
    ["2024-03-05", "2024-03-05", "yes"],
    ["2024-03-06", "2024-03-05", "no"],
    // A month or year is over on its last day, and begins on its first.
    ["2024-03", "2024-03-31", "yes"],
    ["2024-03", "2024-03-30", "cannot be told"],
    ["2024-03", "2024-03-01", "cannot be told"],
    ["2024-03", "2024-02-29", "no"],
    ["2023", "2024", "yes"],
    ["2023", "2023-12-31", "yes"],
    ["2023", "2023-12-30", "cannot be told"],
    ["2024", "2023", "no"],
    ["2024-03", "2024-03", "cannot be told"],
    ["2024-03", "2024", "cannot be told"],
    ["2024-02", "2024-03", "yes"],
    ["2024-03-01", "2024-03", "yes"],
    ["2024-03-02", "2024-03", "cannot be told"],
    ["2024-03-31", "2024-03", "cannot be told"],
    ["2024-04-01", "2024-03", "no"],
    // A day beside a time on it.
    ["2024-03-05", "2024-03-05T23:59:59", "cannot be told"],
    ["2024-03-04", "2024-03-05T00:00:00", "yes"],
    ["2024-03-05T00:00:00", "2024-03-05", "yes"],
    ["2024-03-05T00:00:01", "2024-03-05", "cannot be told"],
    ["2024-03-06T00:00:00", "2024-03-05", "no"],
    ["2024-03", "2024-04-01T00:00:00", "yes"],
    ["2024-03", "2024-03-31T23:59:59", "cannot be told"],
    // Times of day.
    ["2024-03-05T14:29", "2024-03-05T14:30", "yes"],
    ["2024-03-05T14:30", "2024-03-05T14:30", "yes"],
    ["2024-03-05T14:31", "2024-03-05T14:30", "no"],
    ["2024-03-05T14:30:20", "2024-03-05T14:30:20", "yes"],
    ["2024-03-05T14:30:20.0001", "2024-03-05T14:30:20", "no"],
    ["2024-03-05T14:30", "2024-03-05T14:30:59", "cannot be told"],
    ["2024-03-05T14:30", "2024-03-05T14:31:00", "yes"],
    ["2024-03-05T14:30:01", "2024-03-05T14:30", "cannot be told"],
    // Zones: 12:00+01:00 is 11:00 UTC.
    ["2024-03-05T12:00:00+01:00", "2024-03-05T11:00:00Z", "yes"],
    ["2024-03-05T12:00:01+01:00", "2024-03-05T11:00:00Z", "no"],
    ["2024-03-05T11:59:00-05:00", "2024-03-05T12:00:00+01:00", "no"],
    // Midnight without zone may be from 14 hours before to 12 hours after that of UTC.
    ["2024-03-05T00:00:00", "2024-03-05T12:00:00Z", "yes"],
    ["2024-03-05T00:00:00", "2024-03-05T11:59:59Z", "cannot be told"],
    ["2024-03-05T00:00:00", "2024-03-04T10:00:00Z", "cannot be told"],
    ["2024-03-05T00:00:00", "2024-03-04T09:59:59Z", "no"],
    ["2024-03-04T10:00:00Z", "2024-03-05T00:00:00", "yes"],
    ["2024-03-04T10:00:01Z", "2024-03-05T00:00:00", "cannot be told"],
    ["2024-03-05T12:00:00Z", "2024-03-05T00:00:00", "cannot be told"],
    ["2024-03-05T12:00:01Z", "2024-03-05T00:00:00", "no"],
    ["2024-03-05", "2024-03-06T12:00:00Z", "yes"],
    ["2024-03-05", "2024-03-06T11:59:59Z", "cannot be told"],
    ["2024-03-05", "2024-03-04T09:59:59Z", "no"],
  ] as const)("%s, %s: %s", (one, other, answer) => {
    expect(compared(one, other)).toBe(answer);
  });

  test("never yes in one order and in the other, unless the two may be the same moment", () => {
    const texts = ["2024", "2024-03", "2024-03-05", "2024-03-05T14:30", "2024-03-05T14:30:00+01:00", "2023"];
    for (const one of texts) {
      for (const other of texts) {
        const [there, back] = [compared(one, other), compared(other, one)];
        if (there === "no") expect(back, `${one} ${other}`).toBe("yes");
        if (there === "yes" && back === "yes") expect(one).toBe(other);
      }
    }
  });
});
