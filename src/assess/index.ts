export { type Assessment, type AssessOptions, assess } from "./assess.ts";
export type { Cohort, Group, Reading } from "./cohort.ts";
export { assessmentMeasures } from "./measures.ts";
export { writeRows } from "./write-rows.ts";
