/** Colours and faces of every page. Light and dark are two lists of the same names; print is always light. */
const light = `
  --paper: #ffffff; --desk: #eceff0; --wash: #f3f5f6; --wash-2: #e6eaec;
  --ink: #15191d; --ink-2: #444b53; --ink-3: #5d656e; --rule: #d5dadd; --rule-2: #828a93;
  --accent: #0b5a70; --accent-wash: #e3eff2;
  --go: #1a6640; --silent: #474a9c; --redesign: #8a5200; --nogo: #a0221e; --hold: #4b545e;
  --nogo-wash: #f9e8e6; --data: #0b5a70; --data-mute: #767f88; --grid: #e6eaec;`;

const dark = `
  --paper: #14171a; --desk: #0d0f11; --wash: #1c2024; --wash-2: #272c31;
  --ink: #e7e9eb; --ink-2: #b9bfc6; --ink-3: #979fa8; --rule: #2d3338; --rule-2: #6f7882;
  --accent: #7cc0d4; --accent-wash: #17303a;
  --go: #74c698; --silent: #a9adf0; --redesign: #e2b062; --nogo: #f2938a; --hold: #b0b8c1;
  --nogo-wash: #371a18; --data: #7cc0d4; --data-mute: #868f98; --grid: #24292e;`;

export const tokens = `
:root { color-scheme: light;${light}
  --sans: "Source Sans 3", "Segoe UI", system-ui, "Helvetica Neue", Arial, sans-serif;
  --serif: "Source Serif 4", Charter, Georgia, serif;
  --mono: "Source Code Pro", ui-monospace, Menlo, Consolas, monospace; }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark;${dark} } }
`;

/** What the memo and the report share. */
export const base = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; color: var(--ink); font-family: var(--sans); font-variant-numeric: tabular-nums lining-nums;
  text-rendering: geometricPrecision; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure, table { margin: 0; padding: 0; }
ul, ol { list-style: none; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; } td, th { vertical-align: top; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .18em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.mono { font-family: var(--mono); font-variant-ligatures: none; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
.n { text-align: right; white-space: nowrap; }
.mark { width: 1em; height: 1em; flex: none; vertical-align: -.125em; }
.bars { width: 1.125em; height: .8125em; flex: none; }
.inner { fill: none; stroke: var(--paper); }
.is-go, .is-pass { color: var(--go); } .is-go-silent { color: var(--silent); }
.is-redesign { color: var(--redesign); }
.is-no-go, .is-fail, .is-not-met { color: var(--nogo); } .is-hold, .is-no-evidence { color: var(--hold); }
.is-fatal, .is-serious { color: var(--nogo); } .is-concern { color: var(--redesign); }
.is-info { color: var(--ink-2); }
.verdict { display: inline-flex; align-items: center; gap: .35em; font-weight: 700; letter-spacing: .03em;
  white-space: nowrap; }
.stamp { display: inline-block; border: 1.5pt solid var(--nogo); color: var(--nogo); font-weight: 700;
  letter-spacing: .1em; white-space: nowrap; outline: .75pt solid var(--nogo); outline-offset: 1.5pt; }
.num { color: inherit; text-decoration: underline dotted 1px var(--ink-3); text-underline-offset: .16em;
  text-decoration-skip-ink: none; white-space: nowrap; }
.num:hover, .num:focus-visible { color: var(--accent); text-decoration: underline 1px var(--accent); }
.num.missing { white-space: normal; font-style: italic; }
.hidden { padding: 0 .4em; color: var(--ink-2); text-decoration: none; outline: 1px solid var(--rule); outline-offset: -1px;
  background: repeating-linear-gradient(135deg, var(--rule) 0 1px, transparent 1px 4px);
  white-space: nowrap; }
@media print { * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } .num { text-decoration: none; }
  }
`;
