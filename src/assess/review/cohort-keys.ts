import type { Store } from "../../data/index.ts";
import type { Protocol } from "../../protocol/index.ts";
import type { BuiltCohort } from "../cohort/build-cohort.ts";
import { studyTable } from "../cohort/load-study.ts";

/** The key of each patient of the cohort, as text. */
export async function cohortKeys(
  store: Store,
  { data }: Protocol,
  { keptRow }: BuiltCohort,
): Promise<readonly string[]> {
  const { key } = data.patients;
  const set = await store.columns({ table: studyTable, rows: "kept", columns: [key] });
  const column = set.columns.get(key);
  if (column?.kind !== "text") throw new Error(`the key ${key} is not text`);
  return Array.from(keptRow, (row) => column.levels[column.codes[row]!]!);
}
