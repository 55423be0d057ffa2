/**
 * Controls, line and paragraph separators, formatting marks (those that reverse the reading order among them) and halves
 * of characters. A name or a cell that holds them can repaint a terminal, or read otherwise than it is.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text on one line, every unprintable character as JSON escapes it: \u202e, \u001b, \n. */
export function printable(text: string): string {
  return text.replace(unprintable, escaped);
}

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.replace(unprintable, (character) => (character === "\n" ? character : escaped(character)));
}

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
  return short[character] ?? units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
