import type { Cell, Curve, Matrix, Table } from "../evidence/figures.ts";
import { formatBare, formatCount } from "../evidence/format.ts";
import { type Html, html } from "./html.ts";
import type { Numbers } from "./numbers.ts";

/** A table of the dossier under its id, by which its cells are traced; a hidden cell is hatched and says so. */
export function dataTable({ id, caption, columns, rows }: Table, numbers: Numbers): Html {
  const kind = (index: number): string => (columns[index]!.align === "end" ? "n" : "t");
  const head = columns.map(({ label }, index) => html`<th scope="col" class="${kind(index)}">${label}</th>`);
  const body = rows.map(
    (row) =>
      html`<tr>${row.map((cell, index) => {
        const content = cellContent(cell, numbers);
        return index === 0 && columns[0]!.align === "start"
          ? html`<th scope="row">${content}</th>`
          : html`<td class="${kind(index)}">${content}</td>`;
      })}</tr>`,
  );
  return scrollable(
    caption,
    html`<table class="data"><caption><span>${caption}${
      id === "" ? null : html` <span class="sub mono">${id}</span>`
    }</span></caption><thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table>`,
  );
}

/** Counts by two classifications. */
export function matrixTable({ id, label, rows, columns, cells }: Matrix, numbers: Numbers): Html {
  return dataTable(
    {
      id,
      caption: label,
      columns: [
        { key: "row", label: "Group", align: "start" },
        ...columns.map((column) => ({ key: column, label: column, align: "end" as const })),
      ],
      rows: rows.map((row, index) => [
        row,
        ...cells[index]!.map((count) => (count === null ? null : formatCount(count))),
      ]),
    },
    numbers,
  );
}

/** The points of curves that share their x, for readers who cannot see the picture. */
export function curveTable(caption: string, x: string, curves: readonly Curve[], numbers: Numbers): Html {
  const [first] = curves;
  if (first === undefined) return html``;
  const columns = curves.flatMap(({ label, lower }) => [
    { key: label, label, align: "end" as const },
    ...(lower ? [{ key: `${label} interval`, label: "95 % CI", align: "end" as const }] : []),
  ]);
  const rows = first.x.map((value, index): Cell[] => [
    formatBare(value, Number.isInteger(value) ? 0 : 2),
    ...curves.flatMap(({ y, lower, upper }) => [
      y[index] === undefined ? "none" : formatBare(y[index], 3),
      ...(lower && upper ? [`${formatBare(lower[index]!, 3)} to ${formatBare(upper[index]!, 3)}`] : []),
    ]),
  ]);
  return dataTable(
    {
      id: curves.map(({ id }) => id).join(", "),
      caption,
      columns: [{ key: "x", label: x, align: "end" }, ...columns],
      rows,
    },
    numbers,
  );
}

/** What is wider than the page scrolls sideways in a group that the keyboard reaches. */
export function scrollable(label: string, content: Html): Html {
  return html`<div class="scroll" role="group" tabindex="0" aria-label="${label}">${content}</div>`;
}

function cellContent(cell: Cell, { link }: Numbers): Html | string {
  if (cell === null) return html`<span class="hidden">hidden</span>`;
  if (typeof cell === "string") return cell;
  return link({ id: cell.id, part: cell.part ?? "value" });
}
