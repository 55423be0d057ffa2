import type { Column } from "../../data/index.ts";
import type { ChartLabel, OperatingPoint, Protocol, TreatmentGiven } from "../../protocol/index.ts";
import { outputColumn } from "../cohort/column-names.ts";
import { comparedTimes, isUntimed, type Placement, placementsIn } from "../quality/known-at.ts";
import { misdates } from "../quality/prediction-dates.ts";
import { figureConditions } from "./figure-conditions.ts";
import { groupCompared, groupTest } from "./group-of.ts";
import type { NumberPlace, PatientCondition } from "./provenance.ts";
import {
  type DevelopmentColumns,
  type PatientColumns,
  type RowTest,
  type TableColumns,
  valueIn,
} from "./study-columns.ts";

const never: RowTest = () => false;
const always: RowTest = () => true;

/** The answer to each condition for the rows of one table, asked at the place of one number. */
export type Conditions = Readonly<Record<PatientCondition, () => RowTest>>;

/** What may be asked of the patients. `differing`: lines of those whose scores the model does not give again. */
export function patientConditions(
  patients: PatientColumns,
  protocol: Protocol,
  place: NumberPlace,
  differing: ReadonlySet<number> | null,
): Conditions {
  const { time, event, predictionLine, sourceLine } = patients;
  const at = readDays(protocol, place);
  const isFree: RowTest = time ? (row) => time[row]! > at : (row) => event[row] === 0;
  const isEvent: RowTest = (row) => !isFree(row) && event[row] === 1;
  const isFlagged = flagTest(patients, protocol);
  return {
    ...valueConditions(patients, protocol, place),
    ...treatmentConditions(patients, protocol, place, "study"),
    ...figureConditions(patients, protocol, place),
    "in the group": () => groupTest(patients, protocol, { ...place, stratum: groupCompared(place) }),
    "matched to a prediction": () => (row) => predictionLine[row]! > 0,
    "event by the horizon": () => isEvent,
    "event-free at the horizon": () => isFree,
    "status unknown at the horizon": () => (row) => !isFree(row) && event[row] !== 1,
    "status known at the horizon": () => (row) => isFree(row) || event[row] === 1,
    "first row of its patient": () => firstRowTest(patients, protocol),
    flagged: () => isFlagged,
    "not flagged": () => (row) => !isFlagged(row),
    "flagged by the replaced model": () => replacedFlagTest(patients, protocol),
    "not flagged by the replaced model": () => {
      const isFlaggedByIt = replacedFlagTest(patients, protocol);
      return (row) => !isFlaggedByIt(row);
    },
    ...chartConditions(patients),
    "scores recomputed": () => {
      if (!differing) throw new Error("no model was run");
      return (row) => !differing.has(sourceLine[row]!);
    },
    // The number exists only where no column says when a value became known.
    "value with a known-at time": () => never,
    ...timingConditions(patients, protocol),
    "failing the criterion": () => never,
  };
}

/** What two readers found in the charts; none was read where the study has no review. */
function chartConditions({
  charts,
  key,
}: PatientColumns): Pick<
  Conditions,
  "readers agree" | "event by its chart" | "event-free by its chart" | "unclear by its chart" | "chart tells"
> {
  const says = (label: ChartLabel) => (): RowTest => (row) => charts.get(key.of(row))?.label === label;
  return {
    "readers agree": () => (row) => charts.get(key.of(row))?.agree === true,
    "event by its chart": says("event"),
    "event-free by its chart": says("event-free"),
    "unclear by its chart": says("unclear"),
    "chart tells": () => (row) => ["event", "event-free"].includes(charts.get(key.of(row))?.label ?? ""),
  };
}

/** Each number of these exists also where the times are not compared: then no row is counted. */
function timingConditions(
  patients: PatientColumns,
  protocol: Protocol,
): Pick<
  Conditions,
  | "prediction dated after the decision"
  | "prediction made after the index"
  | "follow-up ends after the decision"
  | "inputs known at the prediction"
  | "inputs known only after the prediction"
  | "inputs not shown to be known at the prediction or after it"
> {
  const times = comparedTimes(protocol.data);
  const misdated =
    ({ test }: (typeof misdates)[keyof typeof misdates]) =>
    (): RowTest => {
      const answers = test(patients, protocol);
      return answers ? (row) => answers[row]! : never;
    };
  const ask = (test: (placement: Placement) => boolean) => (): RowTest => {
    if (times === undefined || "notCompared" in times) return never;
    const placements = placementsIn(patients, times);
    return (row) => test(placements[row]!);
  };
  return {
    "prediction dated after the decision": misdated(misdates.afterDecision),
    "prediction made after the index": misdated(misdates.afterIndex),
    "follow-up ends after the decision": misdated(misdates.followedPast),
    "inputs known at the prediction": ask((placement) => placement === "in time"),
    "inputs known only after the prediction": ask((placement) => placement === "late"),
    "inputs not shown to be known at the prediction or after it": ask(isUntimed),
  };
}

/** What may be asked of the development table, and of a table of which only the rows are counted. */
export function developmentConditions(
  table: TableColumns | DevelopmentColumns,
  protocol: Protocol,
  place: NumberPlace,
): Pick<Conditions, "treated" | "treatment recorded" | "failing the criterion"> {
  return {
    ...treatmentConditions(table, protocol, place, "development"),
    "failing the criterion": () => {
      const answers = "meets" in table ? table.meets.get(place.stratum ?? "") : undefined;
      if (!answers) throw new Error(`no criterion "${place.stratum}" can be asked of ${table.file}`);
      return (row) => answers[row] !== 1;
    },
  };
}

/** The first of a patient's analysed rows, in the order of the file. */
function firstRowTest({ columns, isAnalysed, n }: PatientColumns, { data }: Protocol): RowTest {
  const patientOf = patientTest(columns, data);
  const seen = new Set<string>();
  const isFirst = new Uint8Array(n);
  for (let row = 0; row < n; row++) {
    const patient = patientOf(row);
    if (isAnalysed[row] !== 1 || seen.has(patient)) continue;
    seen.add(patient);
    isFirst[row] = 1;
  }
  return (row) => isFirst[row] === 1;
}

/** Whose row it is; the key where each row is a patient. */
export function patientTest(
  columns: TableColumns["columns"],
  { patients }: Protocol["data"],
): (row: number) => string {
  const column = columnOf(columns, patients.patient ?? patients.key);
  return (row) => String(valueIn(column, row) ?? "");
}

/** Days at which the status is read; without a horizon, the whole follow-up. */
function readDays({ endpoint }: Protocol, { horizon }: NumberPlace): number {
  if (horizon === undefined) return Number.POSITIVE_INFINITY;
  if (horizon === endpoint.horizon.short) return (endpoint.readAt ?? endpoint.horizon).days;
  const also = endpoint.also.find(({ short }) => short === horizon);
  if (!also) throw new Error(`the protocol has no horizon ${horizon}`);
  return also.days;
}

function flagTest({ columns }: PatientColumns, { endpoint, model, operatingPoint }: Protocol): RowTest {
  const output = model.outputs.find(({ horizon }) => horizon.days === endpoint.horizon.days);
  if (!output) throw new Error("the protocol has no output for its primary horizon");
  return thresholdTest(columns, { ...operatingPoint, output: output.name });
}

function replacedFlagTest({ columns }: PatientColumns, { replaces }: Protocol): RowTest {
  if (!replaces) throw new Error("the protocol names no model that is replaced");
  return thresholdTest(columns, replaces);
}

function thresholdTest(
  columns: TableColumns["columns"],
  { output, comparison, threshold }: Pick<OperatingPoint, "output" | "comparison" | "threshold">,
): RowTest {
  const column = columns.get(outputColumn(output));
  if (column?.kind !== "number") throw new Error(`no column holds the risk "${output}"`);
  const { values } = column;
  return comparison === ">=" ? (row) => values[row]! >= threshold : (row) => values[row]! > threshold;
}

function valueConditions(
  { columns }: PatientColumns,
  { data }: Protocol,
  place: NumberPlace,
): Pick<
  Conditions,
  "value missing" | "value recorded" | "value outside the plausible range" | "value at the level"
> {
  const { name = "", level: index = 0 } = variableAt(place);
  const value = (row: number) => valueIn(columnOf(columns, name), row);
  const variable = data.variables.find((one) => one.name === name);
  return {
    "value missing": () => (row) => value(row) === undefined,
    "value recorded": () => (row) => value(row) !== undefined,
    "value outside the plausible range": () => {
      const range = variable?.plausible;
      if (!range) throw new Error(`"${name}" has no plausible range`);
      return (row) => Number(value(row)) < range[0] || Number(value(row)) > range[1];
    },
    "value at the level": () => {
      const level = variable?.levels?.[index - 1];
      if (!level) throw new Error(`"${name}" has no level ${index}`);
      // Codes may be written as numbers or as text, in the protocol and in the file.
      return (row) => value(row) !== undefined && String(value(row)) === String(level.code);
    },
  };
}

/** The variable that a stratum names, `grade` or `grade:level-2`, and the place of its level from 1. */
export function variableAt({ stratum = "" }: NumberPlace): {
  readonly name: string;
  readonly level: number | undefined;
} {
  const [, name = stratum, level] = /^(.+):level-(\d+)$/.exec(stratum) ?? [];
  return { name, level: level === undefined ? undefined : Number(level) };
}

/** The place's stratum is `hormon:study` or `hormon:development`. */
function treatmentConditions(
  { columns }: TableColumns,
  { data }: Protocol,
  { stratum = "" }: NumberPlace,
  where: "study" | "development",
): Pick<Conditions, "treated" | "treatment recorded"> {
  const given = (): TreatmentGiven => {
    const treatment = data.treatments.find(({ name }) => `${name}:${where}` === stratum)?.[where];
    if (!treatment) throw new Error(`the protocol names no treatment "${stratum}"`);
    return treatment;
  };
  const ask = (test: (value: number | string | undefined) => boolean, forEveryone: RowTest): RowTest => {
    const treatment = given();
    if (treatment.kind !== "column") return forEveryone;
    const column = columnOf(columns, treatment.column);
    return (row) => test(valueIn(column, row));
  };
  return {
    "treatment recorded": () => ask((value) => value !== undefined, always),
    treated: () => ask((value) => value === 1, given().kind === "all" ? always : never),
  };
}

function columnOf(columns: ReadonlyMap<string, Column>, name: string): Column {
  const column = columns.get(name);
  if (!column) throw new Error(`column ${name} was not fetched`);
  return column;
}
