import { Lexer } from "yaml";

export const nestingLimit = 24;
/** Each level of a block takes at least a column or follows its parent's, so columns bound the levels. */
const indentationLimit = 8 * nestingLimit;

/** In a block, each may open a level: `- - a`, `? ? a`, `a: b: c`. */
const blockMarks: ReadonlySet<string> = new Set(["-", "?", ":"]);

/**
 * Offset where a YAML text goes deeper than is read; undefined where it does not. Looks at tokens alone:
 * the parser itself recurses, and near the end of the stack V8 ends the process instead of throwing.
 */
export function nestedTooDeepAt(text: string): number | undefined {
  let offset = 0;
  let flowDepth = 0;
  let blockStartsInLine = 0;
  let isLineStart = true;
  for (const token of new Lexer().lex(text)) {
    if (token === "[" || token === "{") flowDepth++;
    else if (token === "]" || token === "}") flowDepth--;
    else if (flowDepth === 0 && blockMarks.has(token)) blockStartsInLine++;
    const isIndentation = isLineStart && /^ +$/.test(token);
    if (isIndentation && token.length > indentationLimit) return offset;
    if (flowDepth > nestingLimit || blockStartsInLine > nestingLimit) return offset;
    isLineStart = token.endsWith("\n");
    if (isLineStart) blockStartsInLine = 0;
    offset += isMark(token) ? 0 : token.length;
  }
  return undefined;
}

/** Tokens of the lexer that stand for no text: byte-order mark, document, flow end, scalar. */
const isMark = (token: string) => ["\u{FEFF}", "\u{02}", "\u{18}", "\u{1F}"].includes(token);
