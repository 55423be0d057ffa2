import type { Dossier } from "../evidence/dossier.ts";
import { givenFields } from "../evidence/given-fields.ts";
import type { RequirementState } from "../evidence/requirement.ts";
import { lookupIn } from "./figures.ts";
import type { EmbeddedFont } from "./fonts.ts";
import { type Html, html } from "./html.ts";
import { stateMark, tone, verdictMark } from "./marks.ts";
import { type Numbers, numbersOf } from "./numbers.ts";
import { forTeam, standAlonePage, strayNote } from "./page.ts";
import { parts } from "./parts.ts";
import { cohortSection } from "./report-cohort.ts";
import { dataSections } from "./report-data.ts";
import { extractionsSection, isOfExtractions } from "./report-extractions.ts";
import { isOfLabels, labelsSection } from "./report-labels.ts";
import { isOfMatching, matchingSection } from "./report-matching.ts";
import { filesSection, numbersSection } from "./report-numbers.ts";
import { isOfReplaced, performanceSections } from "./report-performance.ts";
import { protocolSection } from "./report-protocol.ts";
import { burdenSection, claimsSection, isOfClaims, requirementSections } from "./report-requirements.ts";
import { reportStyle } from "./report-style.ts";

export interface ReportOptions {
  /** Draws the figures; never touched otherwise. */
  readonly document: Document;
  readonly fonts: readonly EmbeddedFont[];
  /** The command that opens a number down to its rows. */
  readonly traceCommand: (id: string) => string;
  /** Whose page it is. The team's has a dossier in which nothing is withheld, and says so. */
  readonly audience: "committee" | "team";
}

/**
 * The whole evidence as a stand-alone page: data first, then cohort, performance, burden, requirements, every
 * number.
 *
 * Each figure is drawn wide and again for a telephone and has its numbers as a table. Evidence that was never
 * supplied
 * is named where it would stand. The memo's links end here, at the anchor of each estimate.
 */
export function renderReport(
  dossier: Dossier,
  { document, fonts, traceCommand, audience }: ReportOptions,
): string {
  const numbers = numbersOf(dossier, "");
  const lookup = lookupIn(dossier);
  const { model, verdict, memo, quality, findings, requirements, trail } = dossier;
  const main = html`<main id="main">
${dataSections(lookup, numbers)}
${protocolSection(dossier, numbers)}
${cohortSection(lookup, numbers, document)}
${performanceSections(lookup, numbers, document)}
${labelsSection(lookup, numbers)}
${extractionsSection(lookup, numbers, document)}
${matchingSection(lookup, numbers, document)}
${burdenSection(lookup, numbers)}
${claimsSection(lookup, numbers)}
${requirementSections(lookup, numbers)}
${filesSection(dossier)}
${numbersSection(dossier, numbers, {
  traceCommand,
  file: `${audience}/dossier.json`,
  given: givenFields({ memo, verdict, quality, findings, requirements, trail }),
})}
</main>`;
  const isTeam = audience === "team";
  const page = html`<div class="wrap">
${head(dossier, numbers)}
${contents(dossier, isTeam ? "../committee/memo.html" : "memo.html")}
${main}
<footer class="foot">As of ${dossier.asOf}. ${dossier.title}. ${strayNote(main)}</footer>
</div>`;
  return standAlonePage({
    title: `${isTeam ? "Report for the team" : "Report"}: ${model.name}@${model.version}: ${verdict.word}`,
    fonts,
    style: reportStyle,
    body: html`<a class="skip" href="#main">Skip to content</a>
${isTeam ? forTeam(page) : page}`,
  });
}

function head({ title, model, verdict, requirements, memo }: Dossier, numbers: Numbers): Html {
  const gates = requirements.filter(({ gate }) => gate !== undefined);
  const count = (state: RequirementState): number => gates.filter((gate) => gate.state === state).length;
  const tally = (["pass", "fail", "no evidence"] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`)
    .join(", ");
  const word = html`${verdictMark(verdict.word)}${verdict.word}`;
  return html`<header class="head"><div><h1>${model.name}<span class="at">@${model.version}</span></h1><p
class="lead">${title}</p></div>
<div class="stand">${verdict.halted ? html`<span class="stamp">HALTED</span>` : null}
<span class="verdict ${tone(verdict.word)}">${word}</span>
<span class="strip">${gates.map(({ state }) => stateMark(state))}<span>gates: ${tally}</span></span></div>
<dl class="why"><div><dt>Decided by</dt><dd>${numbers.phrase(verdict.reason)}${explained(verdict)}</dd></div>
<div><dt>What would change our mind</dt><dd>${memo.mind.map(
    ({ term, text }) => html`<p><span class="term">${term}:</span> ${numbers.phrase(text)}</p>`,
  )}</dd></div></dl></header>`;
}

/** Why two counts stand side by side: what a stage needs, and the gates that the stamp counts. */
function explained({ word, halted }: Dossier["verdict"]): Html {
  const counts =
    word === "HOLD" || word === "GO-SILENT"
      ? "The requirements are gates, criteria and papers, each needed from some stage on; seven are gates. "
      : "";
  const stamp = halted
    ? "HALTED: no live use while one of the seven gates is not passed, whatever the word."
    : "";
  return html`<span class="sub">${counts}${stamp}</span>`;
}

function contents({ tables }: Dossier, memo: string): Html {
  const links = Object.values(parts)
    .filter(({ id }) => id !== parts.claims.id || tables.some(isOfClaims))
    .filter(({ id }) => id !== parts.replaced.id || tables.some(isOfReplaced))
    .filter(({ id }) => id !== parts.labels.id || tables.some(isOfLabels))
    .filter(({ id }) => id !== parts.extractions.id || tables.some(isOfExtractions))
    .filter(({ id }) => id !== parts.matching.id || tables.some(isOfMatching))
    .map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav class="contents" aria-label="Contents"><ul><li><a href="${memo}">One-page
memo</a></li>${links}</ul></nav>`;
}
