import type { ColumnSet } from "../data/index.ts";
import type { Protocol, Stratifier } from "../protocol/index.ts";
import type { Group } from "./cohort.ts";
import { sliceColumn } from "./column-names.ts";
import { truths } from "./load-study.ts";

/** The strata and slices of the protocol, for these rows in their order. */
export function groupsOf(protocol: Protocol, set: ColumnSet, rows: Uint32Array): Group[] {
  const { strata, slices } = protocol;
  return [
    ...strata.flatMap((stratifier) => stratumGroups(stratifier, { protocol, set, rows })),
    ...slices.map(({ name }): Group => {
      const named = { id: `slice:${name}`, family: "slice", name: name.replaceAll("_", " ") };
      return group(named, membersEqual(doubles(truths(set, sliceColumn(name))), 1), rows);
    }),
  ];
}

/** One group a level, in the protocol's order, and one for missing values where there are any. */
function stratumGroups(
  stratifier: Stratifier,
  { protocol, set, rows }: { protocol: Protocol; set: ColumnSet; rows: Uint32Array },
): Group[] {
  const { variable } = stratifier;
  const called = protocol.data.variables.find(({ name }) => name === variable)!.label;
  const column = set.columns.get(variable);
  if (!column) throw new Error(`column ${variable} was not fetched`);
  const values = doubles(column.kind === "text" ? column.codes : column.values);
  const isCoded = column.kind === "text" || column.kind === "boolean";
  const codeOf = (level: number | string) => {
    if (column.kind !== "text") return Number(level);
    const code = column.levels.indexOf(String(level));
    return code === -1 ? Number.NaN : code;
  };
  const one = (id: string, name: string, isIn: Uint8Array) =>
    group({ id: `${variable}:${id}`, family: variable, name }, isIn, rows);
  const groups =
    stratifier.kind === "levels"
      ? stratifier.groups.map(({ id, label, code }) => {
          const name = label === String(code) ? `${called} ${label}` : `${called}: ${label}`;
          return one(id, name, membersEqual(values, codeOf(code)));
        })
      : stratifier.groups.map(({ id, label, from = -Infinity, below = Infinity }) =>
          one(id, `${called} ${label}`, membersBetween(values, from, below)),
        );
  if (column.missing === 0) return groups;
  const isMissing = isCoded
    ? membersEqual(values, -1)
    : Uint8Array.from(values, (value) => (Number.isNaN(value) ? 1 : 0));
  const missing = one("missing", `${called} not recorded`, isMissing);
  return missing.n > 0 ? [...groups, missing] : groups;
}

/** The rows of the cohort that are in the group: a byte each, which stays in the cache however rows are scattered. */
function group(named: Pick<Group, "id" | "family" | "name">, isIn: Uint8Array, rows: Uint32Array): Group {
  const isMember = new Uint8Array(rows.length);
  let n = 0;
  for (let i = 0; i < rows.length; i++) n += isMember[i] = isIn[rows[i]!]!;
  return { ...named, isMember, n };
}

/** Loops that meet one type of array only run several times as fast. */
function doubles(values: Float64Array | Int32Array | Int8Array): Float64Array {
  return values instanceof Float64Array ? values : new Float64Array(values);
}

function membersEqual(values: Float64Array, wanted: number): Uint8Array {
  const isMember = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) if (values[i] === wanted) isMember[i] = 1;
  return isMember;
}

/** Members have a value from `from` on and below `below`. */
function membersBetween(values: Float64Array, from: number, below: number): Uint8Array {
  const isMember = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) if (values[i]! >= from && values[i]! < below) isMember[i] = 1;
  return isMember;
}
