import type { SelectedRow } from "../assess/index.ts";
import type { Trace } from "../decide/index.ts";
import type { SourceFile } from "../evidence/dossier.ts";
import type { Estimate } from "../evidence/estimate.ts";
import { Problem } from "../evidence/problem.ts";
import type { LedgerEntry } from "../evidence/trail.ts";
import { type ProtocolLine, protocolLines } from "../protocol/index.ts";
import { protocolFile } from "./study-folder.ts";
import type { TeamDossier } from "./team-dossier.ts";
import { type Decisions, decisionsOn } from "./trace-decisions.ts";
import type { TracedStudy } from "./traced-study.ts";

/** A record of a source file, as it stands there. */
export interface SourceLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** One row of a number, from 1, with its records in the patients and the predictions file. */
export interface TracedRow {
  readonly row: number;
  readonly key: string;
  readonly counted?: boolean;
  readonly records: readonly SourceLine[];
}

/** A trace with the raw text of its rows and of its fields in the protocol: what is printed. */
export interface TraceReport extends Trace {
  readonly shown: readonly TracedRow[];
  /** Line 1 of each file of the rows shown. */
  readonly headers: readonly SourceLine[];
  readonly protocolLines: readonly ProtocolLine[];
  readonly decisions: Decisions;
  readonly files: readonly SourceFile[];
  readonly protocolSha256: string;
  /** In which the rows stand beside what was made of them. */
  readonly rowsFile: { readonly name: string; readonly sha256: string } | undefined;
  readonly seed: number;
  /** Of the run that wrote the dossier; undefined where this workspace has none. */
  readonly entry: LedgerEntry | undefined;
  /** The last run of the protocol, where none of its runs wrote this dossier. */
  readonly other: LedgerEntry | undefined;
}

/** Which rows to read again: the first few, all, or one by its place from 1. */
export type RowChoice = "first" | "all" | number;

const nFirst = 5;

/** Throws a Problem where a row is asked for that the number does not have. */
export async function traceReport(
  trace: Trace,
  study: TracedStudy,
  { dossier, manifest }: TeamDossier,
  choice: RowChoice,
): Promise<Omit<TraceReport, "entry" | "other">> {
  const { shown, headers } = await shownRows(trace, study, choice);
  const read = new Set(headers.map(({ file }) => file));
  const lines = protocolLines(study.protocolText, protocolFile, trace.fields);
  return {
    ...trace,
    shown,
    headers,
    protocolLines: lines,
    decisions: decisionsOn(dossier.trail, lines),
    files: dossier.files.filter(({ name }) => read.has(name)),
    protocolSha256: dossier.protocolSha256,
    rowsFile: trace.rows && manifest.rows.find(({ name }) => name === `rows/${trace.rows!.table}.parquet`),
    seed: dossier.seed,
  };
}

async function shownRows({ rows: selected, estimate }: Trace, study: TracedStudy, choice: RowChoice) {
  if (!selected) {
    if (typeof choice === "number") refuseRow(estimate, choice, 0);
    return { shown: [], headers: [] };
  }
  const { rows, table } = selected;
  const chosen = chosenRows(rows, choice);
  if (typeof choice === "number" && chosen.length === 0) refuseRow(estimate, choice, rows.length);
  const [header, ...own] = await study.records(table, [1, ...chosen.map(({ row: { line } }) => line)]);
  const inPredictions = chosen.map(({ row }) => row).filter(hasPrediction);
  const [otherHeader, ...others] =
    inPredictions.length > 0
      ? await study.records("predictions", [1, ...inPredictions.map(({ predictionLine }) => predictionLine)])
      : [];
  let nOthers = 0;
  const shown = chosen.map(({ row, place }, i): TracedRow => {
    const records = [own[i]!, ...(hasPrediction(row) ? [others[nOthers++]!] : [])];
    return {
      row: place,
      key: row.key,
      ...(row.isCounted === undefined ? {} : { counted: row.isCounted }),
      records: records.map(sourceLine),
    };
  });
  return { shown, headers: [header!, ...(otherHeader ? [otherHeader] : [])].map(sourceLine) };
}

/** Counted rows first, each with its place among all, from 1, which does not depend on what is shown. */
function chosenRows(rows: readonly SelectedRow[], choice: RowChoice) {
  const placed = rows.map((row, i) => ({ row, place: i + 1 }));
  if (typeof choice === "number") return placed.slice(choice - 1, choice);
  const isOther = ({ row }: { readonly row: SelectedRow }) => (row.isCounted === false ? 1 : 0);
  const inOrder = placed.toSorted((a, b) => isOther(a) - isOther(b));
  return choice === "all" ? inOrder : inOrder.slice(0, nFirst);
}

function hasPrediction(row: SelectedRow): row is SelectedRow & { readonly predictionLine: number } {
  return row.predictionLine !== undefined;
}

function sourceLine({ file, line, text }: SourceLine): SourceLine {
  return { file, line, text };
}

function refuseRow({ id }: Estimate, row: number, n: number): never {
  throw new Problem("trace-no-such-row", `${id} is made of ${n} rows; there is no row ${row}`, {
    where: "--row",
    hint: n === 0 ? "leave it out" : `name one from 1 to ${n}`,
  });
}
