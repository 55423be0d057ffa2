import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { claimSources } from "../../src/decide/claims.ts";
import { isKnown } from "../../src/evidence/estimate.ts";
import { evaluated, probity, type Written } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { copyStudy, replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const claims = `claims:
  - { said: 5 % false negative rate, by: vendor, measure: false_negative_rate, value: 0.05 }
  - { said: 89 % accurate, by: vendor, measure: accuracy, value: 0.89 }
  - { said: log loss of 0.3, by: data science, measure: log_loss, value: 0.3 }
  - { said: 3 % more errors, by: nurse, measure: error_change, value: 0.03 }
burden:
`;

function study(name: string, { nWomen, minimumCell = 1 }: { nWomen: number; minimumCell?: number }): string {
  return copyStudy(join(folder.path, name), {
    withoutDevelopment: true,
    protocol: (text) =>
      replaced(replaced(text, "burden:\n", claims), "minimum_cell: 1,", `minimum_cell: ${minimumCell},`),
    patients: (rows) => rows.slice(0, nWomen),
  });
}

describe("every woman, nothing hidden", () => {
  let found: Written;
  const out = join(folder.path, "out");
  beforeAll(async () => {
    found = await evaluated(study("claims", { nWomen: 686 }), out, { draws: 100 });
  });

  test("the files are sound", () => assertSound(found));

  test("the report shows each reading beside what was found, and the finding says them all", () => {
    const text = visibleText(found.report);
    expect(text).toContain("What is said of the model");
    expect(text).toContain("missed per 1,000, if of those not flagged");
    const finding = found.team.findings.find(({ id }) => id === "claims.readings-1")!;
    const { value } = found.known("performance.observed@60mo");
    const { value: flagged } = found.known("performance.flagged@60mo");
    const said = [50 * value, 50, 50 * (1 - flagged)].map((number) => number.toFixed(0));
    expect(found.text(finding.sentence)).toBe(
      `“5 % false negative rate” (vendor) says missed per 1,000: ${said[0]} if of those with the event; ` +
        `${said[1]} if of all; ${said[2]} if of those not flagged.`,
    );
  });

  test("each of its numbers opens and is calculated again", async () => {
    for (const { id } of found.team.estimates.filter((one) => one.id.startsWith("claims."))) {
      const { code, stdout } = await probity([
        "trace",
        id,
        "--dossier",
        out,
        "--study",
        join(folder.path, "claims"),
      ]);
      expect([code, stdout]).toEqual([0, expect.stringContaining("agrees      yes")]);
    }
  });
});

test("a claim's number is hidden with the numbers that it would give away", async () => {
  let nHidden = 0;
  for (const nWomen of [20, 45, 90]) {
    const out = join(folder.path, `out-${nWomen}`);
    const { committee } = await evaluated(study(`few-${nWomen}`, { nWomen, minimumCell: 11 }), out, {
      draws: 100,
    });
    const isHidden = (id: string) => "hidden" in committee.estimates.find((estimate) => estimate.id === id)!;
    for (const estimate of committee.estimates.filter(({ id }) => id.startsWith("claims."))) {
      if (!claimSources(estimate.id).some(isHidden)) continue;
      nHidden++;
      expect([estimate.id, isKnown(estimate)]).toEqual([estimate.id, false]);
    }
  }
  expect(nHidden).toBeGreaterThan(0);
});

test.each([
  ["false_negative_rate", 5],
  ["accuracy", -0.1],
  ["log_loss", 0],
  ["error_change", 0],
])("a number that no %s can be is refused where it stands: %d", async (measure, value) => {
  const into = copyStudy(join(folder.path, `${measure}-${value}`), {
    withoutDevelopment: true,
    protocol: (text) =>
      replaced(
        text,
        "burden:\n",
        `claims:\n  - { said: so, by: x, measure: ${measure}, value: ${value} }\nburden:\n`,
      ),
  });
  const { code, stderr } = await probity(["lint", into]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/protocol\.yaml:\d+:\d+/);
  expect(stderr).toContain(`${value} is no ${measure}`);
});
