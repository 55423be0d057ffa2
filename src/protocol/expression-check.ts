import { closest } from "../evidence/suggestion.ts";
import { checkLevels, type Levels } from "./expression-levels.ts";
import { columnPlace, failExpression, type Place } from "./expression-problem.ts";
import type { Expression, Literal, ValueType } from "./expression-tree.ts";
import type { UncheckedTree } from "./unchecked-tree.ts";

export interface CheckOptions {
  /** Type the whole expression must have. */
  readonly expected?: ValueType;
  /** Column of birth dates, for `age at`. */
  readonly birthColumn?: string;
  /** Of the columns that declare them: other values are refused. */
  readonly levels?: Levels;
  readonly place?: Place;
}

type Node<K extends UncheckedTree["kind"]> = Extract<UncheckedTree, { kind: K }>;

/** Types that have an order. Text has none: its order depends on the collation. */
const ordered: readonly ValueType[] = ["number", "date", "duration"];

/** Result of an operator for the types of its two sides; a pair that is absent is refused. */
const arithmeticTypes: Readonly<Record<string, ValueType>> = {
  "number + number": "number",
  "number - number": "number",
  "number * number": "number",
  "number / number": "number",
  "date + duration": "date",
  "date - duration": "date",
  "date - date": "duration",
  "duration + duration": "duration",
  "duration - duration": "duration",
  "duration * number": "duration",
  "duration / number": "duration",
};

/**
 * Give every node its type, or say which piece has the wrong one.
 *
 * Missing values: a comparison, `in`, `between` or calculation with a missing value is missing; `and`, `or`
 * and `not` follow three-valued logic (false and missing = false, true or missing = true); `is missing` is
 * never missing. Division by zero is missing. Text has no order, so only = and != compare it.
 *
 * Throws a Problem: `expression-unknown-column` (with the closest declared name), `expression-type`,
 * `expression-unknown-level`.
 */
export function checkExpression(
  tree: UncheckedTree,
  columns: Readonly<Record<string, ValueType>>,
  options: CheckOptions = {},
): Expression {
  const check = new Check(columns, options);
  const expression = check.node(tree);
  if (options.expected !== undefined) check.expect(expression, options.expected);
  checkLevels(expression, options.levels ?? {}, options.place ?? columnPlace);
  return expression;
}

class Check {
  private readonly columns: Readonly<Record<string, ValueType>>;
  private readonly options: CheckOptions;

  constructor(columns: Readonly<Record<string, ValueType>>, options: CheckOptions) {
    this.columns = columns;
    this.options = options;
  }

  node(tree: UncheckedTree): Expression {
    switch (tree.kind) {
      case "column":
        return { ...tree, type: this.typeOfColumn(tree) };
      case "compare":
        return this.compare(tree);
      case "in":
        return this.inList(tree);
      case "between":
        return this.between(tree);
      case "missing":
        return { ...tree, operand: this.node(tree.operand), type: "boolean" };
      case "and":
      case "or":
        return { ...tree, operands: tree.operands.map((operand) => this.truth(operand)), type: "boolean" };
      case "not":
        return { kind: "not", operand: this.truth(tree.operand), type: "boolean", span: tree.span };
      case "negate":
        return this.negate(tree);
      case "arithmetic":
        return this.arithmetic(tree);
      case "ageAt":
        return this.ageAt(tree);
      default:
        return literal(tree);
    }
  }

  expect(expression: Expression, type: ValueType): Expression {
    if (expression.type === type) return expression;
    return this.fail(`expected a ${type}, this is a ${expression.type}`, expression);
  }

  private truth(tree: UncheckedTree): Expression {
    return this.expect(this.node(tree), "boolean");
  }

  private typeOfColumn({ name, span }: Node<"column">): ValueType {
    const type = Object.hasOwn(this.columns, name) ? this.columns[name] : undefined;
    if (type) return type;
    const meant = closest(name, Object.keys(this.columns));
    const hint = meant ? `did you mean "${meant}"?` : "declare it in data.variables";
    return failExpression("expression-unknown-column", `unknown column "${name}"`, span, this.place, hint);
  }

  private compare(tree: Node<"compare">): Expression {
    const left = this.node(tree.left);
    const right = this.same(left, this.node(tree.right));
    if (tree.operator !== "=" && tree.operator !== "!=") this.mustBeOrdered(left);
    return { ...tree, left, right, type: "boolean" };
  }

  private inList(tree: Node<"in">): Expression {
    const operand = this.node(tree.operand);
    const list = tree.list.map((item) => this.same(operand, this.node(item)));
    return { ...tree, operand, list, type: "boolean" };
  }

  private between(tree: Node<"between">): Expression {
    const operand = this.node(tree.operand);
    this.mustBeOrdered(operand);
    const [low, high] = [this.same(operand, this.node(tree.low)), this.same(operand, this.node(tree.high))];
    return { ...tree, operand, low, high, type: "boolean" };
  }

  private negate(tree: Node<"negate">): Expression {
    const operand = this.node(tree.operand);
    const { type } = operand;
    if (type !== "number" && type !== "duration") this.fail(`a ${type} has no negative`, operand);
    return { kind: "negate", operand, type, span: tree.span };
  }

  private arithmetic(tree: Node<"arithmetic">): Expression {
    const [left, right] = [this.node(tree.left), this.node(tree.right)];
    const pair = `${left.type} ${tree.operator} ${right.type}`;
    const type = arithmeticTypes[pair];
    if (!type)
      this.fail(
        `${pair} has no meaning`,
        { span: tree.span },
        swapHint(left.type, right.type, tree.operator),
      );
    return { ...tree, left, right, type };
  }

  private ageAt(tree: Node<"ageAt">): Expression {
    const birth = this.options.birthColumn;
    if (birth === undefined) {
      this.fail("no column holds birth dates, so no age can be computed", tree, "name it in data.birth_date");
    }
    const date = this.expect(this.node(tree.date), "date");
    return { kind: "ageAt", birth, date, type: "number", span: tree.span };
  }

  private same(first: Expression, second: Expression): Expression {
    if (first.type === second.type) return second;
    const isQuoted = first.type === "number" && second.kind === "text";
    const hint = isQuoted ? "write numbers without quotes" : undefined;
    return this.fail(`a ${second.type} cannot be compared with a ${first.type}`, second, hint);
  }

  private mustBeOrdered(expression: Expression): void {
    if (!ordered.includes(expression.type)) {
      this.fail(`a ${expression.type} has no order`, expression, "use =, != or in");
    }
  }

  private get place(): Place {
    return this.options.place ?? columnPlace;
  }

  private fail(message: string, { span }: Pick<Expression, "span">, hint?: string): never {
    return failExpression("expression-type", message, span, this.place, hint);
  }
}

function literal(tree: Literal): Expression {
  return { ...tree, type: tree.kind };
}

function swapHint(left: ValueType, right: ValueType, operator: string): string | undefined {
  const isSwappable = operator === "+" || operator === "*";
  return isSwappable && arithmeticTypes[`${right} ${operator} ${left}`]
    ? "write them in the other order"
    : undefined;
}
