/** Where a model does worse, what stands in for whom, and what a new model changes. */

export {
  type FlaggingModel,
  type MeasureChange,
  type ModelChange,
  type ModelPair,
  modelChange,
  type Reclassification,
} from "./model-change.ts";
export * from "./proxies.ts";
export type { SliceAttribute, SliceCondition } from "./slice-census.ts";
export { type ExaminedSlice, findSlices, type SlicedRows, type SliceSearch } from "./slice-finding.ts";
export { type StepDownMaxT, stepDownMaxT } from "./step-down.ts";
