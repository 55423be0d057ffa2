/** Evidence to pages: pure functions from a dossier to the text of a stand-alone page. */

export { type DataReport, type DataReportState, renderDataReport } from "./data-report.ts";
export { type EmbeddedFont, type FontFile, fontFiles } from "./fonts.ts";
export { checkMemoFits, type MemoOptions, renderMemo } from "./memo.ts";
export { type ReportOptions, renderReport } from "./report.ts";
export { signedMemo } from "./signed-memo.ts";
