/**
 * Probity as a library: evaluate a study, or take the pieces.
 *
 *     const { dossier } = await evaluateStudy({ study: "studies/breast-recurrence", progress: () => {} });
 */
export { evaluateStudy } from "./cli/index.ts";
export * from "./evidence/index.ts";
export type { Protocol } from "./protocol/index.ts";
export { parseProtocol } from "./protocol/index.ts";
export { renderMemo, renderReport } from "./report/index.ts";
