/** Characters of the path: from `start` up to but not including `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ArithmeticOperator = "+" | "-" | "*" | "/";
export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/**
 * A path of the part of FHIRPath that views are written in. Without `on`, it starts at the focus.
 * The span of an element or a call begins with its name.
 */
export type PathTree = { readonly span: Span } & (
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  /** As written, so that no digit is lost. */
  | { readonly kind: "number"; readonly digits: string }
  /** @2019-03, @2019-03-01T10:00:00Z or @T10:00:00, without the @ and T that mark it. */
  | { readonly kind: "moment"; readonly type: "date" | "dateTime" | "time"; readonly value: string }
  | { readonly kind: "this" }
  | { readonly kind: "constant"; readonly name: string }
  | { readonly kind: "element"; readonly name: string; readonly on?: PathTree }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly on?: PathTree;
      readonly operands: readonly PathTree[];
    }
  | { readonly kind: "index"; readonly on: PathTree; readonly at: PathTree }
  | { readonly kind: "negate"; readonly operand: PathTree }
  | {
      readonly kind: "arithmetic";
      readonly operator: ArithmeticOperator;
      readonly left: PathTree;
      readonly right: PathTree;
    }
  | {
      readonly kind: "compare";
      readonly operator: ComparisonOperator;
      readonly left: PathTree;
      readonly right: PathTree;
    }
  | { readonly kind: "and" | "or"; readonly left: PathTree; readonly right: PathTree }
);

/** Where a fault of a path lies: the file and column of one of its characters. */
export type PathPlace = (character: number) => string;
