/** Where a model does worse, and what stands in for whom: slices and proxies. */

export * from "./proxies.ts";
export type { SliceAttribute, SliceCondition } from "./slice-census.ts";
export { type ExaminedSlice, findSlices, type SlicedRows, type SliceSearch } from "./slice-finding.ts";
export { type StepDownMaxT, stepDownMaxT } from "./step-down.ts";
