import { expect, test } from "vitest";
import { dateFormatFound, isIsoDate } from "./calendar-date.ts";

test.each([
  ["31/12/2020", "it reads as day, month, year"],
  ["12/31/2020", "it reads as month, day, year"],
  [" 3.4.2020 ", "it reads as day, month, year or month, day, year, which cannot be told apart"],
  ["2020.12.31", "it reads as year, month, day; write two digits and hyphens"],
  ["2020-1-2", "it reads as year, month, day; write two digits and hyphens"],
  ["44196.5", "it reads as the day number of a spreadsheet"],
  ["2020-02-30", "the calendar has no such day"],
])("%j: %s", (text, found) => {
  expect(dateFormatFound(text)).toBe(found);
});

test.each(["2020-12-31", "soon", "", "1/2-2020", "12"])("%j looks like no foreign date", (text) => {
  expect(dateFormatFound(text)).toBeUndefined();
});

test("dates of the Gregorian calendar", () => {
  for (const text of ["2026-11-30", "2024-02-29", "2000-02-29", "0001-01-01"])
    expect(isIsoDate(text)).toBe(true);
  for (const text of [
    "2026-02-30",
    "2026-02-29",
    "1900-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-1-1",
    "0000-01-01",
  ]) {
    expect(isIsoDate(text)).toBe(false);
  }
});
