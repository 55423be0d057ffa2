import type { LikelihoodAt } from "./newton.ts";

export interface LogisticColumns {
  readonly event: Uint8Array;
  readonly columns: readonly Float64Array[];
  readonly weight?: Float64Array;
  readonly offset?: Float64Array;
}

/**
 * Log likelihood of a logistic model, its gradient and information; the intercept is the last coefficient.
 *
 *     ℓ = Σ w [d η − log(1 + e^η)],   U = Σ w (d − p) x,   I = Σ w p (1 − p) x xᵀ,   η = x β + offset
 *
 * log(1 + e^η) and p (1 − p) are taken from e^−|η|, so nothing overflows or cancels at either end.
 */
export function logisticLikelihood(
  { event, columns, weight, offset }: LogisticColumns,
  beta: Float64Array,
): LikelihoodAt {
  const n = event.length;
  const eta = new Float64Array(n).fill(beta[columns.length]!);
  for (const [j, column] of columns.entries()) {
    const slope = beta[j]!;
    for (let i = 0; i < n; i++) eta[i]! += slope * column[i]!;
  }
  const residual = new Float64Array(n);
  const curvature = new Float64Array(n);
  let logLikelihood = 0;
  for (let i = 0; i < n; i++) {
    const logOdds = offset ? eta[i]! + offset[i]! : eta[i]!;
    const count = weight ? weight[i]! : 1;
    const decay = Math.exp(-Math.abs(logOdds));
    const isLikelier = logOdds > 0 === (event[i] === 1);
    // The risk of what did not happen.
    const missed = isLikelier ? decay / (1 + decay) : 1 / (1 + decay);
    logLikelihood -= count * (Math.log1p(decay) + (isLikelier ? 0 : Math.abs(logOdds)));
    residual[i] = event[i] === 1 ? count * missed : -count * missed;
    curvature[i] = (count * decay) / (1 + decay) ** 2;
  }
  return { logLikelihood, ...derivatives(columns, residual, curvature) };
}

function derivatives(columns: readonly Float64Array[], residual: Float64Array, curvature: Float64Array) {
  const p = columns.length;
  const score = new Float64Array(p + 1);
  const information = Array.from(score, () => new Float64Array(p + 1));
  for (let i = 0; i < residual.length; i++) {
    score[p]! += residual[i]!;
    information[p]![p]! += curvature[i]!;
  }
  for (const [a, left] of columns.entries()) {
    let slope = 0;
    let withIntercept = 0;
    for (let i = 0; i < residual.length; i++) {
      slope += residual[i]! * left[i]!;
      withIntercept += curvature[i]! * left[i]!;
    }
    score[a] = slope;
    information[a]![p] = information[p]![a] = withIntercept;
    for (let b = 0; b <= a; b++) {
      const right = columns[b]!;
      let both = 0;
      for (let i = 0; i < residual.length; i++) both += curvature[i]! * left[i]! * right[i]!;
      information[a]![b] = information[b]![a] = both;
    }
  }
  return { score, information };
}
