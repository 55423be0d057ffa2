/** What the estimators stand on: distributions and their tails, linear algebra, random numbers, order statistics. */
export { ContractError } from "./assert.ts";
export { betaQuantile, betaUpperQuantile, betaUpperTail, incompleteBeta } from "./beta.ts";
export { clusterResampler, percentileInterval, resample } from "./bootstrap.ts";
export { type ChiSquareTest, chiSquareUpperTail } from "./chi-square.ts";
export type { Matrix } from "./cholesky.ts";
export { lowerIncompleteGamma, upperIncompleteGamma } from "./gamma.ts";
export { gammaQuantile, gammaUpperQuantile, poissonInterval } from "./gamma-quantile.ts";
export { logChoose, logGamma } from "./log-gamma.ts";
export { mergeNearTies, type Observation } from "./near-ties.ts";
export type { FitOutcome } from "./newton.ts";
export { normalCdf, normalDensity, normalLogCdf, normalQuantile } from "./normal.ts";
export { isNotEstimable, type NotEstimable } from "./not-estimable.ts";
export { ascendingOrder, isAscending } from "./order.ts";
export { observedQuantile, quantile, quantiles } from "./quantile.ts";
export { type Random, type Splittable, seededRandom } from "./random.ts";
export { chiSquareVariate, standardNormal } from "./random-variates.ts";
export { restrictedCubicSpline } from "./spline.ts";
export { studentHalfWidth, studentQuantile, studentTwoTails } from "./student-t.ts";
