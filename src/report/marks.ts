import type { EvidenceRow } from "../evidence/dossier.ts";
import type { Severity } from "../evidence/finding.ts";
import type { RequirementState } from "../evidence/requirement.ts";
import type { VerdictWord } from "../evidence/verdict.ts";
import { type Html, html } from "./html.ts";

/** Marks carry a state by shape as well as colour; its word always stands beside them. */

const verdictShapes: Readonly<Record<VerdictWord, Html>> = {
  GO: html`<circle cx="8" cy="8" r="7.5" fill="currentColor"/>
    <path d="M4 8.4l2.8 2.8 5.4-5.8" class="inner" stroke-width="2"/>`,
  "GO-SILENT": html`<circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" stroke-width="1.8"/>
    <path d="M8 1.4a6.6 6.6 0 0 0 0 13.2z" fill="currentColor"/>`,
  REDESIGN: html`<path d="M8 .2L15.8 8 8 15.8.2 8z" fill="currentColor"/>
    <path d="M5 8h5.4M8.2 5.6L10.8 8l-2.6 2.4" class="inner" stroke-width="1.6"/>`,
  "NO-GO": html`<path d="M5 .6h6L15.4 5v6L11 15.4H5L.6 11V5z" fill="currentColor"/>
    <path d="M4 8h8" class="inner" stroke-width="2.4"/>`,
  HOLD: html`<rect x="1" y="1" width="14" height="14" fill="none" stroke="currentColor" stroke-width="1.8"/>
    <path d="M6 4.8v6.4M10 4.8v6.4" stroke="currentColor" stroke-width="2"/>`,
};

const stateShapes: Readonly<Record<RequirementState, Html>> = {
  pass: html`<rect x=".75" y=".75" width="14.5" height="14.5" fill="none" stroke="currentColor"
stroke-width="1.5"/>
    <path d="M4 8.4l2.8 2.8 5.4-5.8" fill="none" stroke="currentColor" stroke-width="2"/>`,
  fail: html`<rect width="16" height="16" fill="currentColor"/>
    <path d="M4.8 4.8l6.4 6.4m0-6.4l-6.4 6.4" class="inner" stroke-width="2.2"/>`,
  "no evidence": html`<rect x=".75" y=".75" width="14.5" height="14.5" fill="none" stroke="currentColor"
    stroke-width="1.5" stroke-dasharray="2.6 2.2"/>`,
};

const noLimit = html`<path d="M2.5 8h11" stroke="currentColor" stroke-width="1.7"/>`;

const severityBars: Readonly<Record<Severity, number>> = { info: 1, concern: 2, serious: 3, fatal: 4 };

/** The class that carries a word's colour, e.g. `is-go-silent`. */
export function tone(word: string): string {
  return `is-${word.toLowerCase().replaceAll(" ", "-")}`;
}

export function verdictMark(word: VerdictWord): Html {
  return mark(verdictShapes[word]);
}

export function stateMark(state: RequirementState): Html {
  return html`<span class="${tone(state)} state-mark">${mark(stateShapes[state])}</span>`;
}

/** The mark of a requirement, or a dash where no limit was set. */
export function rowMark(state: EvidenceRow["state"]): Html {
  return mark(state === "no limit set" ? noLimit : stateShapes[state]);
}

/** One to four filled bars of four. */
export function severityMark(severity: Severity): Html {
  const bars = [1, 2, 3, 4].map((bar) => {
    const filled = bar <= severityBars[severity];
    const paint = filled
      ? html`fill="currentColor"`
      : html`fill="none" stroke="currentColor" stroke-width=".8"`;
    return html`<rect x="${bar * 4.8 - 4.3}" y="${12 - bar * 3}" width="2.6" height="${bar * 3 + 1}"
${paint}/>`;
  });
  return html`<svg class="bars" viewBox="0 0 18 13" aria-hidden="true">${bars}</svg>`;
}

function mark(shape: Html): Html {
  return html`<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">${shape}</svg>`;
}
