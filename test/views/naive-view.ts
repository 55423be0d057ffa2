import { parsePath } from "../../src/data/views/fhirpath-parser.ts";
import type { PathTree } from "../../src/data/views/fhirpath-tree.ts";
import type { ViewFields, ViewSelect } from "../../src/data/views/view-schema.ts";

// A slow, obvious twin of the compiler: walks the JSON of one resource after the other. Only the grammar is shared.

type Item = unknown;
export type NaiveRow = Readonly<Record<string, unknown>>;
interface Context {
  readonly rowIndex: number;
  readonly constants: Readonly<Record<string, Item>>;
}

export function naiveRows(view: ViewFields, resources: readonly Item[]): NaiveRow[] {
  const constants = Object.fromEntries(
    (view.constant ?? []).map((constant) => [
      constant.name,
      Object.entries(constant).find(([field]) => field.startsWith("value"))![1],
    ]),
  );
  const context = { rowIndex: 0, constants };
  return resources
    .filter((resource) => isObject(resource) && resource.resourceType === view.resource)
    .filter((resource) =>
      (view.where ?? []).every(({ path }) => evaluate(parse(path), [resource], context)[0] === true),
    )
    .flatMap((resource) => product(view.select.map((select) => rowsOf(select, resource, context))));
}

const parse = (path: string) => parsePath(path, (character) => `${path}:${character}`);
const isObject = (item: Item): item is Record<string, unknown> =>
  typeof item === "object" && item !== null && !Array.isArray(item);

function product(parts: readonly (readonly NaiveRow[])[]): NaiveRow[] {
  return parts.reduce<NaiveRow[]>(
    (rows, part) => rows.flatMap((row) => part.map((more) => ({ ...row, ...more }))),
    [{}],
  );
}

function rowsOf(select: ViewSelect, focus: Item, context: Context): NaiveRow[] {
  const path = select.forEach ?? select.forEachOrNull;
  if (select.repeat !== undefined) {
    const all = below(select.repeat.map(parse), focus, context);
    return all.flatMap((item, rowIndex) => bodyOf(select, item, { ...context, rowIndex }));
  }
  if (path === undefined) return bodyOf(select, focus, context);
  const items = evaluate(parse(path), [focus], context);
  if (items.length === 0 && select.forEachOrNull !== undefined) return [emptyRow(select)];
  return items.flatMap((item, rowIndex) => bodyOf(select, item, { ...context, rowIndex }));
}

function below(paths: readonly PathTree[], focus: Item, context: Context): Item[] {
  return paths
    .flatMap((path) => evaluate(path, [focus], context))
    .flatMap((item) => [item, ...below(paths, item, context)]);
}

/** Of the select itself %rowIndex is 0; a forEach within it has counted nothing. */
function emptyRow(select: ViewSelect, index: number | null = 0): NaiveRow {
  const { column = [], select: inner = [], unionAll = [] } = select;
  const own = column.map(({ name, path }) => [name, path === "%rowIndex" ? index : null]);
  const nested = [...inner, ...unionAll.slice(0, 1)].map((one) =>
    emptyRow(one, one.forEach === undefined && one.forEachOrNull === undefined ? index : null),
  );
  return Object.assign({}, Object.fromEntries(own), ...nested);
}

function bodyOf(select: ViewSelect, focus: Item, context: Context): NaiveRow[] {
  const own = (select.column ?? []).map(({ name, path, collection }) => {
    const items = evaluate(parse(path), [focus], context);
    if (!collection && items.length > 1) throw new Error("many values");
    return [name, collection ? items : (items[0] ?? null)];
  });
  const nested = (select.select ?? []).map((one) => rowsOf(one, focus, context));
  const united = select.unionAll?.flatMap((one) => rowsOf(one, focus, context));
  return product([[Object.fromEntries(own)], ...nested, ...(united === undefined ? [] : [united])]);
}

function evaluate(path: PathTree, focus: readonly Item[], context: Context): Item[] {
  const of = (part: PathTree, from = focus) => evaluate(part, from, context);
  switch (path.kind) {
    case "text":
    case "boolean":
      return [path.value];
    case "number":
      return [Number(path.digits)];
    case "moment":
      return [path.value];
    case "this":
      return [...focus];
    case "constant":
      return [path.name === "rowIndex" ? context.rowIndex : context.constants[path.name]];
    case "element":
      return navigate(path.on ? of(path.on) : focus, path.name);
    case "index": {
      const [at] = of(path.at) as number[];
      return of(path.on).slice(at, at! + 1);
    }
    case "negate":
      return of(path.operand).map((value) => -(value as number));
    case "arithmetic": {
      const [left, right] = [of(path.left)[0], of(path.right)[0]] as [number, number];
      if (left === undefined || right === undefined) return [];
      if (path.operator === "/") return right === 0 ? [] : [left / right];
      return [path.operator === "+" ? left + right : path.operator === "-" ? left - right : left * right];
    }
    case "compare":
      return compare(path.operator, of(path.left), of(path.right));
    case "and":
    case "or": {
      const sides = [of(path.left)[0], of(path.right)[0]];
      const decisive = path.kind === "or";
      if (sides.includes(decisive)) return [decisive];
      return sides.includes(undefined) ? [] : [!decisive];
    }
    case "call":
      return call(path, path.on ? of(path.on) : [...focus], focus, context);
  }
}

/** An element [x] is every field that begins with its name; ofType() picks one of them. */
interface Choice {
  readonly choiceOf: Record<string, unknown>;
  readonly name: string;
}
const isChoice = (item: Item): item is Choice => isObject(item) && "choiceOf" in item;

function navigate(items: readonly Item[], name: string): Item[] {
  return items.filter(isObject).flatMap((item): Item[] => {
    const value = item[name];
    if (value !== undefined && value !== null) return Array.isArray(value) ? value : [value];
    const isTyped = Object.keys(item).some(
      (key) => key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length)),
    );
    return isTyped ? [{ choiceOf: item, name }] : [];
  });
}

function compare(operator: string, left: readonly Item[], right: readonly Item[]): Item[] {
  if (left.length === 0 || right.length === 0) return [];
  if (left.length !== right.length) return [operator === "!="];
  if (operator === "=" || operator === "!=") {
    const equal = left.every((item, i) => item === right[i]);
    return [equal === (operator === "=")];
  }
  const [l, r] = [left[0], right[0]] as [number, number];
  return [{ "<": l < r, "<=": l <= r, ">": l > r, ">=": l >= r }[operator]];
}

function call(
  { name, operands }: Extract<PathTree, { kind: "call" }>,
  on: readonly Item[],
  focus: readonly Item[],
  context: Context,
): Item[] {
  const [operand] = operands;
  const kept = () => on.filter((item) => evaluate(operand!, [item], context)[0] === true);
  switch (name) {
    case "where":
      return kept();
    case "exists":
      return [(operand ? kept() : on).length > 0];
    case "empty":
      return [on.length === 0];
    case "not":
      return on.map((item) => !item);
    case "first":
      return on.slice(0, 1);
    case "count":
      return [on.length];
    case "join":
      return [on.join(operand ? (evaluate(operand, focus, context)[0] as string) : "")];
    case "getResourceKey":
      return navigate(on, "id");
    case "ofType": {
      const type = (operand as { name: string }).name;
      return on.filter(isChoice).flatMap(({ choiceOf, name: stem }) => {
        return navigate([choiceOf], `${stem}${type[0]!.toUpperCase()}${type.slice(1)}`).filter(
          (one) => !isChoice(one),
        );
      });
    }
    default:
      throw new Error(`the twin does not know ${name}()`);
  }
}
