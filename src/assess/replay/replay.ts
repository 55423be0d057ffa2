import type { ColumnSet, Store } from "../../data/index.ts";
import { saidOf } from "../../evidence/noun.ts";
import type { Protocol } from "../../protocol/index.ts";
import { outputColumn, predictionLine } from "../cohort/column-names.ts";
import { numbers, studyTable } from "../cohort/load-study.ts";
import { shareOf } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";
import { isInTime, isUntimed, type Placement } from "../quality/known-at.ts";
import { type KeptPlacements, keptPlacements } from "../quality/known-at-piece.ts";
import { checkModel, variablesOf } from "./check-model.ts";
import { commandNotRun, ranWithNetwork, scoresDiffer } from "./replay-findings.ts";
import type { Replay, ReplayedScore, ReplayTiming } from "./replayed.ts";
import { type CommandScores, runCommand } from "./run-command.ts";
import { type PredictorColumn, runModel } from "./run-model.ts";
import { type RunnableModel, replayState, runnable, type ShippedModel } from "./shipped-model.ts";

/**
 * Recomputes every kept patient's scores from the raw rows and compares them with the predictions file.
 *
 * Convention: a score is met when it differs by no more than the model's tolerance; a score that cannot be recomputed
 * is not met. A row whose inputs are not shown to be known at the prediction is replayed without them, and is not met
 * whatever the model says of nothing.
 * Errors: a model that reads an undeclared variable, gives an unknown output, or is another model or version;
 * and what a run of its command throws.
 */
export async function replay(store: Store, protocol: Protocol, runnable: RunnableModel): Promise<Replay> {
  return replayKept(store, protocol, runnable, await keptPlacements(store, protocol));
}

async function replayKept(
  store: Store,
  protocol: Protocol,
  runnable: RunnableModel,
  kept: KeptPlacements | undefined,
): Promise<Replay> {
  const { model } = runnable;
  checkModel(protocol, model);
  const variables = variablesOf(model);
  const outputs = protocol.model.outputs.map(({ name }) => name);
  const set = await store.columns({
    table: studyTable,
    rows: "kept",
    columns: [...variables, predictionLine, ...outputs.map(outputColumn)],
  });
  const predictors = new Map(
    variables.map((name) => [name, withoutUntimely(predictorOf(set, name), kept?.placements)]),
  );
  const { scores, ...run } = await scoresFrom(runnable, predictors, set.n);
  const compared = compareScores(set, { scores, outputs, predictors, kept, tolerance: model.tolerance });
  return {
    nPatients: set.n,
    ...(kept ? { timing: timingOf(kept) } : {}),
    ...compared,
    tolerance: model.tolerance,
    ...run,
  };
}

/** The scores that are not those of the file, patient by patient. */
function compareScores(
  set: ColumnSet,
  {
    scores,
    outputs,
    predictors,
    kept,
    tolerance,
  }: {
    readonly scores: CommandScores["scores"];
    readonly outputs: readonly string[];
    readonly predictors: ReadonlyMap<string, PredictorColumn>;
    readonly kept: KeptPlacements | undefined;
    readonly tolerance: number;
  },
): Pick<Replay, "nEqual" | "differing" | "nLacking" | "lacking" | "largestDifference"> {
  const lines = numbers(set, predictionLine);
  const isEqual = new Uint8Array(set.n).fill(1);
  const hasNoScore = new Uint8Array(set.n);
  const differing: ReplayedScore[] = [];
  let largestDifference: number | null = null;
  for (const output of outputs) {
    const given = numbers(set, outputColumn(output));
    const recomputed = scores.get(output)!;
    for (let i = 0; i < set.n; i++) {
      const difference = Math.abs(given[i]! - recomputed[i]!);
      const isShown = isInTime(kept?.placements, i);
      if (isShown && !Number.isNaN(difference))
        largestDifference = Math.max(largestDifference ?? 0, difference);
      if (isShown && difference <= tolerance) continue;
      isEqual[i] = 0;
      if (isShown && Number.isNaN(recomputed[i])) hasNoScore[i] = 1;
      differing.push({
        sourceLine: set.sourceLine[i]!,
        predictionLine: lines[i]!,
        output,
        given: given[i]!,
        recomputed: recomputed[i]!,
        lacks: isShown ? [...predictors.keys()].filter((name) => isEmpty(predictors.get(name)!, i)) : [],
        ...(isShown ? {} : { leftOut: kept!.placements[i]! }),
      });
    }
  }
  differing.sort((a, b) => a.sourceLine - b.sourceLine);
  const nEqual = isEqual.reduce((sum, equal) => sum + equal, 0);
  return { nEqual, differing, ...emptyInputs(predictors, hasNoScore), largestDifference };
}

/** A predictor as it may be shown: empty in the rows whose inputs are late or untimed. */
export function withoutUntimely(
  column: PredictorColumn,
  placements: readonly Placement[] | undefined,
): PredictorColumn {
  if (placements === undefined) return column;
  return "levels" in column
    ? { levels: column.levels.map((level, row) => (isInTime(placements, row) ? level : undefined)) }
    : { numbers: column.numbers.map((value, row) => (isInTime(placements, row) ? value : Number.NaN)) };
}

function timingOf({ knownAt, predictedAt, placements, sourceLine }: KeptPlacements): ReplayTiming {
  const leftOut = placements.flatMap((placement, row) =>
    placement === "in time" ? [] : [{ sourceLine: sourceLine[row]!, placement }],
  );
  const nUntimed = leftOut.filter(({ placement }) => isUntimed(placement)).length;
  return {
    knownAt,
    predictedAt,
    nInTime: placements.length - leftOut.length,
    nLate: leftOut.length - nUntimed,
    nUntimed,
    leftOut,
  };
}

/** Of the rows for which the model gave no score. */
function emptyInputs(
  predictors: ReadonlyMap<string, PredictorColumn>,
  hasNoScore: Uint8Array,
): Pick<Replay, "nLacking" | "lacking"> {
  const lacks = new Uint8Array(hasNoScore.length);
  const lacking = [...predictors].map(([variable, column]) => {
    let count = 0;
    for (let row = 0; row < hasNoScore.length; row++) {
      if (!hasNoScore[row] || !isEmpty(column, row)) continue;
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
  kept: KeptPlacements | undefined,
): Promise<Piece> {
  if (!shipped) return {};
  const model = runnable(shipped);
  if (!model) {
    checkModel(protocol, shipped.model);
    return { findings: [commandNotRun] };
  }
  const found = await replayKept(store, protocol, model, kept);
  const { nPatients, nEqual, timing } = found;
  const isOpen = replayState(shipped) === "command with network";
  const whose = saidOf(protocol.data.patients.unit, "Patients whose scores were recomputed");
  const label = `${whose}${isOpen ? ", run with network" : ""}`;
  const context = { n: nPatients, evidence: "retrospective" as const };
  const replayed = shareOf(context, "data.replayed", label, nEqual, nPatients);
  return {
    estimates: [replayed],
    findings: [
      ...(isOpen ? [ranWithNetwork(replayed.id)] : []),
      ...(nEqual + (timing?.leftOut.length ?? 0) === nPatients
        ? []
        : [scoresDiffer(found, protocol, replayed.id)]),
    ],
  };
}
