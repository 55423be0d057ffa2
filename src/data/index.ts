export { compileExpression } from "./compile-expression.ts";
export { type IngestProgress, type IngestSummary, ingest } from "./intake/ingest.ts";
export type { IntakeManifest } from "./intake/manifest.ts";
export { type SourceLine, sourceLine } from "./intake/source-line.ts";
export { type Engine, openStore, startEngine } from "./open-store.ts";
export { type ProgramFile, programFiles } from "./program/program-files.ts";
export { type StudyProgram, studyProgram } from "./program/study-program.ts";
export type {
  AttritionFacts,
  AttritionRequest,
  Column,
  ColumnProfile,
  ColumnSet,
  ColumnsRequest,
  ColumnType,
  ComputedColumn,
  CsvColumn,
  CsvRequest,
  LoadedFile,
  LookupRequest,
  MatchFacts,
  MatchRequest,
  Offenders,
  ParquetRequest,
  ProfileRequest,
  RowsRequest,
  SourceRecord,
  Store,
  StoreOptions,
  WrittenFile,
} from "./store.ts";
export { readStudyText, studyFileSha256 } from "./study-text.ts";
export { checkView, runView, type ViewOptions } from "./views/start-view.ts";
export { type ViewFormat, type ViewSummary, viewFormats } from "./views/view-run.ts";
