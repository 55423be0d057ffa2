import { Problem } from "../../evidence/problem.ts";
import { joined, type Sql, sql } from "../sql.ts";
import type { Compilation } from "./compilation.ts";
import { openChoice } from "./elements.ts";
import type { PathTree } from "./fhirpath-tree.ts";
import { pathSql } from "./path-sql.ts";
import { type Focus, isNothing, listOf, nothing, type Value } from "./value.ts";

/**
 * What the paths lead to from the focus, what they lead to from there, and so on: each item before those below it.
 *
 * A type that holds itself has no end as a table's type, so of an item its like is read as JSON and taken apart one level
 * after the other; deeper than `compilation.depth`, the query ends with a Problem. A path that leads to an element which
 * is not there, here or below, leads to nothing: of a QuestionnaireResponse, `answer.item` begins at its items.
 */
export function repeated(paths: readonly PathTree[], focus: Focus, compilation: Compilation): Value {
  const before = compilation.unknownElements;
  compilation.unknownElements = "nothing";
  const follow = (from: Focus) =>
    paths.map((path) => pathSql(path, from, compilation)).filter((value) => !isNothing(value));
  const first = follow(focus);
  const [top] = first;
  if (top === undefined) {
    compilation.unknownElements = before;
    return nothing;
  }
  for (const value of first) requireSame(value, top, compilation);
  const childrenOf = (item: Sql): readonly Value[] => {
    const value = { ...top, sql: item, isList: false };
    const children = follow({ ...focus, value });
    for (const child of children) {
      requireSame(child, top, compilation);
      child.field!.isJson = true;
    }
    return children;
  };
  const all = below(allOf(first, compilation), childrenOf, compilation.depth, compilation);
  compilation.unknownElements = before;
  const { origin: _, ...rest } = top;
  return { ...rest, sql: all, isList: true };
}

function below(
  items: Sql,
  childrenOf: (item: Sql) => readonly Value[],
  depth: number,
  compilation: Compilation,
): Sql {
  const item = compilation.variable();
  if (depth === 0) {
    const fault = compilation.fault(
      "view-repeat-depth",
      `a resource of the data repeats deeper than ${compilation.depth} levels`,
      "look for a resource that holds itself",
    );
    return sql`list_filter(${items}, lambda ${item}: ${item} is null or cast(${fault} as boolean))`;
  }
  const children = childrenOf(item);
  if (children.length === 0) return items;
  const rest = below(allOf(children, compilation), childrenOf, depth - 1, compilation);
  return sql`flatten(list_transform(${items}, lambda ${item}: list_concat([${item}], ${rest})))`;
}

function allOf(values: readonly Value[], compilation: Compilation): Sql {
  const lists = values.map((value) => listOf(value, compilation));
  return lists.length === 1 ? lists[0]! : sql`list_concat(${joined(lists, ", ")})`;
}

function requireSame(value: Value, top: Value, compilation: Compilation): void {
  if (value.choice) throw openChoice(value, compilation);
  const isSame = value.type === top.type && value.shape !== undefined && value.field !== undefined;
  if (!isSame) {
    throw new Problem("view-unsupported", `repeat leads to a ${value.type} and to a ${top.type}`, {
      where: compilation.where,
      hint: "name paths that lead to elements of one type",
    });
  }
  top.shape!.shareWith(value.shape!);
}
