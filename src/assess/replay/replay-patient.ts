import type { ColumnSet, SourceRecord, Store } from "../../data/index.ts";
import { Problem } from "../../evidence/problem.ts";
import type { CommandModel, FormulaModel, ModelOutput, ModelTerm, Protocol } from "../../protocol/index.ts";
import { outputColumn } from "../cohort/column-names.ts";
import { numbers, studyTable } from "../cohort/load-study.ts";
import { comparedTimes, isInTime, type Placement, placementsIn } from "../quality/known-at.ts";
import { checkModel, variablesOf } from "./check-model.ts";
import { predictorOf, withoutUntimely } from "./replay.ts";
import { cellOf, runCommand } from "./run-command.ts";
import { type PredictorColumn, riskOf, termValues } from "./run-model.ts";
import type { RunnableModel } from "./shipped-model.ts";

/** One term of the linear predictor, from the cell as it stands in the file to its product. */
export interface ReplayedTerm {
  readonly term: ModelTerm;
  readonly cell: string;
  /** After the transform; NaN where the cell is empty. */
  readonly value: number;
  readonly product: number;
}

/** A value as it was sent to a command, beside the cell that it was read from. */
export interface SentValue {
  readonly variable: string;
  readonly cell: string;
  readonly sent: number | string | null;
}

interface ReplayedOutput {
  readonly name: string;
  readonly horizon: string;
  /** Of a formula. */
  readonly model?: ModelOutput;
  readonly recomputed: number;
  readonly given: number;
  readonly isMet: boolean;
}

export type PatientReplay = {
  readonly key: string;
  readonly patient: SourceRecord;
  /** Absent where the patient has no prediction. */
  readonly prediction?: SourceRecord;
  /** The two times as they stand in the file; absent where they are not compared. */
  readonly timing?: PatientTiming;
  readonly outputs: readonly ReplayedOutput[];
} & Steps;

export interface PatientTiming {
  readonly knownAt: { readonly column: string; readonly cell: string };
  readonly predictedAt: { readonly column: string; readonly cell: string };
  /** Unless it is "in time", the scores were recomputed without inputs. */
  readonly placement: Placement;
}

/** What lies between the cells and the scores: all of it for a formula, only what was sent for a command. */
type Steps =
  | { readonly terms: readonly ReplayedTerm[]; readonly linearPredictor: number }
  | { readonly values: readonly SentValue[]; readonly errorBytes: number };

/**
 * Recomputes one patient's scores step by step, whether or not the criteria keep the patient. A command is sent this
 * patient's row alone.
 *
 * Errors: a key that no patient has, and what `replay` throws.
 */
export async function replayPatient(
  store: Store,
  protocol: Protocol,
  runnable: RunnableModel,
  key: string,
): Promise<PatientReplay> {
  const { model } = runnable;
  checkModel(protocol, model);
  const { data } = protocol;
  const [patient] = await store.lookup({
    table: "patients",
    key: [{ column: data.patients.key, value: key }],
  });
  if (!patient) {
    throw new Problem("replay-no-such-patient", `no patient has the key "${key}"`, {
      where: `${data.patients.file} column ${data.patients.key}`,
      hint: "give a key as it stands in the file",
    });
  }
  const [prediction] = await store.lookup({
    table: "predictions",
    key: [{ column: data.predictions.key, value: key }],
  });
  const variables = variablesOf(model);
  const { outputs } = protocol.model;
  const set = await store.columns({
    table: studyTable,
    columns: [...variables, ...outputs.map(({ name }) => outputColumn(name))],
  });
  const row = set.sourceLine.indexOf(patient.line);
  const timing = await timingOf(store, protocol, patient, row);
  const columns = new Map(
    variables.map((name) => [name, withoutUntimely(onlyRow(set, name, row), timing && [timing.placement])]),
  );
  const { steps, scores } =
    "program" in runnable
      ? await commandSteps(runnable, columns, patient)
      : formulaSteps(runnable.model, columns, patient);
  return {
    key,
    patient,
    ...(prediction ? { prediction } : {}),
    ...(timing ? { timing } : {}),
    ...steps,
    outputs: outputs.map(({ name, horizon }): ReplayedOutput => {
      const { recomputed, ...by } = scores(name);
      const given = numbers(set, outputColumn(name))[row]!;
      const isShown = isInTime(timing && [timing.placement], 0);
      const isMet = isShown && Math.abs(given - recomputed) <= model.tolerance;
      return { name, horizon: horizon.label, ...by, recomputed, given, isMet };
    }),
  };
}

async function timingOf(
  store: Store,
  { data }: Protocol,
  patient: SourceRecord,
  row: number,
): Promise<PatientTiming | undefined> {
  const times = comparedTimes(data);
  if (times === undefined || "notCompared" in times) return undefined;
  const set = await store.columns({ table: studyTable, columns: [times.knownAt, times.predictedAt] });
  const cell = (column: string) => ({ column, cell: cellText(patient, column) });
  return {
    knownAt: cell(times.knownAt),
    predictedAt: cell(times.predictedAt),
    placement: placementsIn(set, times)[row]!,
  };
}

interface Stepped {
  readonly steps: Steps;
  readonly scores: (output: string) => Pick<ReplayedOutput, "model" | "recomputed">;
}

function formulaSteps(
  model: FormulaModel,
  columns: ReadonlyMap<string, PredictorColumn>,
  patient: SourceRecord,
): Stepped {
  const terms = model.terms.map((term): ReplayedTerm => {
    const value = termValues(term, columns, 1)[0]!;
    return { term, cell: cellText(patient, term.variable), value, product: term.coefficient * value };
  });
  const linearPredictor = terms.reduce((sum, { product }) => sum + product, 0);
  return {
    steps: { terms, linearPredictor },
    scores: (name) => {
      const own = model.outputs[name]!;
      return { model: own, recomputed: riskOf(own, linearPredictor) };
    },
  };
}

async function commandSteps(
  runnable: Extract<RunnableModel, { model: CommandModel }>,
  columns: ReadonlyMap<string, PredictorColumn>,
  patient: SourceRecord,
): Promise<Stepped> {
  const { scores, errorBytes } = await runCommand(runnable, columns, 1);
  const values = runnable.model.reads.map(
    (variable): SentValue => ({
      variable,
      cell: cellText(patient, variable),
      sent: cellOf(columns.get(variable)!, 0),
    }),
  );
  return {
    steps: { values, errorBytes },
    scores: (name) => ({ recomputed: scores.get(name)![0]! }),
  };
}

function onlyRow(set: ColumnSet, name: string, row: number): PredictorColumn {
  const column = predictorOf(set, name);
  return "levels" in column
    ? { levels: [column.levels[row]] }
    : { numbers: column.numbers.subarray(row, row + 1) };
}

function cellText({ fields }: SourceRecord, variable: string): string {
  return fields.find(({ name }) => name === variable)?.text ?? "";
}
