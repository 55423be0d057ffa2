import { ContractError } from "./assert.ts";
import type { Matrix } from "./cholesky.ts";
import type { LikelihoodAt } from "./newton.ts";

export interface Ridge {
  /** Strength of the penalty, from 0 on. */
  readonly theta: number;
  /** Which covariates are penalised, 0 …; all where absent. */
  readonly covariates?: readonly number[];
}

/** A likelihood from which a penalty may have been taken. */
export interface PenalisedAt extends LikelihoodAt {
  readonly unpenalised?: LikelihoodAt;
}

/** θ var(xⱼ) for each column, 0 where it is not penalised. With weights, row i counts as wᵢ rows. */
export function ridgeStrength(
  columns: readonly Float64Array[],
  { theta, covariates }: Ridge,
  weight?: Float64Array,
): Float64Array {
  if (!(theta >= 0 && theta < Infinity)) throw new ContractError(`theta ${theta} is not a number from 0 on`);
  const stray = covariates?.find((j) => columns[j] === undefined);
  if (stray !== undefined) throw new ContractError(`no covariate ${stray} among ${columns.length}`);
  return Float64Array.from(columns, (column, j) =>
    covariates === undefined || covariates.includes(j) ? theta * sampleVariance(column, weight) : 0,
  );
}

/** The likelihood at `beta` less ½ Σ sⱼ βⱼ². */
export function penalised(at: LikelihoodAt, beta: Float64Array, strength: Float64Array): PenalisedAt {
  const penalty = beta.reduce((sum, value, j) => sum + (strength[j]! * value * value) / 2, 0);
  return {
    logLikelihood: at.logLikelihood - penalty,
    score: at.score.map((value, j) => value - strength[j]! * beta[j]!),
    information: at.information.map((row, i) =>
      row.map((value, j) => (i === j ? value + strength[j]! : value)),
    ),
    unpenalised: at,
  };
}

/** What the penalty takes, and the trace of V · information, V the inverse of the penalised information. */
export function shrinkage({ unpenalised, logLikelihood }: PenalisedAt, inverse: Matrix) {
  let degreesOfFreedom = 0;
  for (const [i, row] of inverse.entries())
    for (let j = 0; j < row.length; j++) degreesOfFreedom += row[j]! * unpenalised!.information[j]![i]!;
  return { penalty: unpenalised!.logLikelihood - logLikelihood, degreesOfFreedom };
}

/** 0 for one row. */
function sampleVariance(column: Float64Array, weight?: Float64Array): number {
  const w = (i: number) => weight?.[i] ?? 1;
  const n = weight ? weight.reduce((sum, value) => sum + value, 0) : column.length;
  if (n < 2) return 0;
  const mean = column.reduce((sum, value, i) => sum + w(i) * value, 0) / n;
  return column.reduce((sum, value, i) => sum + w(i) * (value - mean) ** 2, 0) / (n - 1);
}
