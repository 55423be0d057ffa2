import type { AttritionStep, Table } from "../evidence/figures.ts";
import { counted, formatCount } from "../evidence/format.ts";
import { curveTable, dataTable } from "./data-table.ts";
import { attritionFigure } from "./figure-attrition.ts";
import { survivalData, survivalFigure } from "./figure-survival.ts";
import { drawn, type Lookup } from "./figures.ts";
import { type Html, html } from "./html.ts";
import type { Numbers } from "./numbers.ts";
import { inRows } from "./row-words.ts";
import { absent, figure, section, thinned, withheld } from "./section.ts";

/** Who is in the study, and what happened to them. */
export function cohortSection(lookup: Lookup, numbers: Numbers, document: Document): Html {
  const { dossier } = lookup;
  const attrition =
    dossier.attrition.length > 0
      ? figure({
          title: inRows(dossier, "From the rows read to the patients analysed"),
          drawing: drawn(document, { wide: 760, sentence: attritionSentence(dossier.attrition) }, (frame) =>
            attritionFigure(frame, dossier.attrition),
          ),
          caption: attritionSentence(dossier.attrition),
          table: dataTable(attritionTable(dossier.attrition), numbers),
        })
      : absent("No attrition was recorded.");
  return section("cohort", {
    aside: "Who is counted, who is not, and why.",
    // Without a time to the event there is no curve of it.
    content: dossier.binary ? attrition : [attrition, survival(lookup, numbers, document)],
  });
}

function survival(lookup: Lookup, numbers: Numbers, document: Document): Html {
  const drawing = survivalData(lookup);
  if (drawing === undefined) {
    return lookup.isWithheld("cohort.survival")
      ? withheld("a survival curve", lookup.dossier.minimumCell)
      : absent("Not drawn: the study has no survival curve.");
  }
  const end = lookup.estimate(`cohort.survival@${lookup.dossier.primaryHorizon}`);
  const risk = lookup.table("cohort.risk-table");
  const atEnd = drawing.atHorizon === undefined ? "" : `: ${drawing.atHorizon} at the horizon`;
  return figure({
    title: `Kaplan\u2013Meier: ${drawing.survival.label}`,
    drawing: drawn(
      document,
      { wide: 760, sentence: `Kaplan\u2013Meier curve, ${drawing.survival.label}${atEnd}.` },
      (frame) => survivalFigure(frame, drawing),
    ),
    caption: html`${
      end
        ? html`At the horizon ${numbers.link({ id: end.id, part: "both" })} of patients are ${drawing.survival.label}. `
        : null
    }Band: 95 % interval at each time.${drawing.censored ? " Ticks: follow-up ended." : ""}${thinned(
      drawing.survival,
      lookup.dossier.minimumCell,
    )}`,
    table: [
      risk ? dataTable(risk, numbers) : null,
      curveTable("Kaplan\u2013Meier estimate", drawing.unit, [drawing.survival], numbers),
    ],
  });
}

function attritionSentence(steps: readonly AttritionStep[]): string {
  const [first, last] = [steps[0]!, steps.at(-1)!];
  if (first.subjects === null || last.subjects === null) return "Some counts are hidden.";
  const left = `${formatCount(last.subjects)} of ${formatCount(first.subjects)} patients are left`;
  return `${left} after ${counted(steps.length - 1, "step")}.`;
}

export function attritionTable(steps: readonly AttritionStep[]): Table {
  const count = (value: number | null): string | null => (value === null ? null : formatCount(value));
  return {
    id: "cohort.attrition",
    caption: "Attrition",
    columns: [
      { key: "step", label: "Step", align: "start" },
      { key: "records", label: "Records", align: "end" },
      { key: "subjects", label: "Patients", align: "end" },
      { key: "excluded", label: "Excluded", align: "end" },
      { key: "reason", label: "Reason", align: "start" },
    ],
    rows: steps.map(({ label, records, subjects, excluded, reason }) => [
      label,
      count(records),
      count(subjects),
      count(excluded),
      reason,
    ]),
  };
}
