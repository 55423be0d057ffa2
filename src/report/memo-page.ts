import type { TextStyle } from "./text-fit.ts";

/**
 * The one page of the memo: its measures in points, for its style sheet and for the check that its text fits.
 *
 * Content is sized for 186 × 259 mm, which both A4 and US Letter hold inside their margins; spare height goes
 * between the blocks. Each block has a fixed number of lines, and a test adds them up to the page.
 */
const mm = 72 / 25.4;

export const page = {
  width: 186 * mm,
  height: 259 * mm,
  /** Block number and title stand in the margin. */
  margin: 21 * mm,
  gap: 3 * mm,
  text: 162 * mm,
} as const;

export const styles = {
  title: { face: "serif600", size: 17, line: 20 },
  decision: { face: "serif600", size: 11.8, line: 14.2 },
  text: { face: "sans400", size: 9, line: 11 },
  strong: { face: "sans600", size: 9, line: 11 },
  lead: { face: "sans700", size: 9, line: 11 },
  caption: { face: "sans400", size: 7.6, line: 9.4 },
  dissent: { face: "serifItalic400", size: 9.2, line: 11.2 },
  mono: { face: "mono400", size: 7.4, line: 9.4 },
  foot: { face: "sans400", size: 7.4, line: 9.2 },
} as const satisfies Record<string, TextStyle>;

/** Between a term of the header and its text. */
export const metaTermGap = 5;

export const gaps = { columns: 11, gates: 6, cells: 6.5, signed: 8, seal: 6 } as const;

/** What fits, in lines, for each part of each block. */
export const budget = {
  title: { block: 1, name: "Header", part: "model and version", lines: 1 },
  meta: { block: 1, name: "Header", part: "site, data cut, protocol", lines: 3 },
  decision: { block: 2, name: "Decision", part: "text", lines: 4 },
  flaw: { block: 3, name: "Fatal flaw", part: "text", lines: 3 },
  question: { block: 4, name: "Question, use", part: "columns", lines: 4 },
  rows: { block: 5, name: "Evidence", part: "rows", lines: 9 },
  also: { block: 5, name: "Evidence", part: "note", lines: 3 },
  data: { block: 6, name: "Data", part: "columns", lines: 3 },
  burden: { block: 7, name: "Burden, benefit", part: "columns", lines: 4 },
  harm: { block: 8, name: "Harm, fallback", part: "columns", lines: 4 },
  gates: { block: 9, name: "Seven gates", part: "what was found", lines: 2 },
  papers: { block: 9, name: "Seven gates", part: "papers", lines: 2 },
  mind: { block: 10, name: "What would change our mind", part: "columns", lines: 4 },
  dissent: { block: 11, name: "Dissent, signatures", part: "dissent", lines: 2 },
} as const;

export type PartName = keyof typeof budget;

/** Parts in lines as high as the header's: it may take what they leave of theirs, for no author can shorten the trail. */
export const lenders = ["flaw", "question", "data", "burden", "harm", "mind"] as const satisfies PartName[];

const rule = 0.75;
const { text, caption } = styles;

/** Space above and below the content of a block, without its rule. */
export const padding = { block: 1.8, decision: 2.6, head: 2 } as const;
export const evidenceRow = { padding: 0.7, rule } as const;
export const signatures = { space: 2, height: 31, lines: 3 } as const;
/** The legend takes both. */
export const foot = { lines: 2 } as const;
export const gateMark = { height: 11, space: 1 } as const;

/** The height of the page when every part is as long as it may be. */
export function fullHeight(): number {
  const lines = (part: PartName): number => budget[part].lines;
  const head = styles.title.line + lines("meta") * text.line + padding.head * 2;
  const decision = lines("decision") * styles.decision.line + 2 * padding.decision;
  const tableHead = caption.line + 2 * evidenceRow.padding + rule;
  const evidenceRows = 6 * (text.line + 2 * evidenceRow.padding + rule) + (lines("rows") - 6) * text.line;
  const evidence = tableHead + evidenceRows + rule + padding.block + lines("also") * caption.line;
  const gates = gateMark.height + gateMark.space + 2 * text.line + lines("gates") * caption.line;
  const columns = lines("question") + lines("harm") + lines("mind") + lines("data") + lines("burden");
  const blocks =
    lines("flaw") * text.line +
    columns * text.line +
    3 * caption.line +
    evidence +
    gates +
    padding.block +
    lines("papers") * caption.line +
    lines("dissent") * styles.dissent.line +
    signatures.space +
    signatures.height +
    9 * (2 * padding.block + rule);
  return head + 2 * rule + decision + blocks + rule + padding.block + foot.lines * styles.foot.line;
}
