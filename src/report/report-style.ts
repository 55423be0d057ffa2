/** The report's own rules; colours and faces come from the tokens. */
const layout = `
html { scroll-padding-top: 1rem; }
body { background: var(--paper); font-size: .9375rem; line-height: 1.25rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .25rem .5rem; }
.wrap { max-width: 76rem; margin: 0 auto; padding: 0 clamp(1rem, 3vw, 2.5rem); }
h1 { font: 600 1.75rem/2.25rem var(--serif); overflow-wrap: anywhere; }
h1 .at { color: var(--ink-3); font-weight: 400; }
h2 { font: 600 1.125rem/1.5rem var(--serif); } h3 { font: 600 .9375rem/1.25rem var(--sans); }
.head { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .75rem 2rem; align-items: end;
  padding: 1.5rem 0 1.25rem; }
.lead { color: var(--ink-2); margin-top: .25rem; max-width: 46rem; }
.stand { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem 1.25rem; }
.stand .verdict { font-size: 1.75rem; line-height: 2.25rem; }
.stand .stamp { padding: .0625rem .5rem .0625rem .625rem; }
.strip { display: inline-flex; align-items: center; gap: .1875rem; color: var(--ink-2); font-size: .8125rem; }
.strip > span:last-child { margin-left: .375rem; }
.why { grid-column: 1 / -1; display: grid; grid-template-columns: 1fr 1fr; gap: .75rem 2rem;
  margin-top: .5rem; }
dt { font-size: .8125rem; line-height: 1.125rem; color: var(--ink-3); }
.why .term { color: var(--ink-3); }
.why .sub { margin-top: .25rem; }
.contents ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
.contents { border-top: 1px solid var(--rule); }
.contents a { display: block; padding: .625rem 0; color: var(--ink-2); text-decoration: none; }
.contents a:hover { color: var(--ink); text-decoration: underline; }
.sec { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0 2rem;
  border-top: 1px solid var(--ink);
  padding: .75rem 0 2rem; }
.sec > header > p { font-size: .8125rem; line-height: 1.125rem; color: var(--ink-3); margin-top: .5rem;
  text-wrap: pretty; }
.stack > * + *, details > * + * { margin-top: 1rem; } .stack > figure + figure { margin-top: 2.5rem; }
.prose { max-width: 40rem; text-wrap: pretty; }
.note, .sub, .absent, figcaption { font-size: .8125rem; line-height: 1.125rem; }
.note, figcaption { color: var(--ink-2); max-width: 44rem; text-wrap: pretty; }
.sub { display: block; color: var(--ink-3); }
.prose, .why dd { overflow-wrap: anywhere; }
.absent { font-style: italic; color: var(--ink-2); }
.foot { border-top: 1px solid var(--rule); padding: .75rem 0 2rem; font-size: .8125rem; color: var(--ink-3); }
`;

const tables = `
table { border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); }
caption { text-align: left; font-size: .8125rem; line-height: 1.125rem; color: var(--ink-2);
  padding-bottom: .5rem; }
caption > span { position: sticky; left: 0; display: inline-block; max-width: calc(100vw - 2rem); }
th { font-size: .8125rem; line-height: 1.125rem; color: var(--ink-2); }
thead th { border-bottom: 1px solid var(--ink); vertical-align: bottom; }
tbody th { font-weight: 400; font-size: inherit; line-height: inherit; color: var(--ink); }
td, th { padding: .375rem 1rem .375rem 0; } td:last-child, th:last-child { padding-right: 0; }
thead .n { white-space: normal; }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
/* A shade at an edge says that the table goes on there; it scrolls away with the table's own edge. */
.scroll { position: relative; overflow-x: auto; --shade: color-mix(in srgb, var(--ink) 30%, transparent);
  background:
    linear-gradient(90deg, var(--paper) 40%, transparent) 0 0 / 2.5rem 100% no-repeat local,
    linear-gradient(270deg, var(--paper) 40%, transparent) 100% 0 / 2.5rem 100% no-repeat local,
    linear-gradient(90deg, var(--shade), transparent) 0 0 / .875rem 100% no-repeat scroll,
    linear-gradient(270deg, var(--shade), transparent) 100% 0 / .875rem 100% no-repeat scroll; }
.scroll > table.data { width: auto; min-width: min(100%, 36rem); }
.question + .question { margin-top: 1rem; } .question ul { max-width: 44rem; }
.question li { margin-top: .25rem; }
.severity, .state { white-space: nowrap; font-weight: 600; }
.state .sub { max-width: 8rem; font-weight: 400; white-space: normal; } .severity .bars { margin-right: .4em; }
.severity.is-info { font-weight: 400; } .state .mark { margin-right: .5em; } .gate { color: var(--ink-3); }
.requirements th, .requirements td, .findings th, .findings td { text-wrap-style: pretty; }
.requirements td:nth-child(5) { white-space: nowrap; }
.requirements td:nth-child(3), .requirements td:nth-child(4) { min-width: 11rem; }
.findings th[scope="row"] { min-width: 16rem; }
.requirements tr.row-is-fail > * { background: var(--nogo-wash); }
.hash { font-size: .75rem; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: 2fr 1fr 1fr 1fr; gap: .75rem 2rem; }
.square { table-layout: fixed; max-width: 44rem; border: 0; }
.square thead td, .square thead th { border: 0; }
.square th[scope="row"] { font-size: .8125rem; color: var(--ink-2); }
.square thead th { padding-left: .75rem; }
.square tbody td { border-top: 1px solid var(--ink); border-left: 1px solid var(--rule);
  padding: .5rem .75rem; }
.square tbody tr:last-child > * { border-bottom: 1px solid var(--ink); }
.square tbody th { width: 7rem; border: 0 !important; }
.square b { display: block; margin-bottom: .375rem; font-size: 1.75rem; line-height: 2.25rem;
  font-weight: 600; } .square .x-fn b { color: var(--nogo); }
.square tr > :first-child { width: 7rem; }
.mosaic { display: flex; gap: 2px; height: .875rem; max-width: 44rem; }
.key { display: inline-block; margin-right: .75rem; }
.key i { display: inline-block; width: .75rem; height: .75rem; margin-right: .375rem;
  vertical-align: -.0625rem; }
i.x-tp { background: var(--data); } i.x-fn { background: var(--nogo); }
i.x-tn { border: 1px solid var(--rule-2); }
i.x-fp { border: 1px solid var(--data);
  background: repeating-linear-gradient(135deg, var(--data) 0 2px, var(--paper) 2px 5px); }
.k-event { background: var(--data); } .k-free { background: var(--data-mute); }
.k-unknown { border: 1px solid var(--data-mute); }
`;

const figures = `
figure { min-width: 0; } figcaption { margin-top: .5rem; } figure h3 { margin-bottom: .5rem; }
.picture.narrow { display: none; }
svg.plot { display: block; max-width: 100%; height: auto; overflow: visible; font: 400 12px/1 var(--sans); }
svg.plot text { fill: var(--ink-2); font-variant-numeric: tabular-nums lining-nums; }
svg.plot [fill="var(--ink)"] text, svg.plot text[fill="var(--ink)"] { fill: var(--ink); }
details { margin-top: .75rem; } summary { cursor: pointer; color: var(--accent); font-size: .8125rem;
  padding: .25rem 0; width: max-content; }
`;

const numbers = `
.measure + .measure { margin-top: 2rem; } .measure > p { max-width: 44rem; }
.equation { font-family: var(--sans); margin-top: .25rem; overflow-wrap: anywhere; }
.measure ol { border-top: 1px solid var(--ink); margin-top: .5rem; }
.measure li { display: grid; grid-template-columns: 2.5rem minmax(0, 1fr) auto; gap: 0 .75rem;
  padding: .375rem 0;
  border-bottom: 1px solid var(--rule); scroll-margin-top: 9rem; }
.measure li:target { background: var(--accent-wash); box-shadow: 0 0 0 .375rem var(--accent-wash); }
.measure .place { color: var(--ink-3); text-align: right; } .measure .value { text-align: right; }
.measure li .sub, .measure li code { grid-column: 2 / -1; }
.measure code, .prose code { font: 400 .75rem/1.125rem var(--mono); color: var(--ink-2); overflow-wrap: anywhere; }
`;

/** The list opens where the address names it or an entry of it; a browser that cannot tell shows it always. */
const folding = `
.on-paper { display: none; } .toggle a { display: inline-block; padding: .25rem 0; }
@supports selector(:has(*)) {
  .entries, .closes { display: none !important; }
  #every-number:is(:target, :has(:target)) :is(.entries, .closes) { display: block !important; }
  #every-number:is(:target, :has(:target)) .opens { display: none; }
}
@supports not selector(:has(*)) { .toggle { display: none; } }
@media print {
  .entries, .toggle, .on-screen { display: none !important; } .on-paper { display: block; }
}
`;

const narrow = `
@media screen and (max-width: 60rem) {
  .sec, .head { grid-template-columns: minmax(0, 1fr); } .sec > header { margin-bottom: .75rem; }
  .sec > header p { margin-top: .25rem; }
}
@media screen and (max-width: 46rem) {
  .picture.narrow { display: block; } .picture.wide { display: none; }
  .why, .facts { grid-template-columns: minmax(0, 1fr); }
  h1, .stand .verdict { font-size: 1.5rem; line-height: 1.875rem; }
  .contents a { padding: .5rem 0; } .square b { font-size: 1.375rem; line-height: 1.75rem; }
  .square th { padding-right: .5rem; }
  .square tr > :first-child { width: 5rem; }
  .measure li { grid-template-columns: 2rem minmax(0, 1fr); }
  .measure .value { grid-column: 2; text-align: left; }
  summary { padding: .5rem 0; } td, th { padding-right: .75rem; }
  .findings, .requirements, .findings tbody, .requirements tbody, .findings td, .requirements td,
  .findings th[scope="row"], .requirements th[scope="row"] { display: block; padding: 0; border: 0;
    min-width: 0; }
  .findings, .requirements { border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); }
  .findings thead, .requirements thead { position: absolute; clip-path: inset(50%); }
  .findings tr, .requirements tr { display: grid; gap: .125rem; padding: .625rem 0; }
  .findings tr + tr, .requirements tr + tr { border-top: 1px solid var(--rule); }
  .findings tbody tr + tr > *, .requirements tbody tr + tr > * { border-top: 0; }
  .requirements th[scope="row"] { font-weight: 600; }
  .requirements td:nth-child(4):has(.none) { display: none; }
  .findings td:last-child, .requirements td:nth-child(4) { color: var(--ink-2); }
  .requirements td:nth-child(4)::before, .findings td:last-child::before { content: "To do: "; }
  .requirements td:nth-child(5)::before { content: "Needed for: "; }
  .requirements td:nth-child(5) .sub { display: inline; margin-left: .5rem; }
}
`;

const print = `
@media print {
  @page { margin: 14mm; }
  body { font-size: 9.5pt; line-height: 12.5pt; } .wrap { max-width: none; padding: 0; }
  .contents, .skip, details, .foot { display: none; }
  .head { display: block; } .stand { margin: 3mm 0; } h1 { font-size: 18pt; line-height: 22pt; }
  .sec { display: block; padding-bottom: 5mm; }
  .sec > header { display: flex; gap: 4mm; align-items: baseline; margin-bottom: 2mm; }
  .sec > header h2 { flex: none; } .sec > header p { margin: 0; }
  figure, tr, li, #every-number { break-inside: avoid; } h2, h3, .sec > header { break-after: avoid; }
  thead { display: table-header-group; } .scroll :is(td, th) { padding-block: .25rem; }
  .scroll { overflow: visible; background: none; } a { color: inherit; }
}
`;

/**
 * On paper the mark is the header of a table that holds the page, which browsers print again on each sheet; Chromium does
 * so only where rows and cells are real and the header cannot break.
 */
const team = `
.team-mark { background: var(--nogo); color: var(--paper); text-align: center; padding: .25rem 1rem; }
@media print {
  .team-page { display: table; width: 100%; table-layout: fixed; }
  .team-mark { display: table-header-group; background: none; color: var(--nogo); }
  .team-mark p { display: table-row; } .team-mark, .team-mark p { break-inside: avoid; }
  .team-mark span { display: table-cell; border: 1.5pt solid #b3261f; border-bottom-width: 4.5pt; padding: 1mm; }
  .team-body { display: table-row-group; } .team-body > div { display: table-row; }
  .team-body > div > .wrap { display: table-cell; padding-top: 4mm; }
}
`;

export const reportStyle = layout + tables + figures + numbers + narrow + print + folding + team;
