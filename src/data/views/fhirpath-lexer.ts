import { Problem } from "../../evidence/problem.ts";
import type { PathPlace, Span } from "./fhirpath-tree.ts";

export type Token = { readonly span: Span } & (
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: string }
  | { readonly kind: "moment"; readonly value: string }
  /** Names of elements and functions, and the words of the grammar; `isQuoted` in backticks, where it is only a name. */
  | { readonly kind: "name"; readonly value: string; readonly isQuoted: boolean }
  | { readonly kind: "constant"; readonly value: string }
  | { readonly kind: "symbol"; readonly value: string }
  | { readonly kind: "end"; readonly value: "" }
);

/** In the order in which they are tried. */
const patterns: readonly (readonly [Token["kind"], RegExp])[] = [
  ["text", /'(?:[^'\\]|\\(?:['"`\\/fnrt]|u[0-9a-fA-F]{4}))*'/y],
  ["moment", /@(?:T?\d[\d:.-]*(?:T[\d:.]*)?(?:Z|[+-]\d\d:\d\d)?)/y],
  ["number", /\d+(?:\.\d+)?/y],
  ["constant", /%[A-Za-z_]\w*/y],
  ["name", /\$?[A-Za-z_]\w*|`[^`\\]*`/y],
  ["symbol", /<=|>=|!=|!~|[=~<>()[\].,+\-*/|&]/y],
];
const gap = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;

/** Cuts a path into tokens. Errors: a character that begins none, a number that runs into letters. */
export function tokensOf(path: string, place: PathPlace): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(path)?.[0];
  };
  while (at < path.length) {
    at += take(gap)?.length ?? 0;
    if (at === path.length) break;
    const found = patterns
      .map(([kind, pattern]) => ({ kind, piece: take(pattern) }))
      .find(({ piece }) => piece !== undefined);
    if (found?.piece === undefined) throw unreadable(path, at, place);
    const span = { start: at, end: at + found.piece.length };
    if (found.kind === "number" && /[\w]/.test(path[span.end] ?? "")) {
      throw syntaxProblem(`not a number: ${found.piece}${path[span.end]}`, place(at));
    }
    tokens.push(tokenOf(found.kind, found.piece, span));
    at = span.end;
  }
  tokens.push({ kind: "end", value: "", span: { start: path.length, end: path.length } });
  return tokens;
}

function tokenOf(kind: Token["kind"], piece: string, span: Span): Token {
  if (kind === "text") return { kind, value: unescaped(piece.slice(1, -1)), span };
  if (kind === "moment" || kind === "constant") return { kind, value: piece.slice(1), span };
  if (kind !== "name") return { kind, value: piece, span } as Token;
  const isQuoted = piece.startsWith("`");
  return { kind, value: isQuoted ? piece.slice(1, -1) : piece, isQuoted, span };
}

const escapes: Readonly<Record<string, string>> = { f: "\f", n: "\n", r: "\r", t: "\t" };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex?: string, letter = "") =>
    hex === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function unreadable(path: string, at: number, place: PathPlace): Problem {
  const character = String.fromCodePoint(path.codePointAt(at)!);
  const isQuote = character === "'" || character === "`";
  const message = isQuote
    ? "text without its closing quote"
    : `${JSON.stringify(character)} is not used here`;
  const hint = character === '"' ? "text stands in single quotes" : undefined;
  return syntaxProblem(message, place(at), hint);
}

export function syntaxProblem(
  message: string,
  where: string,
  hint = "docs/views.md shows the paths that can be written",
): Problem {
  return new Problem("view-path-syntax", message, { where, hint });
}
