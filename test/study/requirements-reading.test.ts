import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agreementRows } from "../reference/agreement.ts";
import { reference } from "../reference/reference.ts";
import { type BinaryRow, writeBinaryStudy } from "./binary-study.ts";
import { evaluated, probity, type Written } from "./evaluate.ts";
import { assertSound, visibleText } from "./invariants.ts";
import { replaced, temporaryFolder } from "./study-copy.ts";

const folder = temporaryFolder();
afterAll(folder.remove);

const times = (n: number, row: BinaryRow): BinaryRow[] => Array.from({ length: n }, () => row);

test("I159: Kaplan–Meier, log-rank and Cox have their rows of agreement with R", () => {
  const rows = agreementRows();
  for (const start of ["Kaplan–Meier curve", "Log-rank", "Cox regression, coefficients"]) {
    const found = rows.filter(({ estimator }) => estimator.startsWith(start));
    expect(found.length, start).toBeGreaterThan(0);
    for (const { cases, difference } of found) {
      expect(cases).toBeGreaterThan(1);
      expect(difference).toBeLessThanOrEqual(1e-8);
    }
  }
});

test("I212: no command trains a model; predictions come in as data", async () => {
  const { stdout, stderr } = await probity(["--help"]);
  const commands = [...`${stdout}${stderr}`.matchAll(/^ {2}([a-z-]+) /gm)].map(([, name]) => name!);
  expect(commands).toContain("evaluate");
  for (const name of commands) expect(name).not.toMatch(/train|fit|learn|tune/);
});

test("I224: the AUC of an evaluation has DeLong's interval as pROC gives it", async () => {
  // 113 patients of pROC's aSAH table; a score of 1 to 5 becomes a risk of the same order.
  const { input, expected } = reference("delong").find(({ name }) => name === "asah_wfns.ci_delong")!;
  const [lower, auc, upper] = expected as unknown as [number, number, number];
  const rows = [...input.event!].map(
    (event, i): BinaryRow => ({ event: event === 1 ? 1 : 0, risk: input.score![i]! / 10 }),
  );
  const path = writeBinaryStudy(join(folder.path, "auc"), { rows });
  const found = await evaluated(path, join(folder.path, "auc-out"), { draws: 0 });
  const estimate = found.known("performance.auc@30d");
  expect(estimate.value).toBeCloseTo(auc, 10);
  expect(estimate.interval!.lower).toBeCloseTo(lower, 10);
  expect(estimate.interval!.upper).toBeCloseTo(upper, 10);
});

describe("a model that misses the men", () => {
  let found: Written;
  const out = join(folder.path, "men-out");
  beforeAll(async () => {
    const rows = [
      ...times(160, { event: 1, risk: 0.5 }),
      ...times(40, { event: 1, risk: 0.1 }),
      ...times(40, { event: 0, risk: 0.5 }),
      ...times(260, { event: 0, risk: 0.1 }),
      ...times(40, { event: 1, risk: 0.5, sex: "M" as const }),
      ...times(160, { event: 1, risk: 0.1, sex: "M" as const }),
      ...times(40, { event: 0, risk: 0.5, sex: "M" as const }),
      ...times(250, { event: 0, risk: 0.1, sex: "M" as const }),
    ];
    const path = writeBinaryStudy(join(folder.path, "men"), {
      rows,
      protocol: (text) => replaced(text, "protected: [sex]", "protected: [sex]\nfairness: { margin: 0.10 }"),
    });
    found = await evaluated(path, out, { draws: 0 });
    assertSound(found);
  });

  test("I084: the memo names group, measure, gap and interval", () => {
    const { value, interval } = found.known("fairness.sensitivity@30d/sex:M~sex:F");
    // 40 of 200 less 160 of 200.
    expect(value).toBeCloseTo(-0.6, 12);
    expect(interval!.kind).toBe("simultaneous");
    const { lead, text } = found.team.memo.flaw;
    expect(lead).toBe("None fatal. Most serious:");
    expect(found.text(text)).toMatch(
      /sensitivity of sex M less that of sex F\s−\.60\s\(−\.\d\d\sto\s−\.\d\d\)/,
    );
    expect(visibleText(found.memo)).toContain("sensitivity of sex M less that of sex F");
  });

  test("I195: the data report asks what we have, what is missing, and how we know the labels", () => {
    const page = visibleText(readFileSync(join(out, "team", "data-report.html"), "utf8"));
    const questions = ["What do we have?", "What is missing?", "How do we know the labels are right?"];
    const places = questions.map((question) => page.indexOf(question));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});
