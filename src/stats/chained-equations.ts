import { assertBinary, assertSameLength, ContractError } from "./assert.ts";
import {
  type ImputationRows,
  levelImputation,
  matchedImputation,
  normalImputation,
} from "./imputation-models.ts";
import type { NotEstimable } from "./not-estimable.ts";
import type { Random, Splittable } from "./random.ts";

/** A column with values where `missing` is 0; what stands where it is 1 is not read. */
export type IncompleteColumn = {
  readonly values: Float64Array;
  readonly missing: Uint8Array;
} & (
  | {
      /** `matching` imputes values that occur, `normal` any number. */
      readonly kind: "matching" | "normal";
    }
  | {
      /** Levels 0, 1, … as numbers; a binary column has two. */
      readonly kind: "levels";
      readonly nLevels: number;
    }
);

export interface Imputations {
  /** The columns of each imputation, complete. */
  readonly completed: readonly (readonly Float64Array[])[];
  /** Values imputed in each column. */
  readonly nMissing: readonly number[];
}

/**
 * Multiple imputation by chained equations: each incomplete column in turn is drawn from a model of it given all the others.
 *
 *     y_j* ~ P(y_j | y_{−j}, β*),   β* from its posterior among the rows where y_j is observed;   over and over
 *
 * Numbers by Bayesian linear regression, or by predictive mean matching on it; levels by logistic regressions one after
 * another (continuation ratios). Missing values start as random draws of the observed ones; columns go from the one with
 * least missing to that with most. Columns without missing values, the outcome of the evaluation above all, belong among them:
 * without it associations with it are drawn towards nothing. Each imputation has a child of the generator.
 *
 * It holds where what is missing depends on what is observed (missing at random), and the models are about right: without
 * interactions, which it does not know. Estimate in each imputation and pool by `rubinsRules`; beside it `proportionBounds`
 * needs no such assumption. Not estimable: no rows, or a column in which nothing is observed. Fewer than one imputation or
 * iteration, an observed value that is not finite or no level, and columns of different lengths are a ContractError.
 *
 * Reference: van Buuren & Groothuis-Oudshoorn (2011), J Stat Softw 45(3), doi:10.18637/jss.v045.i03; White, Royston & Wood
 * (2011), Statistics in Medicine 30, 377–399, doi:10.1002/sim.4067. Checked against: the coverage of pooled intervals over
 * simulated cohorts (test/more/chained-equations.test.ts).
 */
export function chainedEquations({
  columns,
  nImputations,
  nIterations = 10,
  random,
}: {
  readonly columns: readonly IncompleteColumn[];
  readonly nImputations: number;
  readonly nIterations?: number;
  readonly random: Splittable<Random>;
}): Imputations | NotEstimable {
  for (const [name, count] of Object.entries({ imputations: nImputations, iterations: nIterations }))
    if (!(Number.isSafeInteger(count) && count >= 1)) throw new ContractError(`${count} ${name}`);
  columns.forEach(assertColumn);
  assertSameLength(Object.fromEntries(columns.map(({ values }, j) => [`column ${j + 1}`, values])));
  if ((columns[0]?.values.length ?? 0) === 0) return { notEstimable: "no rows" };
  const parts = columns.map(partsOf);
  const empty = parts.findIndex(({ observed }) => observed.length === 0);
  if (empty >= 0) return { notEstimable: `column ${empty + 1}: nothing is observed` };
  return {
    completed: random
      .split(nImputations)
      .map((child) => imputedOnce(columns, parts, { nIterations, random: child })),
    nMissing: parts.map(({ missing }) => missing.length),
  };
}

function assertColumn(column: IncompleteColumn, j: number): void {
  const { values, missing } = column;
  assertSameLength({ values, missing });
  assertBinary({ missing });
  for (let i = 0; i < values.length; i++) {
    if (missing[i] === 1) continue;
    const value = values[i]!;
    const isKnown =
      column.kind === "levels"
        ? Number.isInteger(value) && value >= 0 && value < column.nLevels
        : Number.isFinite(value);
    if (!isKnown)
      throw new ContractError(
        `column ${j + 1}, row ${i}: ${value} is no ${column.kind === "levels" ? "level" : "finite number"}`,
      );
  }
}

interface Parts {
  readonly observed: Uint32Array;
  readonly missing: Uint32Array;
}

function partsOf({ missing }: IncompleteColumn): Parts {
  const rows = Uint32Array.from(missing.keys());
  return {
    observed: rows.filter((row) => missing[row] === 0),
    missing: rows.filter((row) => missing[row] === 1),
  };
}

function imputedOnce(
  columns: readonly IncompleteColumn[],
  parts: readonly Parts[],
  { nIterations, random }: { readonly nIterations: number; readonly random: Random },
): readonly Float64Array[] {
  const completed = columns.map(({ values }, j) => {
    const { observed, missing } = parts[j]!;
    const start = values.slice();
    for (const row of missing) start[row] = values[observed[random.integer(observed.length)]!]!;
    return start;
  });
  const turns = [...columns.keys()]
    .filter((j) => parts[j]!.missing.length > 0)
    .sort((a, b) => parts[a]!.missing.length - parts[b]!.missing.length);
  // With one incomplete column its model stays the same: one turn is enough.
  const rounds = turns.length > 1 ? nIterations : 1;
  for (let round = 0; round < rounds; round++)
    for (const j of turns) {
      const { observed, missing } = parts[j]!;
      const predictors = columns.flatMap((column, k) => (k === j ? [] : asPredictors(column, completed[k]!)));
      const y = Float64Array.from(observed, (row) => columns[j]!.values[row]!);
      const imputed = drawn(columns[j]!, y, { predictors, observed, missing }, random);
      missing.forEach((row, i) => {
        completed[j]![row] = imputed[i]!;
      });
    }
  return completed;
}

function drawn(
  column: IncompleteColumn,
  y: Float64Array,
  rows: ImputationRows,
  random: Random,
): Float64Array {
  if (column.kind === "levels") return levelImputation(y, { ...rows, nLevels: column.nLevels }, random);
  return (column.kind === "matching" ? matchedImputation : normalImputation)(y, rows, random);
}

/** Levels as indicators of each but the first. */
function asPredictors(column: IncompleteColumn, values: Float64Array): Float64Array[] {
  if (column.kind !== "levels") return [values];
  return Array.from({ length: column.nLevels - 1 }, (_, j) => values.map((value) => +(value === j + 1)));
}
