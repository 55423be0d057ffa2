import { canonicalJson } from "../../evidence/canonical-json.ts";
import { type ComputedEstimate, isKnown } from "../../evidence/estimate.ts";
import type { DataAssessment } from "../assess.ts";

/**
 * What the data report found, as canonical JSON: files, attrition, numbers and tables, without words.
 *
 * Its hash is what a person acknowledges before results are opened: other data or another population make another
 * text, another wording of a sentence or another day does not: the data are as old as on the decision date. Numbers of
 * the model's performance are not in it.
 */
export function qualityResult({ files, attrition, acknowledgedPiece: piece }: DataAssessment): string {
  return `${canonicalJson({
    format: "probity-quality/1",
    files: files.map(({ name, bytes, sha256, rows }) => ({ name, bytes, sha256, rows })),
    attrition: attrition.map(({ id, label, records, subjects, excluded }) => ({
      id,
      label,
      records,
      subjects,
      excluded,
    })),
    estimates: piece.estimates.map(numbersOf),
    tables: piece.tables.map(({ id, rows }) => ({ id, rows })),
    findings: piece.findings.map(({ id, severity, rows }) => ({ id, severity, rows: rows?.count })),
  })}\n`;
}

function numbersOf(estimate: ComputedEstimate) {
  const { id, n, events } = estimate;
  if (!isKnown(estimate)) return { id, n, events, notEstimable: estimate.notEstimable };
  const { value, numerator, denominator } = estimate;
  return { id, n, events, value, numerator, denominator };
}
