import { expect, test } from "vitest";
import { ContractError } from "./assert.ts";
import { noSkill, ppvFromAccuracy } from "./no-skill.ts";

test.each([
  [0.5, "0.693"],
  [0.2, "0.500"],
  [0.1, "0.325"],
  [0.05, "0.199"],
  // A log loss of .3 says nothing at this event rate.
  [0.089, "0.300"],
])("log loss without skill at an event rate of %d, as published", (eventRate, logLoss) => {
  expect(noSkill(eventRate).logLoss.toFixed(3)).toBe(logLoss);
});

test("accuracy and Brier score without skill, by hand", () => {
  expect(noSkill(0.05)).toMatchObject({ accuracy: 0.95 });
  expect(noSkill(0.8).accuracy).toBe(0.8);
  expect(noSkill(0.2).brier).toBeCloseTo(0.16, 15);
});

test.each([
  // Event rate, accuracy, PPV in per cent; sensitivity 80 %. Published arithmetic on a sepsis model.
  [0.05, 0.89, "28.6"],
  [0.05, 0.92, "36.4"],
  [0.02, 0.89, "13"],
  [0.02, 0.92, "17"],
])("PPV behind an accuracy: event rate %d, accuracy %d", (eventRate, accuracy, percent) => {
  const found = ppvFromAccuracy({ accuracy, eventRate, sensitivity: 0.8 });
  const decimals = percent.split(".")[1]?.length ?? 0;
  expect("ppv" in found && (100 * found.ppv).toFixed(decimals)).toBe(percent);
});

test("2.5 false flags for a true one behind 89 % at an event rate of 5 %", () => {
  expect(ppvFromAccuracy({ accuracy: 0.89, eventRate: 0.05, sensitivity: 0.8 })).toMatchObject({
    falsePerTrue: expect.closeTo(2.5, 12),
  });
});

test("edges: an accuracy out of reach, nobody flagged for nothing, and what is no share", () => {
  expect(ppvFromAccuracy({ accuracy: 0.99, eventRate: 0.05, sensitivity: 0.5 })).toHaveProperty(
    "notEstimable",
  );
  expect(ppvFromAccuracy({ accuracy: 0.01, eventRate: 0.05, sensitivity: 0.5 })).toHaveProperty(
    "notEstimable",
  );
  expect(ppvFromAccuracy({ accuracy: 0.975, eventRate: 0.05, sensitivity: 0.5 })).toMatchObject({
    ppv: expect.closeTo(1, 12),
  });
  expect(() => noSkill(0)).toThrow(ContractError);
  expect(() => ppvFromAccuracy({ accuracy: 1, eventRate: 0.1, sensitivity: 0.5 })).toThrow(ContractError);
});
