export {
  aalenJohansen,
  aalenJohansenByGroup,
  type CumulativeIncidence,
  type IncidenceCurves,
  type ProbabilityAt,
  probabilityAt,
  type StateProbability,
} from "./aalen-johansen.ts";
export { type Allocation, allocate } from "./allocation.ts";
export { ContractError } from "./assert.ts";
export { type AucAtHorizon, aucAtHorizon, type PredictionsAtHorizon } from "./auc-at-horizon.ts";
export {
  type AucBootstrapInterval,
  type AucDraws,
  aucBootstrapInterval,
  aucDraws,
  type ScoredRows,
} from "./auc-bootstrap.ts";
export {
  type AucDifference,
  pairedAucDifference,
  type ScoredGroup,
  unpairedAucDifference,
} from "./auc-difference.ts";
export { type AveragePrecision, averagePrecision } from "./average-precision.ts";
export {
  type AveragePrecisionInterval,
  averagePrecisionInterval,
  type ClusteredAveragePrecision,
  clusteredAveragePrecision,
} from "./average-precision-interval.ts";
export { type BeggGreenes, beggGreenes, type CorrectedShare, type VerifiedResult } from "./begg-greenes.ts";
export { type BetaBinomialShrinkage, betaBinomialShrinkage, type ShrunkProportion } from "./beta-binomial.ts";
export { binaryDecisionCurve, type DecisionPoint, type NetBenefit } from "./binary-net-benefit.ts";
export { type BinaryObservedExpected, binaryObservedExpected } from "./binary-observed-expected.ts";
export {
  type BinaryTwoByTwoOptions,
  binaryCellShares,
  binaryPartitionedTwoByTwo,
  binaryTwoByTwo,
} from "./binary-two-by-two.ts";
export { type BrierScore, brierAtHorizon, brierScore } from "./brier.ts";
export type { SplineCalibration } from "./calibration-curve.ts";
export type { CalibrationErrors } from "./calibration-errors.ts";
export { type CalibrationGroup, calibrationGroups } from "./calibration-groups.ts";
export { type LoessCalibration, loessCalibration } from "./calibration-loess.ts";
export { type LowessCalibration, lowessCalibration } from "./calibration-lowess.ts";
export { type CalibrationSlope, calibrationSlope } from "./calibration-slope.ts";
export { splineCalibration } from "./calibration-spline.ts";
export type { CompetingFollowUp } from "./cause-counts.ts";
export { causeSpecificCox } from "./cause-specific-cox.ts";
export {
  type CensoringCurve,
  censoringCurve,
  type FollowUp,
  type FollowUpToHorizon,
  horizonStatus,
  horizonStatusCode,
  horizonWeights,
} from "./censoring.ts";
export { chainedEquations, type Imputations, type IncompleteColumn } from "./chained-equations.ts";
export { type ClusteredAuc, clusteredAuc } from "./clustered-auc.ts";
export { type ClusteredCalibration, clusteredCalibration } from "./clustered-calibration.ts";
export { clusteredMarginTest, meanMarginTest } from "./clustered-margin-test.ts";
export {
  type ClusteredMean,
  type ClusteredProportion,
  clusteredMean,
  clusteredProportion,
} from "./clustered-mean.ts";
export { type ClusteredPredictions, clusteredBrier, clusteredLogLoss } from "./clustered-scores.ts";
export {
  type CompetingPredictions,
  competingCalibrationGroups,
  competingObservedExpected,
} from "./competing-calibration.ts";
export {
  type CalibrationCoefficient,
  type CompetingCalibrationSlope,
  competingCalibrationSlope,
} from "./competing-calibration-slope.ts";
export { competingSplineCalibration } from "./competing-calibration-spline.ts";
export { competingDecisionCurve } from "./competing-net-benefit.ts";
export { anyEvent, type CompetingFollowUpToHorizon, competingSample } from "./competing-sample.ts";
export {
  type Concordance,
  type ConcordanceData,
  concordance,
  concordances,
  type ScoredFollowUp,
} from "./concordance.ts";
export { type ContingencyTest, contingencyTest } from "./contingency.ts";
export {
  type CoxData,
  type CoxFit,
  type CoxOptions,
  type CoxTies,
  type CoxVariance,
  coxRegression,
} from "./cox.ts";
export { type BaselineHazard, coxBaseline } from "./cox-baseline.ts";
export {
  type ProportionalHazardsTest,
  proportionalHazardsTest,
  type TimeTransform,
} from "./cox-proportionality.ts";
export {
  type CoxResiduals,
  coxResiduals,
  type SchoenfeldResiduals,
  schoenfeldResiduals,
} from "./cox-residuals.ts";
export { type CoxPatient, type CoxSurvival, coxSurvival } from "./cox-survival.ts";
export { type CoxTests, coxTests } from "./cox-tests.ts";
export { type AucDeLong, aucDeLong } from "./delong.ts";
export { drawWithoutReplacement } from "./draw.ts";
export * from "./drift.ts";
export { exactMarginTest } from "./exact-margin-test.ts";
export {
  type AuditedRate,
  type AuditedShare,
  confusionShares,
  type FairnessComparison,
  fairnessAudit,
  type GroupCells,
  type GroupShare,
  type MarginAnswer,
  type MarginVerdict,
  marginAnswers,
} from "./fairness-audit.ts";
export { type FineGrayData, type FineGrayFit, fineGray, fineGrayIncidence } from "./fine-gray.ts";
export { type ConditionalOddsRatio, conditionalOddsRatio, fisherExactTest } from "./fisher-exact.ts";
export * from "./foundations.ts";
export { type GrayTest, type GrayTestData, grayTest } from "./gray-test.ts";
export {
  type BinaryCalibrationGroup,
  binaryCalibrationGroups,
  type HosmerLemeshow,
  hosmerLemeshow,
} from "./hosmer-lemeshow.ts";
export { type IntegratedBrier, integratedBrier, type PredictedCurves } from "./integrated-brier.ts";
export { type IpcwSample, ipcwSample } from "./ipcw-mean.ts";
export type { IpcwSkill } from "./ipcw-skill.ts";
export { type IsotonicLevel, type IsotonicRegression, isotonicRegression } from "./isotonic.ts";
export {
  type CurveOptions,
  type CurveVariance,
  kaplanMeier,
  medianFollowUp,
  medianSurvival,
  type SurvivalAt,
  type SurvivalCurve,
  survivalAt,
} from "./kaplan-meier.ts";
export { type KaplanMeierGap, kaplanMeierGap } from "./kaplan-meier-gap.ts";
export {
  type CohenKappa,
  cohenKappa,
  type FleissKappa,
  fleissKappa,
  type KappaWeights,
} from "./kappa.ts";
export {
  type ConfusionCounts,
  type LikelihoodRatios,
  likelihoodRatios,
  type PositiveRatio,
} from "./likelihood-ratios.ts";
export { type Loess, type LoessData, loess } from "./loess.ts";
export { type LogLoss, logLoss, logLossAtHorizon } from "./log-loss.ts";
export {
  type EventWeight,
  type GroupCounts,
  type LogRank,
  type LogRankData,
  logRank,
} from "./log-rank.ts";
export { type LogisticData, type LogisticFit, logisticRegression } from "./logistic.ts";
export {
  type BinaryPredictions,
  type LogisticCalibration,
  logisticCalibration,
} from "./logistic-calibration.ts";
export { type LowessData, lowess } from "./lowess.ts";
export {
  countsMarginTest,
  type MarginTest,
  normalMarginTest,
  scoreMarginTest,
} from "./margin-test.ts";
export { type McNemarTest, mcnemarTest, newcombePairedDifference, type PairedCounts } from "./mcnemar.ts";
export {
  standardisedMeanDifference,
  type VarianceRatio,
  varianceRatio,
  type WelchTest,
  welchTest,
} from "./mean-comparison.ts";
export {
  differenceBounds,
  type MissingBounds,
  type PartlyKnown,
  proportionBounds,
} from "./missing-bounds.ts";
export { flemingHarrington, type HazardCurve, nelsonAalen } from "./nelson-aalen.ts";
export { type DecisionCurve, decisionCurve } from "./net-benefit.ts";
export { type NumbersAtRisk, numbersAtRisk } from "./numbers-at-risk.ts";
export { type ObservedExpected, observedExpected } from "./observed-expected.ts";
export {
  aucContrast,
  brierContrast,
  logLossContrast,
  type PairedContrast,
  type PairedPredictions,
} from "./paired-contrast.ts";
export { type CurvePart, type PartialAuc, partialAuc } from "./partial-auc.ts";
export { type PartialAucInterval, partialAucInterval } from "./partial-auc-interval.ts";
export {
  sizeForAuc,
  sizeForCalibrationSlope,
  sizeForObservedExpected,
  sizeForProportion,
  sizeToSeeOne,
  type ValidationPlan,
} from "./planned-size.ts";
export { type PpvAtSensitivity, ppvAtSensitivity } from "./ppv-at-sensitivity.ts";
export {
  agrestiCoull,
  clopperPearson,
  jeffreys,
  type Limits,
  wilson,
  wilsonContinuity,
} from "./proportion.ts";
export { type PseudoValueData, pseudoValues } from "./pseudo-values.ts";
export { type RankSumTest, rankSumTest } from "./rank-sum.ts";
export {
  compareRestrictedMeans,
  type RestrictedMean,
  type RestrictedMeanContrast,
  restrictedMean,
} from "./restricted-mean.ts";
export {
  type LabelStrata,
  type ReadCharts,
  type RecordedSizes,
  type ReviewedRate,
  type ReviewedShare,
  type ReviewedShares,
  reviewedShares,
} from "./reviewed-shares.ts";
export type { Ridge } from "./ridge.ts";
export type { Entries, RiskTable, RowOptions } from "./risk-table.ts";
export { type RocCurve, rocCurve } from "./roc.ts";
export { type PooledEstimate, rubinsRules } from "./rubins-rules.ts";
export { requiredSize } from "./sample-size.ts";
export { holmAdjusted, maxTCritical } from "./simultaneous.ts";
export * from "./slices.ts";
export { type SpiegelhalterTest, spiegelhalterTest } from "./spiegelhalter.ts";
export {
  type RatioOptions,
  type ReviewedAccuracy,
  type ReviewSample,
  reviewedAccuracy,
  type WeightedRatio,
  weightedRatio,
} from "./stratified-review.ts";
export {
  type IntervalScale,
  type SurvivalLimits,
  survivalBand,
  survivalInterval,
} from "./survival-interval.ts";
export { type SurvivalQuantile, survivalQuantile } from "./survival-quantile.ts";
export {
  type TwoArmFormula,
  type TwoArmSize,
  type TwoArms,
  twoArmPower,
  twoArmSize,
} from "./two-arm-size.ts";
export {
  type Cells,
  type RawCounts,
  type TwoByTwo,
  type TwoByTwoTables,
  twoByTwoAtHorizon,
  type WeightedProportion,
} from "./two-by-two.ts";
export {
  miettinenNurminenDifference,
  newcombeDifference,
  type ProportionDifference,
  type TwoProportions,
} from "./two-proportions.ts";
