import type { Column, ColumnSet } from "../../data/index.ts";
import type { Protocol } from "../../protocol/index.ts";
import { levelsByTenths, levelsByValue } from "../../stats/numbers-as-levels.ts";
import type { LevelledInput } from "../../stats/proxy-scores.ts";
import type { CohortInput } from "./cohort.ts";

/**
 * The inputs that the protocol asks whether they stand in for a group, in the cohort's order. Numbers with declared levels are
 * codes; others are cut at their tenths. That a value is missing tells something too: it is a level of its own.
 */
export function cohortInputs({ data, proxies }: Protocol, set: ColumnSet, rows: Uint32Array): CohortInput[] {
  return (proxies?.inputs ?? []).map((name) => {
    const variable = data.variables.find((one) => one.name === name);
    const column = set.columns.get(name);
    if (!variable || !column) throw new Error(`column ${name} was not fetched`);
    return { name, label: variable.label, levels: levelsOf(column, rows, variable.levels !== undefined) };
  });
}

function levelsOf(column: Column, rows: Uint32Array, isCoded: boolean): LevelledInput {
  if (column.kind === "text") return withMissing(column.codes, rows, column.levels.length);
  if (column.kind === "boolean") return withMissing(column.values, rows, 2);
  const values = Float64Array.from(rows, (row) => column.values[row]!);
  return isCoded ? levelsByValue(values) : levelsByTenths(values);
}

/** Codes of which −1 is missing. */
function withMissing(codes: Int8Array | Int32Array, rows: Uint32Array, nRecorded: number): LevelledInput {
  const code = Uint32Array.from(rows, (row) => (codes[row] === -1 ? nRecorded : codes[row]!));
  return { code, nLevels: nRecorded + 1 };
}
