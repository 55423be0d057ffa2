import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KnownEstimate } from "../../src/evidence/estimate.ts";
import { assertClose } from "../reference/reference.ts";
import { evaluated, type Written } from "./evaluate.ts";
import { assertSound } from "./invariants.ts";
import { bundledStudy, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
let study: Written;

beforeAll(async () => {
  study = await evaluated(bundledStudy, join(folder.path, "out"), { draws: 100 });
});
afterAll(folder.remove);

/** Strata of one variable: none is missing for any woman, so each variable parts the whole cohort. */
const partitions = {
  age: ["<50", "50-64", "65+"],
  meno: ["0", "1"],
  grade: ["1", "2", "3"],
  hormon: ["0", "1"],
} as const;
const cells = ["true-positives", "false-positives", "false-negatives", "true-negatives"] as const;
const rates = ["sensitivity", "specificity", "ppv", "npv"] as const;

const parts = Object.entries(partitions);
const strata = (variable: string, levels: readonly string[], measure: string): KnownEstimate[] =>
  levels.map((level) => study.known(`${measure}@60mo/${variable}:${level}`));
const sumOf = (estimates: readonly KnownEstimate[], part: "value" | "numerator" | "denominator" | "n") =>
  estimates.reduce((sum, estimate) => sum + estimate[part]!, 0);

describe.each(parts)("the strata of %s add up to the whole", (variable, levels) => {
  test.each(cells)("%s per 1,000, before rounding", (cell) => {
    const measure = `performance.${cell}`;
    const whole = study.known(`${measure}@60mo`).value;
    assertClose(sumOf(strata(variable, levels, measure), "value"), whole, { relative: 1e-12 });
  });

  test.each(rates)("the raw counts behind %s", (rate) => {
    const whole = study.known(`performance.${rate}@60mo`);
    const found = strata(variable, levels, `performance.${rate}`);
    expect(sumOf(found, "numerator")).toBe(whole.numerator);
    expect(sumOf(found, "denominator")).toBe(whole.denominator);
  });

  test("patients, events, event-free, unknown and flagged", () => {
    const events = strata(variable, levels, "performance.flagged").reduce((sum, one) => sum + one.events!, 0);
    expect(events).toBe(study.known("cohort.events@60mo").value);
    expect(sumOf(strata(variable, levels, "cohort.in-group"), "value")).toBe(686);
    expect(sumOf(strata(variable, levels, "cohort.event-free"), "value")).toBe(
      study.known("cohort.event-free@60mo").value,
    );
    for (const measure of ["cohort.unknown", "performance.flagged"]) {
      expect(sumOf(strata(variable, levels, measure), "numerator")).toBe(
        study.known(`${measure}@60mo`).numerator,
      );
    }
  });
});

test("the four cells add up to 1,000, and the rates are their ratios", () => {
  const [tp, fp, fn, tn] = cells.map((cell) => study.known(`performance.${cell}@60mo`).value) as [
    ...[number, number, number, number],
  ];
  const value = (measure: string) => study.known(`performance.${measure}@60mo`).value;
  assertClose(tp + fp + fn + tn, 1000, { relative: 1e-12 });
  assertClose(value("sensitivity"), tp / (tp + fn), { relative: 1e-12 });
  assertClose(value("specificity"), tn / (tn + fp), { relative: 1e-12 });
  assertClose(value("ppv"), tp / (tp + fp), { relative: 1e-12 });
  assertClose(value("npv"), tn / (tn + fn), { relative: 1e-12 });
  assertClose(value("accuracy"), (tp + tn) / 1000, { relative: 1e-12 });
  // One pooled curve: the weighted prevalence is the Kaplan–Meier risk.
  assertClose((tp + fn) / 1000, value("observed"), { relative: 1e-12 });
});

test.each(["12mo", "24mo", "60mo"])(
  "at %s each patient has one status, and one place in the histogram",
  (h) => {
    const unknown = study.known(`cohort.unknown@${h}`);
    const events = study.known(`cohort.events@${h}`).value;
    const eventFree = study.known(`cohort.event-free@${h}`).value;
    expect(events + eventFree + unknown.numerator!).toBe(686);
    const histogram = study.team.matrices.find(({ id }) => id === `performance.risk-histogram@${h}`)!;
    const columns = histogram.columns.map((_, c) => histogram.cells.reduce((sum, row) => sum + row[c]!, 0));
    expect(columns).toEqual([events, eventFree, unknown.numerator]);
    const groups = [1, 2, 3, 4, 5].map((k) => study.known(`performance.observed@${h}/risk-group:${k}`));
    expect(sumOf(groups, "n")).toBe(686);
    expect(groups.reduce((sum, { events: own }) => sum + own!, 0)).toBe(events);
  },
);

test("the risk table and the curve start with everybody", () => {
  const risk = study.team.tables.find(({ id }) => id === "cohort.risk-table")!;
  expect(risk.rows[0]).toEqual(["0", "686", "0", "0"]);
  for (const [, ...counts] of risk.rows)
    expect(counts.reduce((sum, cell) => sum + Number(cell), 0)).toBe(686);
});

test("I139: every criterion is a step of the attrition, which ends with the patients analysed", () => {
  const { attrition } = study.team;
  expect(attrition.map(({ label, records, excluded }) => [label, records, excluded])).toEqual([
    ["Rows in gbsg.csv", 686, 0],
    ["nodes >= 1", 686, 0],
    ["age between 18 and 90", 686, 0],
    ["endpoint recorded", 686, 0],
  ]);
});

test("ids, references, links and glyphs of both halves and both pages", () => assertSound(study));

test("a minimum cell of 1 hides nothing: both halves say the same but for source lines", () => {
  const { findings: ours, ...team } = study.team;
  const { findings: theirs, ...committee } = study.committee;
  expect(committee).toEqual(team);
  expect(theirs).toEqual(
    ours.map(({ rows, ...finding }) => (rows ? { ...finding, rows: { count: rows.count } } : finding)),
  );
});
