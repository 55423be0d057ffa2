import { Problem } from "../../evidence/problem.ts";
import { joined, type Sql, sql, whole } from "../sql.ts";
import type { Compilation } from "./compilation.ts";
import { openChoice } from "./elements.ts";
import type { PathTree } from "./fhirpath-tree.ts";
import { pathSql } from "./path-sql.ts";
import { type Field, itemType } from "./shape.ts";
import { type Focus, isNothing, listOf, nothing, type Value } from "./value.ts";

/**
 * What the paths lead to from the focus, what they lead to from there, and so on: each item before those below it.
 *
 * A type that holds itself has no end as a table's type, so of an item its like is read as JSON and taken apart level by
 * level, `compilation.depth` times; deeper, the query ends with a Problem. A path that leads to an element which is not
 * there, here or below, leads to nothing: of a QuestionnaireResponse, `answer.item` begins at its items.
 */
export function repeated(paths: readonly PathTree[], focus: Focus, compilation: Compilation): Value {
  const before = compilation.unknownElements;
  compilation.unknownElements = "nothing";
  const follow = (from: Focus) =>
    paths.map((path) => pathSql(path, from, compilation)).filter((value) => !isNothing(value));
  const first = follow(focus);
  const [top] = first;
  for (const value of first) requireSame(value, top!, compilation);
  const childrenOf = (item: Sql): Sql => {
    const children = follow({ ...focus, value: { ...top!, sql: item, isList: false } });
    for (const child of children) {
      requireSame(child, top!, compilation);
      child.field!.isJson = true;
    }
    return children.length === 0 ? sql`[]` : allOf(children, compilation);
  };
  const all = top && walk(allOf(first, compilation), top.field!, childrenOf, compilation);
  compilation.unknownElements = before;
  if (all === undefined) return nothing;
  const { origin: _, ...rest } = top!;
  return { ...rest, sql: all, isList: true };
}

/**
 * Every item with a key, the positions on the way to it; sorted by key, an item comes before those below it.
 *
 * A loop over the levels, as list_reduce: nested lambdas, one for each level, take the engine twice as long to bind with
 * every level.
 */
function walk(items: Sql, field: Field, childrenOf: (item: Sql) => Sql, compilation: Compilation): Sql {
  const name = () => compilation.variable();
  const keyed = (list: Sql, key: (index: Sql) => Sql) => {
    const [item, index] = [name(), name()];
    return sql`list_transform(${list}, lambda ${item}, ${index}: {'key': ${key(index)}, 'item': ${item}})`;
  };
  const position = (index: Sql) => sql`cast(${index} as integer)`;
  const [top, level, so, above, lower, end, one] = [name(), name(), name(), name(), name(), name(), name()];
  const start = sql`list_transform([${keyed(items, (index) => sql`[${position(index)}]`)}],
    lambda ${top}: {'all': ${top}, 'last': ${top}})[1]`;
  const inner = keyed(
    childrenOf(sql`${above}."item"`),
    (index) => sql`list_append(${above}."key", ${position(index)})`,
  );
  const next = sql`flatten(list_transform(${so}."last", lambda ${above}: ${inner}))`;
  const entries = sql`struct("key" integer[], "item" ${itemType(field)})[]`;
  const levels = sql`list_resize([cast(null as struct("all" ${entries}, "last" ${entries}))],
    ${whole(compilation.depth)})`;
  const walked = sql`list_reduce(${levels}, lambda ${so}, ${level}: list_transform([${next}],
    lambda ${lower}: {'all': list_concat(${so}."all", ${lower}), 'last': ${lower}})[1], ${start})`;
  const fault = compilation.fault(
    "view-repeat-depth",
    `a resource of the data repeats deeper than ${compilation.depth} levels`,
    "look for a resource that holds itself",
  );
  const all = sql`list_transform([${walked}],
    lambda ${end}: case when len(${end}."last") > 0 then ${fault} else ${end}."all" end)[1]`;
  return sql`list_transform(list_sort(${all}), lambda ${one}: ${one}."item")`;
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
