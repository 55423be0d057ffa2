export { type Assessment, type AssessOptions, assess } from "./assess.ts";
export type { Cohort, Group, Reading } from "./cohort.ts";
export { cohortMeasures } from "./cohort-measures.ts";
export { performanceMeasures } from "./performance-measures.ts";
export { type Replay, type ReplayedScore, replay } from "./replay.ts";
