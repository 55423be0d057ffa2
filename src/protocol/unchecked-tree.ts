import type { ComparisonOperator, Expression, Literal, Span } from "./expression-tree.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/";

/** A parsed expression whose columns and types have not been looked at. Same kinds as `Expression`. */
export type UncheckedTree =
  | Literal
  | { readonly kind: "column"; readonly name: string; readonly span: Span }
  | {
      readonly kind: "compare";
      readonly operator: ComparisonOperator;
      readonly left: UncheckedTree;
      readonly right: UncheckedTree;
      readonly span: Span;
    }
  | {
      readonly kind: "in";
      readonly operand: UncheckedTree;
      readonly list: readonly UncheckedTree[];
      readonly negated: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "between";
      readonly operand: UncheckedTree;
      readonly low: UncheckedTree;
      readonly high: UncheckedTree;
      readonly negated: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "missing";
      readonly operand: UncheckedTree;
      readonly negated: boolean;
      readonly span: Span;
    }
  | { readonly kind: "and" | "or"; readonly operands: readonly UncheckedTree[]; readonly span: Span }
  | { readonly kind: "not"; readonly operand: UncheckedTree; readonly span: Span }
  | { readonly kind: "negate"; readonly operand: UncheckedTree; readonly span: Span }
  | {
      readonly kind: "arithmetic";
      readonly operator: ArithmeticOperator;
      readonly left: UncheckedTree;
      readonly right: UncheckedTree;
      readonly span: Span;
    }
  | { readonly kind: "ageAt"; readonly date: UncheckedTree; readonly span: Span };

/** The pieces of a node, in the order written; those of a checked tree are checked. */
export function childrenOf(tree: Expression): readonly Expression[];
export function childrenOf(tree: UncheckedTree): readonly UncheckedTree[];
export function childrenOf(tree: UncheckedTree): readonly UncheckedTree[] {
  switch (tree.kind) {
    case "compare":
    case "arithmetic":
      return [tree.left, tree.right];
    case "in":
      return [tree.operand, ...tree.list];
    case "between":
      return [tree.operand, tree.low, tree.high];
    case "missing":
    case "not":
    case "negate":
      return [tree.operand];
    case "and":
    case "or":
      return tree.operands;
    case "ageAt":
      return [tree.date];
    default:
      return [];
  }
}

/** Levels of the tree: 1 for a literal or a column. */
export function depthOf(tree: UncheckedTree): number {
  return 1 + Math.max(0, ...childrenOf(tree).map(depthOf));
}
