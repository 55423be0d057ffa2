import type { Dossier } from "../evidence/dossier.ts";
import { givenFields } from "../evidence/given-fields.ts";
import type { Acknowledgement } from "../evidence/trail.ts";
import { dataTable } from "./data-table.ts";
import type { EmbeddedFont } from "./fonts.ts";
import { type Html, html } from "./html.ts";
import { numbersOf } from "./numbers.ts";
import { forTeam, standAlonePage } from "./page.ts";
import { attritionTable } from "./report-cohort.ts";
import { findingsTable, threeQuestions } from "./report-data.ts";
import { filesSection, numbersSection } from "./report-numbers.ts";
import { reportStyle } from "./report-style.ts";
import { absent, section } from "./section.ts";

/** What can be shown before results are opened. */
export type DataReport = Pick<
  Dossier,
  | "title"
  | "model"
  | "asOf"
  | "protocolSha256"
  | "seed"
  | "minimumCell"
  | "binary"
  | "files"
  | "quality"
  | "attrition"
  | "findings"
  | "measures"
  | "estimates"
  | "tables"
>;

/** Whether results are opened on it, and by whom. */
export type DataReportState =
  | { readonly sealed: true; readonly acknowledgeCommand: string }
  | {
      readonly sealed: false;
      readonly acknowledgement: Acknowledgement;
      readonly traceCommand: (id: string) => string;
    };

/** The data report as a stand-alone page for the team: what is there, what is missing, who is counted. No result. */
export function renderDataReport(
  report: DataReport,
  {
    fonts,
    qualitySha256,
    state,
  }: {
    readonly fonts: readonly EmbeddedFont[];
    readonly qualitySha256: string;
    readonly state: DataReportState;
  },
): string {
  const numbers = numbersOf(report, "");
  const { title, model, asOf, quality, findings } = report;
  const list = state.sealed
    ? { file: "team/quality.json" }
    : { file: "team/dossier.json", traceCommand: state.traceCommand };
  return standAlonePage({
    title: `Data report: ${model.name}@${model.version}`,
    fonts,
    style: reportStyle,
    body: html`<a class="skip" href="#main">Skip to content</a>
${forTeam(html`<div class="wrap">
<header class="head"><div><h1>${model.name}<span class="at">@${model.version}</span></h1><p
class="lead">${title}</p></div><dl class="why"><div><dt>Results</dt><dd>${resultsText(state)}</dd></div><div><dt>This
report's SHA-256</dt><dd class="mono hash">${qualitySha256}</dd></div></dl></header>
<main id="main">
${section("dataFirst", {
  aside: "Three questions, before any result.",
  content: [threeQuestions(report, numbers), report.tables.map((table) => dataTable(table, numbers))],
})}${section("findings", {
  aside: "Worst first: one to four bars. From the data alone.",
  content: report.findings.length > 0 ? findingsTable(report.findings, numbers) : absent("No findings."),
})}${section("cohort", {
  aside: "Who is counted, who is not, and why.",
  content: dataTable(attritionTable(report.attrition), numbers),
})}${filesSection(report)}
${numbersSection(report, numbers, { ...list, given: givenFields({ quality, findings }) })}
</main>
<footer class="foot">As of ${asOf}. ${title}.</footer>
</div>`)}`,
  });
}

function resultsText(state: DataReportState): Html {
  if (state.sealed) {
    return html`Sealed until a named person acknowledges this report: <code>${state.acknowledgeCommand}</code>`;
  }
  const { entry, reason } = state.acknowledgement;
  return html`Opened: acknowledged ${entry.time.slice(0, 10)} by ${entry.by}: ${reason}`;
}
