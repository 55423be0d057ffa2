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
  const { cohort, keptRow, nKept } = built;
  const { time, event } = cohort;
  const { risk, sample } = primaryReading(cohort);
  const threshold = flaggedFrom(protocol.operatingPoint);
  const columns = {
    time: new Float64Array(nKept).fill(Number.NaN),
    event: new Int32Array(nKept).fill(-1),
    risk: new Float64Array(nKept).fill(Number.NaN),
    status: new Int32Array(nKept).fill(-1),
    weight: new Float64Array(nKept).fill(Number.NaN),
    flagged: new Int32Array(nKept).fill(-1),
  };
  for (let i = 0; i < keptRow.length; i++) {
    const row = keptRow[i]!;
    columns.time[row] = time[i]!;
    columns.event[row] = event[i]!;
    columns.risk[row] = risk[i]!;
    columns.status[row] = sample.status[i]!;
    columns.weight[row] = sample.weight[i]!;
    columns.flagged[row] = risk[i]! >= threshold ? 1 : 0;
  }
  return store.writeParquet({
    table: studyTable,
    rows: "kept",
    columns: [protocol.data.patients.key, predictionLine],
    computed: [
      { name: "time_days", values: columns.time },
      { name: "event", codes: columns.event, levels: [0, 1] },
      { name: "risk", values: columns.risk },
      { name: "status", codes: columns.status, levels: statusNames },
      { name: "weight", values: columns.weight },
      { name: "flagged", codes: columns.flagged, levels: ["no", "yes"] },
    ],
    file,
  });
}
