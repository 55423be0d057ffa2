import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { dossier } from "../../test/report-fixture/dossier.ts";
import type { Dossier } from "../evidence/dossier.ts";
import type { Estimate } from "../evidence/estimate.ts";
import type { Curve } from "../evidence/figures.ts";
import { anchorOf } from "./anchor.ts";
import { ticksBetween } from "./figures.ts";
import { renderMemo } from "./memo.ts";
import { renderReport } from "./report.ts";

function render(input: Dossier, audience: "committee" | "team" = "committee"): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return renderReport(input, { document, fonts: [], traceCommand: (id) => `probity trace ${id}`, audience });
}

test("the team's page says whose it is and leads to the memo and the dossier beside it", () => {
  const team = render(dossier, "team");
  expect(team).toContain("Contains small counts: do not pass on.");
  expect(team).toContain('href="../committee/memo.html"');
  expect(team).toContain("team/dossier.json");
  const committee = render(dossier);
  expect(committee).not.toContain("do not pass on");
  expect(committee).toContain('href="memo.html"');
});

test("the same dossier gives the same bytes", () => {
  expect(render(dossier)).toBe(render(dossier));
});

test("the sections stand in their order: data before results, discrimination after the strata", () => {
  const ids = [...render(dossier).matchAll(/<section class="sec" id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids).toEqual([
    ...[
      "data-first",
      "findings",
      "protocol",
      "cohort",
      "performance",
      "for-whom",
      "calibration",
      "net-benefit",
    ],
    ...["discrimination", "burden", "gates", "requirements", "files", "every-number"],
  ]);
});

test("every estimate has one entry with its command, and every link of both pages its target", () => {
  const report = render(dossier);
  const { document } = parseHTML(report);
  for (const { id } of dossier.estimates) {
    const entries = document.querySelectorAll(`[id="${anchorOf(id)}"]`);
    expect(entries).toHaveLength(1);
    expect(entries[0]!.querySelector("code")!.textContent).toBe(`probity trace ${id}`);
  }
  const memo = renderMemo(dossier, { fonts: [], dossierSha256: "0".repeat(64) });
  const targets = [
    ...[...memo.matchAll(/href="report\.html#([^"]+)"/g)],
    ...[...report.matchAll(/href="#([^"]+)"/g)],
  ].map(([, target]) => target!);
  expect(targets.length).toBeGreaterThan(80);
  for (const target of targets) expect(document.getElementById(target), target).not.toBeNull();
});

test("ids are never given twice, and no figure brings its own", () => {
  const ids = [...render(dossier).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the page has no script and fetches nothing", () => {
  const report = render(dossier);
  expect(report).toContain("default-src &#39;none&#39;");
  expect(report).not.toMatch(/<script|<link|<img|href="http|url\(/);
});

test("six figures are drawn twice, each with a sentence and a table", () => {
  const { document } = parseHTML(render(dossier));
  expect(document.querySelectorAll(".picture.wide")).toHaveLength(6);
  expect(document.querySelectorAll(".picture.narrow")).toHaveLength(6);
  for (const figure of Array.from(document.querySelectorAll("figure"))) {
    expect(figure.querySelector("details table")).not.toBeNull();
    expect(figure.querySelector("figcaption")!.textContent!.length).toBeGreaterThan(20);
    expect(figure.querySelector('[role="img"]')!.getAttribute("aria-label")!.length).toBeGreaterThan(10);
  }
});

test("source lines stay in the team's half", () => {
  expect(render(dossier)).not.toContain("gbsg.csv:2");
});

test("hidden counts are never printed as numbers and never empty", () => {
  const { document } = parseHTML(render(dossier));
  const rows = Array.from(document.querySelectorAll("#for-whom tr")).filter((row) =>
    row.textContent!.startsWith("50 nodes or more"),
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(Array.from(row.querySelectorAll("td"), (cell) => cell.textContent)).toEqual(
      Array.from({ length: 4 }, () => "hidden"),
    );
  }
});

test("evidence that was never supplied is named where it would stand", () => {
  const bare: Dossier = { ...dossier, curves: [], tables: [], matrices: [], attrition: [], findings: [] };
  const report = render(bare);
  for (const sentence of [
    "the study has no survival curve",
    "the study has no calibration curve",
    "the study has no net benefit curves",
    "The protocol names no strata",
    "No attrition was recorded",
    "No findings",
  ]) {
    expect(report).toContain(sentence);
  }
});

test("a study in which nobody is left is drawn as far as there is anything to draw", () => {
  const estimates: Estimate[] = dossier.estimates.map((estimate) => ({
    id: estimate.id,
    label: estimate.label,
    unit: estimate.unit,
    method: estimate.method,
    evidence: estimate.evidence,
    n: 0,
    notEstimable: "nobody left",
  }));
  const curves = dossier.curves.map((curve) => ({ ...curve, x: [], y: [], lower: [], upper: [] }));
  const report = render({ ...dossier, estimates, curves });
  expect(report).toContain("not estimable: nobody left");
  expect(report).toContain("the study has no survival curve");
  expect(report).not.toMatch(/NaN|Infinity|undefined/);
});

function withheldCurve(curve: Curve): Curve {
  const { id, label, shape } = curve;
  return { id, label, shape, x: [], y: [], withheld: "all" };
}

function hiddenIf(isHidden: (id: string) => boolean): readonly Estimate[] {
  return dossier.estimates.map((estimate): Estimate => {
    const { id, label, unit, method, evidence } = estimate;
    return isHidden(id) ? { id, label, unit, method, evidence, n: null, hidden: true } : estimate;
  });
}

test("a thinned survival curve is joined by straight lines, as few points as it has, and says so", () => {
  const [x, y] = [
    [0, 27.8],
    [1, 0.6],
  ];
  const thinned: Curve = {
    ...{ id: "cohort.survival", label: "event-free", shape: "line", withheld: "some" },
    ...{ x, y, lower: y, upper: y },
  };
  const curves = dossier.curves.flatMap((curve) =>
    curve.id === "cohort.survival"
      ? [thinned]
      : curve.id === "cohort.censored"
        ? [withheldCurve(curve)]
        : [curve],
  );
  const { document } = parseHTML(render({ ...dossier, curves }));
  const picture = document.querySelector("#cohort .picture.wide [aria-label='line'] path")!;
  // One line from the first point to the last: a step would have a corner between them.
  expect(picture.getAttribute("d")!.match(/[A-Z]/g)).toEqual(["M", "L"]);
  const section = document.querySelector("#cohort")!.textContent!;
  expect(section).toContain(
    "2 points of the curve are drawn and joined by straight lines; the others are withheld",
  );
  expect(section).not.toContain("Ticks");
});

test("what disclosure keeps back is called withheld, never missing or not estimable", () => {
  const cells = /^performance\.(true|false)-(positives|negatives)@/;
  const rates = /^performance\.(sensitivity|observed-expected)@/;
  const report = render({
    ...dossier,
    curves: dossier.curves.map(withheldCurve),
    estimates: hiddenIf((id) => cells.test(id) || rates.test(id)),
  });
  for (const what of ["a survival curve", "a calibration curve", "net benefit curves", "the cells per 1,000"])
    expect(report).toContain(`Withheld: ${what} would give away a count below 11.`);
  expect(report).not.toMatch(/the study has no|Not estimable per 1,000/);
  expect(report).not.toMatch(/all:? \./);
  expect(report).toContain("no stratum has a number that is shown; all: hidden.");
});

test("a hidden stratum may be the worst, so the sentence speaks of those shown", () => {
  const tables = dossier.tables.map((table) => ({
    ...table,
    rows: table.rows.filter((row) => !row.includes(null)),
  }));
  expect(render(dossier)).toContain("Sensitivity at .40: worst of those shown in");
  expect(render({ ...dossier, tables })).toContain("Sensitivity at .40: worst in");
});

test("what would change our mind is the memo's block 10, and the two counts are explained", () => {
  const { document } = parseHTML(render(dossier));
  const head = document.querySelector(".why")!.textContent!;
  for (const { term, text } of dossier.memo.mind) expect(head).toContain(`${term}: ${text.join("")}`);
  expect(head).toContain("HALTED: no live use while one of the seven gates is not passed");
});

test("a requirement's state stands with its reason in words", () => {
  const requirements = dossier.requirements.map((requirement) =>
    requirement.id === "acceptance.net-benefit"
      ? { ...requirement, reason: "interval spans the limit" }
      : requirement,
  );
  const { document } = parseHTML(render({ ...dossier, requirements }));
  const states = Array.from(document.querySelectorAll("#requirements .state"), (cell) => cell.textContent);
  expect(states).toContain("no evidenceinterval spans the limit");
});

test("characters that the fonts lack are named on the screen", () => {
  const named = { ...dossier, memo: { ...dossier.memo, also: ["grade ≥ 3, Łódź"] } };
  const memo = renderMemo(named, { fonts: [], dossierSha256: "0".repeat(64) });
  expect(memo).toContain("Not in this page's fonts, set in one of your machine's: ≥ Ł ź");
  expect(renderMemo(dossier, { fonts: [], dossierSha256: "0".repeat(64) })).not.toContain("Not in this page");
});

test("a number that no measure defines is refused", () => {
  expect(() => render({ ...dossier, measures: [] })).toThrow("no measure defines");
});

test("ticks are round and about five", () => {
  expect(ticksBetween(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticksBetween(-0.05, 0.45)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
});
