import type { StudyProgram } from "../../data/index.ts";
import type { CommandModel } from "../../protocol/index.ts";
import type { PredictorColumn } from "./run-model.ts";

/** What a command gave, and how much it wrote to its error stream. */
export interface CommandScores {
  readonly scores: ReadonlyMap<string, Float64Array>;
  readonly errorBytes: number;
}

/**
 * Asks a command for the scores of `n` patients, all in one process: a line {"row":1,"values":{…}} for each, whose only
 * key is the number of the row, and a line {"row":1,"scores":{…}} back for each, in the same order.
 *
 * A missing predictor is null; a score of null is NaN, as one that the model cannot give.
 * Errors: a line that is not such an object, another row, an output that is missing or not declared, a score that is not
 * a number from 0 to 1; and what the run of the program throws.
 */
export async function runCommand(
  { model, program }: { readonly model: CommandModel; readonly program: StudyProgram },
  columns: ReadonlyMap<string, PredictorColumn>,
  n: number,
): Promise<CommandScores> {
  const scores = new Map(model.outputs.map((name) => [name, new Float64Array(n)]));
  const { errorBytes } = await program.run({
    nLines: n,
    lines: rowLines(model.reads, columns, n),
    onLine: (line, i) => {
      const given = scoresOf(line, i, model.outputs);
      if (typeof given === "string") return given;
      for (const [name, column] of scores) column[i] = given.get(name)!;
      return undefined;
    },
  });
  return { scores, errorBytes };
}

function* rowLines(
  names: readonly string[],
  columns: ReadonlyMap<string, PredictorColumn>,
  n: number,
): Generator<string> {
  const read = names.map((name) => [name, columns.get(name)!] as const);
  for (let i = 0; i < n; i++) {
    const values = Object.fromEntries(read.map(([name, column]) => [name, cellOf(column, i)]));
    yield JSON.stringify({ row: i + 1, values });
  }
}

/** As it is sent: a number, a level's code, or null where it is missing. */
export function cellOf(column: PredictorColumn, row: number): number | string | null {
  if ("levels" in column) return column.levels[row] ?? null;
  const value = column.numbers[row]!;
  return Number.isNaN(value) ? null : value;
}

/** The scores of one line, or what is wrong with it. */
function scoresOf(line: string, i: number, outputs: readonly string[]): ReadonlyMap<string, number> | string {
  const found = objectOf(line);
  if (found === undefined) return "expected one JSON object";
  if (found.get("row") !== i + 1) return `expected "row":${i + 1}, the rows in their order`;
  const scores = entriesOf(found.get("scores"));
  if (scores === undefined || found.size !== 2) return 'expected "row" and "scores" alone';
  for (const name of outputs) {
    const score = scores.get(name);
    if (score !== null && !(typeof score === "number" && score >= 0 && score <= 1))
      return `expected a number from 0 to 1, or null, as "${name}"`;
  }
  if (scores.size !== outputs.length) return `expected ${outputs.join(", ")} alone in "scores"`;
  return new Map([...scores].map(([name, score]) => [name, score === null ? Number.NaN : (score as number)]));
}

function objectOf(line: string): ReadonlyMap<string, unknown> | undefined {
  try {
    return entriesOf(JSON.parse(line));
  } catch {
    // JSON's own message quotes the text, which may hold a patient's values.
    return undefined;
  }
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}
