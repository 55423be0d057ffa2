import type { Matrix } from "./cholesky.ts";
import type { CoxFit } from "./cox.ts";
import { scaledCoefficients, setsOfFit } from "./cox-baseline.ts";
import { HazardStep } from "./cox-hazard.ts";
import type { CoxData, RiskSets } from "./cox-risk-sets.ts";
import { scoreResiduals } from "./cox-score-residuals.ts";
import { RiskSetWalk } from "./risk-set-walk.ts";

/** One number for each row of the data, in their order. */
export interface CoxResiduals {
  /** Events observed less expected: at most 1. */
  readonly martingale: Float64Array;
  readonly deviance: Float64Array;
  /** One column for each covariate, without case weights. */
  readonly score: readonly Float64Array[];
  /** Approximate change of each coefficient by the row, with its case weight. */
  readonly dfbeta: readonly Float64Array[];
}

/**
 * Residuals of a Cox model by row.
 *
 *     martingale  Mᵢ = δᵢ − Λᵢ            Λᵢ the hazard that the row met while at risk
 *     deviance    sign(Mᵢ) √(−2 (Mᵢ + δᵢ log(δᵢ − Mᵢ)))
 *     score       Uᵢ = ∫ (xᵢ − m(t)) dMᵢ(t)     m the mean of x at risk
 *     dfbeta      wᵢ V Uᵢ                       V the inverse information
 *
 * Ties as in the fit; covariates in their own units. `data` are the rows the model was fitted to. A singular
 * fit is a ContractError. O(n p).
 *
 * Reference: Therneau, Grambsch & Fleming (1990), Biometrika 77, 147–160, doi:10.1093/biomet/77.1.147; Lin &
 * Wei (1989), JASA 84, 1074–1078, doi:10.1080/01621459.1989.10478874. Checked against: R
 * survival::residuals.coxph (test/reference/cox-residuals.json).
 */
export function coxResiduals(fit: CoxFit, data: CoxData): CoxResiduals {
  const sets = setsOfFit(fit, data);
  const { scale, event } = sets;
  const { martingale, score } = scoreResiduals(sets, scaledCoefficients(fit, sets), fit.ties);
  for (const [j, column] of score.entries()) for (let i = 0; i < column.length; i++) column[i]! *= scale[j]!;
  const deviance = martingale.map((m, i) => {
    const gain = event[i] === 1 ? m + Math.log1p(-m) : m;
    return Math.sign(m) * Math.sqrt(-2 * gain);
  });
  const dfbeta = score.map((_, j) => combined(score, fit.modelVariance[j]!));
  if (sets.weight)
    for (const column of dfbeta) for (let i = 0; i < column.length; i++) column[i]! *= sets.weight[i]!;
  const inRows = (column: Float64Array) => inDataOrder(sets, column);
  return {
    martingale: inRows(martingale),
    deviance: inRows(deviance),
    score: score.map(inRows),
    dfbeta: dfbeta.map(inRows),
  };
}

/** Σ cⱼ columnⱼ. */
function combined(columns: readonly Float64Array[], coefficients: Float64Array): Float64Array {
  const sum = new Float64Array(columns[0]!.length);
  for (const [j, column] of columns.entries())
    for (let i = 0; i < sum.length; i++) sum[i]! += coefficients[j]! * column[i]!;
  return sum;
}

function inDataOrder({ order }: RiskSets, column: Float64Array): Float64Array {
  if (order === undefined) return column;
  const result = new Float64Array(column.length);
  for (let i = 0; i < column.length; i++) result[order[i]!] = column[i]!;
  return result;
}

/** One entry for each row with an event, by stratum and in order of time. */
export interface SchoenfeldResiduals {
  /** Which row of the data. */
  readonly row: Uint32Array;
  readonly time: Float64Array;
  /** One column for each covariate. */
  readonly residual: readonly Float64Array[];
  /** On the scale of the coefficients: their mean over the events is β. */
  readonly scaled: readonly Float64Array[];
}

/**
 * Schoenfeld residuals of a Cox model, plain and scaled.
 *
 *     rᵢ = xᵢ − m(tᵢ),   scaled rᵢ* = β + d V rᵢ
 *
 * with m the mean of x among those at risk (Efron: over the rounds of a tie), V the inverse information and d
 * the number of events. Smoothed over time, r* shows how a coefficient changes. Without case weights.
 * A singular fit is a ContractError.
 *
 * Reference: Schoenfeld (1982), Biometrika 69, 239–241, doi:10.1093/biomet/69.1.239; Grambsch & Therneau
 * (1994), Biometrika 81, 515–526, doi:10.1093/biomet/81.3.515. Checked against: R survival::residuals.coxph
 * (test/reference/cox-residuals.json).
 */
export function schoenfeldResiduals(fit: CoxFit, data: CoxData): SchoenfeldResiduals {
  const sets = setsOfFit(fit, data);
  const { scale, event, columns, order, nEvents } = sets;
  const row = new Uint32Array(nEvents);
  const time = new Float64Array(nEvents);
  const residual = columns.map(() => new Float64Array(nEvents));
  const walk = new RiskSetWalk(sets, scaledCoefficients(fit, sets), { ties: fit.ties, order: 1 });
  const step = new HazardStep(columns.length);
  for (let at = nEvents - 1; walk.next(); ) {
    step.read(walk);
    for (let i = walk.to - 1; i >= walk.from; i--) {
      if (event[i] === 0) continue;
      row[at] = order ? order[i]! : i;
      time[at] = sets.time[walk.k]!;
      for (let j = 0; j < residual.length; j++)
        residual[j]![at] = (columns[j]![i]! - step.mean[j]!) * scale[j]!;
      at--;
    }
  }
  return { row, time, residual, scaled: onCoefficientScale(residual, fit) };
}

function onCoefficientScale(
  residual: readonly Float64Array[],
  {
    coefficients,
    modelVariance,
    nEvents,
  }: { coefficients: Float64Array; modelVariance: Matrix; nEvents: number },
): Float64Array[] {
  return residual.map((_, j) =>
    combined(residual, modelVariance[j]!).map((value) => coefficients[j]! + nEvents * value),
  );
}
