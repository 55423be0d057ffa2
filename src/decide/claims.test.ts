import { expect, test } from "vitest";
import type { ComputedEstimate, Unit } from "../evidence/estimate.ts";
import type { Claim } from "../protocol/index.ts";
import { claimProvenance } from "./claim-provenance.ts";
import { claimEstimates, claimFindings, claimSources, claimTables } from "./claims.ts";
import { bookOf } from "./estimate-book.ts";

const horizon = "12mo";

/** Numbers of a cohort by measure. */
function cohort(values: Readonly<Record<string, number>>) {
  return bookOf(
    Object.entries({ observed: 0.2, ...values }).map(([measure, value]): ComputedEstimate => {
      const unit: Unit = value > 1 ? "perThousand" : "proportion";
      const id = `performance.${measure}@${horizon}`;
      return {
        id,
        label: measure,
        horizon,
        unit,
        method: "given",
        evidence: "retrospective",
        n: 10_000,
        value,
      };
    }),
  );
}

function says(claim: Pick<Claim, "measure" | "value">, values: Readonly<Record<string, number>>) {
  const claims = [{ said: "as said", by: "vendor", ...claim }];
  return claimEstimates({ claims }, cohort(values), horizon).map((estimate) =>
    "value" in estimate ? estimate.value : estimate.notEstimable,
  );
}

test("5 % false negative rate, 20 % with the event, 75 % not flagged: 10, 50 or 37.5 missed of 1,000", () => {
  const said = says({ measure: "false_negative_rate", value: 0.05 }, { flagged: 0.25 });
  expect(said.map((value) => Math.round(Number(value) * 10) / 10)).toEqual([10, 50, 37.5]);
});

test("accuracy 89 %, 5 % with the event, sensitivity .8: 110 wrong of 1,000, PPV 28.6 %", () => {
  const [wrong, ppv] = says({ measure: "accuracy", value: 0.89 }, { observed: 0.05, sensitivity: 0.8 });
  expect(wrong).toBeCloseTo(110, 10);
  expect(ppv).toBeCloseTo(0.04 / 0.14, 12);
});

test("an accuracy that no specificity gives is not estimable", () => {
  const [, ppv] = says({ measure: "accuracy", value: 0.995 }, { observed: 0.05, sensitivity: 0.8 });
  expect(ppv).toBe("no model can have this number in this cohort");
});

test("log loss .3 is skill where 20 % have the event, and worse than one risk for all where 5 % have", () => {
  const none = (p: number) => -(p * Math.log(p) + (1 - p) * Math.log(1 - p));
  const skill = (p: number) =>
    Number(says({ measure: "log_loss", value: 0.3 }, { "log-loss-null": none(p) })[0]);
  expect(Math.round(skill(0.2) * 100)).toBe(40);
  expect(Math.round(skill(0.05) * 100)).toBe(-51);
});

test("3 % more errors on 40 of 1,000: 41.2 if relative, 70 if points", () => {
  const said = says(
    { measure: "error_change", value: 0.03 },
    { "false-negatives": 15, "false-positives": 25 },
  ).map(Number);
  expect(said[0]).toBeCloseTo(41.2, 10);
  expect(said[1]).toBeCloseTo(70, 10);
});

test("fewer errors than none are not estimable", () => {
  const said = says(
    { measure: "error_change", value: -0.05 },
    { "false-negatives": 15, "false-positives": 25 },
  );
  expect(said).toEqual([38, "no model can have this number in this cohort"]);
});

test("where a number of the cohort is not estimable, what follows from it is not, with the same reason", () => {
  const book = new Map(cohort({ flagged: 0.25 }));
  const id = `performance.observed@${horizon}`;
  const { value: _, ...rest } = book.get(id)! as ComputedEstimate & { value: number };
  book.set(id, { ...rest, notEstimable: "nobody is followed so long" } as ComputedEstimate);
  const claims: Claim[] = [{ said: "x", by: "y", measure: "false_negative_rate", value: 0.05 }];
  const [first, second] = claimEstimates({ claims }, book, horizon);
  expect(first).toMatchObject({ notEstimable: "nobody is followed so long" });
  expect(second).toMatchObject({ value: 50 });
});

const all: Claim[] = [
  { said: "5 % false negative rate", by: "vendor", measure: "false_negative_rate", value: 0.05 },
  { said: "89 % accurate", by: "vendor", measure: "accuracy", value: 0.89 },
  { said: "log loss 0.3", by: "data science", measure: "log_loss", value: 0.3 },
  { said: "3 % more errors", by: "nurse", measure: "error_change", value: 0.03 },
];

test("trace calculates each number again from the numbers that it names", () => {
  const values = {
    ...{ observed: 0.23, flagged: 0.4, sensitivity: 0.7, "log-loss-null": 0.54 },
    ...{ "false-negatives": 70, "false-positives": 240 },
  };
  const book = cohort(values);
  const estimates = claimEstimates({ claims: all }, book, horizon);
  expect(estimates).toHaveLength(8);
  for (const estimate of estimates) {
    const { calculate, inputs } = claimProvenance[estimate.id.split("@")[0]!]!;
    const place = { horizon, stratum: estimate.stratum! };
    const ids = inputs!(place);
    expect(ids).toEqual(claimSources(estimate.id));
    const found = ids.map((id) => (book.get(id) as { value: number }).value);
    const again = calculate!(found, { claims: all } as never, place);
    expect(again).toBeCloseTo((estimate as { value: number }).value, 9);
  }
});

test("a claim that can be read in several ways is a concern; one that cannot is none", () => {
  const findings = claimFindings({ claims: all }, horizon);
  expect(findings.map(({ id, severity }) => [id, severity])).toEqual([
    ["claims.readings-1", "concern"],
    ["claims.readings-4", "concern"],
  ]);
  expect(findings[0]!.sentence.filter((piece) => typeof piece === "string").join("")).toBe(
    "“5 % false negative rate” (vendor) says missed per 1,000:  if of those with the event;  if of all;  if of those not flagged.",
  );
});

test("every reading stands in the table beside what was found; no claim, no table", () => {
  expect(claimTables({ claims: [] }, horizon)).toEqual([]);
  const [table] = claimTables({ claims: all }, horizon);
  expect(table!.rows).toHaveLength(8);
  expect(table!.rows[1]).toEqual([
    ...["“5 % false negative rate” (vendor)", "missed per 1,000, if of all"],
    { id: "claims.missed@12mo/claim:1-of-all", part: "value" },
    "missed per 1,000",
    { id: "performance.false-negatives@12mo", part: "both" },
  ]);
});
