import type { SourceRecord, Store } from "../data/index.ts";
import { Problem } from "../evidence/problem.ts";
import type { ExecutableModel, ModelOutput, ModelTerm, Protocol } from "../protocol/index.ts";
import { outputColumn } from "./column-names.ts";
import { numbers, studyTable } from "./load-study.ts";
import { checkModel, predictorOf, variablesOf } from "./replay.ts";
import { riskOf, termValues } from "./run-model.ts";

/** One term of the linear predictor, from the cell as it stands in the file to its product. */
export interface ReplayedTerm {
  readonly term: ModelTerm;
  readonly cell: string;
  /** After the transform; NaN where the cell is empty. */
  readonly value: number;
  readonly product: number;
}

export interface PatientReplay {
  readonly key: string;
  readonly patient: SourceRecord;
  /** Absent where the patient has no prediction. */
  readonly prediction?: SourceRecord;
  readonly terms: readonly ReplayedTerm[];
  readonly linearPredictor: number;
  readonly outputs: readonly {
    readonly name: string;
    readonly horizon: string;
    readonly model: ModelOutput;
    readonly recomputed: number;
    readonly given: number;
    readonly isMet: boolean;
  }[];
}

/**
 * Recomputes one patient's scores step by step, whether or not the criteria keep the patient.
 *
 * Errors: a key that no patient has, and what `replay` throws.
 */
export async function replayPatient(
  store: Store,
  protocol: Protocol,
  model: ExecutableModel,
  key: string,
): Promise<PatientReplay> {
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
  const columns = new Map(variables.map((name) => [name, predictorOf(set, name)]));
  const terms = model.terms.map((term): ReplayedTerm => {
    const value = termValues(term, columns, set.n)[row]!;
    const cell = patient.fields.find(({ name }) => name === term.variable)?.text ?? "";
    return { term, cell, value, product: term.coefficient * value };
  });
  const linearPredictor = terms.reduce((sum, { product }) => sum + product, 0);
  return {
    key,
    patient,
    ...(prediction ? { prediction } : {}),
    terms,
    linearPredictor,
    outputs: outputs.map(({ name, horizon }) => {
      const own = model.outputs[name]!;
      const recomputed = riskOf(own, linearPredictor);
      const given = numbers(set, outputColumn(name))[row]!;
      const isMet = Math.abs(given - recomputed) <= model.tolerance;
      return { name, horizon: horizon.label, model: own, recomputed, given, isMet };
    }),
  };
}
