import { expect, test } from "vitest";
import type { Data } from "../protocol/index.ts";
import { areAfterDecision } from "./after-decision.ts";
import { comparedTimes, placementsIn } from "./known-at.ts";

const data = (over: object) =>
  ({
    times: { kind: "dates", from: "scored_on", knownAt: "seen" },
    predictions: { file: "predictions.csv", key: "id", predictedAt: "scored_on" },
    variables: [
      { name: "seen", label: "seen", type: "date" },
      { name: "scored_on", label: "scored_on", type: "text" },
      { name: "visit", label: "visit", type: "text", levels: [{ code: "first", label: "first" }] },
      { name: "day", label: "day", type: "number" },
    ],
    ...over,
  }) as unknown as Data;
const predictedAt = (name: string) =>
  comparedTimes(data({ predictions: { file: "", key: "", predictedAt: name } }));

test("two columns that hold times are compared", () => {
  expect(comparedTimes(data({}))).toEqual({ knownAt: "seen", predictedAt: "scored_on" });
  expect(comparedTimes(data({ times: { kind: "dates", from: "x", knownAt: null } }))).toBeUndefined();
});

test.each(["discharge", "visit", "day"])("a moment of prediction that is no time (%s) is not", (name) => {
  expect(predictedAt(name)).toEqual({
    knownAt: "seen",
    notCompared: `the moment of prediction, ${name}, is no column of dates or times`,
  });
});

test("a column is not compared with itself, which would show nothing", () => {
  expect(predictedAt("seen")).toHaveProperty("notCompared");
});

test("each row is in time, late, or untimed for a reason", () => {
  // Days from 1970: 2024-03-05 is day 19787.
  const seen = Float64Array.of(19786, 19787, 19788, Number.NaN, 19786, 19787, Number.NaN);
  const levels = ["2024-03", "2024-03-05"];
  const columns = new Map([
    ["seen", { kind: "date", values: seen, missing: 2 }],
    ["scored_on", { kind: "text", codes: Int32Array.of(1, 1, 1, 1, -1, 0, -1), levels, missing: 2 }],
  ] as const);
  expect(placementsIn({ n: 7, columns }, { knownAt: "seen", predictedAt: "scored_on" })).toEqual([
    "in time",
    "in time",
    "late",
    "known-at time empty",
    "prediction time empty",
    "too coarse to compare",
    "known-at time empty",
  ]);
});

test("a prediction is after the decision only where it is so whatever its cell may stand for", () => {
  const levels = ["2026-11-30", "2026-12-01", "2026-11", "2026", "2027", "2026-12-01T13:59:59+14:00"];
  // 1 December begins at 12:00 UTC in the west of the earth, and 30 November still ends there.
  levels.push("2026-12-01T11:59:59Z", "2026-12-01T12:00:00Z", "9999-12-31");
  const codes = Int32Array.from([...levels.keys(), -1]);
  const columns = new Map([["scored_on", { kind: "text", codes, levels, missing: 1 }]] as const);
  const answers = areAfterDecision(
    { n: codes.length, columns },
    { predictedAt: "scored_on", decisionDate: "2026-11-30" },
  );
  expect(answers).toEqual([false, true, false, false, true, false, false, true, true, false]);
});
