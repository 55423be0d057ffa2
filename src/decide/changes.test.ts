import { expect, test } from "vitest";
import type { ComputedEstimate, KnownEstimate } from "../evidence/estimate.ts";
import type { AcceptanceCriterion, Protocol } from "../protocol/index.ts";
import { acceptanceRequirements, rowsIn } from "./acceptance.ts";
import { withChanges } from "./changes.ts";
import { bookOf } from "./estimate-book.ts";
import { verdict } from "./verdict.ts";

const known = (
  name: string,
  value: number,
  unit: KnownEstimate["unit"] = "proportion",
): ComputedEstimate => ({
  id: `performance.${name}@24h`,
  label: name,
  n: 100,
  unit,
  method: "",
  evidence: "retrospective",
  value,
  interval: { lower: value - 0.01, upper: value + 0.01, level: 0.95, kind: "pointwise" },
});
const atLeast = (measure: "sensitivity" | "ppv", value: number): AcceptanceCriterion => ({
  measure,
  limit: { kind: "atLeast", value },
  at: { amount: 24, unit: "hours", days: 1, label: "24 hours", short: "24h" },
  judgedBy: "bound",
});
const protocol = {
  data: { patients: { unit: { one: "patient", many: "patients" } }, times: { knownAt: null } },
  endpoint: { time: {} },
  model: { features: ["flag"] },
  operatingPoint: { threshold: 0.1 },
  acceptance: [atLeast("sensitivity", 0.5), atLeast("ppv", 0.3)],
  burden: {
    volume: { scoredPerMonth: 100 },
    perFalsePositive: [],
    perTruePositive: [],
    limitUsdPerMonth: 5000,
  },
  fallback: null,
  timeOnTask: null,
  downtimeLog: null,
  contract: { fee: "unknown" },
  training: null,
} as unknown as Protocol;

/** What is read at the operating point, where sensitivity falls with the threshold and PPV stays. */
const at = (threshold: number, ppv: number) => [
  known("sensitivity", 0.9 - threshold),
  known("ppv", ppv),
  known("false-positives", 100, "perThousand"),
  known("true-positives", 100, "perThousand"),
];

/** The study failed at .45: sensitivity .45, of .50 asked for. */
function failed(ppv: number) {
  const book = bookOf(at(0.45, ppv));
  const requirements = acceptanceRequirements(protocol.acceptance, book, rowsIn(protocol));
  return withChanges(requirements, protocol, {
    book,
    horizon: "24h",
    asOf: "2026-11-30",
    replay: "no model",
    atThreshold: (threshold) => at(threshold, ppv),
  });
}

test("a failure that another threshold cures is REDESIGN and names the threshold", () => {
  const { word, wouldChange } = verdict(failed(0.4), []);
  expect(word).toBe("REDESIGN");
  expect(String(wouldChange[0])).toContain("A threshold of .11");
});

test("where no threshold passes, NO-GO does not advise another one", () => {
  expect(verdict(failed(0.2), [])).toMatchObject({
    word: "NO-GO",
    wouldChange: ["No other threshold passes on these patients: change the model, and validate again."],
  });
});
