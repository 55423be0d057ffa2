/** Where a model does worse, what stands in for whom, what a new model changes, how right extracted values are, and whom a trial finds. */

export type { CountedShare, Presence, PresenceCounts } from "./extracted-presence.ts";
export {
  type CategoryAgreement,
  type ExtractedCategories,
  type ExtractedDates,
  type ExtractedNumbers,
  extractedCategories,
  extractedDates,
  extractedNumbers,
  unitFactors,
} from "./extracted-values.ts";
export { type EstimateWithLimits, type LimitsOfAgreement, limitsOfAgreement } from "./limits-of-agreement.ts";
export {
  type FlaggingModel,
  type MeasureChange,
  type ModelChange,
  type ModelPair,
  modelChange,
  type Reclassification,
} from "./model-change.ts";
export { noncentralTQuantile } from "./noncentral-t.ts";
export * from "./proxies.ts";
export type { SliceAttribute, SliceCondition } from "./slice-census.ts";
export { type ExaminedSlice, findSlices, type SlicedRows, type SliceSearch } from "./slice-finding.ts";
export { type StepDownMaxT, stepDownMaxT } from "./step-down.ts";
export {
  type FunnelStage,
  type PerConsented,
  type ScreenedCharts,
  type TrialFunnel,
  type TrialStage,
  trialFunnel,
} from "./trial-funnel.ts";
