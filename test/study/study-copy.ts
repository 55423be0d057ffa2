import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const bundledStudy = fileURLToPath(new URL("../../studies/breast-recurrence", import.meta.url));

/** One row of a table: text cells by column name. */
export type Row = Readonly<Record<string, string>>;

export interface StudyEdits {
  /** The protocol's text, or how it differs from the bundled one. */
  readonly protocol?: (text: string) => string;
  /** Which women stay, in order; predictions follow. */
  readonly patients?: (rows: readonly Row[]) => readonly Row[];
  /** Given the bundled predictions of the women who stayed. */
  readonly predictions?: (rows: readonly Row[]) => readonly Row[];
  /** Without the Rotterdam table, which takes the longest to read. */
  readonly withoutDevelopment?: boolean;
  /** As if its protocol had never been locked, so that the test may edit it. */
  readonly unlocked?: boolean;
}

/** A temporary folder for one test file. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "probity-study-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Copies the bundled study to `into` and applies the edits; returns the folder. */
export function copyStudy(into: string, edits: StudyEdits = {}): string {
  mkdirSync(into, { recursive: true });
  for (const file of ["protocol.yaml", "gbsg.csv", "predictions.csv", "rotterdam.csv", "model.json"])
    cpSync(join(bundledStudy, file), join(into, file));
  copyReceipts(into, edits.protocol === undefined && !edits.withoutDevelopment && !edits.unlocked);
  if (edits.withoutDevelopment) {
    rmSync(join(into, "rotterdam.csv"));
    editText(join(into, "protocol.yaml"), withoutDevelopment);
  }
  if (edits.protocol) editText(join(into, "protocol.yaml"), edits.protocol);
  if (!edits.patients && !edits.predictions) return into;
  const patients = readRows(join(into, "gbsg.csv"));
  const kept = edits.patients ? edits.patients(patients) : patients;
  const keys = new Set(kept.map(({ pid }) => pid));
  const matched = readRows(join(into, "predictions.csv")).filter(({ pid }) => keys.has(pid));
  writeRows(join(into, "gbsg.csv"), Object.keys(patients[0]!), kept);
  const scored = edits.predictions ? edits.predictions(matched) : matched;
  const columns = ["pid", "risk_12m", "risk_24m", "risk_60m", ...Object.keys(scored[0] ?? {})];
  writeRows(join(into, "predictions.csv"), [...new Set(columns)], scored);
  return into;
}

/** An edited protocol is one that was never locked. */
function copyReceipts(into: string, withLock: boolean): void {
  mkdirSync(join(into, "receipts"));
  for (const name of readdirSync(join(bundledStudy, "receipts"))) {
    if (!withLock && !name.includes("acknowledgement")) continue;
    cpSync(join(bundledStudy, "receipts", name), join(into, "receipts", name));
  }
}

function withoutDevelopment(protocol: string): string {
  const block = /^ {2}development:\n(?: {4}.*\n)+/m;
  return replaced(protocol, block, "").replaceAll(/, development: \w+ }/g, " }");
}

/** Replaces one part of a text; throws where it is not there, so that no edit is lost in silence. */
export function replaced(text: string, part: string | RegExp, by: string): string {
  const found = typeof part === "string" ? text.includes(part) : part.test(text);
  if (!found) throw new Error(`the text has no ${String(part)}`);
  return text.replace(part, by);
}

export function editText(file: string, edit: (text: string) => string): void {
  writeFileSync(file, edit(readFileSync(file, "utf8")));
}

export function readRows(file: string): Row[] {
  const [header, ...lines] = readFileSync(file, "utf8").trimEnd().split("\n").map(cellsOf);
  return lines.map((cells) => Object.fromEntries(header!.map((name, j) => [name, cells[j]!])));
}

function cellsOf(line: string): string[] {
  return line.split(",").map((cell) => cell.replace(/^"(.*)"$/, "$1"));
}

function writeRows(file: string, columns: readonly string[], rows: readonly Row[]): void {
  const lines = rows.map((row) => columns.map((column) => row[column]!).join(","));
  writeFileSync(file, `${[columns.join(","), ...lines].join("\n")}\n`);
}
