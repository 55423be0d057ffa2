export { type Assessment, type AssessOptions, assess, assessData, type DataAssessment } from "./assess.ts";
export type { Cohort, Group, Reading } from "./cohort.ts";
export { cohortMeasures } from "./cohort-measures.ts";
export { performanceMeasures } from "./performance-measures.ts";
export { qualityResult } from "./quality-result.ts";
export { type Replay, type ReplayedScore, replay } from "./replay.ts";
