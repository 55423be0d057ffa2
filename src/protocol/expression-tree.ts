/** Where a piece of an expression stands: offsets into its text, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ValueType = "number" | "text" | "date" | "duration" | "boolean";

export type Literal =
  | { readonly kind: "number"; readonly value: number; readonly span: Span }
  | { readonly kind: "text"; readonly value: string; readonly span: Span }
  /** ISO date, YYYY-MM-DD. */
  | { readonly kind: "date"; readonly value: string; readonly span: Span }
  /** 1 year = 365.25 days, 1 month = a twelfth of it. */
  | { readonly kind: "duration"; readonly days: number; readonly span: Span }
  | { readonly kind: "boolean"; readonly value: boolean; readonly span: Span };

export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** A checked expression. `type` is known for each node after the type check. */
export type Expression =
  | (Literal & { readonly type: ValueType })
  | { readonly kind: "column"; readonly name: string; readonly type: ValueType; readonly span: Span }
  | {
      readonly kind: "compare";
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly type: "boolean";
      readonly span: Span;
    }
  | {
      readonly kind: "in";
      readonly operand: Expression;
      readonly list: readonly Expression[];
      readonly negated: boolean;
      readonly type: "boolean";
      readonly span: Span;
    }
  /** Both ends included. */
  | {
      readonly kind: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
      readonly negated: boolean;
      readonly type: "boolean";
      readonly span: Span;
    }
  | {
      readonly kind: "missing";
      readonly operand: Expression;
      readonly negated: boolean;
      readonly type: "boolean";
      readonly span: Span;
    }
  | {
      readonly kind: "and" | "or";
      readonly operands: readonly Expression[];
      readonly type: "boolean";
      readonly span: Span;
    }
  | { readonly kind: "not"; readonly operand: Expression; readonly type: "boolean"; readonly span: Span }
  | {
      readonly kind: "negate";
      readonly operand: Expression;
      readonly type: "number" | "duration";
      readonly span: Span;
    }
  /** number∘number, date ± duration, date − date (a duration), duration ± duration, duration ×÷ number. */
  | {
      readonly kind: "arithmetic";
      readonly operator: "+" | "-" | "*" | "/";
      readonly left: Expression;
      readonly right: Expression;
      readonly type: ValueType;
      readonly span: Span;
    }
  /** Completed years from a birth date to a date: `age at surgery_date`. */
  | {
      readonly kind: "ageAt";
      readonly birth: string;
      readonly date: Expression;
      readonly type: "number";
      readonly span: Span;
    };
