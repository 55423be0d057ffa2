import { parseHTML } from "linkedom";
import { expect } from "vitest";
import type { Dossier } from "../../src/evidence/dossier.ts";
import { measureOf } from "../../src/evidence/estimate.ts";
import { formatPart } from "../../src/evidence/format.ts";
import { isReference, type NumberReference, type Phrase } from "../../src/evidence/phrase.ts";
import { fontFiles } from "../../src/report/fonts.ts";
import type { Written } from "./evaluate.ts";

/** `room.measure@horizon/stratum`; a stratum is `variable:level`, a name, or both; `,` crosses, `~` compares two. */
const idGrammar = /^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*(@\d+(\.\d+)?[a-z]+)?(\/[\w<>=+.:, -]+(~[\w<>=+.: -]+)?)?$/;

/** What holds for every dossier, whatever the study. */
export function assertSound({ team, committee, memo, report }: Written): void {
  for (const dossier of [team, committee]) {
    assertIds(dossier);
    assertReferences(dossier);
    assertAttrition(dossier);
    assertFigures(dossier);
  }
  assertRowsStayWithTheTeam(committee);
  assertLinks(memo, report);
  assertGlyphs(memo);
  assertGlyphs(report);
  for (const page of [memo, report]) expect(visibleText(page)).not.toMatch(/NaN|Infinity|undefined|\[object/);
}

function assertIds({ estimates, measures, findings, requirements, curves, tables, matrices }: Dossier): void {
  const keys = new Set(measures.map(({ key }) => key));
  expect(keys.size).toBe(measures.length);
  for (const { id, n, horizon, stratum, ...rest } of estimates) {
    expect(id).toMatch(idGrammar);
    expect(id).toBe(
      `${measureOf(id)}${horizon === undefined ? "" : `@${horizon}`}${stratum === undefined ? "" : `/${stratum}`}`,
    );
    expect(keys, id).toContain(measureOf(id));
    if ("notEstimable" in rest) expect(rest.notEstimable, id).toMatch(/^[^A-Z].*[^.]$/);
    if ("value" in rest) expect(Number.isFinite(rest.value), id).toBe(true);
    if (!("hidden" in rest)) expect(Number.isInteger(n), id).toBe(true);
  }
  for (const list of [estimates, findings, requirements, curves, tables, matrices]) {
    const ids = list.map(({ id }) => id);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  }
}

function phrasesOf({ memo, findings, requirements, quality, verdict }: Dossier): Phrase[] {
  const { header, decision, flaw, question, evidence, also, data, burden, harm, papers, mind } = memo;
  return [
    ...[header.site, decision, flaw.text, also, data.have, data.gap, burden.cost, burden.benefit, papers],
    ...[...question, ...harm, ...mind].map(({ text }) => text),
    ...evidence.flatMap(({ measure, base }) => [measure, base]),
    ...findings.map(({ sentence }) => sentence),
    ...requirements.flatMap(({ found, changes = [] }) => [found, ...changes.map(({ sentence }) => sentence)]),
    ...quality.flatMap(({ answers }) => answers),
    ...[verdict.reason, verdict.wouldChange],
  ];
}

/** Every number that a sentence or table names is there, and has the part that is asked for. */
function assertReferences(dossier: Dossier): void {
  const { estimates, findings, requirements, tables, memo, verdict } = dossier;
  const byId = new Map(estimates.map((estimate) => [estimate.id, estimate]));
  const print = ({ id, part }: NumberReference) => {
    const estimate = byId.get(id);
    if (estimate === undefined) throw new Error(`no estimate "${id}"`);
    return formatPart(estimate, part);
  };
  for (const phrase of phrasesOf(dossier)) for (const piece of phrase) if (isReference(piece)) print(piece);
  for (const { rows, columns } of tables) {
    for (const row of rows) {
      expect(row).toHaveLength(columns.length);
      for (const cell of row)
        if (cell !== null && typeof cell === "object") print({ id: cell.id, part: cell.part ?? "value" });
    }
  }
  const known = new Set([...byId.keys(), ...findings.map(({ id }) => id)]);
  for (const finding of findings) for (const id of finding.estimates) expect(known).toContain(id);
  for (const requirement of requirements) for (const id of requirement.evidence) expect(known).toContain(id);
  for (const { estimate } of memo.evidence) expect(known).toContain(estimate);
  const deciding = new Set([...findings, ...requirements].map(({ id }) => id));
  for (const id of verdict.decidedBy) expect(deciding).toContain(id);
}

/** Left before, less excluded, is left after. */
function assertAttrition({ attrition }: Dossier): void {
  attrition.forEach(({ records, excluded, label }, i) => {
    const before = attrition[i - 1]?.records;
    if (before === undefined || before === null || records === null || excluded === null) return;
    expect(before - excluded, label).toBe(records);
  });
}

function assertFigures({ curves, matrices, minimumCell }: Dossier): void {
  for (const { id, x, y, lower = y, upper = y } of curves) {
    expect(x.length, id).toBeLessThanOrEqual(500);
    for (const values of [y, lower, upper]) expect(values, id).toHaveLength(x.length);
    for (const values of [x, y, lower, upper]) expect(values.every(Number.isFinite), id).toBe(true);
  }
  for (const { id, rows, columns, cells } of matrices) {
    expect(cells, id).toHaveLength(rows.length);
    for (const row of cells) expect(row, id).toHaveLength(columns.length);
  }
  expect(minimumCell).toBeGreaterThanOrEqual(1);
}

function assertRowsStayWithTheTeam({ findings }: Dossier): void {
  for (const { rows } of findings) expect(rows?.lines).toBeUndefined();
}

/** Links of the memo lead into the report, links of the report into itself. */
function assertLinks(memo: string, report: string): void {
  const anchors = [...report.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
  const known = new Set(anchors);
  expect(known.size).toBe(anchors.length);
  const links = [...memo.matchAll(/href="report\.html#([^"]+)"/g), ...report.matchAll(/href="#([^"]+)"/g)];
  expect(links.length).toBeGreaterThan(10);
  for (const [, target] of links) expect(known, target).toContain(target);
  const outside = [...`${memo}${report}`.matchAll(/(?:href|src)="([^"#]*)/g)].map(([, address]) => address);
  expect(new Set(outside)).toEqual(new Set(["", "memo.html", "report.html"]));
}

/** A character outside the embedded fonts would be set in whatever font the reader's machine has. */
function assertGlyphs(page: string): void {
  const covered = fontFiles
    .flatMap(({ unicodeRange }) => unicodeRange.split(","))
    .map((range) =>
      range
        .replace("U+", "")
        .split("-")
        .map((code) => Number.parseInt(code, 16)),
    );
  const strays = new Set(
    [...visibleText(page)].filter((character) => {
      const code = character.codePointAt(0)!;
      return !covered.some(([from, to = from]) => code >= from! && code <= to!);
    }),
  );
  expect([...strays]).toEqual([]);
}

/** The text of a page and of its attributes that are read aloud, without style sheet and fonts. */
export function visibleText(page: string): string {
  const { document } = parseHTML(page);
  for (const style of Array.from(document.querySelectorAll("style"))) style.remove();
  const labels = Array.from(document.querySelectorAll("[aria-label], [title]"), (element) =>
    ["aria-label", "title"].map((name) => element.getAttribute(name) ?? "").join(" "),
  );
  return `${document.documentElement.textContent} ${labels.join(" ")}`;
}
