/** A4 with margins of 10 mm, printed in a monospaced font of 6.5 points set solid: 120 × 6.5 pt = 275 mm. */
export const pageLines = 120;
export const pageColumns = 110;

export interface PageCount {
  /** As printed: a line of the file that is longer than the page is wide counts as often as it wraps. */
  readonly lines: number;
  readonly limit: number;
  readonly words: number;
  /** Lines of the file that wrap, counted from 1. */
  readonly wrapped: readonly number[];
}

/** How much of one page a text takes when it is printed: every line counts, empty ones and comments too. */
export function pageCount(text: string): PageCount {
  const lines = text.replace(/(\r?\n)+$/, "").split(/\r?\n/);
  // A character outside the basic plane is one character.
  const printed = lines.map((line) => Math.max(1, Math.ceil([...line].length / pageColumns)));
  return {
    lines: printed.reduce((sum, count) => sum + count, 0),
    limit: pageLines,
    words: text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length,
    wrapped: printed.flatMap((count, index) => (count > 1 ? [index + 1] : [])),
  };
}
