export {
  type Assessment,
  type AssessOptions,
  assess,
  assessData,
  type DataAssessment,
} from "./assess.ts";
export { rowsOfPatients } from "./binary-counts.ts";
export { binaryCohortMeasures, binaryPerformanceMeasures, patientMeasures } from "./binary-measures.ts";
export { bootstrapDraws } from "./bootstrap-draws.ts";
export { buildCohort } from "./build-cohort.ts";
export { binaryChangeMeasures, changeMeasures, changeProvenance } from "./change-measures.ts";
export { type ChangedKey, changedKeys, changeIds, reclassifiedId } from "./changed.ts";
export { extractionMeasures, extractionProvenance } from "./charts/extraction-measures.ts";
export { matchingMeasures, matchingProvenance } from "./charts/matching-measures.ts";
export { type Cohort, type Group, primaryReading, type Reading } from "./cohort.ts";
export { cohortMeasures, patientIdMeasure } from "./cohort-measures.ts";
export type { Draw, DrawTask, TimedDrawTask } from "./draw-task.ts";
export { comparedGroups, fairnessMeasures, fairnessProvenance } from "./fairness-measures.ts";
export { type ComparedTimes, comparedTimes } from "./known-at.ts";
export { comparedRemedy, timingIds } from "./known-at-piece.ts";
export { labelMeasures } from "./label-measures.ts";
export { loadStudy, type StudyFile } from "./load-study.ts";
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
export { proxyMeasures, proxyProvenance } from "./proxy-measures.ts";
export { qualityResult } from "./quality-result.ts";
export { readingPieces, sorted } from "./reading-pieces.ts";
export { inThisThread, type ReadingRunner } from "./reading-runner.ts";
export type { ReadingPieces, ReadingTask, TimedReadingTask } from "./reading-task.ts";
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
export { sliceMeasures, sliceProvenance } from "./slice-measures.ts";
export type { SortedRisk } from "./sorted-risk.ts";
export { studyMeasures } from "./study-measures.ts";
