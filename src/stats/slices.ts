/** Where a model does worse: slices of the rows. */
export type { SliceAttribute, SliceCondition } from "./slice-census.ts";
export { type ExaminedSlice, findSlices, type SlicedRows, type SliceSearch } from "./slice-finding.ts";
export { type StepDownMaxT, stepDownMaxT } from "./step-down.ts";
