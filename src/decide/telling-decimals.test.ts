import { expect, test } from "vitest";
import type { ComputedEstimate } from "../evidence/estimate.ts";
import { formatPart } from "../evidence/format.ts";
import type { AcceptanceCriterion, Limit, Protocol } from "../protocol/index.ts";
import { withTellingDecimals } from "./telling-decimals.ts";

const base = { label: "", n: 143, method: "", evidence: "retrospective" } as const;

function printed(
  estimate: { value: number; lower?: number; upper?: number; unit?: ComputedEstimate["unit"]; id?: string },
  limit: Limit,
): string {
  const { value, lower, upper, unit = "proportion", id = "performance.ppv@60mo" } = estimate;
  const interval =
    lower === undefined || upper === undefined
      ? {}
      : { interval: { lower, upper, level: 0.95, kind: "pointwise" as const } };
  const criterion = {
    measure: "ppv",
    limit,
    at: { short: "60mo" },
    judgedBy: "bound",
  } as AcceptanceCriterion;
  const protocol = { acceptance: [criterion], burden: { limitUsdPerMonth: 3000 } } as unknown as Protocol;
  const [told] = withTellingDecimals([{ ...base, id, unit, value, ...interval }], protocol);
  return formatPart(told!, "both");
}

const atLeast = (value: number): Limit => ({ kind: "atLeast", value });

test.each([
  ["100 of 143 against .70", { value: 100 / 143 }, atLeast(0.7), ".699"],
  ["a value that clears its limit", { value: 0.7 }, atLeast(0.7), ".70"],
  ["a value far from it", { value: 0.6512 }, atLeast(0.7), ".65"],
  [
    "a bound that rounds to it",
    { value: 0.64, lower: 0.5996, upper: 0.67 },
    atLeast(0.6),
    ".6400 (.5996–.6700)",
  ],
  ["a limit of three decimals", { value: 0.6975 }, atLeast(0.698), ".6975"],
  ["at most", { value: 0.0504 }, { kind: "atMost", value: 0.05 }, ".0504"],
  ["between", { value: 1.2504, unit: "ratio" }, { kind: "between", low: 0.8, high: 1.25 }, "1.2504"],
  ["a share, per cent", { value: 0.69996, unit: "share" }, atLeast(0.7), "69.996\u202f%"],
  ["noise of the arithmetic", { value: 0.7 - 1e-12 }, atLeast(0.7), ".70"],
  ["dollars", { value: 3000.4, unit: "usd", id: "burden.cost" }, atLeast(0), "$3,000.4"],
] as const)("%s", (_, estimate, limit, text) => expect(printed(estimate, limit)).toBe(text));
