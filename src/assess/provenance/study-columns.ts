import type { Column, ColumnSet, Store } from "../../data/index.ts";
import type { ChartLabel, ChartReview, Protocol } from "../../protocol/index.ts";
import { daysPer, riskColumns } from "../../protocol/index.ts";
import {
  criterionColumn,
  eventColumn,
  outputColumn,
  predictionLine,
  sliceColumn,
} from "../cohort/column-names.ts";
import { developmentTable, numbers, studyTable, truths } from "../cohort/load-study.ts";
import { replay } from "../replay/replay.ts";
import type { RunnableModel } from "../replay/shipped-model.ts";

export type RowTest = (row: number) => boolean;

/** One table of the study, row by row in the order of its file. */
export interface TableColumns {
  /** Its name in the store. */
  readonly table: string;
  readonly file: string;
  readonly n: number;
  readonly key: { readonly name: string; readonly of: (row: number) => string };
  readonly sourceLine: Int32Array;
  readonly columns: ColumnSet["columns"];
}

/** The patients with what a number may ask of them; rows outside the population are among them. */
export interface PatientColumns extends TableColumns {
  /** 0 where a patient has no prediction. */
  readonly predictionLine: Int32Array;
  /** The criterion, from 1, that a patient is the first not to meet; the step after the last: no endpoint; 0: none. */
  readonly excludedAt: Int32Array;
  readonly isKept: Uint8Array;
  readonly isAnalysed: Uint8Array;
  /** Days from the index, after administrative censoring; absent where the endpoint has no time. */
  readonly time?: Float64Array;
  readonly event: Uint8Array;
  readonly slices: ReadonlyMap<string, Int8Array>;
  /** What readers found, by the patient's key. */
  readonly charts: ReadonlyMap<string, { readonly label: ChartLabel; readonly agree: boolean }>;
}

/** One column for each criterion that can be asked of the development table: "criterion-2" → kept or not. */
export interface DevelopmentColumns extends TableColumns {
  readonly meets: ReadonlyMap<string, Int8Array>;
}

/** All rows of the patients file; whom the criteria keep is asked again, without the attrition. */
export async function patientColumns(
  store: Store,
  protocol: Protocol,
  review: ChartReview | undefined,
): Promise<PatientColumns> {
  const { data, endpoint, population, slices, strata } = protocol;
  const treated = data.treatments.flatMap(({ study }) => (study.kind === "column" ? [study.column] : []));
  const set = await store.columns({
    table: studyTable,
    columns: [
      ...new Set([
        data.patients.key,
        ...(data.patients.patient === undefined ? [] : [data.patients.patient]),
        ...(endpoint.time ? [endpoint.time.column] : []),
        ...data.variables.map(({ name }) => name),
        ...strata.map(({ variable }) => variable),
        ...treated,
      ]),
      predictionLine,
      { name: eventColumn, expression: endpoint.event.expression },
      ...population.map(({ keep }, i) => ({ name: criterionColumn(i), expression: keep.expression })),
      ...slices.map(({ name, rule }) => ({ name: sliceColumn(name), expression: rule.expression })),
      ...riskColumns(protocol).map(outputColumn),
    ],
  });
  const criteria = population.map((_, i) => truths(set, criterionColumn(i)));
  const firstFailed = Int32Array.from(
    { length: set.n },
    (_, row) => criteria.findIndex((answers) => answers[row] !== 1) + 1,
  );
  const isKept = Uint8Array.from(firstFailed, (step) => (step === 0 ? 1 : 0));
  const followed = followUp(set, protocol, isKept);
  return {
    ...tableColumns(set, { table: "patients", file: data.patients.file, key: data.patients.key }),
    predictionLine: Int32Array.from(numbers(set, predictionLine), (line) => (Number.isNaN(line) ? 0 : line)),
    isKept,
    ...followed,
    excludedAt: firstFailed.map((step, row) =>
      step === 0 && followed.isAnalysed[row] === 0 ? population.length + 1 : step,
    ),
    slices: new Map(slices.map(({ name }) => [name, truths(set, sliceColumn(name))])),
    charts: chartsByKey(review),
  };
}

/** Decided again here: a trace does not ask the code that made the number. */
function chartsByKey(review: ChartReview | undefined): PatientColumns["charts"] {
  return new Map(
    (review?.charts ?? []).map(({ key, readings: [one, other], adjudicated }) => [
      key,
      { agree: one === other, label: adjudicated ?? one },
    ]),
  );
}

function followUp(set: ColumnSet, { endpoint }: Protocol, isKept: Uint8Array) {
  const happened = truths(set, eventColumn);
  if (!endpoint.time)
    return {
      isAnalysed: isKept.map((kept, i) => (kept && happened[i] !== -1 ? 1 : 0)),
      event: Uint8Array.from(happened, (answer) => (answer === 1 ? 1 : 0)),
    };
  const recorded = numbers(set, endpoint.time.column);
  const days = daysPer[endpoint.time.unit];
  const limit = endpoint.censorAt?.days ?? Number.POSITIVE_INFINITY;
  return {
    isAnalysed: isKept.map((kept, i) => (kept && !Number.isNaN(recorded[i]) && happened[i] !== -1 ? 1 : 0)),
    time: recorded.map((value) => Math.min(value * days, limit)),
    event: Uint8Array.from(happened, (answer, i) => (answer === 1 && recorded[i]! * days <= limit ? 1 : 0)),
  };
}

export async function predictionColumns(store: Store, { data }: Protocol): Promise<TableColumns> {
  const { file, key } = data.predictions;
  const set = await store.columns({ table: "predictions", columns: [key] });
  return tableColumns(set, { table: "predictions", file, key });
}

/** `criteria`: places in the population of those that the development table can answer. */
export async function developmentColumns(
  store: Store,
  protocol: Protocol,
  criteria: readonly number[],
): Promise<DevelopmentColumns | null> {
  const { development, treatments } = protocol.data;
  if (!development) return null;
  const treated = treatments.flatMap((one) =>
    one.development?.kind === "column" ? [one.development.column] : [],
  );
  const set = await store.columns({
    table: developmentTable,
    columns: [
      ...new Set([development.key, ...treated]),
      ...criteria.map((i) => ({
        name: criterionColumn(i),
        expression: protocol.population[i]!.keep.expression,
      })),
    ],
  });
  return {
    ...tableColumns(set, { table: developmentTable, file: development.file, key: development.key }),
    meets: new Map(criteria.map((i) => [`criterion-${i + 1}`, truths(set, criterionColumn(i))])),
  };
}

/** Lines of the patients whose scores the model does not give again. */
export async function notReplayed(
  store: Store,
  protocol: Protocol,
  model: RunnableModel,
): Promise<ReadonlySet<number>> {
  const { differing } = await replay(store, protocol, model);
  return new Set(differing.map(({ sourceLine }) => sourceLine));
}

export function tableColumns(
  { n, sourceLine, columns }: ColumnSet,
  { table, file, key }: { readonly table: string; readonly file: string; readonly key: string },
): TableColumns {
  const keys = columns.get(key);
  if (!keys) throw new Error(`column ${key} was not fetched`);
  return {
    table,
    file,
    n,
    key: { name: key, of: (row) => String(valueIn(keys, row) ?? "") },
    sourceLine,
    columns,
  };
}

/** A cell's value, undefined where it is missing. A yes/no column gives 1 or 0. */
export function valueIn(column: Column, row: number): number | string | undefined {
  if (column.kind === "text") return column.levels[column.codes[row]!];
  const value = column.values[row]!;
  const isMissing = column.kind === "boolean" ? value === -1 : Number.isNaN(value);
  return isMissing ? undefined : value;
}
