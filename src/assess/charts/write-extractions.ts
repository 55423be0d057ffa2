import type { Store, WrittenFile } from "../../data/index.ts";
import type { Extractions } from "../../protocol/index.ts";
import type { ValueEstimates } from "./extraction-estimates.ts";
import { extractionAnswers } from "./extraction-rows.ts";
import { extractionsTable } from "./load-extractions.ts";

/** Writes each chart with both columns of every value and what they say: where a disagreement is found again. */
export async function writeExtractions(
  store: Store,
  { key, patient, sample, values }: Extractions,
  found: readonly Pick<ValueEstimates, "value" | "answers">[],
  file: string,
): Promise<WrittenFile> {
  const into = `arranged_${extractionsTable}`;
  await store.arrange({
    table: extractionsTable,
    columns: [
      key,
      ...(patient === undefined ? [] : [patient]),
      ...(sample ? [sample.stratum] : []),
      ...values.flatMap(({ model, human }) => [model, human]),
    ],
    into,
  });
  return store.writeParquet({
    table: into,
    // A space, which no column of a protocol has.
    computed: found.map(({ value, answers }) => {
      return { name: `${value.rule.name} answer`, codes: answers, levels: extractionAnswers };
    }),
    file,
  });
}
