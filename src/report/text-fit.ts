import { advances, characters } from "./advances.ts";

/** How wide text is and how many lines it takes, without a browser. Sizes and widths in points. */
export type Face = keyof typeof advances;

export interface TextStyle {
  readonly face: Face;
  readonly size: number;
  readonly line: number;
}

/** A piece of text in one face; `whole` pieces never break, as the numbers of the memo. */
export interface Run {
  readonly text: string;
  readonly face: Face;
  readonly size: number;
  readonly whole?: boolean;
}

const indexOf = new Map([...characters].map((character, index) => [character, index]));

/** Kerning can widen a pair a little; no line of ordinary text gains this much. */
const kerningAllowance = 1.01;

/** The width of a text on one line; a character outside the embedded fonts counts as one em. */
export function textWidth({ text, face, size }: Run): number {
  let thousandths = 0;
  for (const character of text) {
    const index = indexOf.get(character);
    thousandths += index === undefined ? 1000 : advances[face][index]!;
  }
  return (thousandths * size * kerningAllowance) / 1000;
}

interface Word {
  readonly width: number;
  /** The space before it, where it is not the first of its line. */
  readonly space: number;
}

/**
 * An upper bound of the lines that runs take in a column.
 *
 * Greedy breaking at ordinary spaces only: a browser may also break after a hyphen or dash, which never needs
 * more
 * lines. A word wider than the column is cut, as `overflow-wrap: anywhere` does.
 */
export function linesNeeded(runs: readonly Run[], width: number): number {
  let lines = 1;
  let used = 0;
  for (const word of wordsOf(runs)) {
    const withSpace = used === 0 ? word.width : used + word.space + word.width;
    if (withSpace <= width) {
      used = withSpace;
      continue;
    }
    lines += used === 0 ? 0 : 1;
    used = word.width;
    while (used > width) {
      // A cut line is full up to one character, which is never wider than a tenth of these columns.
      used -= width * 0.9;
      lines += 1;
    }
  }
  return lines;
}

function wordsOf(runs: readonly Run[]): Word[] {
  const words: Word[] = [];
  let width = 0;
  let space = 0;
  for (const run of runs) {
    const parts = run.whole ? [run.text] : run.text.split(" ");
    parts.forEach((part, index) => {
      if (index > 0) {
        words.push({ width, space });
        width = 0;
        space = textWidth({ ...run, text: " " });
      }
      width += textWidth({ ...run, text: part });
    });
  }
  words.push({ width, space });
  return words.filter((word) => word.width > 0);
}

const mostLines = 40;

export interface Columns {
  /** In points, each rounded down to a tenth. */
  readonly widths: readonly number[];
  readonly lines: number;
}

/**
 * Widths for texts side by side such that the longest takes the fewest lines; what is left over is shared
 * equally.
 * `atLeast` holds what a column must not go below, such as its heading on one line.
 */
export function balancedColumns(
  texts: readonly (readonly Run[])[],
  { total, gap, atLeast }: { total: number; gap: number; atLeast: readonly number[] },
): Columns {
  const room = total - gap * (texts.length - 1);
  for (let lines = 1; lines <= mostLines; lines += 1) {
    const needed = texts.map((runs, index) => narrowest(runs, lines, atLeast[index]!, room));
    const left = room - needed.reduce((sum, width) => sum + width, 0);
    if (left >= 0) return { widths: needed.map((width) => floorToTenth(width + left / texts.length)), lines };
  }
  return { widths: texts.map(() => floorToTenth(room / texts.length)), lines: mostLines };
}

/**
 * The narrowest column, to half a point, in which runs take so many lines; infinite where the room is not
 * enough.
 */
function narrowest(runs: readonly Run[], lines: number, atLeast: number, room: number): number {
  if (linesNeeded(runs, room) > lines) return Number.POSITIVE_INFINITY;
  let tooNarrow = 0;
  let enough = room;
  while (enough - tooNarrow > 0.5) {
    const middle = (tooNarrow + enough) / 2;
    if (linesNeeded(runs, middle) <= lines) enough = middle;
    else tooNarrow = middle;
  }
  return Math.max(enough, atLeast);
}

function floorToTenth(width: number): number {
  return Math.floor(width * 10) / 10;
}
