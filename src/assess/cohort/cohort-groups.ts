import type { ColumnSet } from "../../data/index.ts";
import type { Protocol, Stratifier } from "../../protocol/index.ts";
import type { Family, Group } from "./cohort.ts";
import { sliceColumn } from "./column-names.ts";
import { truths } from "./load-study.ts";

interface Patients {
  readonly protocol: Protocol;
  readonly set: ColumnSet;
  /** The rows of the set that are in the cohort, in its order. */
  readonly rows: Uint32Array;
}

/** The strata and slices that the protocol names, in its order. */
export function cohortGroups(protocol: Protocol, set: ColumnSet, rows: Uint32Array): Group[] {
  const { strata, slices, intersections } = protocol;
  const families = new Map(
    strata.map((stratifier) => [stratifier.variable, stratumGroups(stratifier, { protocol, set, rows })]),
  );
  return [
    ...[...families.values()].flat(),
    ...intersections.flatMap((variables) => crossed(variables.map((name) => families.get(name)!))),
    ...slices.flatMap(({ name }): Group[] => {
      const isIn = doubles(truths(set, sliceColumn(name)));
      const named = { id: `slice:${name}`, name: name.replaceAll("_", " "), mark: equal(isIn, 1) };
      return familyOf({ family: "slice", kind: "slice" }, [named], set.n, rows);
    }),
  ];
}

/** One group a level, in the protocol's order, and one for missing values where there are any. */
function stratumGroups(stratifier: Stratifier, { protocol, set, rows }: Patients): Group[] {
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
  const named =
    stratifier.kind === "levels"
      ? stratifier.groups.map(({ id, label, code }): NamedGroup => {
          const name = label === String(code) ? `${called} ${label}` : `${called}: ${label}`;
          return { id: `${variable}:${id}`, name, mark: equal(values, codeOf(code)) };
        })
      : stratifier.groups.map(({ id, label, from = -Infinity, below = Infinity }): NamedGroup => {
          return { id: `${variable}:${id}`, name: `${called} ${label}`, mark: between(values, from, below) };
        });
  const family = { family: variable, kind: "stratum" } as const;
  if (column.missing === 0) return familyOf(family, named, set.n, rows);
  const missing = {
    id: `${variable}:missing`,
    name: `${called} not recorded`,
    mark: isCoded ? equal(values, -1) : notANumber(values),
  };
  const all = familyOf(family, [...named, missing], set.n, rows);
  return all.at(-1)!.n > 0 ? all : all.slice(0, -1);
}

type Codes = Int8Array | Int32Array;

interface NamedGroup {
  readonly id: string;
  readonly name: string;
  /** Writes the code of the group to its rows. */
  readonly mark: (codes: Codes, code: number) => void;
}

/** A byte each where that is enough: it stays in the cache however the rows of the cohort are scattered. */
const mostInByte = 128;

/** Groups that exclude each other, with one column of codes in the cohort's order. */
function familyOf(
  family: Pick<Group, "family" | "kind">,
  named: readonly NamedGroup[],
  nRows: number,
  rows: Uint32Array,
): Group[] {
  const codes = noCodes(named.length, nRows);
  for (const [code, { mark }] of named.entries()) mark(codes, code);
  const inOrder = noCodes(named.length, rows.length);
  const sizes = new Float64Array(named.length);
  for (let i = 0; i < rows.length; i++) {
    const code = codes[rows[i]!]!;
    inOrder[i] = code;
    if (code >= 0) sizes[code]!++;
  }
  return named.map(({ id, name }, code) => ({ ...family, id, name, codes: inOrder, code, n: sizes[code]! }));
}

/** Every group of the first family within every group of the others; those with nobody stay, and say so. */
function crossed(families: readonly Family[]): Group[] {
  const parts = families.reduce<readonly (readonly Group[])[]>(
    (combinations, family) => combinations.flatMap((one) => family.map((group) => [...one, group])),
    [[]],
  );
  const nRows = families[0]![0]!.codes.length;
  const codes = noCodes(parts.length, nRows);
  const sizes = new Float64Array(parts.length);
  for (let row = 0; row < nRows; row++) {
    let code = 0;
    for (const family of families) {
      const own = family[0]!.codes[row]!;
      code = own < 0 || code < 0 ? -1 : code * family.length + own;
    }
    codes[row] = code;
    if (code >= 0) sizes[code]!++;
  }
  const family = families.map(([first]) => first!.family).join(",");
  return parts.map((groups, code) => ({
    kind: "intersection",
    family,
    id: groups.map(({ id }) => id).join(","),
    name: groups.map(({ name }) => name).join(", "),
    ...{ codes, code, n: sizes[code]! },
  }));
}

function noCodes(nGroups: number, nRows: number): Codes {
  return (nGroups <= mostInByte ? new Int8Array(nRows) : new Int32Array(nRows)).fill(-1);
}

/** Loops that meet one type of array only run several times as fast. */
function doubles(values: Float64Array | Int32Array | Int8Array): Float64Array {
  return values instanceof Float64Array ? values : new Float64Array(values);
}

function equal(values: Float64Array, wanted: number): NamedGroup["mark"] {
  return (codes, code) => {
    for (let i = 0; i < values.length; i++) if (values[i] === wanted) codes[i] = code;
  };
}

/** Members have a value from `from` on and below `below`. */
function between(values: Float64Array, from: number, below: number): NamedGroup["mark"] {
  return (codes, code) => {
    for (let i = 0; i < values.length; i++) if (values[i]! >= from && values[i]! < below) codes[i] = code;
  };
}

function notANumber(values: Float64Array): NamedGroup["mark"] {
  return (codes, code) => {
    for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) codes[i] = code;
  };
}
