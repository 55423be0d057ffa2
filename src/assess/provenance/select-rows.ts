import type { Store } from "../../data/index.ts";
import type { Noun } from "../../evidence/noun.ts";
import type { ChartReview, Protocol } from "../../protocol/index.ts";
import { loadStudy, studyFiles } from "../cohort/load-study.ts";
import { comparableCriteria } from "../quality/development.ts";
import type { RunnableModel } from "../replay/shipped-model.ts";
import { developmentConditions, patientConditions, patientTest } from "./conditions.ts";
import { extractionColumns, extractionConditions, isOfSample } from "./extraction-conditions.ts";
import { groupTest, recordedTest } from "./group-of.ts";
import type { Condition, NumberPlace, Population, RowRule } from "./provenance.ts";
import { isOfScreened, screeningColumns, screeningConditions } from "./screening-conditions.ts";
import {
  type DevelopmentColumns,
  developmentColumns,
  notReplayed,
  type PatientColumns,
  patientColumns,
  predictionColumns,
  type RowTest,
  type TableColumns,
} from "./study-columns.ts";

/** The rows of one number, counted again from the source, without the code that made the number. */
export interface SelectedRows {
  /** Name in the store, and in the study. */
  readonly table: string;
  readonly file: string;
  readonly keyName: string;
  readonly population: Population;
  /** What its rows are called, where they are no patients. */
  readonly unit?: Noun;
  /** The group of patients that they belong to. */
  readonly group?: string;
  readonly of: readonly Condition[];
  readonly counted: readonly Condition[];
  readonly rows: readonly SelectedRow[];
  /** Rows of the population and group; values where values are counted. */
  readonly n: number;
  readonly events: number;
  /** Rows (or values) of `of`, and those counted among them. */
  readonly denominator: number;
  readonly numerator: number;
}

export interface SelectedRow {
  readonly key: string;
  readonly line: number;
  /** In the predictions file, where the number reads it. */
  readonly predictionLine?: number;
  /** Absent where every row counts. */
  readonly isCounted?: boolean;
}

/** A study read again, ready to say which rows a number is made of. */
export interface StudyRows {
  /** Of the files as they were read now. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly select: (rule: RowRule, place: NumberPlace) => SelectedRows;
}

interface Tables {
  readonly patients: PatientColumns;
  readonly predictions: TableColumns;
  readonly development: DevelopmentColumns | null;
  readonly differing: ReadonlySet<number> | null;
  readonly extractions: TableColumns | null;
  readonly screening: TableColumns | null;
}

/** Reads the study's tables again. Throws what an evaluation of the same files throws. */
export async function studyRows(
  store: Store,
  protocol: Protocol,
  model: RunnableModel | undefined,
  review?: ChartReview,
): Promise<StudyRows> {
  const study = await loadStudy(store, protocol);
  const files = studyFiles(study);
  const tables: Tables = {
    patients: await patientColumns(store, protocol, review),
    predictions: await predictionColumns(store, protocol),
    development: await developmentColumns(store, protocol, comparableCriteria(protocol)),
    differing: model ? await notReplayed(store, protocol, model) : null,
    extractions: await extractionColumns(store, protocol),
    screening: await screeningColumns(store, protocol),
  };
  return { files, select: (rule, place) => select(tables, protocol, rule, place) };
}

function select(tables: Tables, protocol: Protocol, rule: RowRule, place: NumberPlace): SelectedRows {
  const { table, isMember, conditions } = populationOf(tables, protocol, rule, place);
  const all = (wanted: readonly Condition[]): RowTest => {
    const tests = wanted.map((condition) => {
      const test = conditions[condition];
      if (!test) throw new Error(`"${condition}" cannot be asked of ${table.file}`);
      return test();
    });
    return (row) => tests.every((test) => test(row));
  };
  const [isOf, counts, isEvent] = [all(rule.of), all(rule.counted), conditions["event by the horizon"]?.()];
  const perRow = rule.valuesPerRow?.(protocol) ?? 1;
  const rows: SelectedRow[] = [];
  const total = { n: 0, events: 0, denominator: 0, numerator: 0 };
  const isNew = rule.countsPatients ? oncePerPatient(table, protocol) : () => true;
  for (let row = 0; row < table.n; row++) {
    if (!isMember(row)) continue;
    if (isNew("n", row)) total.n++;
    if (isEvent?.(row) && isNew("events", row)) total.events++;
    if (!isOf(row)) continue;
    if (isNew("denominator", row)) total.denominator += perRow;
    const isCounted = counts(row);
    if (isCounted && isNew("numerator", row)) total.numerator += perRow;
    if (rule.kind === "count" && !isCounted) continue;
    rows.push(selectedRow(tables, table, row, rule, isCounted));
  }
  const { population, of, counted } = rule;
  const { data } = protocol;
  const { file, key } = table;
  return {
    ...{ table: table.table, file, keyName: key.name, population, of, counted, rows, ...total },
    ...(data.patients.patient === undefined ? {} : { unit: data.patients.unit }),
    ...(rule.byGroup && place.stratum !== undefined ? { group: place.stratum } : {}),
  };
}

/** Whether a row is the first of its patient to be counted in that total. */
function oncePerPatient(
  { columns }: TableColumns,
  { data }: Protocol,
): (total: keyof Pick<SelectedRows, "n" | "events" | "denominator" | "numerator">, row: number) => boolean {
  const patientOf = patientTest(columns, data);
  const seen = { n: new Set(), events: new Set(), denominator: new Set(), numerator: new Set() };
  return (total, row) => {
    const patient = patientOf(row);
    const isNew = !seen[total].has(patient);
    seen[total].add(patient);
    return isNew;
  };
}

function selectedRow(
  { patients }: Tables,
  table: TableColumns,
  row: number,
  { kind, counted, readsPredictions }: RowRule,
  isCounted: boolean,
): SelectedRow {
  const line = table === patients && readsPredictions ? patients.predictionLine[row]! : 0;
  return {
    key: table.key.of(row),
    line: table.sourceLine[row]!,
    ...(line > 0 ? { predictionLine: line } : {}),
    ...(kind !== "count" && counted.length > 0 ? { isCounted } : {}),
  };
}

interface Asked {
  readonly table: TableColumns;
  readonly isMember: RowTest;
  readonly conditions: Partial<Record<Condition, () => RowTest>>;
}

function populationOf(tables: Tables, protocol: Protocol, rule: RowRule, place: NumberPlace): Asked {
  const { patients, predictions, differing } = tables;
  const named = (place.stratum ?? "").split(":").at(-1)!;
  const ofPatients = (isMember: RowTest): Asked => ({
    table: patients,
    isMember,
    conditions: patientConditions(patients, protocol, place, differing),
  });
  const ofDevelopment = (): Asked => {
    const { development } = tables;
    if (!development) throw new Error("the study has no development table");
    return {
      table: development,
      isMember: () => true,
      conditions: developmentConditions(development, protocol, place),
    };
  };
  const ofCharts = (): Asked => {
    const { extractions: table } = tables;
    if (!table) throw new Error("the protocol compares no extracted values");
    return {
      table,
      isMember: isOfSample(table, protocol.extractions?.sample, place),
      conditions: extractionConditions(table, protocol, place),
    };
  };
  const ofScreened = (): Asked => {
    const [{ screening: table }, { trialMatching }] = [tables, protocol];
    if (!table || !trialMatching) throw new Error("the protocol screens no charts");
    return {
      table,
      isMember: isOfScreened(table, trialMatching, place),
      conditions: screeningConditions(table, trialMatching),
    };
  };
  const everyone = () => true;
  switch (rule.population) {
    case "rows of the file":
      if (named === "predictions") return { table: predictions, isMember: everyone, conditions: {} };
      if (named === "development") return ofDevelopment();
      // A treatment of the study is counted among those who meet the criteria.
      return ofPatients(named === "study" ? (row) => patients.isKept[row] === 1 : everyone);
    case "rows of the development file":
      return ofDevelopment();
    case "rows of the patients file":
      return ofPatients(everyone);
    case "patients kept":
      return ofPatients((row) => patients.isKept[row] === 1);
    case "charts abstracted":
      return ofCharts();
    case "charts screened":
      return ofScreened();
    case "charts read":
      return ofPatients((row) => patients.isAnalysed[row] === 1 && patients.charts.has(patients.key.of(row)));
    case "charts that tell":
      return ofPatients(tellingCharts(patients, protocol, place));
    case "patients analysed whose group is recorded": {
      const isRecorded = recordedTest(patients, place);
      return ofPatients((row) => patients.isAnalysed[row] === 1 && isRecorded(row));
    }
    case "patients analysed": {
      const isInGroup = rule.byGroup ? groupTest(patients, protocol, place) : everyone;
      return ofPatients((row) => patients.isAnalysed[row] === 1 && isInGroup(row));
    }
  }
}

function tellingCharts(patients: PatientColumns, protocol: Protocol, place: NumberPlace): RowTest {
  const conditions = patientConditions(patients, protocol, place, null);
  const [tells, isKnown] = [conditions["chart tells"](), conditions["status known at the horizon"]()];
  return (row) => patients.isAnalysed[row] === 1 && tells(row) && isKnown(row);
}
