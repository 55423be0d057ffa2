import { basename, dirname } from "node:path";
import { openStore } from "../data/index.ts";
import { counted } from "../evidence/format.ts";
import { Problem } from "../evidence/problem.ts";
import { type ChartLabel, chartLabels } from "../protocol/index.ts";
import { displayPath } from "./protocol-file.ts";

const labelColumn = "label";
const listed = 20;

/** A sheet for one reader: a line for each chart, nothing of the model or of the recorded label. */
export function sheetText(key: string, charts: readonly string[]): string {
  return [`${cell(key)},${labelColumn},note`, ...charts.map((chart) => `${cell(chart)},,`), ""].join("\n");
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export interface Sheet {
  readonly path: string;
  readonly sha256: string;
  /** What was found, and where it stands, by the patient's key. */
  readonly labels: ReadonlyMap<string, { readonly label: ChartLabel; readonly where: string }>;
}

/**
 * Reads a sheet that was filled in. Notes are not read: they may hold the chart's words.
 * Throws what reading a table throws (a key twice, no such column), and a Problem where a label is empty or unknown.
 */
export async function readSheet(path: string, key: string): Promise<Sheet> {
  const file = basename(path);
  const store = await openStore({ studyDir: dirname(path) });
  try {
    const loaded = await store.loadCsv({
      file,
      table: "sheet",
      columns: [
        { name: key, type: "text", nullable: false },
        { name: labelColumn, type: "text", nullable: true },
      ],
      key: [key],
    });
    const { n, sourceLine, columns } = await store.columns({ table: "sheet", columns: [key, labelColumn] });
    const [keys, found] = [columns.get(key), columns.get(labelColumn)];
    if (keys?.kind !== "text" || found?.kind !== "text") throw new Error("a sheet's columns are text");
    const rows = Array.from({ length: n }, (_, row) => ({
      key: keys.levels[keys.codes[row]!]!,
      label: found.levels[found.codes[row]!],
      where: `${displayPath(path)}:${sourceLine[row]}`,
    }));
    return { path, sha256: loaded.sha256, labels: new Map(labelled(rows, path)) };
  } finally {
    await store.close();
  }
}

interface Row {
  readonly key: string;
  readonly label: string | undefined;
  readonly where: string;
}

function labelled(rows: readonly Row[], path: string) {
  const isLabel = (text: string | undefined): text is ChartLabel =>
    (chartLabels as readonly string[]).includes(text ?? "");
  refuseRows(
    rows.filter(({ label }) => label === undefined || label === ""),
    { path, code: "review-empty-label", what: "without a label", hint: `write ${chartLabels.join(", ")}` },
  );
  refuseRows(
    rows.filter(({ label }) => !isLabel(label)),
    {
      path,
      code: "review-unknown-label",
      what: "with a label that is none",
      hint: `labels are ${chartLabels.join(", ")}`,
    },
  );
  return rows.flatMap(({ key, label, where }) => (isLabel(label) ? [[key, { label, where }] as const] : []));
}

/** Throws a Problem where there are such rows; all are counted, the first are listed, none by its patient. */
export function refuseRows(
  rows: readonly { readonly where: string }[],
  { path, code, what, hint }: { path: string; code: string; what: string; hint: string },
): void {
  if (rows.length === 0) return;
  throw new Problem(code, `${counted(rows.length, "chart")} ${what}`, {
    where: displayPath(path),
    hint,
    others: [
      ...rows.slice(0, listed).map(({ where }) => where),
      ...(rows.length > listed ? [`and ${rows.length - listed} more`] : []),
    ],
  });
}
