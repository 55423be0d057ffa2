import { assertWord, ContractError } from "./assert.ts";
import { type ChiSquareTest, chiSquareTest } from "./chi-square.ts";
import { cholesky, choleskySolve, type Matrix } from "./cholesky.ts";
import type { CoxFit } from "./cox.ts";
import { scaledCoefficients, setsOfFit } from "./cox-baseline.ts";
import { type CoxData, dot, type RiskSets } from "./cox-risk-sets.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import type { NotEstimable } from "./not-estimable.ts";
import { partialLikelihood } from "./partial-likelihood.ts";
import { firstTimeFrom } from "./risk-table.ts";

/**
 * g(t): "km" 1 − S(t−) of the Kaplan–Meier curve of all rows, "rank" the mean rank of t among the times of all
 * rows, "identity" t, "log" log t.
 */
export type TimeTransform = "km" | "rank" | "identity" | "log";

export interface ProportionalHazardsTest {
  readonly transform: TimeTransform;
  /** For each term, or each covariate where no terms are given. */
  readonly terms: readonly ChiSquareTest[];
  readonly global: ChiSquareTest;
}

/** A pivot this small beside its diagonal entry is rounding, not information. */
const pivotTolerance = 1e-11;

/**
 * Score test of proportional hazards: whether adding x·g(t) for a covariate, a term or all of them improves a
 * Cox model.
 *
 *     U = Σ (g(t) − ḡ)(x − m(t)),   χ² = (0, U)ᵀ I⁻¹ (0, U)   over the events
 *
 * with I the information of the model with (β, 0) for the coefficients of (x, x·g), and ḡ the mean of g over
 * the events. It holds with strata, delayed entry and whole weights; it is not made robust to clusters. `terms` lists the
 * covariates (0 …) that are tested together, such as the columns of one factor. Not estimable, with the
 * reason: a fit that did not converge or has no covariates, log of a time that is not above 0, a coefficient
 * whose course over time the events cannot tell. A fit with a ridge penalty is a ContractError.
 *
 * Reference: Grambsch & Therneau (1994), Biometrika 81, 515–526, doi:10.1093/biomet/81.3.515. Checked against:
 * R survival::cox.zph, version 3 or later (test/reference/cox-proportionality.json).
 */
export function proportionalHazardsTest(
  fit: CoxFit,
  data: CoxData,
  {
    transform,
    terms = data.covariates.map((_, j) => [j]),
  }: { readonly transform: TimeTransform; readonly terms?: readonly (readonly number[])[] },
): ProportionalHazardsTest | NotEstimable {
  assertWord("transform", transform, Object.keys(transforms));
  if (fit.ridge) throw new ContractError("no test of proportional hazards after a ridge penalty");
  if (terms.some((term) => term.length === 0)) throw new ContractError("a term without covariates");
  const stray = terms.flat().find((j) => data.covariates[j] === undefined);
  if (stray !== undefined) throw new ContractError(`no covariate ${stray} among ${data.covariates.length}`);
  if (fit.outcome !== "converged") return { notEstimable: `the Cox model: ${fit.reason}` };
  if (data.covariates.length === 0) return { notEstimable: "the model has no covariates" };
  if (transform === "log" && data.time.some((t) => !(t > 0)))
    return { notEstimable: "a time that is not above 0 has no logarithm" };
  const sets = setsOfFit(fit, data);
  const g = centredAtEvents(sets, sets.time.map(transforms[transform](data)));
  const moments = timeMoments(sets, fit, g);
  const tests: ChiSquareTest[] = [];
  for (const term of [...terms, Array.from(data.covariates.keys())]) {
    const result = scoreTest(moments, term);
    if (result === undefined)
      return { notEstimable: "the events cannot tell how every coefficient changes over time" };
    tests.push(result);
  }
  return { transform, terms: tests.slice(0, -1), global: tests.at(-1)! };
}

const transforms: Readonly<Record<TimeTransform, (data: CoxData) => (t: number) => number>> = {
  identity: () => (t) => t,
  log: () => Math.log,
  rank: ({ time }) => {
    const sorted = time.slice().sort();
    return (t) => {
      const before = firstTimeFrom(sorted, t);
      let upTo = before;
      while (upTo < sorted.length && sorted[upTo] === t) upTo++;
      return (before + upTo + 1) / 2;
    };
  },
  km: ({ time, event, entry }) => {
    const curve = kaplanMeier(time, event, { ...(entry && { entry }) });
    return (t) => 1 - (curve.survival[firstTimeFrom(curve.time, t) - 1] ?? 1);
  },
};

/** Less its mean over the events, and divided by its size, which the test does not feel. */
function centredAtEvents({ firstRow, event }: RiskSets, g: Float64Array): Float64Array {
  let sum = 0;
  let nEvents = 0;
  for (let k = 0; k < g.length; k++)
    for (let i = firstRow[k]!; i < firstRow[k + 1]!; i++) {
      sum += event[i]! * g[k]!;
      nEvents += event[i]!;
    }
  const centred = g.map((value) => value - sum / nEvents);
  const size = centred.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return size > 0 ? centred.map((value) => value / size) : centred;
}

interface TimeMoments {
  /** Σ g (x − m). */
  readonly score: Float64Array;
  /** Σ V, Σ g V, Σ g² V over the events, V the variance of x at risk. */
  readonly plain: Matrix;
  readonly byTime: Matrix;
  readonly byTimeSquared: Matrix;
}

function timeMoments(sets: RiskSets, fit: CoxFit, g: Float64Array): TimeMoments {
  const beta = scaledCoefficients(fit, sets);
  const byTime = partialLikelihood(sets, beta, fit.ties, g);
  return {
    score: byTime.score,
    plain: partialLikelihood(sets, beta, fit.ties).information,
    byTime: byTime.information,
    byTimeSquared: partialLikelihood(
      sets,
      beta,
      fit.ties,
      g.map((value) => value * value),
    ).information,
  };
}

function scoreTest(
  { score, plain, byTime, byTimeSquared }: TimeMoments,
  term: readonly number[],
): ChiSquareTest | undefined {
  const information = [
    ...plain.map((row, i) => Float64Array.of(...row, ...term.map((j) => byTime[i]![j]!))),
    ...term.map((i) => Float64Array.of(...byTime[i]!, ...term.map((j) => byTimeSquared[i]![j]!))),
  ];
  const u = Float64Array.of(...plain.map(() => 0), ...term.map((j) => score[j]!));
  const diagonal = Float64Array.from(information, (row, i) => row[i]!);
  const solved = cholesky(information, diagonal, pivotTolerance);
  if ("dependentRow" in solved) return undefined;
  const chiSquare = dot(u, choleskySolve(solved.factor, u));
  return chiSquareTest(chiSquare, term.length);
}
