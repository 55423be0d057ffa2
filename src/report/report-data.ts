import type { Dossier } from "../evidence/dossier.ts";
import type { Finding } from "../evidence/finding.ts";
import { worstFirst } from "../evidence/finding.ts";
import { formatCount } from "../evidence/format.ts";
import { dataTable, scrollable } from "./data-table.ts";
import type { Lookup } from "./figures.ts";
import { type Html, html } from "./html.ts";
import { severityMark, tone } from "./marks.ts";
import type { Numbers } from "./numbers.ts";
import { absent, section } from "./section.ts";

/** Data first: the three questions, how complete the variables are, and what was found. */
export function dataSections({ dossier, table }: Lookup, numbers: Numbers): Html {
  const described = ["data.completeness", "data.levels"].flatMap((id) => table(id) ?? []);
  return html`${section("dataFirst", {
    aside: "Three questions, before any result.",
    content: [
      threeQuestions(dossier, numbers),
      described.length > 0
        ? described.map((each) => dataTable(each, numbers))
        : absent("No completeness table was supplied."),
    ],
  })}${section("findings", {
    aside: "Worst first: one to four bars. They come from every step, not from the data alone.",
    content: dossier.findings.length > 0 ? findingsTable(dossier.findings, numbers) : absent("No findings."),
  })}`;
}

export function threeQuestions({ quality }: Pick<Dossier, "quality">, numbers: Numbers): Html[] {
  return quality.map(
    ({ question, answers }) =>
      html`<div class="question"><h3>${question}</h3><ul>${answers.map(
        (answer) => html`<li>${numbers.phrase(answer)}</li>`,
      )}</ul></div>`,
  );
}

export function findingsTable(findings: readonly Finding[], numbers: Numbers): Html {
  const rows = worstFirst(findings).map(
    ({ severity, sentence, stage, rows: concerned, remedy, estimates }) =>
      html`<tr><td><span class="severity ${tone(severity)}">${severityMark(severity)}${severity}</span></td>
<th scope="row">${numbers.phrase(sentence)}<span class="sub">${stage}${
        concerned ? `; ${formatCount(concerned.count)} rows` : ""
      }</span>${numbers.evidence(estimates)}</th><td>${remedy}</td></tr>`,
  );
  return scrollable(
    "Findings",
    html`<table class="findings"><thead><tr><th scope="col">Severity</th><th scope="col">Finding</th>
<th scope="col">What to do</th></tr></thead><tbody>${rows}</tbody></table>`,
  );
}
