import type { Scalar } from "yaml";

/** Length of an escape sequence in a double-quoted scalar, backslash included. */
const escapeLength: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };
const isSpace = (character: string | undefined) => character !== undefined && /\s/.test(character);

/**
 * Where each character of a scalar's value stands in the source, whatever its style: quotes, escapes and
 * folded lines make the value shorter than its source. Walks both side by side.
 */
export function scalarOffsets(source: string, node: Scalar): (character: number) => number {
  const value = String(node.value);
  const [start, end] = node.range ?? [0, 0];
  const isQuoted = node.type === "QUOTE_SINGLE" || node.type === "QUOTE_DOUBLE";
  const isBlock = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
  let at = isQuoted ? start + 1 : isBlock ? source.indexOf("\n", start) + 1 : start;
  const offsets: number[] = [];
  for (const character of value.split("")) {
    if (isSpace(character)) {
      offsets.push(at);
      const isBreak = /^[ \t]*\r?\n/.test(source.slice(at, end));
      if (!isBreak) at += stepOver(source, at, node);
      else while (at < end && isSpace(source[at])) at++;
      continue;
    }
    // Indentation of a continued line.
    while (at < end && isSpace(source[at])) at++;
    offsets.push(at);
    at += stepOver(source, at, node);
  }
  return (index) => offsets[index] ?? Math.min(at, end);
}

function stepOver(source: string, at: number, node: Scalar): number {
  if (node.type === "QUOTE_SINGLE" && source.startsWith("''", at)) return 2;
  if (node.type === "QUOTE_DOUBLE" && source[at] === "\\") return escapeLength[source[at + 1] ?? ""] ?? 2;
  return 1;
}
