import type {
  AttritionFacts,
  ColumnSet,
  CsvColumn,
  LoadedFile,
  MatchFacts,
  Store,
} from "../../data/index.ts";
import type { FileRole } from "../../evidence/trail.ts";
import { type Protocol, riskColumns, type Variable } from "../../protocol/index.ts";
import { loadExtractions } from "../charts/load-extractions.ts";
import { loadScreening } from "../charts/load-screening.ts";
import { refuseImpossibleTimes } from "../quality/follow-up-times.ts";
import { refuseUnreadableTimes } from "../quality/unreadable-times.ts";
import { outputColumn } from "./column-names.ts";
import { refuseOffenders } from "./offending-rows.ts";

/** The study's tables, read and checked; nothing in them has been dropped. */
export interface LoadedStudy {
  readonly patients: LoadedFile;
  readonly predictions: LoadedFile;
  readonly development: LoadedFile | null;
  readonly extractions: LoadedFile | null;
  readonly screening: LoadedFile | null;
  readonly attrition: AttritionFacts;
  readonly match: MatchFacts;
}

/** The table of patients with their predictions beside them. */
export const studyTable = "study";
export const developmentTable = "development";

/**
 * Reads patients, predictions and the development table, applies the population criteria and joins one to one.
 *
 * `prepare` is told how many patients there are when both files are read.
 *
 * Errors: what cannot be trusted is refused whole, with every offender counted: a value outside its declared
 * levels, an impossible time, text that is no date or time where one is compared, a probability outside [0, 1], a
 * prediction without patient or a kept patient without prediction.
 */
export async function loadStudy(
  store: Store,
  protocol: Protocol,
  prepare: (nPatients: number) => void = () => {},
): Promise<LoadedStudy> {
  const { data } = protocol;
  const loadingPatients = store.loadCsv({
    file: data.patients.file,
    table: "patients",
    columns: patientColumns(protocol),
    key: [data.patients.key],
  });
  const loadingPredictions = store.loadCsv({
    file: data.predictions.file,
    table: "predictions",
    columns: [
      { name: data.predictions.key, type: "text", nullable: false },
      ...riskColumns(protocol).map((name): CsvColumn => ({ name, type: "number", nullable: false })),
    ],
    key: [data.predictions.key],
  });
  // A fault of the patients comes first, whichever file was read first.
  loadingPredictions.catch(() => {});
  const patients = await loadingPatients;
  await refuseUnknownLevels(store, "patients", data.patients.file, data.variables);
  await refuseImpossibleTimes(store, protocol);
  await refuseUnreadableTimes(store, data);
  const predictions = await loadingPredictions;
  // From here on the engine needs one processor.
  prepare(patients.rows);
  await refuseImpossibleRisks(store, protocol);
  const attrition = await store.attrition({
    table: "patients",
    subject: [data.patients.patient ?? data.patients.key],
    steps: protocol.population.map(({ keep }) => ({ expression: keep.expression })),
  });
  const match = await store.matchPredictions({
    patients: "patients",
    predictions: "predictions",
    key: { patients: [data.patients.key], predictions: [data.predictions.key] },
    into: {
      name: studyTable,
      take: riskColumns(protocol).map((name) => ({ column: name, as: outputColumn(name) })),
    },
  });
  const { one } = data.patients.unit;
  const aRow = one === "patient" ? "patient who is" : `${one} that is`;
  refuseOffenders(match.predictionsWithoutPatient, {
    code: "data-unmatched-prediction",
    one: `prediction names a ${aRow} not in the patients file`,
    many: `predictions name a ${aRow} not in the patients file`,
    where: data.predictions.file,
    hint: `remove these rows, or add the ${data.patients.unit.many} to ${data.patients.file}`,
  });
  const development = await loadDevelopment(store, protocol);
  const extractions = protocol.extractions ? await loadExtractions(store, protocol.extractions) : null;
  const screening = protocol.trialMatching ? await loadScreening(store, protocol.trialMatching) : null;
  return { patients, predictions, development, extractions, screening, attrition, match };
}

/** A table of the study with what it is for. */
export type StudyFile = LoadedFile & { readonly role: FileRole };

/** In the order in which they are read. */
export function studyFiles(study: LoadedStudy): StudyFile[] {
  const { patients, predictions, development, extractions, screening } = study;
  const read = { patients, predictions, development, extractions, screening };
  return (Object.keys(read) as (keyof typeof read)[]).flatMap((role) => {
    const file = read[role];
    return file ? [{ ...file, role }] : [];
  });
}

function patientColumns({ data, endpoint }: Protocol): CsvColumn[] {
  const columns = new Map<string, CsvColumn>();
  const add = (name: string, type: CsvColumn["type"], nullable = true) => {
    if (!columns.has(name)) columns.set(name, { name, type, nullable });
  };
  add(data.patients.key, "text", false);
  for (const { name, type } of data.variables) add(name, type);
  if (data.patients.patient !== undefined) add(data.patients.patient, "text", false);
  if (endpoint.time) add(endpoint.time.column, "number");
  for (const { study } of data.treatments) if (study.kind === "column") add(study.column, "number");
  return [...columns.values()];
}

async function refuseUnknownLevels(
  store: Store,
  table: string,
  file: string,
  variables: readonly Variable[],
): Promise<void> {
  const levelled = variables.flatMap(({ name, levels }) =>
    levels ? [{ name, levels: levels.map(({ code }) => code) }] : [],
  );
  if (levelled.length === 0) return;
  for (const [i, offenders] of (await store.implausible({ table, columns: levelled })).entries()) {
    const { name, levels } = levelled[i]!;
    const expected = levels.join(", ");
    refuseOffenders(offenders, {
      code: "data-unknown-level",
      one: `value of "${name}" is not among its levels (${expected})`,
      many: `values of "${name}" are not among its levels (${expected})`,
      where: `${file} column ${name}`,
      hint: `correct the values, or declare the level under data.variables.${name}.levels`,
    });
  }
}

async function refuseImpossibleRisks(store: Store, protocol: Protocol): Promise<void> {
  const { data } = protocol;
  const columns = riskColumns(protocol).map((name) => ({ name, plausible: [0, 1] as const }));
  for (const [i, offenders] of (await store.implausible({ table: "predictions", columns })).entries()) {
    const { name } = columns[i]!;
    refuseOffenders(offenders, {
      code: "data-probability-out-of-range",
      one: `prediction in "${name}" lies outside [0, 1]`,
      many: `predictions in "${name}" lie outside [0, 1]`,
      where: `${data.predictions.file} column ${name}`,
      hint: "give probabilities between 0 and 1, not percentages or scores",
    });
  }
}

async function loadDevelopment(store: Store, { data }: Protocol): Promise<LoadedFile | null> {
  if (!data.development) return null;
  const { file, key, variables } = data.development;
  const columns = new Map<string, CsvColumn>([[key, { name: key, type: "text", nullable: false }]]);
  for (const mapped of variables) {
    if (mapped.kind === "absent") continue;
    const declared = data.variables.find(({ name }) => name === mapped.variable)!;
    const type = mapped.kind === "classes" ? "text" : declared.type;
    columns.set(mapped.column, { name: mapped.column, type, nullable: true });
  }
  for (const { development } of data.treatments) {
    if (development?.kind !== "column" || columns.has(development.column)) continue;
    columns.set(development.column, { name: development.column, type: "number", nullable: true });
  }
  return store.loadCsv({ file, table: developmentTable, columns: [...columns.values()], key: [key] });
}

/** The values of a numeric column; throws for any other kind: the caller asked for the wrong column. */
export function numbers(set: ColumnSet, name: string): Float64Array {
  const column = set.columns.get(name);
  if (column?.kind !== "number" && column?.kind !== "date") throw new Error(`column ${name} is not numeric`);
  return column.values;
}

/** A yes/no column as 1, 0 or −1 for missing. */
export function truths(set: ColumnSet, name: string): Int8Array {
  const column = set.columns.get(name);
  if (column?.kind !== "boolean") throw new Error(`column ${name} is not true or false`);
  return column.values;
}
