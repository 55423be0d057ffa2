import type { Expression } from "./expression-tree.ts";
import type { UncheckedTree } from "./unchecked-tree.ts";
import { daysPer, timeUnits } from "./units.ts";

type Tree = Expression | UncheckedTree;

/** How tightly a node binds; a piece that binds less than its place needs gets parentheses. */
const or = 1;
const and = 2;
const not = 3;
const test = 4;
const sum = 5;
const product = 6;
const unary = 7;
const operand = 8;

/** The expression as text, with the fewest parentheses. Parsing it gives the same tree, spans aside. */
export function expressionText(tree: Tree): string {
  return print(tree, or);
}

function print(tree: Tree, needed: number): string {
  const binding = bindingOf(tree);
  const text = printed(tree);
  return binding < needed ? `(${text})` : text;
}

function bindingOf(tree: Tree): number {
  switch (tree.kind) {
    case "or":
      return or;
    case "and":
      return and;
    case "not":
      return not;
    case "compare":
    case "in":
    case "between":
    case "missing":
      return test;
    case "arithmetic":
      return tree.operator === "+" || tree.operator === "-" ? sum : product;
    case "negate":
      return unary;
    default:
      return operand;
  }
}

function printed(tree: Tree): string {
  switch (tree.kind) {
    case "number":
      return String(tree.value);
    case "text":
      return `'${tree.value.replaceAll("'", "''")}'`;
    case "date":
      return tree.value;
    case "boolean":
      return String(tree.value);
    case "duration":
      return printedDuration(tree.days);
    case "column":
      return tree.name;
    case "compare":
      return `${print(tree.left, sum)} ${tree.operator} ${print(tree.right, sum)}`;
    case "in": {
      const list = tree.list.map((item) => print(item, sum)).join(", ");
      return `${print(tree.operand, sum)} ${tree.negated ? "not in" : "in"} (${list})`;
    }
    case "between": {
      const ends = `${print(tree.low, sum)} and ${print(tree.high, sum)}`;
      return `${print(tree.operand, sum)} ${tree.negated ? "not between" : "between"} ${ends}`;
    }
    case "missing":
      return `${print(tree.operand, sum)} is ${tree.negated ? "not " : ""}missing`;
    case "and":
    case "or":
      return tree.operands.map((piece) => print(piece, bindingOf(tree) + 1)).join(` ${tree.kind} `);
    case "not":
      return `not ${print(tree.operand, not)}`;
    case "negate":
      return `-${print(tree.operand, unary)}`;
    case "arithmetic": {
      const binding = bindingOf(tree);
      return `${print(tree.left, binding)} ${tree.operator} ${print(tree.right, binding + 1)}`;
    }
    case "ageAt":
      return `age at ${print(tree.date, operand)}`;
  }
}

/** The largest unit that gives the same number of days exactly. */
function printedDuration(days: number): string {
  for (const unit of timeUnits.toReversed()) {
    const amount = Math.round(days / daysPer[unit]);
    if (amount > 0 && amount * daysPer[unit] === days)
      return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`;
  }
  return `${days} days`;
}
