import type { Dossier } from "../evidence/dossier.ts";
import { dataTable } from "./data-table.ts";
import type { EmbeddedFont } from "./fonts.ts";
import { html } from "./html.ts";
import { numbersOf } from "./numbers.ts";
import { standAlonePage } from "./page.ts";
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
  | "files"
  | "quality"
  | "attrition"
  | "findings"
  | "measures"
  | "estimates"
  | "tables"
>;

/** The data report as a stand-alone page for the team: what is there, what is missing, who is counted. No result. */
export function renderDataReport(
  report: DataReport,
  {
    fonts,
    qualitySha256,
    acknowledgeCommand,
  }: {
    readonly fonts: readonly EmbeddedFont[];
    readonly qualitySha256: string;
    readonly acknowledgeCommand: string;
  },
): string {
  const numbers = numbersOf(report, "");
  const { title, model, asOf } = report;
  return standAlonePage({
    title: `Data report: ${model.name}@${model.version}`,
    fonts,
    style: reportStyle,
    body: html`<a class="skip" href="#main">Skip to content</a>
<div class="wrap">
<header class="head"><div><h1>${model.name}<span class="at">@${model.version}</span></h1><p
class="lead">${title}</p></div><dl class="why"><div><dt>Results</dt><dd>Sealed until a named person acknowledges
this report: <code>${acknowledgeCommand}</code></dd></div><div><dt>This report's SHA-256</dt><dd
class="mono hash">${qualitySha256}</dd></div></dl></header>
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
${numbersSection(report, numbers, undefined)}
</main>
<footer class="foot">As of ${asOf}. ${title}. For the team: small counts are not hidden here.</footer>
</div>`,
  });
}
