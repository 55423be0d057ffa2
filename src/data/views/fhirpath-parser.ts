import { syntaxProblem, type Token, tokensOf } from "./fhirpath-lexer.ts";
import type { ArithmeticOperator, ComparisonOperator, PathPlace, PathTree, Span } from "./fhirpath-tree.ts";

export const pathLengthLimit = 10_000;
export const pathDepthLimit = 100;

/** Loosest first, as FHIRPath's grammar binds them; those of one level from left to right. */
const levels: readonly (readonly string[])[] = [
  ["or"],
  ["and"],
  ["=", "!="],
  ["<=", "<", ">", ">="],
  ["+", "-"],
  ["*", "/"],
];
/** Operators of FHIRPath that no view needs. */
const foreign = new Set("~ !~ | & is as in contains xor implies div mod".split(" "));

/**
 * Reads a path of the part of FHIRPath that views are written in: literals, elements, functions, indexes, constants,
 * `$this`, arithmetic, comparison, `and` and `or`.
 *
 * Errors: anything else, with the place of its first character.
 */
export function parsePath(path: string, place: PathPlace): PathTree {
  if (path.length > pathLengthLimit) {
    throw syntaxProblem(`a path of ${path.length} characters, at most ${pathLengthLimit} are read`, place(0));
  }
  const parser = new Parser(tokensOf(path, place), place);
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #place: PathPlace;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], place: PathPlace) {
    this.#tokens = tokens;
    this.#place = place;
  }

  whole(): PathTree {
    const tree = this.#binary(0);
    const { kind } = this.#token;
    if (kind !== "end") this.#unexpected();
    return tree;
  }

  get #token(): Token {
    return this.#tokens[this.#at]!;
  }

  #binary(level: number): PathTree {
    if (level === levels.length) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = this.#operator();
      if (operator === undefined || !levels[level]!.includes(operator)) return left;
      this.#at += 1;
      const right = this.#binary(level + 1);
      left = joinedBy(operator, left, right);
    }
  }

  /** A quoted name is no word of the grammar. */
  #operator(): string | undefined {
    const token = this.#token;
    if (token.kind === "symbol") return token.value;
    return token.kind === "name" && !token.isQuoted ? token.value : undefined;
  }

  #unary(): PathTree {
    const token = this.#token;
    if (!this.#is("-") && !this.#is("+")) return this.#postfix();
    this.#at += 1;
    const operand = this.#deeper(() => this.#unary());
    const span = { start: token.span.start, end: operand.span.end };
    return token.value === "-" ? { kind: "negate", operand, span } : operand;
  }

  #postfix(): PathTree {
    let tree = this.#primary();
    for (;;) {
      if (this.#is(".")) {
        this.#at += 1;
        tree = this.#member(tree);
      } else if (this.#is("[")) {
        this.#at += 1;
        const at = this.#deeper(() => this.#binary(0));
        const { end } = this.#expect("]");
        tree = { kind: "index", on: tree, at, span: { start: tree.span.start, end } };
      } else return tree;
    }
  }

  #primary(): PathTree {
    const token = this.#token;
    const { span } = token;
    if (this.#is("(")) {
      this.#at += 1;
      const tree = this.#deeper(() => this.#binary(0));
      this.#expect(")");
      return tree;
    }
    if (token.kind === "name") {
      if (token.isQuoted || !/^(?:true|false|\$.*)$/.test(token.value)) return this.#member(undefined);
      if (token.value.startsWith("$") && token.value !== "$this") {
        this.#fail(`${token.value} is not used here`, "%rowIndex counts the rows of a forEach");
      }
      this.#at += 1;
      return token.value === "$this"
        ? { kind: "this", span }
        : { kind: "boolean", value: token.value === "true", span };
    }
    this.#at += 1;
    if (token.kind === "text") return { kind: "text", value: token.value, span };
    if (token.kind === "number") return { kind: "number", digits: token.value, span };
    if (token.kind === "constant") return { kind: "constant", name: token.value, span };
    if (token.kind === "moment") return this.#moment(token.value, span);
    this.#at -= 1;
    return this.#unexpected();
  }

  #member(on: PathTree | undefined): PathTree {
    const token = this.#token;
    if (token.kind !== "name" || token.value.startsWith("$")) return this.#unexpected();
    this.#at += 1;
    const { start } = token.span;
    const base = on === undefined ? {} : { on };
    if (!this.#is("(")) {
      return { kind: "element", name: token.value, ...base, span: { start, end: token.span.end } };
    }
    this.#at += 1;
    const operands: PathTree[] = [];
    while (!this.#is(")")) {
      if (operands.length > 0) this.#expect(",");
      operands.push(this.#deeper(() => this.#binary(0)));
    }
    const { end } = this.#expect(")");
    return { kind: "call", name: token.value, operands, ...base, span: { start, end } };
  }

  #moment(value: string, span: Span): PathTree {
    const type = value.startsWith("T") ? "time" : value.includes("T") ? "dateTime" : "date";
    const written = type === "time" ? value.slice(1) : value.replace(/T$/, "");
    if (!momentForms[type].test(written)) {
      throw syntaxProblem(
        `@${value} is no ${type} that can be compared`,
        this.#place(span.start),
        "write @2019, @2019-03, @2019-03-01, @2019-03-01T10:00:00Z or @T10:00:00; a dateTime needs Z or an offset",
      );
    }
    return { kind: "moment", type, value: written, span };
  }

  #is(symbol: string): boolean {
    return this.#token.kind === "symbol" && this.#token.value === symbol;
  }

  #expect(symbol: string): Span {
    if (!this.#is(symbol)) this.#fail(`expected "${symbol}"`);
    this.#at += 1;
    return this.#tokens[this.#at - 1]!.span;
  }

  #deeper<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > pathDepthLimit) this.#fail(`nested deeper than ${pathDepthLimit}`);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #unexpected(): never {
    const { kind, value } = this.#token;
    if (kind === "end") this.#fail("the path is empty or ends too early");
    if (foreign.has(value)) this.#fail(`"${value}" is not an operator of views`);
    return this.#fail(`"${value}" is not expected here`);
  }

  #fail(message: string, hint?: string): never {
    throw syntaxProblem(message, this.#place(this.#token.span.start), hint);
  }
}

/** What FHIR can hold, and what a comparison can be made with. */
export const momentForms: Readonly<Record<"date" | "dateTime" | "time", RegExp>> = {
  date: /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/,
  dateTime:
    /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?)?)?$/,
  time: /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?$/,
};

function joinedBy(operator: string, left: PathTree, right: PathTree): PathTree {
  const span = { start: left.span.start, end: right.span.end };
  if (operator === "and" || operator === "or") return { kind: operator, left, right, span };
  const isArithmetic = "+-*/".includes(operator);
  return isArithmetic
    ? { kind: "arithmetic", operator: operator as ArithmeticOperator, left, right, span }
    : { kind: "compare", operator: operator as ComparisonOperator, left, right, span };
}
