import type { Store, WrittenFile } from "../data/index.ts";
import type { Protocol } from "../protocol/index.ts";
import type { BuiltCohort } from "./build-cohort.ts";
import { primaryReading } from "./cohort.ts";
import { predictionLine } from "./column-names.ts";
import { studyTable } from "./load-study.ts";
import { flaggedFrom } from "./operating-point.ts";

const statusNames = ["event-free", "event", "unknown"] as const;

/**
 * Writes one row a kept patient: key, source file and line, prediction line, and what the estimates were made from at
 * the primary horizon, in the order of the source. A patient whose endpoint is not recorded has missing values there.
 */
export async function writeRows(
  store: Store,
  protocol: Protocol,
  built: BuiltCohort,
  file: string,
): Promise<WrittenFile> {
  const { time, event } = built.cohort;
  const { risk, sample } = primaryReading(built.cohort);
  const threshold = flaggedFrom(protocol.operatingPoint);
  return store.writeParquet({
    table: studyTable,
    rows: "kept",
    columns: [protocol.data.patients.key, predictionLine],
    computed: [
      { name: "time_days", values: valuesBySource(built, time) },
      { name: "event", codes: codesBySource(built, event), levels: [0, 1] },
      { name: "risk", values: valuesBySource(built, risk) },
      { name: "status", codes: codesBySource(built, sample.status), levels: statusNames },
      { name: "weight", values: valuesBySource(built, sample.weight) },
      { name: "flagged", codes: codesBySource(built, flagsFrom(risk, threshold)), levels: ["no", "yes"] },
    ],
    file,
  });
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
