import { isKnown } from "../evidence/estimate.ts";
import type { Table } from "../evidence/figures.ts";
import { dataTable, matrixTable } from "./data-table.ts";
import { type ForestRow, forestFigure, rowText } from "./figure-forest.ts";
import { drawn, type Lookup } from "./figures.ts";
import { type Html, html } from "./html.ts";
import type { Numbers } from "./numbers.ts";
import { figure, section } from "./section.ts";

export const isOfExtractions = ({ id }: Pick<Table, "id">): boolean => id.startsWith("extraction.");

/** What a model read out of text against what people found; absent where the protocol compares nothing. */
export function extractionsSection(lookup: Lookup, numbers: Numbers, document: Document): Html | null {
  const { dossier } = lookup;
  const [shares, ...others] = dossier.tables.filter(isOfExtractions);
  if (shares === undefined) return null;
  const matrices = dossier.matrices.filter(isOfExtractions);
  const rows = forestRows(lookup, shares);
  const sentence =
    "Share of charts with both values in which model and chart agree, with 95 % intervals; missed and invented values are counted apart.";
  return section("extractions", {
    aside:
      "Values of the model against those that a person abstracted from the same chart. An empty cell is no value, and is counted.",
    content: [
      figure({
        title: "Model and chart agree",
        drawing: drawn(document, { wide: 760, sentence }, (frame) =>
          forestFigure(frame, {
            ...{ rows, whole: undefined, wholeText: "", scale: "proportion", domain: [0, 1] },
            title: "Model and chart agree",
            baseLabel: "agree/both",
          }),
        ),
        caption: html`${sentence} A square with a cross falls short of what the protocol asks for.`,
        table: null,
      }),
      dataTable(shares, numbers),
      ...others.map((table) => dataTable(table, numbers)),
      ...matrices.map((matrix) => matrixTable(matrix, numbers)),
    ],
  });
}

/** The rows of the table that are of agreement: weighted where the table has that. */
function forestRows({ estimate }: Lookup, { columns, rows }: Table): ForestRow[] {
  const at = (key: string) => columns.findIndex((column) => column.key === key);
  const [shown, answer] = [at("weighted") < 0 ? at("charts") : at("weighted"), at("answer")];
  return rows.flatMap((row): ForestRow[] => {
    const cell = row[shown];
    const found = cell && typeof cell === "object" ? estimate(cell.id) : undefined;
    if (!found?.id.startsWith("extraction.agreement")) return [];
    const known = isKnown(found) ? found : undefined;
    const { numerator, denominator } = known ?? {};
    return [
      {
        name: String(row[0]),
        n: denominator,
        base: denominator === undefined ? (known ? "hidden" : "") : `${numerator}/${denominator}`,
        value: known?.value,
        lower: known?.interval?.lower ?? known?.value ?? Number.NaN,
        upper: known?.interval?.upper ?? known?.value ?? Number.NaN,
        text: rowText(found),
        missed: row[answer] === "not met",
      },
    ];
  });
}
