export {
  chosenByOutcome,
  columnsRead,
  groupedByOutcome,
  groupsByOutcome,
  outcomeColumnsRead,
  outcomePredictors,
  predictionsAreDated,
  predictsFromOutcome,
  riskColumns,
  timesNotCompared,
} from "./columns-read.ts";
export { type CheckOptions, checkExpression } from "./expression-check.ts";
export { expressionDepthLimit, expressionLengthLimit, parseExpression } from "./expression-parser.ts";
export type { Place } from "./expression-problem.ts";
export { expressionText } from "./expression-text.ts";
export type * from "./expression-tree.ts";
export { type Lint, lintProtocol } from "./lint.ts";
export { type LintFinding, type LintRule, lintRules } from "./lint-finding.ts";
export type { MemoTextLength } from "./memo-text.ts";
export type { CommandModel } from "./model-command.ts";
export * from "./model-file.ts";
export { type PageCount, pageColumns, pageCount, pageLines } from "./page-count.ts";
export { type ProtocolLine, parseProtocol, protocolLines, protocolPlace } from "./parse-protocol.ts";
export type * from "./protocol.ts";
export { changeText, type ProtocolChange, protocolChanges } from "./protocol-changes.ts";
export * from "./protocol-charts.ts";
export { protocolDocs } from "./protocol-docs.ts";
export type * from "./protocol-evidence.ts";
export type * from "./protocol-fairness.ts";
export { type ProtocolField, protocolFields } from "./protocol-field.ts";
export {
  type ChartLabel,
  type ChartReview,
  chartLabels,
  type DrawnSample,
  finalLabel,
  isOpen,
  isUndecided,
  parseReviewFile,
  parseSampleFile,
  type ReadChart,
} from "./review-file.ts";
export { type ProtocolInput, protocolSchema } from "./schema.ts";
export type { UncheckedTree } from "./unchecked-tree.ts";
export * from "./units.ts";
export { type AcceptanceMeasure, acceptanceMeasures } from "./vocabulary.ts";
export { protocolSizeLimit } from "./yaml-source.ts";
