export {
  type Assessment,
  type AssessOptions,
  assess,
  assessData,
  type DataAssessment,
} from "./assess.ts";
export { bootstrapDraws, type Draw, type DrawTask } from "./bootstrap-draws.ts";
export { buildCohort } from "./build-cohort.ts";
export { type Cohort, type Group, primaryReading, type Reading } from "./cohort.ts";
export { cohortMeasures } from "./cohort-measures.ts";
export { comparedGroups, fairnessMeasures, fairnessProvenance } from "./fairness-measures.ts";
export { type ComparedTimes, comparedTimes } from "./known-at.ts";
export { comparedRemedy, timingIds } from "./known-at-piece.ts";
export { labelMeasures } from "./label-measures.ts";
export { loadStudy } from "./load-study.ts";
export { performanceMeasures } from "./performance-measures.ts";
export type { Piece } from "./piece.ts";
export { misdates } from "./prediction-dates.ts";
export { cohortProvenance } from "./provenance/cohort-provenance.ts";
export { labelProvenance } from "./provenance/label-provenance.ts";
export { performanceProvenance } from "./provenance/performance-provenance.ts";
export type {
  Condition,
  FieldPath,
  NumberPlace,
  Provenance,
  ProvenanceTable,
  RowRule,
} from "./provenance/provenance.ts";
export { type SelectedRow, type SelectedRows, type StudyRows, studyRows } from "./provenance/select-rows.ts";
export { qualityResult } from "./quality-result.ts";
export { type ReadingPieces, type ReadingTask, readingPieces } from "./reading-pieces.ts";
export { inThisThread, type ReadingRunner } from "./reading-runner.ts";
export { replay } from "./replay.ts";
export { type PatientReplay, type PatientTiming, replayPatient } from "./replay-patient.ts";
export type { Replay, ReplayedScore, ReplayTiming } from "./replayed.ts";
export { cohortKeys } from "./review/cohort-keys.ts";
export { type DrawRequest, drawCharts, sheetOrders } from "./review/draw-charts.ts";
export {
  type ReplayState,
  type RunnableModel,
  replayState,
  runnable,
  type ShippedModel,
} from "./shipped-model.ts";
