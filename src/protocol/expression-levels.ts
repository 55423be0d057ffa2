import { closest } from "../evidence/suggestion.ts";
import { failExpression, type Place } from "./expression-problem.ts";
import type { ComparisonOperator, Expression, Span } from "./expression-tree.ts";
import { childrenOf } from "./unchecked-tree.ts";

/** Codes of the columns that declare them: every code that may occur. */
export type Levels = Readonly<Record<string, readonly (number | string)[]>>;

interface Levelled {
  readonly name: string;
  readonly codes: readonly (number | string)[];
}

const isTrue: Readonly<Record<ComparisonOperator, (a: number, b: number) => boolean>> = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  "=": "=",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/**
 * Refuses a value that its column cannot take, and a range that holds none of its levels: `status = 2` where the levels
 * are 0 and 1 would count no event, and nobody would be told.
 *
 * `tree` has passed the type check. Throws a Problem, `expression-unknown-level`, with the known levels.
 */
export function checkLevels(tree: Expression, levels: Levels, place: Place): void {
  const levelled = (side: Expression): Levelled | undefined => {
    const codes = side.kind === "column" && Object.hasOwn(levels, side.name) ? levels[side.name] : undefined;
    return side.kind === "column" && codes ? { name: side.name, codes } : undefined;
  };
  const refuse = (message: string, { name, codes }: Levelled, span: Span, meant?: string): never => {
    const hint = meant
      ? `did you mean ${meant}?`
      : `a level that may occur is declared in data.variables.${name}`;
    const known = codes.map(written).join(", ");
    return failExpression(
      "expression-unknown-level",
      `${message}; its levels are ${known}`,
      span,
      place,
      hint,
    );
  };
  const mustBeLevel = (column: Levelled, value: Expression): void => {
    const literal = literalOf(value);
    if (literal === undefined || column.codes.includes(literal)) return;
    const meant = typeof literal === "string" ? closest(literal, column.codes.map(String)) : undefined;
    refuse(`"${column.name}" has no level ${written(literal)}`, column, value.span, meant && written(meant));
  };
  const compare = (column: Levelled, operator: ComparisonOperator, value: Expression): void => {
    if (operator === "=" || operator === "!=") {
      mustBeLevel(column, value);
      return;
    }
    const limit = literalOf(value);
    if (typeof limit !== "number" || column.codes.some((code) => isTrue[operator](Number(code), limit)))
      return;
    refuse(`no level of "${column.name}" is ${operator} ${limit}`, column, value.span);
  };
  const visit = (node: Expression): void => {
    for (const child of childrenOf(node)) visit(child);
    if (node.kind === "compare") {
      const [left, right] = [levelled(node.left), levelled(node.right)];
      if (left) compare(left, node.operator, node.right);
      else if (right) compare(right, mirrored[node.operator], node.left);
    } else if (node.kind === "in") {
      const column = levelled(node.operand);
      if (column) for (const item of node.list) mustBeLevel(column, item);
    } else if (node.kind === "between") {
      const column = levelled(node.operand);
      const [low, high] = [literalOf(node.low), literalOf(node.high)];
      if (!column || typeof low !== "number" || typeof high !== "number") return;
      if (column.codes.some((code) => Number(code) >= low && Number(code) <= high)) return;
      refuse(`no level of "${column.name}" is between ${low} and ${high}`, column, node.low.span);
    }
  };
  visit(tree);
}

const written = (code: number | string) => (typeof code === "string" ? `'${code}'` : String(code));

function literalOf(value: Expression): number | string | undefined {
  if (value.kind === "number" || value.kind === "text") return value.value;
  if (value.kind !== "negate") return undefined;
  const inner = literalOf(value.operand);
  return typeof inner === "number" ? -inner : undefined;
}
