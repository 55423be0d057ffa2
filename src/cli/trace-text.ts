import type { SelectedRows } from "../assess/index.ts";
import type { Check } from "../decide/index.ts";
import { type Estimate, isKnown } from "../evidence/estimate.ts";
import { formatCount, formatPart } from "../evidence/format.ts";
import { saidOf } from "../evidence/noun.ts";
import { decisionTexts } from "./trace-decisions.ts";
import type { TracedRow, TraceReport } from "./trace-report.ts";

/** What is said of a dossier that the ledger neither knows nor contradicts. */
export const notRecorded =
  "the dossier is not recorded in this workspace: whether it is as it was written was not checked";

/** A trace for a terminal: one fact a line, its name in front. */
export function traceText(report: TraceReport): string {
  const { estimate, measure, inputs, protocolLines, files, rowsFile, protocolSha256, seed } = report;
  return [
    `${estimate.id}  ${estimate.label}`,
    fact("value", formatPart(estimate, "both")),
    ...(isKnown(estimate) ? [fact("exactly", String(estimate.value))] : []),
    fact("base", estimate.n === 0 && !report.rows ? "none: no row is counted" : baseText(estimate)),
    fact("definition", measure.definition),
    fact("equation", measure.equation),
    fact("method", estimate.method),
    fact("source", measure.source),
    ...inputs.map((input) => fact("made from", `${input.id}  ${formatPart(input, "both")}`)),
    ...protocolLines.map(({ path, line, text }) =>
      fact("protocol", `protocol.yaml:${line} ${path}  ${text.trim()}`),
    ),
    ...decisionTexts(report.decisions).map(([name, text]) => fact(name, text)),
    ...rowLines(report),
    ...report.needed.map(({ given, requirement, equation, from }) =>
      fact(
        "needed",
        `about n = ${formatCount(given)} for ${requirement}: ${equation}; from ${from ?? "no number"}`,
      ),
    ),
    ...checkLines(report),
    ...files.map(({ name, sha256 }) => fact("file", `${name}  sha256 ${sha256}`)),
    ...(rowsFile ? [fact("file", `team/${rowsFile.name}  sha256 ${rowsFile.sha256}`)] : []),
    fact("protocol", `sha256 ${protocolSha256}, seed ${seed}`),
    fact("ledger", entryText(report)),
    "",
  ].join("\n");
}

function entryText({ entry, other }: TraceReport): string {
  if (other !== undefined) return "it has runs of this protocol, and none of them wrote this dossier";
  if (entry === undefined) return notRecorded;
  return `${entry.ledger} record ${entry.index}  leaf ${entry.leaf}, ${entry.time}`;
}

function fact(name: string, text: string): string {
  return `${name.padEnd(11)} ${text}`;
}

function baseText(estimate: Estimate): string {
  const { horizon, stratum, evidence } = estimate;
  const events =
    "events" in estimate && estimate.events !== undefined ? `${formatCount(estimate.events)} events` : null;
  const facts = [`n ${formatPart(estimate, "n")}`, events, horizon, stratum, evidence];
  return facts.filter((one) => one !== null && one !== undefined).join(", ");
}

function rowLines({ rows, shown, headers }: TraceReport): string[] {
  if (!rows) return [fact("rows", "none of its own")];
  return [
    fact("rows", `${formatCount(rows.rows.length)} in ${rows.file}: ${rowsText(rows)}`),
    ...headers.map(({ file, line, text }) => fact("columns", `${file}:${line}  ${text}`)),
    ...shown.flatMap(rowText),
    ...(shown.length < rows.rows.length
      ? [fact("", `${formatCount(rows.rows.length - shown.length)} more: --all-rows, or --row <n>`)]
      : []),
  ];
}

/** "patients analysed of age:65+, event by the horizon; counted where flagged" */
function rowsText({ population, unit, group, of, counted, rows }: SelectedRows): string {
  const isMarked = rows.some(({ isCounted }) => isCounted !== undefined);
  const conditions = isMarked ? of : [...of, ...counted];
  const named = unit ? saidOf(unit, population) : population;
  const chosen = [`${named}${group === undefined ? "" : ` (${group})`}`, ...conditions].join(", ");
  return isMarked ? `${chosen}; counted where ${counted.join(", ")}` : chosen;
}

function rowText({ row, counted, records }: TracedRow): string[] {
  const mark = counted === undefined ? "" : counted ? "  [counted]" : "  [not counted]";
  return records.map(({ file, line, text }, i) =>
    fact(i === 0 ? `row ${row}` : "", `${file}:${line}  ${text}${i === 0 ? mark : ""}`),
  );
}

const partNames: Readonly<Record<Check["part"], string>> = {
  value: "value",
  n: "n",
  events: "events",
  numerator: "counted",
  denominator: "of",
  needed: "size needed",
};

/** Where the value itself is not counted or calculated again, the counts alone are said to agree. */
function agreesText({ estimate, checks }: TraceReport, isFraction: boolean): string {
  const isWeighted = isFraction && "method" in estimate && /\bIPCW\b/.test(estimate.method);
  const isValueChecked = checks.some(({ part }) => part === "value");
  if (isValueChecked) return "yes";
  return isWeighted
    ? "yes, the counts; the value is weighted for censoring and differs from their fraction"
    : "yes, the counts; the value is not computed again: probity evaluate gives the same bytes anew";
}

/** A number of which nothing is counted or calculated again says so. */
function notRecounted({ estimate, rows }: TraceReport): string {
  if ("hidden" in estimate) return "no: the number is hidden";
  return rows === undefined && estimate.n === 0
    ? "no: an input that the protocol gives"
    : "no: the value is not computed again; probity evaluate gives the same bytes anew";
}

/** What was counted or calculated again, and whether the dossier says the same. */
function checkLines(report: TraceReport): string[] {
  const { checks, rows, calculated, other } = report;
  const changed = other && [
    fact(
      "DIFFERS",
      `dossier: no run of this protocol wrote it; the last is record ${other.index}, ${other.time}`,
    ),
  ];
  const recounted = checks.filter(({ part }) => part !== "needed");
  if (recounted.length === 0 && checks.every(({ agrees }) => agrees))
    return changed ?? [fact("recounted", notRecounted(report))];
  const wrong = checks.filter(({ agrees }) => !agrees);
  const has = (part: Check["part"]) => checks.some((check) => check.part === part);
  const isFraction = rows?.rows.some(({ isCounted }) => isCounted !== undefined) ?? false;
  const counts = rows
    ? [
        isFraction
          ? `${formatCount(rows.numerator)} of ${formatCount(rows.denominator)}`
          : `${formatCount(rows.rows.length)} rows`,
        `n ${formatCount(rows.n)}`,
        has("events") ? `${formatCount(rows.events)} events` : null,
      ]
    : [];
  const text = counts.filter((one) => one !== null).join(", ");
  return [
    ...(text === "" ? [] : [fact("recounted", text)]),
    ...(calculated === undefined ? [] : [fact("calculated", String(calculated))]),
    ...(changed ?? []),
    ...(wrong.length === 0 && !changed ? [fact("agrees", agreesText(report, isFraction))] : []),
    ...wrong.map(({ part, given, found }) =>
      fact("DIFFERS", `${partNames[part]}: the dossier says ${given}, found ${found}`),
    ),
  ];
}
