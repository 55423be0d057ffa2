import type { Dossier, Memo } from "../evidence/dossier.ts";
import type { Phrase } from "../evidence/phrase.ts";
import type { EmbeddedFont } from "./fonts.ts";
import { type Html, html } from "./html.ts";
import { stateMark, tone, verdictMark } from "./marks.ts";
import { evidenceTable } from "./memo-evidence.ts";
import { layoutMemo, type MemoLayout, metaItems } from "./memo-layout.ts";
import { budget } from "./memo-page.ts";
import { memoStyle } from "./memo-style.ts";
import { legend, memoWords } from "./memo-words.ts";
import { type Numbers, numbersOf } from "./numbers.ts";
import { standAlonePage, strayNote } from "./page.ts";
import { linesToSign, noDissent } from "./signed-memo.ts";

export interface MemoOptions {
  readonly fonts: readonly EmbeddedFont[];
  /** Of `dossier.json` in the same folder, in hexadecimal; printed as a short id and a QR code. */
  readonly dossierSha256: string;
}

/**
 * The one-page memo as a stand-alone page that prints on exactly one sheet of A4 or US Letter.
 *
 * Every number links to its entry in `report.html` beside it. Throws the problem `memo-too-long`, naming the
 * block, where the text does not fit.
 */
export function renderMemo(dossier: Dossier, { fonts, dossierSha256 }: MemoOptions): string {
  const numbers = numbersOf(dossier, "report.html");
  const layout = layoutMemo(dossier, numbers);
  const { model, verdict } = dossier;
  const sheet = html`<main class="sheet">
${head(dossier, layout, numbers)}
${blocks(dossier, layout, numbers)}
${block(11, budget.dissent.name, signing(dossier.memo, dossierSha256))}
${foot(dossier)}
</main>`;
  return standAlonePage({
    title: `Memo: ${model.name}@${model.version}: ${verdict.word}`,
    fonts,
    style: memoStyle,
    body: html`<nav class="tool" aria-label="About this page"><span>Dotted numbers open in <a
href="report.html">the report</a>.</span>
<span>Prints to one page, A4 or US Letter.</span>${strayNote(sheet)}</nav>
${sheet}`,
  });
}

function foot(dossier: Dossier): Html {
  const lines = legend(dossier).map((line) => html`<span class="legend">${line}</span>`);
  return html`<footer class="foot"><span>${lines}</span><span>page 1 of 1</span></footer>`;
}

/** Throws the problem `memo-too-long` where the memo would not fit its page. */
export function checkMemoFits(dossier: Dossier): void {
  layoutMemo(dossier, numbersOf(dossier, "report.html"));
}

function head({ memo: { header }, verdict }: Dossier, layout: MemoLayout, numbers: Numbers): Html {
  const stamp = verdict.halted ? html`<span class="stamp">HALTED</span>` : null;
  const columns = metaItems(header);
  const widths = columns.map((_, column) => layout.meta[2 * column]! + layout.meta[2 * column + 1]!);
  const rows = [0, 1].map((row) =>
    columns.map((items, column) => {
      const { term, text } = items[row]!;
      const width = layout.meta[2 * column]!;
      return html`<div style="--term:${width}pt"><dt>${term}</dt><dd>${text.map((piece) => unbroken(piece, numbers))}</dd></div>`;
    }),
  );
  return html`<header class="head"><div class="title"><p class="block"><i>1</i><span>Go/no-go</span></p>
<h1>${header.model}<span class="at">@${header.version}</span></h1>
${stamp}<span class="verdict ${tone(verdict.word)}">${verdictMark(verdict.word)}${verdict.word}</span></div>
<dl class="meta" style="${columnStyle(widths)}">${rows}</dl></header>`;
}

/** A date is not broken at its hyphens. */
function unbroken(piece: Phrase[number], numbers: Numbers): Html {
  if (typeof piece !== "string") return numbers.phrase([piece]);
  const parts = piece.split(/(\d{4}-\d{2}-\d{2})/);
  return html`${parts.map((part, i) => (i % 2 === 1 ? html`<span class="day">${part}</span>` : part))}`;
}

function blocks({ memo, requirements }: Dossier, layout: MemoLayout, numbers: Numbers): Html[] {
  const { phrase } = numbers;
  const gates = requirements.filter((requirement) => requirement.gate !== undefined);
  return [
    html`<section class="blk first">${blockTitle(2, budget.decision.name)}
<p class="decision">${phrase(memo.decision)}</p></section>`,
    block(3, budget.flaw.name, html`<p><b class="lead">${memo.flaw.lead}</b> ${phrase(memo.flaw.text)}</p>`),
    block(4, budget.question.name, terms(memo.question, layout.question, numbers)),
    block(
      5,
      budget.rows.name,
      html`${evidenceTable(memo, layout.evidence, numbers)}
<p class="also caption">${phrase(memo.also)}</p>`,
    ),
    block(
      6,
      budget.data.name,
      columns(layout.data, [
        html`<p>${phrase(memo.data.have)}</p>`,
        html`<p><b class="lead">${memoWords.biggestGap}</b>${phrase(memo.data.gap)}</p>`,
      ]),
    ),
    block(
      7,
      budget.burden.name,
      columns(layout.burden, [
        html`<p>${phrase(memo.burden.cost)}</p>`,
        html`<p><b class="lead">${memoWords.benefit}</b>${phrase(memo.burden.benefit)}</p>`,
      ]),
    ),
    block(8, budget.harm.name, terms(memo.harm, layout.harm, numbers)),
    block(
      9,
      budget.gates.name,
      html`<ol class="seven" style="${columnStyle(layout.gates)}">${gates.map(
        (gate) => html`<li><span class="sign">${stateMark(gate.state)}${gate.gate!}</span><b>${gate.name}</b>
<span class="word ${tone(gate.state)}">${gate.state}</span><span
class="found">${phrase(gate.found)}</span></li>`,
      )}</ol><p class="papers caption">${phrase(memo.papers)}</p>`,
    ),
    block(10, budget.mind.name, terms(memo.mind, layout.mind, numbers)),
  ];
}

function blockTitle(number: number, name: string): Html {
  return html`<h2 class="block"><i>${number}</i><span>${name}</span></h2>`;
}

function block(number: number, name: string, content: Html): Html {
  return html`<section class="blk">${blockTitle(number, name)}<div>${content}</div></section>
`;
}

function columnStyle(widths: readonly number[]): string {
  return `--columns:${widths.map((width) => `${width.toFixed(1)}pt`).join(" ")}`;
}

function columns(widths: readonly number[], cells: readonly Html[]): Html {
  return html`<div class="columns" style="${columnStyle(widths)}">${cells}</div>`;
}

function terms(
  items: readonly { readonly term: string; readonly text: Phrase }[],
  widths: readonly number[],
  numbers: Numbers,
): Html {
  return html`<dl class="columns terms" style="${columnStyle(widths)}">${items.map(
    ({ term, text }) => html`<div><dt>${term}</dt><dd>${numbers.phrase(text)}</dd></div>`,
  )}</dl>`;
}

/** Dissent, lines to sign on, and what ties the paper to its dossier. */
function signing({ dissent, before, signatures }: Memo, sha256: string): Html {
  const said = dissent ? html`\u201c${dissent.text}\u201d <cite>${dissent.by}</cite>` : noDissent;
  const history = before === undefined ? null : html` <span class="before">${before}</span>`;
  return html`<p class="dissent">${said}${history}</p>${linesToSign(signatures, sha256)}`;
}
