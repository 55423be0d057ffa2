import { closest } from "../evidence/suggestion.ts";
import { type Token, tokensOf } from "./expression-lexer.ts";
import { columnPlace, failExpression, type Place } from "./expression-problem.ts";
import type { ComparisonOperator, Span } from "./expression-tree.ts";
import { type ArithmeticOperator, depthOf, type UncheckedTree } from "./unchecked-tree.ts";
import { daysPer, timeUnitNamed, timeUnits } from "./units.ts";

export const expressionLengthLimit = 2000;
export const expressionDepthLimit = 50;

const comparisons = ["=", "!=", "<", "<=", ">", ">="];
/** Never column names. `age` and `at` are words of the grammar only in `age at …`. */
const reserved = ["and", "or", "not", "in", "between", "is", "missing", "true", "false"];

/**
 * Parse the text of an expression; columns and types are not looked at.
 *
 *     or      = and { "or" and }              and = not { "and" not }          not = "not" not | test
 *     test    = sum [ = != < <= > >= sum | [not] in ( sum, … ) | [not] between sum and sum
 *                   | is [not] missing ]
 *     sum     = product { + - product }       product = unary { * / unary }    unary = - unary | operand
 *     operand = number [unit] | 'text' | "text" | YYYY-MM-DD | true | false | column
 *             | age at operand | ( or )
 *
 * At most 2,000 characters and 50 levels. Throws a Problem (`expression-syntax`, `expression-too-large`)
 * whose `where` is that of the offending token, as named by `place`.
 */
export function parseExpression(text: string, place: Place = columnPlace): UncheckedTree {
  if (text.length > expressionLengthLimit) {
    const message = `${text.length} characters, at most ${expressionLengthLimit} are read`;
    failExpression("expression-too-large", message, { start: 0, end: text.length }, place);
  }
  const parser = new ExpressionParser(tokensOf(text, place), place);
  const tree = parser.whole();
  if (depthOf(tree) > expressionDepthLimit) parser.refuseDepth(tree.span);
  return tree;
}

const spanning = (first: { span: Span }, last: { span: Span }): Span => ({
  start: first.span.start,
  end: last.span.end,
});

/** Holds the position among the tokens; one instance for one text. */
class ExpressionParser {
  private next = 0;
  private depth = 0;
  private readonly tokens: readonly Token[];
  private readonly place: Place;

  constructor(tokens: readonly Token[], place: Place) {
    this.tokens = tokens;
    this.place = place;
  }

  whole(): UncheckedTree {
    if (this.peek().kind === "end") this.fail("an expression is empty", this.peek());
    const tree = this.or();
    const rest = this.peek();
    if (rest.kind !== "end") this.unexpected(rest, "the end, and, or");
    return tree;
  }

  refuseDepth(span: Span): never {
    const message = `nested deeper than ${expressionDepthLimit} levels`;
    return failExpression(
      "expression-too-large",
      message,
      span,
      this.place,
      "split it into several criteria",
    );
  }

  private or(): UncheckedTree {
    return this.chain("or", () => this.chain("and", () => this.not()));
  }

  private chain(kind: "and" | "or", operand: () => UncheckedTree): UncheckedTree {
    const operands = [operand()];
    while (this.accept(kind)) operands.push(operand());
    return operands.length === 1
      ? operands[0]!
      : { kind, operands, span: spanning(operands[0]!, operands.at(-1)!) };
  }

  private not(): UncheckedTree {
    const token = this.accept("not");
    if (!token) return this.test();
    const operand = this.deeper(token, () => this.not());
    return { kind: "not", operand, span: spanning(token, operand) };
  }

  private test(): UncheckedTree {
    const left = this.sum();
    const token = this.peek();
    if (token.kind === "symbol" && comparisons.includes(token.value)) {
      this.next++;
      const right = this.sum();
      const after = this.peek();
      if (after.kind === "symbol" && comparisons.includes(after.value)) {
        this.fail("comparisons do not follow one another", after, "use between … and …, or and");
      }
      const operator = token.value as ComparisonOperator;
      return { kind: "compare", operator, left, right, span: spanning(left, right) };
    }
    if (this.accept("is")) {
      const negated = this.accept("not") !== undefined;
      const last = this.expect("missing");
      return { kind: "missing", operand: left, negated, span: spanning(left, last) };
    }
    const negated = this.accept("not") !== undefined;
    if (this.accept("in")) return this.inList(left, negated);
    if (this.accept("between")) {
      const low = this.sum();
      this.expect("and");
      const high = this.sum();
      return { kind: "between", operand: left, low, high, negated, span: spanning(left, high) };
    }
    if (negated) this.unexpected(this.peek(), "in or between");
    return left;
  }

  private inList(operand: UncheckedTree, negated: boolean): UncheckedTree {
    this.expect("(");
    const list = [this.sum()];
    while (this.accept(",")) list.push(this.sum());
    const last = this.expect(")");
    return { kind: "in", operand, list, negated, span: spanning(operand, last) };
  }

  private sum(): UncheckedTree {
    return this.arithmetic(["+", "-"], () => this.arithmetic(["*", "/"], () => this.unary()));
  }

  private arithmetic(operators: readonly ArithmeticOperator[], operand: () => UncheckedTree): UncheckedTree {
    let left = operand();
    for (;;) {
      const operator = operators.find((symbol) => this.accept(symbol));
      if (!operator) return left;
      const right = operand();
      left = { kind: "arithmetic", operator, left, right, span: spanning(left, right) };
    }
  }

  private unary(): UncheckedTree {
    const token = this.accept("-");
    if (!token) return this.operand();
    const operand = this.deeper(token, () => this.unary());
    return { kind: "negate", operand, span: spanning(token, operand) };
  }

  private operand(): UncheckedTree {
    const token = this.peek();
    this.next++;
    if (token.kind === "number") return this.numberOrDuration(token);
    if (token.kind === "text" || token.kind === "date") return token;
    if (token.kind === "word") return this.wordOperand(token);
    if (token.kind === "symbol" && token.value === "(") {
      const inner = this.deeper(token, () => this.or());
      const last = this.expect(")");
      return { ...inner, span: spanning(token, last) };
    }
    this.next--;
    return this.unexpected(token, "a column, a number, text, a date or (");
  }

  private numberOrDuration(token: Token & { kind: "number" }): UncheckedTree {
    const unit = this.peek();
    if (unit.kind !== "word" || reserved.includes(unit.value)) return token;
    const named = timeUnitNamed(unit.value);
    if (!named) return this.unexpected(unit, "an operator or a unit of time", [...reserved, ...timeUnits]);
    this.next++;
    return { kind: "duration", days: token.value * daysPer[named], span: spanning(token, unit) };
  }

  private wordOperand(token: Token & { kind: "word" }): UncheckedTree {
    const { value, span } = token;
    if (value === "true" || value === "false") return { kind: "boolean", value: value === "true", span };
    if (value === "age" && this.accept("at")) {
      const date = this.deeper(token, () => this.operand());
      return { kind: "ageAt", date, span: spanning(token, date) };
    }
    if (reserved.includes(value)) this.unexpected(token, "a column, a number, text, a date or (");
    return { kind: "column", name: value, span };
  }

  private deeper<T>(token: Token, parse: () => T): T {
    if (++this.depth > expressionDepthLimit) this.refuseDepth(token.span);
    const result = parse();
    this.depth--;
    return result;
  }

  private peek(): Token {
    return this.tokens[Math.min(this.next, this.tokens.length - 1)]!;
  }

  private accept(value: string): Token | undefined {
    const token = this.peek();
    const isIt = (token.kind === "word" || token.kind === "symbol") && token.value === value;
    if (!isIt) return undefined;
    this.next++;
    return token;
  }

  private expect(value: string): Token {
    return this.accept(value) ?? this.unexpected(this.peek(), `"${value}"`, [value]);
  }

  private unexpected(token: Token, expected: string, words: readonly string[] = reserved): never {
    const found = token.kind === "end" ? "the end" : `"${String(token.value)}"`;
    const meant = token.kind === "word" ? closest(token.value, words) : undefined;
    const lower = token.kind === "word" && words.includes(token.value.toLowerCase());
    const word = lower && token.kind === "word" ? token.value.toLowerCase() : meant;
    return this.fail(`found ${found}, expected ${expected}`, token, word && `did you mean "${word}"?`);
  }

  private fail(message: string, token: Token, hint?: string): never {
    return failExpression("expression-syntax", message, token.span, this.place, hint);
  }
}
