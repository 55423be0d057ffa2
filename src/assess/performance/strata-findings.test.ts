import { expect, test } from "vitest";
import type { ComputedEstimate } from "../../evidence/estimate.ts";
import { phraseText } from "../../evidence/format.ts";
import { strataCalibration } from "./strata-findings.ts";

const reading = { short: "60mo", label: "60 months" };
const stratum = (id: string, name = id, kind: "stratum" | "slice" = "stratum") => ({ id, name, kind });

/** A ratio whose 95 % interval is that of this standard error on the log scale. */
function ratio(stratumId: string, value: number, stdError: number, n = 100): ComputedEstimate {
  const factor = Math.exp(1.959963984540054 * stdError);
  return {
    ...{ id: `performance.observed-expected@60mo/${stratumId}`, label: "", unit: "ratio", method: "" },
    ...{ evidence: "retrospective", n, value },
    interval: { lower: value / factor, upper: value * factor, level: 0.95, kind: "pointwise" },
  };
}

function found(groups: readonly ReturnType<typeof stratum>[], estimates: readonly ComputedEstimate[]) {
  const book = new Map(estimates.map((estimate) => [estimate.id, estimate]));
  return strataCalibration(book, { groups }, reading).map(({ sentence }) => phraseText(sentence, book));
}

test("a stratum is named where its interval for all strata excludes 1, not where only its own does", () => {
  // Two strata: z = 2.2414. ln .6 = −.5108: at SE .23 the upper bound is exp(−.5108 + .5155) > 1, at .22 it is
  // exp(−.5108 + .4931) < 1; the single interval, 1.96 · .23 = .4508, excludes 1 in both.
  const groups = [stratum("a", "grade 1"), stratum("b", "grade 2")];
  expect(found(groups, [ratio("a", 0.6, 0.23), ratio("b", 1, 0.1)])).toEqual([]);
  expect(found(groups, [ratio("a", 0.6, 0.22, 81), ratio("b", 1, 0.1)])).toEqual([
    "Observed over expected at 60 months is .60 (.39–.92) in grade 1 (n\u00a081): excludes 1 also where the " +
      "interval holds for all 2 strata at once.",
  ]);
});

test("slices stay out, and the furthest from 1 come first", () => {
  const groups = ["a", "b", "c", "d"].map((id) => stratum(id));
  const all = [ratio("a", 1.5, 0.05), ratio("b", 3, 0.05), ratio("c", 0.4, 0.05), ratio("d", 2, 0.05)];
  const [sentence] = found(groups, all);
  expect(sentence).toMatch(/is 3\.00 .* in b .*, \.40 .* in c .*, 2\.00 .* in d .* and off in 1 more: /);
  expect(found([stratum("a", "many nodes", "slice")], [ratio("a", 3, 0.05)])).toEqual([]);
});
