/** The shapes that every room speaks, and how numbers print. */
export { canonicalJson } from "./canonical-json.ts";
export type * from "./dossier.ts";
export type * from "./estimate.ts";
export { isKnown, measureOf } from "./estimate.ts";
export type * from "./figures.ts";
export type * from "./finding.ts";
export { worstFirst } from "./finding.ts";
export { counted, findEstimate, formatCount, formatPart, phraseText } from "./format.ts";
export type * from "./phrase.ts";
export { isProtocolNumber, isReference } from "./phrase.ts";
export { Problem, toLines, toProblemJson } from "./problem.ts";
export type * from "./requirement.ts";
export type * from "./verdict.ts";
export { verdictWords } from "./verdict.ts";
