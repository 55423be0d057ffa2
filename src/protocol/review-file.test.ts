import { describe, expect, test } from "vitest";
import { Problem } from "../evidence/problem.ts";
import { finalLabel, isOpen, parseReviewFile, parseSampleFile } from "./review-file.ts";

const hash = "ab".repeat(32);
const file = (name: string) => ({ name, sha256: hash });
const sample = {
  format: "probity-review-sample/1",
  seed: 1,
  size: 2,
  allocation: "equal",
  floor: 1,
  by: [],
  flag: { comparison: ">=", threshold: 0.4 },
  inputs: [file("patients.csv"), file("predictions.csv")],
  charts: ["a", "b"],
};
const review = {
  format: "probity-review/1",
  sample,
  chosen: null,
  readings: [file("one.csv"), file("two.csv")],
  adjudication: null,
  charts: [
    { key: "a", readings: ["event", "event"] },
    { key: "b", readings: ["event", "unclear"], adjudicated: "event-free" },
  ],
};

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof Problem && error.code === "review-invalid") return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

const parsed = (changed: object) => parseReviewFile(JSON.stringify({ ...review, ...changed }), "review.json");

test("a chart says what both readers say, or what was decided", () => {
  const { charts } = parseReviewFile(JSON.stringify(review), "review.json");
  expect(charts.map(finalLabel)).toEqual(["event", "event-free"]);
  expect(charts.map(isOpen)).toEqual([false, true]);
  expect(finalLabel({ key: "c", readings: ["unclear", "unclear"] })).toBe("unclear");
});

describe("refused", () => {
  test.each<[string, object, RegExp]>([
    [
      "a disagreement that nobody decided",
      { charts: [review.charts[0], { key: "b", readings: ["event", "unclear"] }] },
      /1 disagreements are not decided/,
    ],
    [
      "a decision without a disagreement",
      { charts: [{ ...review.charts[0], adjudicated: "event" }, review.charts[1]] },
      /both readers agree/,
    ],
    ["a chart twice", { charts: [review.charts[0], review.charts[0]] }, /stands twice/],
    ["charts other than those drawn", { charts: [review.charts[0]] }, /not those of its sample/],
    [
      "a label that is none",
      { charts: [{ key: "a", readings: ["event", "yes"] }] },
      /charts\.0\.readings\.1/,
    ],
    ["a sample, and charts that somebody chose", { chosen: "as they came to mind" }, /no sample was drawn/],
    ["neither", { sample: null }, /no sample was drawn/],
    ["one reading", { readings: [file("one.csv")] }, /readings/],
    ["a field that is none", { notes: [] }, /notes/],
    ["another format", { format: "probity-review/2" }, /format/],
  ])("%s", (_, change, message) => {
    expect(messageOf(() => parsed(change))).toMatch(message);
  });

  test("text that is no JSON, and a key twice", () => {
    expect(messageOf(() => parseReviewFile("{", "review.json"))).toBe("it is not JSON");
    const twice = JSON.stringify(review).replace("{", '{"chosen":null,');
    expect(messageOf(() => parseReviewFile(twice, "review.json"))).toBe('"chosen" stands twice');
  });

  test("a sample with a chart twice", () => {
    const text = JSON.stringify({ ...sample, charts: ["a", "a"] });
    expect(messageOf(() => parseSampleFile(text, "sample.json"))).toBe("a chart stands twice");
  });
});
