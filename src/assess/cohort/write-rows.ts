import type { ComputedColumn, Store, WrittenFile } from "../../data/index.ts";
import type { Protocol } from "../../protocol/index.ts";
import { flaggedFrom } from "../performance/operating-point.ts";
import type { BuiltCohort } from "./build-cohort.ts";
import { primaryReading, type TimedCohort } from "./cohort.ts";
import { predictionLine } from "./column-names.ts";
import { studyTable } from "./load-study.ts";

const arrangedTable = "arranged_study";
const statusNames = ["event-free", "event", "unknown"] as const;

/**
 * Writes one row for each row kept: key, source file and line, prediction line, and what the estimates were made from at
 * the primary horizon, in the order of the source. Where the endpoint is not recorded the values are missing there. Time,
 * status and weight are of patients who are followed; where a patient may have several rows, each says whose it is.
 */
export async function writeRows(
  store: Store,
  protocol: Protocol,
  built: BuiltCohort,
  file: string,
): Promise<WrittenFile> {
  const { cohort } = built;
  const { risk } = primaryReading(cohort);
  const threshold = flaggedFrom(protocol.operatingPoint);
  const { key, patient } = protocol.data.patients;
  // The engine arranges its own columns while those that are computed are made here.
  const arranging = store.arrange({
    table: studyTable,
    rows: "kept",
    columns: [key, ...(patient === undefined ? [] : [patient]), predictionLine],
    into: arrangedTable,
  });
  const event: ComputedColumn = { name: "event", codes: codesBySource(built, cohort.event), levels: [0, 1] };
  const flagged: ComputedColumn = {
    name: "flagged",
    codes: codesBySource(built, flagsFrom(risk, threshold)),
    levels: ["no", "yes"],
  };
  const risks: ComputedColumn = { name: "risk", values: valuesBySource(built, risk) };
  const replaced = replacedColumns(built, protocol);
  const computed =
    cohort.kind === "binary"
      ? [event, risks, flagged, ...replaced]
      : [timeColumn(built, cohort), event, risks, ...weightColumns(built, cohort), flagged, ...replaced];
  const [, written] = await Promise.all([
    arranging,
    store.writeParquet({ table: arrangedTable, computed, file }),
  ]);
  return written;
}

function replacedColumns(built: BuiltCohort, { replaces }: Protocol): ComputedColumn[] {
  const risk = built.cohort.replacedRisk;
  if (!replaces || !risk) return [];
  const flags = flagsFrom(risk, flaggedFrom(replaces));
  return [
    { name: "replaced_risk", values: valuesBySource(built, risk) },
    { name: "replaced_flagged", codes: codesBySource(built, flags), levels: ["no", "yes"] },
  ];
}

function timeColumn(built: BuiltCohort, { time }: TimedCohort): ComputedColumn {
  return { name: "time_days", values: valuesBySource(built, time) };
}

function weightColumns(built: BuiltCohort, cohort: TimedCohort): ComputedColumn[] {
  const { sample } = primaryReading(cohort);
  return [
    { name: "status", codes: codesBySource(built, sample.status), levels: statusNames },
    { name: "weight", values: valuesBySource(built, sample.weight) },
  ];
}

/** In the order of the kept rows; NaN for a patient outside the cohort. One column at a time stays in the cache. */
function valuesBySource({ keptRow, nKept }: BuiltCohort, values: Float64Array): Float64Array {
  const bySource = new Float64Array(nKept).fill(Number.NaN);
  for (let i = 0; i < keptRow.length; i++) bySource[keptRow[i]!] = values[i]!;
  return bySource;
}

/** As `valuesBySource`; −1 for a patient outside the cohort. */
function codesBySource({ keptRow, nKept }: BuiltCohort, codes: Uint8Array): Int8Array {
  const bySource = new Int8Array(nKept).fill(-1);
  for (let i = 0; i < keptRow.length; i++) bySource[keptRow[i]!] = codes[i]!;
  return bySource;
}

function flagsFrom(risk: Float64Array, threshold: number): Uint8Array {
  const flags = new Uint8Array(risk.length);
  for (let i = 0; i < risk.length; i++) if (risk[i]! >= threshold) flags[i] = 1;
  return flags;
}
