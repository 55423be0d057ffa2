import type { Expression } from "./expression-tree.ts";
import { holdsTimes } from "./normalise-data.ts";
import type { Data, Endpoint, Protocol } from "./protocol.ts";

/** The names of the columns that an expression reads. */
export function columnsRead(expression: Expression): Set<string> {
  return columnsBeneath(expression, () => false);
}

/**
 * The columns of the outcome that a criterion of the population reads: those of the event, and the time to it.
 *
 * They are known only after the model was asked. Two things about them are not: whether they are recorded, which is
 * counted apart, and that follow-up begins after the index (`follow_up > 0`).
 */
export function outcomeColumnsRead(expression: Expression, endpoint: Endpoint): string[] {
  const outcome = outcomeColumns(endpoint);
  const time = endpoint.time?.column;
  const read = columnsBeneath(
    expression,
    (node) => node.kind === "missing" || (time !== undefined && isAfterIndex(node, time)),
  );
  return [...read].filter((name) => outcome.has(name));
}

/** The columns of the predictions file that hold risks: the model's own, then that of the model it replaces. */
export function riskColumns({ model, replaces }: Pick<Protocol, "model" | "replaces">): readonly string[] {
  return [...model.outputs.map(({ name }) => name), ...(replaces ? [replaces.output] : [])];
}

/** The predictors that the event is made of: a model that reads them is told what it is to predict. */
export function outcomePredictors({ model, endpoint }: Pick<Protocol, "model" | "endpoint">): string[] {
  const outcome = outcomeColumns(endpoint);
  return model.predictors.filter((name) => outcome.has(name));
}

/** A stratum or slice that is made of the outcome: nobody is known to be in it when the model is asked. */
export interface GroupByOutcome {
  /** Its variable, or its name. */
  readonly name: string;
  readonly path: readonly (string | number)[];
  readonly columns: readonly string[];
}

/** The strata, then the slices, that read the outcome as `outcomeColumnsRead` says. */
export function groupsByOutcome({
  strata,
  slices,
  endpoint,
}: Pick<Protocol, "strata" | "slices" | "endpoint">): GroupByOutcome[] {
  const outcome = outcomeColumns(endpoint);
  return [
    ...strata.map(({ variable }, i) => ({
      name: variable,
      path: ["strata", i],
      columns: outcome.has(variable) ? [variable] : [],
    })),
    ...slices.map(({ name, rule }) => ({
      name,
      path: ["slices", name],
      columns: outcomeColumnsRead(rule.expression, endpoint),
    })),
  ].filter(({ columns }) => columns.length > 0);
}

/** What a reader must know of such a group. */
export function groupedByOutcome({ name, columns }: GroupByOutcome): { sentence: string; remedy: string } {
  const names = columns.map((column) => `"${column}"`).join(" and ");
  return {
    sentence: `The groups of "${name}" are made of the outcome: ${names} is known only after the model was asked.`,
    remedy: "Group by what is known when the model is asked.",
  };
}

function outcomeColumns({ event, time }: Endpoint): Set<string> {
  const columns = columnsRead(event.expression);
  return time ? columns.add(time.column) : columns;
}

/** What a reader must know of such predictors. */
export function predictsFromOutcome(columns: readonly string[]): { sentence: string; remedy: string } {
  const names = columns.map((name) => `"${name}"`).join(" and ");
  return {
    sentence: `The model reads its outcome: ${names} is a predictor, and endpoint.event is read from it, too.`,
    remedy:
      "Take it out of the model, or record what was known when the model was asked in a column of its own.",
  };
}

/** What a reader must know of such a criterion. */
export function chosenByOutcome(
  keep: string,
  columns: readonly string[],
): { sentence: string; remedy: string } {
  const names = columns.map((name) => `"${name}"`).join(" and ");
  return {
    sentence: `The population is chosen by its outcome: "${keep}" reads ${names}, known only after the model was asked.`,
    remedy:
      "Choose patients by what is known when the model is asked; a landmark is a later index for everybody.",
  };
}

function isAfterIndex(node: Expression, column: string): boolean {
  if (node.kind !== "compare" || (node.operator !== ">" && node.operator !== ">=")) return false;
  const { left, right } = node;
  const isZero =
    (right.kind === "number" && right.value === 0) || (right.kind === "duration" && right.days === 0);
  return left.kind === "column" && left.name === column && isZero;
}

function columnsBeneath(expression: Expression, skips: (node: Expression) => boolean): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    else if (node !== null && typeof node === "object") {
      const { kind, name } = node as { kind?: string; name?: string };
      if (kind !== undefined && skips(node as Expression)) return;
      if (kind === "column" && name !== undefined) names.add(name);
      for (const child of Object.values(node)) visit(child);
    }
  };
  visit(expression);
  return names;
}

/**
 * Why the column that says when inputs became known cannot be compared with the moment of prediction.
 * Undefined where it can, and where the protocol names no such column.
 */
export function timesNotCompared({ times, predictions, variables }: Data): string | undefined {
  const { knownAt } = times;
  const { predictedAt } = predictions;
  if (knownAt === null) return undefined;
  if (knownAt === predictedAt) return "it is the column of the moment of prediction itself";
  return predictionsAreDated({ predictions, variables })
    ? undefined
    : `the moment of prediction, ${predictedAt}, is no column of dates or times`;
}

/** Whether the moment of prediction is a column of dates or times. */
export function predictionsAreDated({
  predictions,
  variables,
}: Pick<Data, "predictions" | "variables">): boolean {
  return variables.some((variable) => variable.name === predictions.predictedAt && holdsTimes(variable));
}
