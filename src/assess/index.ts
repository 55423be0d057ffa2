export {
  type Assessment,
  type AssessOptions,
  assess,
  assessData,
  type DataAssessment,
} from "./assess.ts";
export { extractionMeasures, extractionProvenance } from "./charts/extraction-measures.ts";
export { matchingMeasures, matchingProvenance } from "./charts/matching-measures.ts";
export { buildCohort } from "./cohort/build-cohort.ts";
export { type Cohort, type Group, primaryReading, type Reading } from "./cohort/cohort.ts";
export { cohortMeasures, patientIdMeasure } from "./cohort/cohort-measures.ts";
export { loadStudy, type StudyFile } from "./cohort/load-study.ts";
export type { SortedRisk } from "./cohort/sorted-risk.ts";
export { comparedGroups, fairnessMeasures, fairnessProvenance } from "./fairness/fairness-measures.ts";
export { proxyMeasures, proxyProvenance } from "./fairness/proxy-measures.ts";
export { sliceMeasures, sliceProvenance } from "./fairness/slice-measures.ts";
export { binaryChangeMeasures, changeMeasures, changeProvenance } from "./model-change/change-measures.ts";
export { type ChangedKey, changedKeys, changeIds, reclassifiedId } from "./model-change/changed.ts";
export { rowsOfPatients } from "./performance/binary-counts.ts";
export {
  binaryCohortMeasures,
  binaryPerformanceMeasures,
  patientMeasures,
} from "./performance/binary-measures.ts";
export { bootstrapDraws } from "./performance/bootstrap-draws.ts";
export type { Draw, DrawTask, TimedDrawTask } from "./performance/draw-task.ts";
export { performanceMeasures } from "./performance/performance-measures.ts";
export { readingPieces, sorted } from "./performance/reading-pieces.ts";
export { inThisThread, type ReadingRunner } from "./performance/reading-runner.ts";
export type { ReadingPieces, ReadingTask, TimedReadingTask } from "./performance/reading-task.ts";
export type { Piece } from "./piece.ts";
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
export { type ComparedTimes, comparedTimes } from "./quality/known-at.ts";
export { comparedRemedy, timingIds } from "./quality/known-at-piece.ts";
export { misdates } from "./quality/prediction-dates.ts";
export { qualityResult } from "./quality/quality-result.ts";
export { replay } from "./replay/replay.ts";
export { type PatientReplay, type PatientTiming, replayPatient } from "./replay/replay-patient.ts";
export type { Replay, ReplayedScore, ReplayTiming } from "./replay/replayed.ts";
export {
  type ReplayState,
  type RunnableModel,
  replayState,
  runnable,
  type ShippedModel,
} from "./replay/shipped-model.ts";
export { cohortKeys } from "./review/cohort-keys.ts";
export { type DrawRequest, drawCharts, sheetOrders } from "./review/draw-charts.ts";
export { labelMeasures } from "./review/label-measures.ts";
export { studyMeasures } from "./study-measures.ts";
