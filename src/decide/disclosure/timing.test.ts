import { expect, test } from "vitest";
import { dossier } from "../../../test/report-fixture/dossier.ts";
import type { ComputedEstimate, KnownEstimate } from "../../evidence/estimate.ts";
import { disclose } from "../disclose.ts";

const share = (id: string, numerator: number, denominator: number): KnownEstimate => ({
  id,
  label: id,
  n: denominator,
  unit: "share",
  method: "counted",
  evidence: "retrospective",
  value: numerator / denominator,
  numerator,
  denominator,
});

/** Ids of what may leave, of these shares of the same patients. */
function shown(counts: Readonly<Record<string, number>>, n: number): string[] {
  const shares = Object.entries(counts).map(([name, count]) => share(`data.${name}`, count, n));
  const analysed: ComputedEstimate = {
    ...{ id: "cohort.analysed", label: "", n, unit: "count", method: "counted", value: n },
    evidence: "retrospective",
  };
  const others = dossier.estimates.filter(({ id }) => id !== analysed.id);
  const disclosed = disclose({ ...dossier, estimates: [...others, analysed, ...shares] }, 11);
  const ids = shares.map(({ id }) => id);
  return disclosed.estimates.flatMap((one) =>
    ids.includes(one.id) && !("hidden" in one) ? [one.id.replace("data.", "")] : [],
  );
}

test("five late patients follow from no two of the other shares", () => {
  const left = shown({ "known-in-time": 600, "known-late": 5, "known-untimed": 81 }, 686);
  expect(left).not.toContain("known-late");
  expect(left).toHaveLength(1);
});

test("nor from the scores that were met: all of those in time", () => {
  const left = shown({ "known-in-time": 600, "known-late": 5, "known-untimed": 81, replayed: 600 }, 686);
  expect(left).not.toContain("known-late");
  expect(left.includes("known-untimed") && left.some((one) => one !== "known-untimed")).toBe(false);
});

test("a few scores that differ do not follow from those in time", () => {
  const left = shown({ "known-in-time": 605, "known-late": 0, "known-untimed": 81, replayed: 600 }, 686);
  expect(left.includes("known-in-time") && left.includes("replayed")).toBe(false);
});

test("shares of nobody and of many are all shown", () => {
  const all = { "known-in-time": 605, "known-late": 0, "known-untimed": 81, replayed: 605 };
  expect(shown(all, 686)).toEqual(Object.keys(all));
});
