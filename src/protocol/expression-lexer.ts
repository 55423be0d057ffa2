import { isIsoDate } from "../evidence/calendar-date.ts";
import { failExpression, type Place } from "./expression-problem.ts";
import type { Span } from "./expression-tree.ts";

export type Token = { readonly span: Span } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "date"; readonly value: string }
  /** Column names and the words of the grammar. */
  | { readonly kind: "word"; readonly value: string }
  | { readonly kind: "symbol"; readonly value: string }
  | { readonly kind: "end" }
);

const space = /\s+/y;
const isoDate = /\d{4}-\d{2}-\d{2}(?![\w.-])/y;
const number = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const word = /[A-Za-z_][A-Za-z0-9_.]*/y;
const symbol = /<=|>=|!=|[=<>(),+\-*/]/y;
const quoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"/y;

/** What people write in other languages, and what it is here. */
const foreign: readonly (readonly [string, string])[] = [
  ["==", "="],
  ["<>", "!="],
  ["&&", "and"],
  ["&", "and"],
  ["||", "or"],
  ["|", "or"],
  ["!", "not"],
  ["≥", ">="],
  ["≤", "<="],
  ["≠", "!="],
  ["−", "-"],
  ["–", "-"],
];

/** Cut an expression into tokens. A number that runs into letters, as in `5x`, is refused. */
export function tokensOf(text: string, place: Place): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const gap = take(space);
    if (gap) {
      at += gap.length;
      continue;
    }
    const token = nextToken(text, at, take, place);
    tokens.push(token);
    at = token.span.end;
  }
  tokens.push({ kind: "end", span: { start: text.length, end: text.length } });
  return tokens;
}

function nextToken(
  text: string,
  at: number,
  take: (pattern: RegExp) => string | undefined,
  place: Place,
): Token {
  const spanOf = (piece: string) => ({ start: at, end: at + piece.length });
  let piece = take(isoDate);
  if (piece) {
    const span = spanOf(piece);
    if (!isIsoDate(piece)) failExpression("expression-syntax", `no such date: ${piece}`, span, place);
    return { kind: "date", value: piece, span };
  }
  piece = take(number);
  if (piece) {
    const span = spanOf(piece);
    const value = Number(piece);
    const runsOn = /[\w.]/.test(text[span.end] ?? "");
    if (runsOn || !Number.isFinite(value)) {
      failExpression(
        "expression-syntax",
        `not a number: ${piece}${runsOn ? text[span.end] : ""}`,
        span,
        place,
      );
    }
    return { kind: "number", value, span };
  }
  piece = take(word);
  if (piece) return { kind: "word", value: piece, span: spanOf(piece) };
  const instead = foreign.find(([symbols]) => text.startsWith(symbols, at));
  if (instead && !text.startsWith("!=", at)) {
    const [wrong, right] = instead;
    failExpression(
      "expression-syntax",
      `"${wrong}" is not used here`,
      spanOf(wrong),
      place,
      `write ${right}`,
    );
  }
  piece = take(symbol);
  if (piece) return { kind: "symbol", value: piece, span: spanOf(piece) };
  piece = take(quoted);
  if (piece) {
    const quote = piece[0]!;
    const value = piece.slice(1, -1).replaceAll(quote + quote, quote);
    return { kind: "text", value, span: spanOf(piece) };
  }
  const character = String.fromCodePoint(text.codePointAt(at)!);
  const isQuote = character === "'" || character === '"';
  const message = isQuote ? "text without its closing quote" : `"${character}" is not used here`;
  return failExpression("expression-syntax", message, spanOf(character), place);
}
