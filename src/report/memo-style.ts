import { evidenceRow, gaps, gateMark, metaTermGap, padding, page, signatures, styles } from "./memo-page.ts";
import type { TextStyle } from "./text-fit.ts";

const { text, caption, decision, title, dissent, mono, foot } = styles;

const size = (style: TextStyle): string => `font-size: ${style.size}pt; line-height: ${style.line}pt;`;

/** Paper measures; a screen of ordinary width shows the same sheet on a desk. */
const paper = `
body { background: var(--desk); }
.tool { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; max-width: 210mm;
  margin: 0 auto; padding: 1rem 0; font-size: .8125rem; line-height: 1.125rem; color: var(--ink-2); }
.sheet { width: 210mm; min-height: 297mm; margin: 0 auto 3rem; padding: 10mm 12mm; background: var(--paper);
  display: flex; flex-direction: column; ${size(text)} }
.head, .blk { flex: 1 0 auto; }
.head { padding: ${padding.head}pt 0; display: flex; flex-direction: column; justify-content: space-evenly; }
.title { display: flex; align-items: center; gap: 10pt; height: ${title.line}pt; }
.title > .block { flex: none; width: ${page.margin + page.gap - 10}pt; }
h1 { font: 600 ${title.size}pt/${title.line}pt var(--serif); flex: 1; white-space: nowrap; }
h1 .at { color: var(--ink-3); }
.title .verdict { font-size: ${title.size}pt; line-height: ${title.line}pt; }
.title .stamp { font-size: 9pt; line-height: 11pt; padding: 0 4pt 0 5pt; margin-right: 4pt; }
.meta { display: grid; grid-template-columns: var(--columns); gap: 0 ${gaps.columns}pt;
  margin-left: ${page.margin + page.gap}pt; }
.meta div { display: grid; grid-template-columns: var(--term) minmax(0, 1fr); align-items: baseline; }
.meta .day { white-space: nowrap; }
.meta dt { padding-right: ${metaTermGap}pt; }
.block { display: grid; grid-template-columns: 5mm minmax(0, 1fr); align-content: start;
  font: 600 9pt/11pt var(--sans); }
.block i { font-style: normal; font-weight: 400; color: var(--ink-3); }
.blk { display: grid; grid-template-columns: ${page.margin}pt ${page.text}pt; gap: 0 ${page.gap}pt;
  border-top: .75pt solid var(--rule-2); padding: ${padding.block}pt 0; align-content: center; }
.blk, .columns > *, .meta dd, .seven li { overflow-wrap: anywhere; }
.blk.first { border-top: 1.5pt solid var(--ink); padding: ${padding.decision}pt 0; }
.head + .blk + .blk { border-top-color: var(--ink); }
.decision { font: 600 ${decision.size}pt/${decision.line}pt var(--serif); text-wrap: pretty; }
.first .block { line-height: ${decision.line}pt; }
.columns { display: grid; grid-template-columns: var(--columns); gap: 0 ${gaps.columns}pt; }
dt, .caption, .base, .sheet thead th { ${size(caption)} font-weight: 400; color: var(--ink-3); }
.lead { font-weight: 700; }
.sheet table { table-layout: fixed; width: ${page.text}pt; border-top: .75pt solid var(--ink);
  border-bottom: .75pt solid var(--ink); }
.sheet td, .sheet th { padding: ${evidenceRow.padding}pt ${gaps.cells}pt ${evidenceRow.padding}pt 0;
  white-space: nowrap; }
.sheet td:last-child, .sheet th:last-child { padding-right: 0; }
.sheet tbody th { font-weight: 400; white-space: normal; }
.sheet thead th { border-bottom: ${evidenceRow.rule}pt solid var(--ink); vertical-align: bottom; }
.sheet tbody tr + tr > * { border-top: ${evidenceRow.rule}pt solid var(--rule); }
.base { margin-left: 4pt; line-height: inherit; }
.value { font-weight: 600; } .ne { font-style: italic; color: var(--ink-2); }
.state .mark { width: 9pt; height: 9pt; margin-right: 4pt; vertical-align: -1pt; }
.state.is-fail, .state.is-no-evidence { font-weight: 600; }
.also, .papers { margin-top: ${padding.block}pt; }
.also, .papers, .seven .found { color: var(--ink-2); }
.seven { display: grid; grid-template-columns: var(--columns); gap: 0 ${gaps.gates}pt; }
.seven .sign { display: flex; gap: 4pt; height: ${gateMark.height}pt; margin-bottom: ${gateMark.space}pt;
  color: var(--ink-3); }
.seven .mark { width: ${gateMark.height}pt; height: ${gateMark.height}pt; display: block; }
.seven b, .seven .word { display: block; font-weight: 600; white-space: nowrap; }
.seven .found { display: block; ${size(caption)} }
.dissent { font: italic 400 ${dissent.size}pt/${dissent.line}pt var(--serif); }
.dissent cite, .dissent .before { font: 400 ${caption.size}pt/1 var(--sans); color: var(--ink-2); }
.dissent cite { white-space: nowrap; }
.signs { display: grid; grid-template-columns: repeat(var(--roles), minmax(0, 1fr)) auto;
  gap: 0 ${gaps.columns}pt;
  height: ${signatures.height}pt; margin-top: ${signatures.space}pt; align-items: end; }
.signs .who { border-top: .75pt solid var(--ink); padding-top: 1pt; }
.signs .who b { color: var(--ink); font-weight: 600; display: block; }
.signs.signed { gap: 0 ${gaps.signed}pt; } .signed .who { align-self: stretch; }
.signed .who b { display: inline; }
.signed .by { color: var(--ink); }
.seal { display: flex; gap: ${gaps.seal}pt; align-items: end; text-align: right; }
.seal .mono { ${size(mono)} } .seal b { color: var(--ink); }
.qr { width: ${signatures.height}pt; height: ${signatures.height}pt; display: block; flex: none; }
.foot { border-top: .75pt solid var(--rule-2); padding-top: ${padding.block}pt; ${size(foot)}
  color: var(--ink-3);
  display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 8pt; align-items: end; white-space: nowrap; }
.foot .legend { display: block; }
`;

const narrowScreen = `
@media screen and (max-width: 54rem) {
  body { background: var(--paper); }
  .tool { padding: 1rem; overflow-wrap: anywhere; }
  .sheet { width: auto; min-height: 0; padding: 0 1rem 2rem; margin: 0; font-size: 1rem;
    line-height: 1.375rem; display: block; }
  .title { flex-wrap: wrap; height: auto; gap: .5rem 1rem; } .title > .block { width: 100%; }
  h1 { font-size: 1.5rem; line-height: 1.875rem; flex: 0 0 100%; white-space: normal;
    overflow-wrap: anywhere; }
  .title .verdict { font-size: 1.5rem; line-height: 1.875rem; }
  .title .stamp { font-size: .9375rem; line-height: 1.25rem; margin-left: .25rem; }
  .meta, .columns, .blk { grid-template-columns: minmax(0, 1fr); }
  .meta { margin: .75rem 0; } .meta div { grid-template-columns: 5.5rem minmax(0, 1fr); }
  .block { font-size: .875rem; line-height: 1.25rem; grid-template-columns: 1.5rem minmax(0, 1fr); }
  .blk, .blk.first { padding: .75rem 0 1rem; gap: .375rem; }
  .decision { font-size: 1.25rem; line-height: 1.625rem; } .first .block { line-height: 1.25rem; }
  .columns { gap: .5rem; }
  .terms > div { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: .75rem; }
  dt, .caption, .base, .sheet thead th, .seven .found, .dissent cite, .dissent .before, .seal .mono, .foot {
    font-size: .8125rem; line-height: 1.375rem; }
  .sheet table, .sheet thead, .sheet tbody { display: block; width: 100%; }
  .sheet tr { display: grid; grid-template-columns: 3.5rem 7.5rem minmax(0, 1fr) 7rem; padding: .375rem 0; }
  .sheet thead tr { border-bottom: 1px solid var(--ink); } .sheet tbody tr + tr { border-top: 1px solid var(--rule); }
  .sheet tbody tr + tr > *, .sheet thead th { border: 0; }
  .sheet td, .sheet th { padding: 0 .5rem 0 0; font-size: .875rem; line-height: 1.25rem; text-align: left; }
  .sheet th:first-child { grid-column: 1 / -1; padding-bottom: .125rem; } .sheet .ne { grid-column: span 2; }
  .level, .place { display: none; }
  .base { display: block; margin: 0; line-height: 1.125rem; }
  .sheet td, .sheet th { overflow-wrap: break-word; }
  .state .mark { width: .875rem; height: .875rem; }
  .sheet td.state { white-space: normal; }
  .seven { grid-template-columns: minmax(0, 1fr); }
  .seven li { display: grid; grid-template-columns: 3rem 7rem minmax(0, 1fr); padding: .375rem 0;
    border-top: 1px solid var(--rule); align-items: center; }
  .seven li:first-child { border-top: 0; }
  .seven .sign { height: auto; margin: 0; } .seven .mark { width: 1.25rem; height: 1.25rem; }
  .seven .found { grid-column: 2 / -1; line-height: 1.125rem; }
  .dissent { font-size: 1.0625rem; line-height: 1.5rem; } .dissent cite { white-space: normal; }
  .signs { display: block; height: auto; } .signs > * { margin-top: 3rem; }
  .seal { justify-content: space-between; text-align: left; margin-top: 1.5rem; }
  .qr { width: 6rem; height: 6rem; }
  .foot { grid-template-columns: minmax(0, 1fr); gap: .25rem; white-space: normal; padding-top: .75rem;
    line-height: 1.125rem; }
}
`;

/** The sheet is as high as the page; on the larger paper the spare height goes between blocks. */
const print = `
@media print {
  @page { margin: 10mm 12mm; }
  html, body { background: none; }
  .tool { display: none; }
  .sheet { width: ${page.width}pt; min-height: 0; height: calc(100vh - 1px); margin: 0 auto; padding: 0; }
}
`;

export const memoStyle = paper + narrowScreen + print;
