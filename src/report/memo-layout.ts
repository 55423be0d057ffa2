import type { Dossier, Memo } from "../evidence/dossier.ts";
import type { Phrase } from "../evidence/phrase.ts";
import { Problem } from "../evidence/problem.ts";
import { evidenceColumns } from "./memo-evidence-columns.ts";
import { budget, gaps, lenders, metaTermGap, type PartName, page, styles } from "./memo-page.ts";
import { captionWidth, phraseRuns } from "./memo-runs.ts";
import { memoWords } from "./memo-words.ts";
import type { Numbers } from "./numbers.ts";
import { longestDissent } from "./signed-memo.ts";
import {
  balancedColumns,
  type Columns,
  linesNeeded,
  type Run,
  type TextStyle,
  textWidth,
} from "./text-fit.ts";

/** Where everything on the memo goes: widths in points, and the lines that each part takes. */
export interface MemoLayout {
  readonly meta: readonly number[];
  readonly question: readonly number[];
  readonly evidence: readonly number[];
  readonly data: readonly number[];
  readonly burden: readonly number[];
  readonly harm: readonly number[];
  readonly gates: readonly number[];
  readonly mind: readonly number[];
  readonly lines: Readonly<Record<PartName, number>>;
}

/**
 * Sets the memo's text into its one page.
 *
 * Throws the problem `memo-too-long` where a part of a block takes more lines than the page has for it, naming each such
 * block and by how many lines; type is never made smaller. The header borrows lines that other blocks leave.
 */
export function layoutMemo(dossier: Dossier, numbers: Numbers): MemoLayout {
  const { memo } = dossier;
  const runs = (phrase: Phrase, style: TextStyle = styles.text): Run[] => phraseRuns(phrase, style, numbers);
  const one = (phrase: Phrase, style: TextStyle): number => linesNeeded(runs(phrase, style), page.text);
  const terms = (items: readonly { term: string; text: Phrase }[]): Columns =>
    balancedColumns(
      items.map(({ text }) => runs(text)),
      {
        total: page.text,
        gap: gaps.columns,
        atLeast: items.map(({ term, text }) => Math.max(captionWidth(term), shortWidth(runs(text)))),
      },
    );
  const halves = (left: Run[], right: Run[]): Columns =>
    balancedColumns([left, right], { total: page.text, gap: gaps.columns, atLeast: [100, 100] });

  const meta = metaColumns(dossier, numbers);
  const question = terms(memo.question);
  const evidence = evidenceColumns(memo, numbers);
  const gap = [{ ...styles.lead, text: memoWords.biggestGap }, ...runs(memo.data.gap)];
  const data = halves(runs(memo.data.have), gap);
  const benefit = [{ ...styles.lead, text: memoWords.benefit }, ...runs(memo.burden.benefit)];
  const burden = halves(runs(memo.burden.cost), benefit);
  const harm = terms(memo.harm);
  const gates = gateColumns(dossier, numbers);
  const mind = terms(memo.mind);
  const lines = {
    title: titleLines(dossier),
    meta: meta.lines,
    decision: one(memo.decision, styles.decision),
    flaw: linesNeeded([{ ...styles.lead, text: `${memo.flaw.lead} ` }, ...runs(memo.flaw.text)], page.text),
    question: question.lines,
    rows: evidence.lines,
    also: one(memo.also, styles.caption),
    data: data.lines,
    burden: burden.lines,
    harm: harm.lines,
    gates: gates.lines,
    papers: one(memo.papers, styles.caption),
    mind: mind.lines,
    dissent: dissentLines(dossier),
  };
  refuseOverfull(lines);
  return {
    meta: meta.widths,
    question: question.widths,
    evidence: evidence.widths,
    data: data.widths,
    burden: burden.widths,
    harm: harm.widths,
    gates: gates.widths,
    mind: mind.widths,
    lines,
  };
}

function refuseOverfull(lines: Readonly<Record<PartName, number>>): void {
  const left = lenders.reduce((sum, part) => sum + Math.max(0, budget[part].lines - lines[part]), 0);
  const fitsIn = (part: PartName): number => budget[part].lines + (part === "meta" ? left : 0);
  const overfull = (Object.keys(budget) as PartName[]).filter((part) => lines[part] > fitsIn(part));
  const [first, ...others] = overfull.map((part) => {
    const { block, name, part: what } = budget[part];
    const fits = fitsIn(part);
    const count = (number: number): string => `${number} ${number === 1 ? "line" : "lines"}`;
    const over = count(lines[part] - fits);
    return `block ${block} "${name}" is ${over} too long: its ${what} may take ${count(fits)}`;
  });
  if (first === undefined) return;
  throw new Problem("memo-too-long", first, {
    where: "memo",
    hint: "shorten the named block; the memo is one page and its type is never made smaller",
    others,
  });
}

/** The stamp and the verdict stand on the title's line. */
function titleLines({ memo, verdict }: Dossier): number {
  const title = textWidth({ ...styles.title, text: `${memo.header.model}@${memo.header.version}` });
  const word = textWidth({ face: "sans700", size: 17, text: verdict.word }) * 1.06 + 26;
  const stamp = verdict.halted ? textWidth({ face: "sans700", size: 9, text: "HALTED" }) + 32 : 0;
  return Math.ceil((title + 10) / (page.text - word - stamp));
}

/** Three columns of two items; a term stands before its text. */
function metaColumns({ memo: { header } }: Dossier, numbers: Numbers): Columns {
  const columns = metaItems(header).map((items) => ({
    terms: Math.max(...items.map(({ term }) => captionWidth(term))) + metaTermGap,
    texts: items.map(({ text }) => phraseRuns(text, styles.text, numbers)),
  }));
  const longer = columns.map(({ texts: [upper, lower] }) =>
    runsWidth(upper!) >= runsWidth(lower!) ? upper! : lower!,
  );
  const termsWidth = columns.reduce((sum, { terms }) => sum + terms, 0);
  const { widths } = balancedColumns(longer, {
    total: page.text - termsWidth,
    gap: gaps.columns,
    atLeast: [40, 40, 40],
  });
  const row = (index: 0 | 1): number =>
    Math.max(...columns.map(({ texts }, column) => linesNeeded(texts[index]!, widths[column]!)));
  return {
    widths: columns.flatMap(({ terms }, column) => [Math.ceil(terms * 10) / 10, widths[column]!]),
    lines: row(0) + row(1),
  };
}

/** The items of the header, by column. */
export function metaItems(header: Memo["header"]): { readonly term: string; readonly text: Phrase }[][] {
  return [
    [
      { term: "Site", text: header.site },
      { term: "Author", text: [header.author] },
    ],
    [
      { term: "Data cut", text: header.dataCut },
      { term: "Date", text: [header.date] },
    ],
    [
      { term: "Protocol", text: [header.protocol] },
      { term: "State", text: [header.state] },
    ],
  ];
}

/** A short text, as a date, is not broken to save width that no other column needs. */
function shortWidth(runs: readonly Run[]): number {
  const width = runsWidth(runs);
  return width < 64 ? width : 0;
}

function runsWidth(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + textWidth(run), 0);
}

/** Seven columns; a name or state never breaks. */
function gateColumns({ requirements }: Dossier, numbers: Numbers): Columns {
  const gates = requirements.filter((requirement) => requirement.gate !== undefined);
  return balancedColumns(
    gates.map((gate) => phraseRuns(gate.found, styles.caption, numbers)),
    {
      total: page.text,
      gap: gaps.gates,
      atLeast: gates.map((gate) =>
        Math.max(
          textWidth({ ...styles.strong, text: gate.name }),
          textWidth({ ...styles.strong, text: gate.state }),
        ),
      ),
    },
  );
}

function dissentLines({ memo: { dissent, before, signatures }, verdict }: Dossier): number {
  const said =
    dissent === undefined
      ? [{ ...styles.caption, text: longestDissent(signatures, verdict.word), whole: true }]
      : [
          { ...styles.dissent, text: `\u201c${dissent.text}\u201d ` },
          { ...styles.caption, text: dissent.by, whole: true },
        ];
  const history = before === undefined ? [] : [{ ...styles.caption, text: ` ${before}` }];
  return linesNeeded([...said, ...history], page.text);
}
