import { describe, expect, test } from "vitest";
import type { Column } from "../../data/index.ts";
import type { Protocol } from "../../protocol/index.ts";
import { areAfterDecision, areAfterIndex, areFollowedPast } from "./prediction-dates.ts";

const protocol = (times: { kind: "dates" | "durations"; from: string }, unit = "days") =>
  ({
    data: { times, predictions: { predictedAt: "scored_on" } },
    endpoint: { time: { column: "followed", unit } },
    decisionDate: "2026-11-30",
  }) as unknown as Protocol;

const day = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;
const dates = (...texts: readonly string[]): Column => ({
  kind: "date",
  values: Int32Array.from(texts, day) as never,
  missing: 0,
});
const numbers = (...values: readonly number[]) =>
  ({ kind: "number", values: Float64Array.from(values), missing: 0 }) as unknown as Column;
const set = (columns: Readonly<Record<string, Column>>, n: number) => ({
  n,
  columns: new Map(Object.entries(columns)),
});

test("a prediction is after the decision only where it is so whatever its cell may stand for", () => {
  const levels = ["2026-11-30", "2026-12-01", "2026-11", "2026", "2027", "2026-12-01T13:59:59+14:00"];
  // 1 December begins at 12:00 UTC in the west of the earth, and 30 November still ends there.
  levels.push("2026-12-01T11:59:59Z", "2026-12-01T12:00:00Z", "9999-12-31");
  const codes = Int32Array.from([...levels.keys(), -1]);
  const columns = new Map([["scored_on", { kind: "text", codes, levels, missing: 1 }]] as const);
  const answers = areAfterDecision(
    { n: codes.length, columns },
    protocol({ kind: "durations", from: "discharge" }),
  );
  expect(answers).toEqual([false, true, false, false, true, false, false, true, true, false]);
});

describe("a prediction and the index date", () => {
  const asked = set(
    {
      scored_on: dates("2026-01-01", "2026-01-02", "2026-01-03"),
      discharged: dates("2026-01-02", "2026-01-02", "2026-01-02"),
    },
    3,
  );
  test("only a later day is after it", () => {
    const { n, columns } = asked;
    expect(areAfterIndex({ n, columns }, protocol({ kind: "dates", from: "discharged" }))).toEqual([
      false,
      false,
      true,
    ]);
  });
  test("a moment without a date cannot be asked", () => {
    expect(areAfterIndex(asked, protocol({ kind: "durations", from: "discharge" }))).toBeUndefined();
  });
});

describe("follow-up may not end after the decision", () => {
  const scored = dates("2026-11-01", "2026-11-01", "2026-11-01", "2026-11-01");
  const followed = numbers(29, 30, 0, Number.NaN);
  test("counted from the prediction: 29 days end on the day of the decision, 30 after it", () => {
    const asked = set({ scored_on: scored, followed }, 4);
    expect(areFollowedPast(asked, protocol({ kind: "durations", from: "discharge" }))).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });
  test("counted from a later index, too", () => {
    const index = dates("2026-11-02", "2026-11-02", "2026-11-02", "2026-11-02");
    const asked = set({ scored_on: scored, followed, discharged: index }, 4);
    expect(areFollowedPast(asked, protocol({ kind: "dates", from: "discharged" }))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
  test("a month is a twelfth of 365.25 days, up to two days more than the calendar's", () => {
    // From 30 September two months end on 30 November; 2 · 30.4375 days end on the day after.
    const asked = set({ scored_on: dates("2026-09-30", "2026-10-04"), followed: numbers(2, 2) }, 2);
    expect(areFollowedPast(asked, protocol({ kind: "durations", from: "x" }, "months"))).toEqual([
      false,
      true,
    ]);
  });
});
