import { expect, test } from "vitest";
import { thresholdText } from "./operating-point.ts";

test.each([
  [0, ".00"],
  [0.4, ".40"],
  [0.05, ".05"],
  [0.375, ".375"],
  [0.9999, ".9999"],
  [0.996, ".996"],
  [0.0012, ".0012"],
  [1e-7, ".0000001"],
  [1 / 3, ".33"],
  [3e-14, "3.0e\u221214"],
  [1, "1.00"],
])("a threshold of %d prints as %s: never as 0 or 1 when it is neither", (threshold, text) => {
  expect(thresholdText(threshold)).toBe(text);
});
