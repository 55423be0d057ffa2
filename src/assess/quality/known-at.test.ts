import { expect, test } from "vitest";
import type { Data } from "../../protocol/index.ts";
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
