import type { EvidenceRow, Memo } from "../evidence/dossier.ts";
import { isKnown } from "../evidence/estimate.ts";
import { findEstimate } from "../evidence/format.ts";
import { type Html, html } from "./html.ts";
import { rowMark, tone } from "./marks.ts";
import { gaps } from "./memo-page.ts";
import { memoWords } from "./memo-words.ts";
import type { Numbers } from "./numbers.ts";

/** The memo's table of at most six measures. */
export function evidenceTable(
  { evidence: rows, limitHeading }: Pick<Memo, "evidence" | "limitHeading">,
  widths: readonly number[],
  numbers: Numbers,
): Html {
  const { measure, value, interval, state, level, place } = memoWords.columns;
  const columnWidths = widths.map((width, index) => width + (index < widths.length - 1 ? gaps.cells : 0));
  const cols = columnWidths.map((width) => html`<col style="width:${width.toFixed(1)}pt">`);
  return html`<table><colgroup>${cols}</colgroup>
<thead><tr><th scope="col">${measure}</th><th scope="col" class="n">${value}</th><th scope="col"
class="n">${interval}</th>
<th scope="col" class="limit">${limitHeading}</th><th scope="col">${state}</th><th scope="col"
class="level">${level}</th>
<th scope="col" class="n place">${place}</th></tr></thead>
<tbody>${rows.map((row) => evidenceRow(row, numbers))}</tbody></table>`;
}

function evidenceRow(row: EvidenceRow, { byId, link, entry, phrase, place }: Numbers): Html {
  const id = row.estimate;
  const estimate = findEstimate(byId, id);
  const hasInterval = isKnown(estimate) && (estimate.interval ?? estimate.isIntervalHidden);
  const interval = hasInterval ? link({ id, part: "interval" }) : memoWords.none;
  const absence = "hidden" in estimate ? memoWords.hidden : memoWords.notEstimable;
  const numbers = isKnown(estimate)
    ? html`<td class="n value">${link({ id, part: "value" })}</td><td class="n">${interval}</td>`
    : html`<td class="n ne" colspan="2">${entry(id, absence)}</td>`;
  return html`<tr><th scope="row">${phrase(row.measure)} <span
class="base">${phrase(row.base)}</span></th>${numbers}
<td class="limit">${phrase(row.limit)}</td><td class="state ${tone(row.state)}">${rowMark(row.state)}${row.state}</td>
<td class="level">${row.level}</td><td class="n place">${entry(id, place(id))}</td></tr>`;
}
