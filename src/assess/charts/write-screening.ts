import type { Store, WrittenFile } from "../../data/index.ts";
import { type TrialMatching, trialSteps } from "../../protocol/index.ts";
import { screeningTable } from "./load-screening.ts";
import { chartStates, type ScreeningRows } from "./screening-rows.ts";

/** Writes each screened chart with its steps and whether it tells them. */
export async function writeScreening(
  store: Store,
  { key, steps, sample, by }: TrialMatching,
  { state }: ScreeningRows,
  file: string,
): Promise<WrittenFile> {
  const into = `arranged_${screeningTable}`;
  await store.arrange({
    table: screeningTable,
    columns: [
      key,
      ...trialSteps.map((step) => steps[step]),
      ...(sample ? [sample.stratum] : []),
      ...by.map(({ column }) => column),
    ],
    into,
  });
  return store.writeParquet({
    table: into,
    // A space, which no column of a protocol has.
    computed: [{ name: "chart state", codes: state, levels: chartStates }],
    file,
  });
}
