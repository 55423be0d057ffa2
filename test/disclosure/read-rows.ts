import { isKnown, measureOf } from "../../src/evidence/estimate.ts";
import type { Knowledge } from "./knowledge.ts";
import { chartAnswers } from "./read-charts.ts";

/** Files of charts; each other has a row for each of the study's. */
const rowsOfFile: Readonly<Record<string, readonly string[]>> = {
  "charts.csv": chartAnswers.map((answer) => `extraction:stage.${answer}`),
  "screening.csv": ["matching:.n"],
};

export function readAttrition(known: Knowledge): void {
  const { attrition, files } = known.dossier;
  attrition.forEach(({ records, subjects, excluded }, i) => {
    for (const left of [records, subjects]) if (left !== null) known.sum([`rows:${i}`], left);
    if (i === 0) return;
    known.same([`rows:${i - 1}`], [`rows:${i}`, `excluded:${i}`]);
    if (excluded !== null) known.sum([`excluded:${i}`], excluded);
  });
  if (known.n !== undefined) known.sum([`rows:${attrition.length - 1}`], known.n);
  for (const name of ["patients", "predictions"]) known.count(`data.records/${name}`, ["rows:0"]);
  for (const { name, rows } of files) if (rows !== undefined) known.sum(rowsOfFile[name] ?? ["rows:0"], rows);
  const matched = known.estimate("data.matched");
  if (matched) known.same(["rows:0"], ["matched", "unmatched"]);
  if (matched) known.sum(["matched"], matched.value);
}

/** Missing and implausible values and treatments, of the rows kept before the endpoint is looked at. */
export function readVariables(known: Knowledge): void {
  const kept = `rows:${known.dossier.attrition.length - 2}`;
  for (const estimate of known.dossier.estimates) {
    const { id, stratum = "" } = estimate;
    const measure = measureOf(id);
    if (!["data.missing", "data.implausible", "data.treated"].includes(measure)) continue;
    const variable = stratum.split(":")[0]!;
    known.same([kept], [`missing:${variable}`, `recorded:${variable}`]);
    known.same([`recorded:${variable}`], [`${measure}:${variable}.yes`, `${measure}:${variable}.no`]);
    if (!isKnown(estimate)) continue;
    known.sum([kept], estimate.n);
    const { value, numerator, denominator } = estimate;
    if (measure === "data.missing") {
      known.sum([`missing:${variable}`], numerator ?? value * estimate.n);
      continue;
    }
    if (numerator !== undefined) known.sum([`${measure}:${variable}.yes`], numerator);
    if (denominator !== undefined) known.sum([`recorded:${variable}`], denominator);
    if (numerator === undefined && value === 0) known.sum([`${measure}:${variable}.yes`], 0);
  }
}
