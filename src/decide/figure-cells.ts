import type { Dossier } from "../evidence/dossier.ts";
import type { AttritionStep, Curve, Matrix, Table } from "../evidence/figures.ts";
import { closest } from "../evidence/suggestion.ts";
import type { FigureCell } from "./figure-numbers.ts";

/** The address of a cell: `performance.operating-point@60mo#flagged/event`; a row also by its number from 1. */
export interface CellAddress {
  readonly figure: string;
  readonly row: string;
  readonly column: string;
}

export function cellAddress(id: string): CellAddress | undefined {
  const [, figure, row, column] = /^([^#]+)#(.+)\/([^/]+)$/.exec(id) ?? [];
  return figure === undefined || row === undefined || column === undefined
    ? undefined
    : { figure, row, column };
}

/** Every cell of a table, matrix, curve or of the attrition; empty where the dossier has no such figure. */
export function figureCells(dossier: Dossier, figure: string): readonly FigureCell[] {
  if (figure === "cohort.attrition") return attritionCells(dossier.attrition);
  const byId = ({ id }: { readonly id: string }) => id === figure;
  const [table, matrix, curve] = [
    dossier.tables.find(byId),
    dossier.matrices.find(byId),
    dossier.curves.find(byId),
  ];
  return [
    ...(table ? tableCells(table) : []),
    ...(matrix ? matrixCells(matrix) : []),
    ...(curve ? curveCells(curve) : []),
  ];
}

/** The cell that an address names, its row by label or by number, its column by key or label. */
export function findCell(dossier: Dossier, { figure, row, column }: CellAddress): FigureCell | undefined {
  const inColumn = figureCells(dossier, figure).filter(
    (cell) => cell.column === column || cell.columnLabel === column,
  );
  return (
    inColumn.find((cell) => cell.rowLabel === row) ?? inColumn.find((cell) => String(cell.row + 1) === row)
  );
}

const nNamed = 8;

/** What an address of the figure can say: "rows flagged, not flagged, or 1 to 2; columns event, event-free". */
export function cellKeysText(cells: readonly FigureCell[], address: CellAddress | undefined): string {
  const rows = [...new Set(cells.map(({ rowLabel }) => rowLabel))];
  const near = closest(address?.row ?? "", rows);
  const inOrder = near === undefined ? rows : [near, ...rows.filter((one) => one !== near)];
  const more = rows.length > nNamed ? ", …" : "";
  const columns = new Set(cells.filter(({ content }) => isNumber(content)).map(({ column }) => column));
  const nRows = Math.max(...cells.map((cell) => cell.row)) + 1;
  return (
    `rows ${inOrder.slice(0, nNamed).join(", ")}${more}, or 1 to ${nRows}; ` +
    `columns ${[...columns].join(", ")}`
  );
}

function isNumber(content: FigureCell["content"]): boolean {
  if (typeof content === "string") return /^[\d.,]+( |$)/.test(content);
  return content !== null;
}

function attritionCells(steps: readonly AttritionStep[]): FigureCell[] {
  return steps.flatMap(({ id, ...step }, row) =>
    (["records", "subjects", "excluded"] as const).map((column) => ({
      ...{ figure: "cohort.attrition", caption: "Attrition", row, rowLabel: id, column },
      content: step[column],
      beside: [],
    })),
  );
}

function tableCells({ id, caption, columns, rows }: Table): FigureCell[] {
  return rows.flatMap((cells, row) =>
    columns.slice(1).map(({ key, label }, c) => ({
      ...{ figure: id, caption, row, rowLabel: String(cells[0]), column: key, columnLabel: label },
      content: cells[c + 1]!,
      beside: cells,
    })),
  );
}

function matrixCells({ id, label, rows, columns, cells }: Matrix): FigureCell[] {
  return rows.flatMap((rowLabel, row) =>
    columns.map((column, c) => ({
      ...{ figure: id, caption: label, row, rowLabel, column },
      content: cells[row]![c]!,
      beside: cells[row]!,
    })),
  );
}

function curveCells({ id, label, x, ...lines }: Curve): FigureCell[] {
  return x.flatMap((at, row) =>
    (["y", "lower", "upper"] as const).flatMap((column) => {
      const values = lines[column];
      return values
        ? [
            {
              figure: id,
              caption: label,
              row,
              rowLabel: String(at),
              column,
              content: values[row]!,
              beside: [],
            },
          ]
        : [];
    }),
  );
}
