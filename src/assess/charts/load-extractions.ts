import type { CsvColumn, LoadedFile, Store } from "../../data/index.ts";
import { Problem } from "../../evidence/problem.ts";
import type { ChartSample, Extractions } from "../../protocol/index.ts";
import { refuseOffenders } from "../cohort/offending-rows.ts";

export const extractionsTable = "extractions";

/** Reads the abstracted charts whole. Errors: a value or a stratum that is not declared, more charts than a stratum holds. */
export async function loadExtractions(store: Store, extractions: Extractions): Promise<LoadedFile> {
  const { file, key, patient, sample, values } = extractions;
  const text = (name: string): CsvColumn => ({ name, type: "text", nullable: false });
  const loaded = await store.loadCsv({
    file,
    table: extractionsTable,
    columns: [
      text(key),
      ...(patient === undefined ? [] : [text(patient)]),
      ...(sample ? [text(sample.stratum)] : []),
      ...values.flatMap(({ kind, model, human }) =>
        [model, human].map((name): CsvColumn => {
          return { name, type: kind === "category" ? "text" : kind, nullable: true };
        }),
      ),
    ],
    key: [key],
  });
  await refuseUnknownValues(store, extractions);
  if (sample) await refuseLargeSample(store, { table: extractionsTable, file, sample });
  return loaded;
}

async function refuseUnknownValues(store: Store, { file, values }: Extractions): Promise<void> {
  const columns = values.flatMap((value) =>
    value.kind === "category"
      ? [value.model, value.human].map((name) => {
          return { name, levels: value.levels, value: value.name };
        })
      : [],
  );
  if (columns.length === 0) return;
  const found = await store.implausible({
    table: extractionsTable,
    columns: columns.map(({ name, levels }) => ({ name, levels })),
  });
  for (const [i, offenders] of found.entries()) {
    const { name, levels, value } = columns[i]!;
    const expected = levels.join(", ");
    refuseOffenders(offenders, {
      code: "data-unknown-level",
      one: `value of "${name}" is not among the levels of ${value} (${expected})`,
      many: `values of "${name}" are not among the levels of ${value} (${expected})`,
      where: `${file} column ${name}`,
      hint: `correct the values, or declare the level under extractions.values.${value}.levels; an empty cell means no value`,
    });
  }
}

/** Every chart is of a stratum that the protocol names, and no stratum has more charts than it is said to hold. */
export async function refuseLargeSample(
  store: Store,
  { table, file, sample }: { readonly table: string; readonly file: string; readonly sample: ChartSample },
): Promise<void> {
  const { stratum, strata } = sample;
  const names = strata.map(({ name }) => name);
  const [offenders] = await store.implausible({ table, columns: [{ name: stratum, levels: names }] });
  refuseOffenders(offenders!, {
    code: "data-unknown-level",
    one: `chart is of a stratum that the protocol gives no size (${names.join(", ")})`,
    many: `charts are of strata that the protocol gives no size (${names.join(", ")})`,
    where: `${file} column ${stratum}`,
    hint: "correct the values, or give the stratum's size under sample.sizes",
  });
  const [profile] = await store.profile({ table, columns: [{ name: stratum, levels: names }] });
  strata.forEach(({ name, size }, i) => {
    const read = profile!.levelCounts![i]!;
    if (read <= size) return;
    throw new Problem(
      "data-sample-size",
      `${read} charts of stratum ${name}, which is said to hold ${size}`,
      {
        where: `${file} column ${stratum}`,
        hint: "sample.sizes counts all charts of a stratum, those read and those not read",
      },
    );
  });
}
