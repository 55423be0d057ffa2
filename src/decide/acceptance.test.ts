import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ComputedEstimate } from "../evidence/estimate.ts";
import { phraseText } from "../evidence/format.ts";
import type { AcceptanceCriterion, Limit } from "../protocol/index.ts";
import { acceptanceRequirements, judge, limitPhrase } from "./acceptance.ts";
import { bookOf } from "./estimate-book.ts";

const limitText = (limit: Limit) => phraseText(limitPhrase(criterion(limit), 0), new Map());

const estimate = (
  value: number,
  lower?: number,
  upper?: number,
  unit: ComputedEstimate["unit"] = "proportion",
): ComputedEstimate => ({
  id: "performance.ppv@60mo",
  label: "PPV",
  n: 100,
  unit,
  method: "",
  evidence: "retrospective",
  value,
  ...(unit === "count" ? { method: "counted" } : {}),
  ...(lower === undefined || upper === undefined
    ? {}
    : { interval: { lower, upper, level: 0.95, kind: "pointwise" as const } }),
});
const atLeast = (value: number): Limit => ({ kind: "atLeast", value });

describe("a criterion is judged by the whole interval", () => {
  test.each([
    ["above", estimate(0.7, 0.62, 0.78), atLeast(0.6), "pass"],
    ["touching", estimate(0.7, 0.6, 0.8), atLeast(0.6), "pass"],
    ["spanning", estimate(0.7, 0.55, 0.8), atLeast(0.6), "no evidence"],
    ["spanning, estimate below", estimate(0.58, 0.5, 0.66), atLeast(0.6), "no evidence"],
    ["below", estimate(0.5, 0.42, 0.58), atLeast(0.6), "fail"],
    ["at most", estimate(0.02, 0.01, 0.03), { kind: "atMost", value: 0.05 }, "pass"],
    ["within", estimate(1, 0.9, 1.1), { kind: "between", low: 0.8, high: 1.25 }, "pass"],
    ["beyond one end", estimate(1.1, 0.9, 1.3), { kind: "between", low: 0.8, high: 1.25 }, "no evidence"],
    ["outside", estimate(1.5, 1.3, 1.7), { kind: "between", low: 0.8, high: 1.25 }, "fail"],
    ["a count has no interval", estimate(285, undefined, undefined, "count"), atLeast(100), "pass"],
    [
      "a counted share has none either",
      { ...estimate(0.72, undefined, undefined, "share"), method: "counted" },
      atLeast(0.6),
      "pass",
    ],
    ["a rate without interval shows nothing", estimate(0.9), atLeast(0.6), "no evidence"],
  ] as const)("%s", (_name, found, limit, state) => expect(judge(found, limit, "bound")).toBe(state));

  test("no number is no evidence", () => expect(judge(undefined, atLeast(0.6), "bound")).toBe("no evidence"));
  test("the protocol may ask for the point estimate", () =>
    expect(judge(estimate(0.7, 0.5, 0.9), atLeast(0.6), "point")).toBe("pass"));
});

test("a narrower interval round the same value never turns a pass into anything else", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (value, half, limit) => {
        fc.pre(judge(estimate(value, value - half, value + half), atLeast(limit), "bound") === "pass");
        expect(judge(estimate(value, value - half / 2, value + half / 2), atLeast(limit), "bound")).toBe(
          "pass",
        );
      },
    ),
  );
});

const criterion = (limit: Limit): AcceptanceCriterion => ({
  measure: "ppv",
  limit,
  at: { amount: 60, unit: "months", days: 1826.25, label: "60 months", short: "60mo" },
  judgedBy: "bound",
});

const followed = { unit: { one: "patient", many: "patients" }, areFollowed: true };

test("an unclear criterion says how many patients would settle it", () => {
  // By hand: the bound is .15 from .70 and must come within .10: n = 100 · (.15/.10)² = 225.
  const [requirement] = acceptanceRequirements(
    [criterion(atLeast(0.6))],
    bookOf([estimate(0.7, 0.55, 0.85)]),
    followed,
  );
  expect(requirement).toMatchObject({
    ...{ state: "no evidence", reason: "interval spans the limit" },
    ...{ neededFor: "silent", kind: "measured" },
  });
  expect(requirement!.remedy).toContain("n = 225");
});

test("where the interval spans the limit and the estimate is on the wrong side, more patients settle it", () => {
  const [requirement] = acceptanceRequirements(
    [criterion(atLeast(0.6))],
    bookOf([estimate(0.58, 0.5, 0.66)]),
    followed,
  );
  expect(requirement!.remedy).toContain("wrong side");
});

test("limits print as the memo shows them", () => {
  expect(limitText(atLeast(0.6))).toBe("at least .60");
  expect(limitText(atLeast(1000))).toBe("at least 1,000");
  expect(limitText({ kind: "between", low: 0.8, high: 1.25 })).toBe(".80–1.25");
  expect(limitText({ kind: "atMost", value: 0.05 })).toBe("at most .05");
});

test("too few events are missing evidence, not a failed model", () => {
  const events: AcceptanceCriterion = { ...criterion(atLeast(100)), measure: "events" };
  const few = { ...estimate(67, undefined, undefined, "count"), id: "cohort.events@60mo" };
  expect(acceptanceRequirements([events], bookOf([few]), followed)[0]).toMatchObject({
    state: "no evidence",
    reason: "too few events",
    remedy: "Follow patients until there are 100 events.",
  });
});

test("rows that are no patients are called what they are, and are not followed", () => {
  const visits = { unit: { one: "visit", many: "visits" }, areFollowed: false };
  const events: AcceptanceCriterion = { ...criterion(atLeast(100)), measure: "events" };
  const few = { ...estimate(67, undefined, undefined, "count"), id: "cohort.events@60mo" };
  const remedies = [
    ...acceptanceRequirements([events], bookOf([few]), visits),
    ...acceptanceRequirements([criterion(atLeast(0.6))], bookOf([estimate(0.7, 0.55, 0.85)]), visits),
  ].map(({ remedy }) => remedy);
  expect(remedies).toEqual([
    "Take more visits until there are 100 events.",
    "The interval spans the limit; about n = 225 visits like these are needed if the estimate holds.",
  ]);
});

test("no number, and a number on the wrong side, say so in words", () => {
  const none: ComputedEstimate = {
    ...{ id: "performance.ppv@60mo", label: "PPV", n: 100, unit: "proportion", method: "" },
    ...{ evidence: "retrospective", notEstimable: "nobody is flagged" },
  };
  const reasons = [none, estimate(0.5, 0.42, 0.58), estimate(0.7, 0.65, 0.75)].map(
    (found) => acceptanceRequirements([criterion(atLeast(0.6))], bookOf([found]), followed)[0]!.reason,
  );
  expect(reasons).toEqual(["not estimable", "beyond the limit", undefined]);
});

test("a limit is attached to its field of the protocol", () => {
  expect(limitPhrase(criterion(atLeast(0.6)), 2)).toEqual([
    "at least ",
    { field: "acceptance[2].at_least", text: ".60" },
  ]);
});

test("limits are never rounded", () => {
  expect(limitText(atLeast(0.005))).toBe("at least .005");
  expect(limitText(atLeast(0))).toBe("at least 0");
  expect(limitText({ kind: "between", low: -0.1, high: 0.625 })).toBe("−.10–.625");
});

test("the worst of strata names the stratum that needs most patients", () => {
  // By hand: two strata, so z = 2.2414 instead of 1.9600, widening 1.14358. Stratum b: bound .70 − 1.14358·.25 = .4141;
  // n = 81 · ((.70 − .4141) / (.70 − .60))² = 662.06 → 663. Stratum a clears its limit.
  const whole: AcceptanceCriterion = { ...criterion(atLeast(0.6)), worstOf: "strata" };
  const stratum = (name: string, n: number, lower: number) => ({
    ...estimate(0.7, lower, 0.9),
    id: `performance.ppv@60mo/grade:${name}`,
    label: `PPV at .40, grade ${name}`,
    n,
  });
  const worst = { ...estimate(0.7, 0.41, 0.9), id: "performance.ppv@60mo/worst-of-strata" };
  const book = bookOf([worst, stratum("a", 400, 0.65), stratum("b", 81, 0.45)]);
  expect(acceptanceRequirements([whole], book, followed)[0]!.remedy).toContain(
    "about n = 663 in grade b (now 81)",
  );
});

test("a ratio more than tenfold off points to the scale of the predictions", () => {
  const ratio = (value: number) => ({
    ...estimate(value, value * 0.9, value * 1.1, "ratio"),
    id: "performance.observed-expected@60mo",
  });
  const limit: Limit = { kind: "between", low: 0.8, high: 1.25 };
  const asked: AcceptanceCriterion = { ...criterion(limit), measure: "observed_expected" };
  const remedy = (value: number) =>
    acceptanceRequirements([asked], bookOf([ratio(value)]), followed)[0]!.remedy;
  expect(remedy(8_575_000)).toContain("check the scale of the predictions");
  expect(remedy(0.01)).toContain("check the scale of the predictions");
  expect(remedy(2)).toContain("recalibrate or change the model");
});

test("what fails is met with a cure that can change it: a threshold never changes a ranking", () => {
  const remedy = (measure: AcceptanceCriterion["measure"], id: string, lower: number, upper: number) => {
    const found = { ...estimate((lower + upper) / 2, lower, upper), id: `performance.${id}` };
    const asked = { ...criterion(atLeast(0.75)), measure };
    return acceptanceRequirements([asked], bookOf([found]), followed)[0]!.remedy;
  };
  expect(remedy("auc", "auc@60mo", 0.5, 0.6)).toBe(
    "No threshold changes the AUC: change the model, and validate again.",
  );
  expect(remedy("harrell_c", "harrell-c", 0.5, 0.6)).not.toContain("operating point");
  expect(remedy("calibration_slope", "calibration-slope@60mo", 0.5, 0.6)).toContain("recalibrate");
  expect(remedy("sensitivity", "sensitivity@60mo", 0.5, 0.6)).toContain("or the operating point");
  // Spans the limit: .74 (.48–1.00), patients are missing and no change of the model is called for.
  expect(remedy("auc", "auc@60mo", 0.48, 1)).toContain("more patients are needed");
});
