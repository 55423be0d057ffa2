import { expect, test } from "vitest";
import { shortDuration, timeUnits, unitOfShortDuration } from "./time-unit.ts";

test("every unit that can be written can be read again", () => {
  for (const unit of timeUnits)
    for (const amount of [60, 1.5, 1e-7, 999_999_999])
      expect(unitOfShortDuration(shortDuration(amount, unit))).toBe(unit);
});

test("a short duration has digits and the unit's letters", () => {
  expect(shortDuration(60, "months")).toBe("60mo");
  expect(shortDuration(90, "minutes")).toBe("90min");
  expect(shortDuration(1e-7, "days")).toBe("0.0000001d");
});

test("what is no short duration", () => {
  for (const text of ["soon", "60", "mo", "60moons", ""])
    expect(() => unitOfShortDuration(text)).toThrow("no horizon");
});
