import type { ColumnSet, Store } from "../data/index.ts";
import type { Finding } from "../evidence/finding.ts";
import type { Phrase } from "../evidence/phrase.ts";
import { Problem } from "../evidence/problem.ts";
import type { ExecutableModel, Protocol } from "../protocol/index.ts";
import { outputColumn, predictionLine } from "./column-names.ts";
import { shareOf } from "./estimate-of.ts";
import { numbers, studyTable } from "./load-study.ts";
import type { Piece } from "./piece.ts";
import { type PredictorColumn, runModel } from "./run-model.ts";

/** One score as the file gives it and as the model gives it from the raw row. */
export interface ReplayedScore {
  readonly sourceLine: number;
  /** NaN where the patient has no prediction. */
  readonly predictionLine: number;
  readonly output: string;
  readonly given: number;
  /** NaN where a predictor is missing. */
  readonly recomputed: number;
  /** Variables that the model reads and this row leaves empty. */
  readonly lacks: readonly string[];
}

export interface Replay {
  readonly nPatients: number;
  /** Patients all of whose scores were met. */
  readonly nEqual: number;
  /** Scores that were not met, in order of the source line. */
  readonly differing: readonly ReplayedScore[];
  /** Patients with an empty cell among the model's inputs: none of their scores can be recomputed. */
  readonly nLacking: number;
  /** The inputs that are empty in somebody, and in how many patients. */
  readonly lacking: readonly { readonly variable: string; readonly n: number }[];
  /** Of the scores that could be recomputed. */
  readonly largestDifference: number;
  readonly tolerance: number;
}

/**
 * Recomputes every kept patient's scores from the raw rows and compares them with the predictions file.
 *
 * Convention: a score is met when it differs by no more than the model's tolerance; a score that cannot be recomputed
 * is not met.
 * Errors: a model that reads an undeclared variable, gives an unknown output, or is another model or version.
 */
export async function replay(store: Store, protocol: Protocol, model: ExecutableModel): Promise<Replay> {
  checkModel(protocol, model);
  const variables = variablesOf(model);
  const outputs = protocol.model.outputs.map(({ name }) => name);
  const set = await store.columns({
    table: studyTable,
    rows: "kept",
    columns: [...variables, predictionLine, ...outputs.map(outputColumn)],
  });
  const lines = numbers(set, predictionLine);
  const inputs = new Map(variables.map((name) => [name, predictorOf(set, name)]));
  const scores = runModel(model, inputs, set.n);
  const isEqual = new Uint8Array(set.n).fill(1);
  const differing: ReplayedScore[] = [];
  let largestDifference = 0;
  for (const output of outputs) {
    const given = numbers(set, outputColumn(output));
    const recomputed = scores.get(output)!;
    for (let i = 0; i < set.n; i++) {
      const difference = Math.abs(given[i]! - recomputed[i]!);
      if (difference > largestDifference) largestDifference = difference;
      if (difference <= model.tolerance) continue;
      isEqual[i] = 0;
      differing.push({
        sourceLine: set.sourceLine[i]!,
        predictionLine: lines[i]!,
        output,
        given: given[i]!,
        recomputed: recomputed[i]!,
        lacks: variables.filter((name) => isEmpty(inputs.get(name)!, i)),
      });
    }
  }
  differing.sort((a, b) => a.sourceLine - b.sourceLine);
  const nEqual = isEqual.reduce((sum, equal) => sum + equal, 0);
  return {
    nPatients: set.n,
    nEqual,
    differing,
    ...emptyInputs(inputs, set.n),
    largestDifference,
    tolerance: model.tolerance,
  };
}

function emptyInputs(
  inputs: ReadonlyMap<string, PredictorColumn>,
  n: number,
): Pick<Replay, "nLacking" | "lacking"> {
  const lacks = new Uint8Array(n);
  const lacking = [...inputs].map(([variable, column]) => {
    let count = 0;
    for (let row = 0; row < n; row++) {
      if (!isEmpty(column, row)) continue;
      lacks[row] = 1;
      count += 1;
    }
    return { variable, n: count };
  });
  return {
    nLacking: lacks.reduce((sum, one) => sum + one, 0),
    lacking: lacking.filter((input) => input.n > 0),
  };
}

function isEmpty(column: PredictorColumn, row: number): boolean {
  return "numbers" in column ? Number.isNaN(column.numbers[row]!) : column.levels[row] === undefined;
}

/** The columns that a model reads, each once. */
export function variablesOf({ terms }: ExecutableModel): readonly string[] {
  return [...new Set(terms.map(({ variable }) => variable))];
}

/** A fetched column as the model reads it. */
export function predictorOf(set: ColumnSet, name: string): PredictorColumn {
  const column = set.columns.get(name)!;
  if (column.kind === "text") return { levels: [...column.codes].map((code) => column.levels[code]) };
  if (column.kind === "boolean") {
    return { numbers: Float64Array.from(column.values, (value) => (value === -1 ? Number.NaN : value)) };
  }
  return { numbers: column.values };
}

/** Throws a Problem where the file does not hold the model that the protocol names, with the variables it declares. */
export function checkModel({ data, model: declared }: Protocol, model: ExecutableModel): void {
  const refuse = (message: string, hint: string) => {
    throw new Problem("model-mismatch", message, { where: declared.executable ?? "model", hint });
  };
  if (model.name !== declared.name || model.version !== declared.version) {
    refuse(
      `the file holds ${model.name}@${model.version}, the protocol names ${declared.name}@${declared.version}`,
      "ship the model that made the predictions",
    );
  }
  const unknown = model.terms.find(({ variable }) => !data.variables.some(({ name }) => name === variable));
  if (unknown)
    refuse(`the model reads "${unknown.variable}", which data.variables does not declare`, "declare it");
  for (const { variable, transform } of model.terms) {
    const { type, levels } = data.variables.find(({ name }) => name === variable)!;
    if (transform.kind !== "equals") {
      if (type === "text")
        refuse(`the transform ${transform.kind} of "${variable}" needs a number`, "use equals");
    } else if (levels && !levels.some(({ code }) => String(code) === String(transform.level))) {
      const codes = levels.map(({ code }) => code).join(", ");
      refuse(`"${variable}" has no level "${transform.level}"`, `its levels are ${codes}`);
    }
  }
  const missing = declared.outputs.find(({ name }) => !(name in model.outputs));
  if (missing) refuse(`the model gives no "${missing.name}"`, "give every output that the protocol names");
}

/** What the replay says for the dossier: how many patients' scores were met, and a finding where some were not. */
export async function replayPiece(
  store: Store,
  protocol: Protocol,
  model: ExecutableModel | undefined,
): Promise<Piece> {
  if (!model) return {};
  const found = await replay(store, protocol, model);
  const { nPatients, nEqual } = found;
  const context = { n: nPatients, evidence: "retrospective" as const };
  const replayed = shareOf(
    context,
    "data.replayed",
    "Patients whose scores were recomputed",
    nEqual,
    nPatients,
  );
  return nEqual === nPatients
    ? { estimates: [replayed] }
    : { estimates: [replayed], findings: [replayFinding(found, protocol, replayed.id)] };
}

/** An empty input explains a score that is not met; only what it leaves unexplained questions model and version. */
function replayFinding(
  { nPatients, nEqual, differing, nLacking, lacking }: Replay,
  { data }: Protocol,
  replayedId: string,
): Finding {
  const label = (name: string) => data.variables.find((variable) => variable.name === name)!.label;
  const empty = lacking.map(({ variable }) => `data.missing/${variable}`);
  const because: Phrase = lacking.flatMap(({ variable }, i) => [
    `${i === 0 ? "" : ", "}${label(variable)} in `,
    { id: `data.missing/${variable}`, part: "fraction" },
  ]);
  const isExplained = nLacking === nPatients - nEqual;
  return {
    id: "quality.replay",
    stage: "quality",
    severity: "serious",
    sentence: [
      "Recomputed from the raw rows, the scores of only ",
      { id: replayedId, part: "both" },
      " patients equal those in the predictions file",
      ...(lacking.length === 0
        ? ["."]
        : [
            ". Empty inputs: ",
            ...because,
            "; the model gives no score there, the predictions file does.",
            ...(isExplained ? [] : [" Others differ though every input is there."]),
          ]),
    ],
    estimates: [replayedId, ...empty],
    rows: {
      count: nPatients - nEqual,
      lines: differing
        .slice(0, 10)
        .map(({ sourceLine, output }) => `${data.patients.file}:${sourceLine} ${output}`),
    },
    remedy: [
      ...(lacking.length > 0 ? [emptyInputRemedy] : []),
      ...(isExplained
        ? []
        : ["Find which model, version or input made the predictions file, and score again."]),
    ].join(" "),
  };
}

const emptyInputRemedy =
  "Give the value that the score was made with where an input is empty, or keep only patients who have every input.";
