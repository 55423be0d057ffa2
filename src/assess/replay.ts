import type { ColumnSet, Store } from "../data/index.ts";
import type { Finding } from "../evidence/finding.ts";
import type { Protocol } from "../protocol/index.ts";
import { checkModel, variablesOf } from "./check-model.ts";
import { outputColumn, predictionLine } from "./column-names.ts";
import { shareOf } from "./estimate-of.ts";
import { numbers, studyTable } from "./load-study.ts";
import type { Piece } from "./piece.ts";
import { type CommandScores, runCommand } from "./run-command.ts";
import { type PredictorColumn, runModel } from "./run-model.ts";
import { type RunnableModel, replayState, runnable, type ShippedModel } from "./shipped-model.ts";

/** One score as the file gives it and as the model gives it from the raw row. */
export interface ReplayedScore {
  readonly sourceLine: number;
  /** NaN where the patient has no prediction. */
  readonly predictionLine: number;
  readonly output: string;
  readonly given: number;
  /** NaN where a predictor is missing. */
  readonly recomputed: number;
}

export interface Replay {
  readonly nPatients: number;
  /** Patients all of whose scores were met. */
  readonly nEqual: number;
  /** Scores that were not met, in order of the source line. */
  readonly differing: readonly ReplayedScore[];
  /** Of the scores that could be recomputed. */
  readonly largestDifference: number;
  readonly tolerance: number;
  /** Of a command: what it wrote to its error stream, which is not kept. */
  readonly errorBytes?: number;
}

/**
 * Recomputes every kept patient's scores from the raw rows and compares them with the predictions file.
 *
 * Convention: a score is met when it differs by no more than the model's tolerance; a score that cannot be recomputed
 * is not met.
 * Errors: a model that reads an undeclared variable, gives an unknown output, or is another model or version;
 * and what a run of its command throws.
 */
export async function replay(store: Store, protocol: Protocol, runnable: RunnableModel): Promise<Replay> {
  const { model } = runnable;
  checkModel(protocol, model);
  const variables = variablesOf(model);
  const outputs = protocol.model.outputs.map(({ name }) => name);
  const set = await store.columns({
    table: studyTable,
    rows: "kept",
    columns: [...variables, predictionLine, ...outputs.map(outputColumn)],
  });
  const lines = numbers(set, predictionLine);
  const predictors = new Map(variables.map((name) => [name, predictorOf(set, name)]));
  const { scores, ...run } = await scoresFrom(runnable, predictors, set.n);
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
      });
    }
  }
  differing.sort((a, b) => a.sourceLine - b.sourceLine);
  const nEqual = isEqual.reduce((sum, equal) => sum + equal, 0);
  return { nPatients: set.n, nEqual, differing, largestDifference, tolerance: model.tolerance, ...run };
}

/** Every output of a model for `n` rows, by its formula or by its command. */
export async function scoresFrom(
  runnable: RunnableModel,
  predictors: ReadonlyMap<string, PredictorColumn>,
  n: number,
): Promise<Pick<CommandScores, "scores"> & Partial<CommandScores>> {
  if ("program" in runnable) return runCommand(runnable, predictors, n);
  return { scores: runModel(runnable.model, predictors, n) };
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

/** What the replay says for the dossier: how many patients' scores were met, and what a reader must know of it. */
export async function replayPiece(
  store: Store,
  protocol: Protocol,
  shipped: ShippedModel | undefined,
): Promise<Piece> {
  if (!shipped) return {};
  const model = runnable(shipped);
  if (!model) {
    checkModel(protocol, shipped.model);
    return { findings: [commandNotRun] };
  }
  const { nPatients, nEqual, differing } = await replay(store, protocol, model);
  const context = { n: nPatients, evidence: "retrospective" as const };
  const label =
    replayState(shipped) === "command with network"
      ? "Patients whose scores were recomputed, run with network"
      : "Patients whose scores were recomputed";
  const replayed = shareOf(context, "data.replayed", label, nEqual, nPatients);
  const openNetwork = replayState(shipped) === "command with network" ? [ranWithNetwork(replayed.id)] : [];
  if (differing.length === 0) return { estimates: [replayed], findings: openNetwork };
  const { file } = protocol.data.patients;
  return {
    estimates: [replayed],
    findings: [
      ...openNetwork,
      {
        id: "quality.replay",
        stage: "quality",
        severity: "serious",
        sentence: [
          "Recomputed from the raw rows, the scores of only ",
          { id: replayed.id, part: "both" },
          " patients equal those in the predictions file.",
        ],
        estimates: [replayed.id],
        rows: {
          count: nPatients - nEqual,
          lines: differing.slice(0, 10).map(({ sourceLine, output }) => `${file}:${sourceLine} ${output}`),
        },
        remedy: "Find which model, version or input made the predictions file, and score again.",
      },
    ],
  };
}

const commandNotRun: Finding = {
  id: "quality.model-not-run",
  stage: "quality",
  severity: "info",
  sentence: [
    "The scores were not recomputed: the model is a command, which is run only where somebody asks.",
  ],
  estimates: [],
  remedy: "Evaluate with --run-model.",
};

function ranWithNetwork(replayed: string): Finding {
  return {
    id: "quality.model-network",
    stage: "quality",
    severity: "concern",
    sentence: [
      "The model's command was run with network: it could have fetched its scores or sent its rows away.",
    ],
    estimates: [replayed],
    remedy: "Run it on Linux without --allow-network, which cuts the network off.",
  };
}
