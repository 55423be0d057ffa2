import type { Store, WrittenFile } from "../data/index.ts";
import type { Protocol } from "../protocol/index.ts";
import { horizonStatus, horizonWeights } from "../stats/censoring.ts";
import type { BuiltCohort } from "./build-cohort.ts";
import { primaryReading } from "./cohort.ts";
import { studyTable } from "./load-study.ts";
import { flaggedFrom } from "./operating-point.ts";

const statusNames = ["event-free", "event", "unknown"] as const;

/**
 * Writes one row a kept patient: key, source file and line, prediction line, and what the estimates were made from at
 * the primary horizon. A patient whose endpoint is not recorded has missing values there.
 */
export async function writeRows(
  store: Store,
  protocol: Protocol,
  built: BuiltCohort,
  file: string,
): Promise<WrittenFile> {
  const { cohort, isAnalysed } = built;
  const reading = primaryReading(cohort);
  const followUp = { time: cohort.time, event: cohort.event, horizon: reading.atDays };
  const status = horizonStatus(followUp);
  const weight = horizonWeights(followUp);
  const threshold = flaggedFrom(protocol.operatingPoint);
  const spread = (values: ArrayLike<number>) => {
    const all = new Float64Array(isAnalysed.length).fill(Number.NaN);
    for (let row = 0, i = 0; row < all.length; row++) if (isAnalysed[row]) all[row] = values[i++]!;
    return all;
  };
  const codes = new Int32Array(isAnalysed.length).fill(-1);
  const flagged = new Int32Array(isAnalysed.length).fill(-1);
  for (let row = 0, i = 0; row < codes.length; row++) {
    if (!isAnalysed[row]) continue;
    codes[row] = status[i]!;
    flagged[row] = reading.risk[i]! >= threshold ? 1 : 0;
    i++;
  }
  return store.writeParquet({
    table: studyTable,
    rows: "kept",
    orderBy: [protocol.endpoint.time.column],
    columns: [protocol.data.patients.key, "prediction_line"],
    computed: [
      { name: "time_days", values: spread(cohort.time) },
      { name: "event", values: spread(cohort.event) },
      { name: "risk", values: spread(reading.risk) },
      { name: "status", codes, levels: statusNames },
      { name: "weight", values: spread(weight) },
      { name: "flagged", codes: flagged, levels: ["no", "yes"] },
    ],
    file,
  });
}
