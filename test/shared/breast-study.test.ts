import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { assertClose } from "../reference/reference.ts";
import { SurvivalTable, yardstick } from "./yardstick.ts";

const inStudy = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../studies/breast-recurrence/${name}`, import.meta.url)), "utf8");

/** The bundled predictions by column, in the order of the file. */
function predictions(): ReadonlyMap<string, readonly number[]> {
  const [header, ...rows] = inStudy("predictions.csv")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  return new Map(header!.map((name, j) => [name, rows.map((row) => Number(row[j]))]));
}

describe("each woman's predicted risk is R's", () => {
  const ours = predictions();
  const theirs = SurvivalTable.read("derived/breast_gbsg");
  test.each([
    ["risk_12m", "r12"],
    ["risk_24m", "r24"],
    ["risk_60m", "r60"],
  ])("%s", (column, r) => {
    expect(ours.get(column)).toHaveLength(686);
    assertClose(ours.get(column), theirs.number(r), { relative: 1e-8 });
  });
});

describe("the study's expected values are those of the yardstick", () => {
  const expected = JSON.parse(inStudy("expected.json"));
  const cases = new Map(
    ["breast_study", "royston_altman_external_validation"].flatMap((file) =>
      yardstick(file).map((one) => [one.id, one] as const),
    ),
  );

  test.each(Object.entries<string>(expected.calls))("the call %s", (id, r) => {
    expect(cases.get(id)?.r).toBe(r);
  });

  test("each number is one that its call printed", () => {
    const numbers: readonly { id: string; value: number; call: string; as?: string }[] = expected.numbers;
    for (const { id, value, call, as } of numbers) {
      if (as !== undefined) continue;
      expect(flatten(cases.get(call)!.expected), id).toContain(value);
    }
    expect(numbers.filter(({ as }) => as !== undefined)).toHaveLength(9);
    expect(flatten(cases.get("m1.fit")!.expected.coef)).toEqual(expected.model.coefficients);
    expect(cases.get("m1.S0_5y")!.expected).toBe(expected.model.survivalAtZero60m);
  });
});

function flatten(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(flatten) : [];
}
