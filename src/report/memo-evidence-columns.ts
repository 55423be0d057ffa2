import type { EvidenceRow, Memo } from "../evidence/dossier.ts";
import { isKnown } from "../evidence/estimate.ts";
import { findEstimate, formatPart, phraseText } from "../evidence/format.ts";
import { budget, gaps, page, styles } from "./memo-page.ts";
import { captionWidth, phraseRuns } from "./memo-runs.ts";
import { memoWords } from "./memo-words.ts";
import type { Numbers } from "./numbers.ts";
import { type Columns, linesNeeded, type TextStyle, textWidth } from "./text-fit.ts";

const { columns, notEstimable, none } = memoWords;
/** The mark before the state's word and its space. */
const markWidth = 13;
/** Below this, measures would break after each word. */
const leastMeasure = 120;

/** Measure, value, interval, limit, state, level, number: all but the first as wide as their widest cell. */
export function evidenceColumns(
  { evidence: rows, limitHeading }: Pick<Memo, "evidence" | "limitHeading">,
  numbers: Numbers,
): Columns {
  const fixed = fixedWidths(rows, limitHeading, numbers);
  const measure = page.text - fixed.reduce((sum, width) => sum + width + gaps.cells, 0);
  if (measure < leastMeasure) return { widths: [leastMeasure, ...fixed], lines: budget.rows.lines + 1 };
  const lines = rows.map(({ measure: name, base }) =>
    linesNeeded(
      [
        ...phraseRuns(name, styles.text, numbers),
        { ...styles.caption, text: "  " },
        ...phraseRuns(base, styles.caption, numbers),
      ],
      measure,
    ),
  );
  return {
    widths: [Math.floor(measure * 10) / 10, ...fixed],
    lines: lines.reduce((sum, count) => sum + count, 0),
  };
}

function fixedWidths(rows: readonly EvidenceRow[], limitHeading: string, { byId, place }: Numbers): number[] {
  const known = rows.map((row) => findEstimate(byId, row.estimate)).filter(isKnown);
  const value = widest(
    columns.value,
    styles.strong,
    known.map((estimate) => formatPart(estimate, "value")),
  );
  const intervals = known.map((estimate) =>
    estimate.interval || estimate.isIntervalHidden ? formatPart(estimate, "interval") : none,
  );
  // "not estimable" spans value and interval.
  const spanning = textWidth({ ...styles.text, text: notEstimable }) - gaps.cells - value;
  return [
    value,
    Math.max(widest(columns.interval, styles.text, intervals), spanning),
    widest(
      limitHeading,
      styles.text,
      rows.map(({ limit }) => phraseText(limit, byId)),
    ),
    widest(
      columns.state,
      styles.strong,
      rows.map(({ state }) => state),
      markWidth,
    ),
    widest(
      columns.level,
      styles.text,
      rows.map(({ level }) => level),
    ),
    widest(
      columns.place,
      styles.text,
      rows.map(({ estimate }) => String(place(estimate))),
    ),
  ].map((width) => Math.ceil(width * 10) / 10);
}

function widest(heading: string, style: TextStyle, texts: readonly string[], extra = 0): number {
  return Math.max(captionWidth(heading), ...texts.map((text) => textWidth({ ...style, text }) + extra));
}
