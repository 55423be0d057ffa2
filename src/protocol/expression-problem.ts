import { Problem } from "../evidence/problem.ts";
import type { Span } from "./expression-tree.ts";

/** Names the place of a character of an expression. Without a file: its column, counted from 1. */
export type Place = (character: number) => string;

export const columnPlace: Place = (character) => `column ${character + 1}`;

export function failExpression(
  code: string,
  message: string,
  span: Span,
  place: Place,
  hint = "the section Expressions of docs/protocol.md shows what can be written",
): never {
  throw new Problem(code, message, { where: place(span.start), hint });
}
