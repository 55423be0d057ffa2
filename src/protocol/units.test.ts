import { expect, test } from "vitest";
import { durationOf, parseDuration, parsePeriod } from "./units.ts";

test("1 year is 365.25 days and 1 month a twelfth of it", () => {
  expect(parseDuration("1 year")?.days).toBe(365.25);
  expect(parseDuration("12 months")?.days).toBe(365.25);
  expect(parseDuration("60 months")?.days).toBe(1826.25);
  expect(parseDuration("6 hours")?.days).toBe(0.25);
  expect(parseDuration("2 weeks")?.days).toBe(14);
});

test("a duration prints as written, in full and for ids", () => {
  expect(parseDuration("60 months")).toMatchObject({ label: "60 months", short: "60mo" });
  expect(parseDuration("4.99 years")).toMatchObject({ label: "4.99 years", short: "4.99y" });
  expect(durationOf(1, "days")).toMatchObject({ label: "1 day", short: "1d" });
});

test("what is no duration", () => {
  for (const text of [
    "",
    "months",
    "60",
    "60 moons",
    "-1 days",
    "1e3 days",
    "60  months",
    "60 months ",
    "١ days",
  ]) {
    expect(parseDuration(text)).toBeUndefined();
  }
});

test("periods in years and in dates", () => {
  const years = { from: "1984-01-01", to: "1989-12-31", label: "1984–1989" };
  expect(parsePeriod("1984–1989")).toEqual(years);
  expect(parsePeriod("1984-1989")).toEqual(years);
  expect(parsePeriod("2019")).toEqual({ from: "2019-01-01", to: "2019-12-31", label: "2019" });
  expect(parsePeriod("2019-03-01 to 2020-02-29")).toEqual({
    from: "2019-03-01",
    to: "2020-02-29",
    label: "2019-03-01 to 2020-02-29",
  });
  for (const text of ["", "84–89", "1984–", "2019-02-30 to 2020-01-01", "now"])
    expect(parsePeriod(text)).toBeUndefined();
});
