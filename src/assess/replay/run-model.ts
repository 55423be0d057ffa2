import type { FormulaModel, ModelOutput, ModelTerm, Transform } from "../../protocol/index.ts";
import { restrictedCubicSpline } from "../../stats/spline.ts";

/** A predictor's values: numbers (NaN where missing) or level names (undefined where missing). */
export type PredictorColumn =
  | { readonly numbers: Float64Array }
  | { readonly levels: readonly (string | undefined)[] };

/**
 * Recomputes a model's outputs from its predictors.
 *
 *     linear predictor = Σ coefficient · transform(variable)
 *
 * Missing predictors give NaN: the model file says nothing about them, so the score cannot be recomputed.
 * Throws where a column is not given or a number is asked of levels: the caller checks the model against the protocol.
 */
export function runModel(
  model: FormulaModel,
  columns: ReadonlyMap<string, PredictorColumn>,
  n: number,
): ReadonlyMap<string, Float64Array> {
  const predictor = new Float64Array(n);
  for (const term of model.terms) {
    const values = termValues(term, columns, n);
    for (let i = 0; i < n; i++) predictor[i]! += term.coefficient * values[i]!;
  }
  return new Map(
    Object.entries(model.outputs).map(([name, output]) => [name, predictor.map((lp) => riskOf(output, lp))]),
  );
}

/** A term's variable after its transform, before the coefficient. */
export function termValues(
  { variable, transform }: ModelTerm,
  columns: ReadonlyMap<string, PredictorColumn>,
  n: number,
): Float64Array {
  const column = columns.get(variable);
  if (!column) throw new Error(`the model reads "${variable}", which was not fetched`);
  return transformed(column, transform, n);
}

function transformed(column: PredictorColumn, transform: Transform, n: number): Float64Array {
  if (transform.kind === "equals") return equals(column, transform.level, n);
  if (!("numbers" in column)) throw new Error(`the transform ${transform.kind} needs numbers`);
  const x = column.numbers;
  switch (transform.kind) {
    case "identity":
      return x;
    case "winsorised":
      return x.map((value) => Math.min(value, transform.at));
    case "interval":
      return x.map((value) => indicator(value, value > transform.above && value <= transform.upTo));
    case "above":
      return x.map((value) => indicator(value, value > transform.above));
    case "log":
      return x.map((value) => Math.log(value + transform.plus));
    case "spline": {
      const { winsorisedAt, knots, term } = transform;
      const capped = winsorisedAt === null ? x : x.map((value) => Math.min(value, winsorisedAt));
      return splineTerm(capped, knots, term);
    }
  }
}

function indicator(value: number, isTrue: boolean): number {
  return Number.isNaN(value) ? Number.NaN : isTrue ? 1 : 0;
}

function equals(column: PredictorColumn, level: number | string, n: number): Float64Array {
  if ("numbers" in column) return column.numbers.map((value) => indicator(value, value === Number(level)));
  return Float64Array.from({ length: n }, (_, i) => {
    const value = column.levels[i];
    return value === undefined ? Number.NaN : value === String(level) ? 1 : 0;
  });
}

/** The spline's kernel refuses NaN, so missing values go around it. */
function splineTerm(x: Float64Array, knots: readonly number[], term: number): Float64Array {
  const known = x.map((value) => (Number.isNaN(value) ? knots[0]! : value));
  const values = restrictedCubicSpline(known, knots)[term - 1]!;
  return values.map((value, i) => (Number.isNaN(x[i]!) ? Number.NaN : value));
}

/** An output's probability at a linear predictor. */
export function riskOf(output: ModelOutput, lp: number): number {
  if (output.kind === "cox") return -Math.expm1(-output.baselineCumulativeHazard * Math.exp(lp));
  if (output.kind === "logistic") return 1 / (1 + Math.exp(-(output.intercept + lp)));
  const row = output.table.findLast(({ from }) => lp >= from);
  return row ? row.risk : Number.NaN;
}
