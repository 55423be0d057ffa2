import { expect, test } from "vitest";
import { phraseText } from "../evidence/format.ts";
import { delayOfLimit, delayPhrase } from "./delay.ts";

const none = new Map();

test.each([
  [1.4, 1, "1.4 days; limit 1"],
  [0.4, 1, "0.4 days; limit 1"],
  [0.5, 0.5, "0.5 days; limit 0.5"],
  [1, 2, "1 day; limit 2"],
  [0, 0, "0 days; limit 0"],
  [1 / 24, 1, "0.0417 days; limit 1"],
  [1826, 1826, "1,826 days; limit 1,826"],
])("a delay of %d against %d is told as given, not in whole days", (delay, limit, text) => {
  expect(phraseText(delayPhrase([{ delayDays: delay }], limit), none)).toBe(text);
});

test.each([
  [1.0004, 1, "1.0004 days; limit 1"],
  [1826.25, 1826, "1826.25 days; limit 1,826"],
])("rounding never hides that %d is more than %d", (delay, limit, text) => {
  expect(phraseText(delayPhrase([{ delayDays: delay }], limit), none)).toBe(text);
});

test("a requirement has the unit once", () => {
  expect(phraseText(delayOfLimit([{ delayDays: 1.4 }], 1), none)).toBe("1.4 of 1 day");
  expect(phraseText(delayOfLimit([{ delayDays: 90 }], 180), none)).toBe("90 of 180 days");
});

test("the longest delay is attached to its harm, the limit to its field", () => {
  const harms = [{ delayDays: 3 }, { delayDays: 90 }, { delayDays: 90 }];
  expect(delayOfLimit(harms, 180)).toEqual([
    { field: "harms[1].delay_days", text: "90" },
    " of ",
    { field: "worst_delay_days", text: "180" },
    " days",
  ]);
});
