import type { CsvColumn, LoadedFile, Store } from "../../data/index.ts";
import { type TrialMatching, trialSteps } from "../../protocol/index.ts";
import { refuseOffenders } from "../cohort/offending-rows.ts";
import { refuseLargeSample } from "./load-extractions.ts";

export const screeningTable = "screening";

/**
 * Reads the charts of a trial whole. Errors: a mark that is no yes or no, a patient of whom it is not said whether the model names
 * her, a group or stratum that is not declared, more charts than a stratum holds.
 */
export async function loadScreening(store: Store, matching: TrialMatching): Promise<LoadedFile> {
  const { file, key, kind, steps, sample, by } = matching;
  const isDated = kind === "dates";
  const loaded = await store.loadCsv({
    file,
    table: screeningTable,
    columns: [
      { name: key, type: "text", nullable: false },
      ...trialSteps.map((step): CsvColumn => {
        const isDate = isDated && step !== "eligible";
        return {
          name: steps[step],
          type: isDate ? "date" : "boolean",
          nullable: isDate || step !== "identified",
        };
      }),
      ...(sample ? [{ name: sample.stratum, type: "text", nullable: false } as const] : []),
      ...by.map(({ column }): CsvColumn => ({ name: column, type: "text", nullable: true })),
    ],
    key: [key],
  });
  const columns = by.map(({ column, levels }) => ({ name: column, levels }));
  const found = columns.length === 0 ? [] : await store.implausible({ table: screeningTable, columns });
  for (const [i, offenders] of found.entries()) {
    const { name, levels } = columns[i]!;
    const expected = levels.join(", ");
    refuseOffenders(offenders, {
      code: "data-unknown-level",
      one: `value of "${name}" is not among its levels (${expected})`,
      many: `values of "${name}" are not among its levels (${expected})`,
      where: `${file} column ${name}`,
      hint: `correct the values, or declare the level under trial_matching.by.${name}`,
    });
  }
  if (sample) await refuseLargeSample(store, { table: screeningTable, file, sample });
  return loaded;
}
