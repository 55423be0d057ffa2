import { expect, test } from "vitest";
import { dateFormatFound } from "./index.ts";

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
