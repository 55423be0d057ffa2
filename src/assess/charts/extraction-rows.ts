import type { Column, ColumnSet, Store } from "../../data/index.ts";
import type { ChartSample, ExtractedValue, Extractions } from "../../protocol/index.ts";
import type { Presence } from "../../stats/extracted-presence.ts";
import type { ReviewSample } from "../../stats/stratified-review.ts";
import { extractionsTable } from "./load-extractions.ts";

/** What a row says of one value; every row says one of these. */
export const extractionAnswers = ["agree", "differ", "missed", "invented", "neither"] as const;
export type ExtractionAnswer = (typeof extractionAnswers)[number];

/** Charts with what the model gave and what a person found, in the order of the file. */
export interface ExtractionRows {
  readonly file: string;
  readonly n: number;
  readonly sourceLine: Int32Array;
  /** Patient of a chart, where patients have several. */
  readonly cluster?: Uint32Array;
  readonly sample?: ReviewSample & { readonly names: readonly string[] };
  readonly values: readonly ReadValue[];
}

/** Both columns of a value as numbers: codes of the levels, the numbers themselves, or days since 1970-01-01. */
export interface ReadValue {
  readonly rule: ExtractedValue;
  readonly presence: Presence;
  readonly extracted: Float64Array;
  readonly abstracted: Float64Array;
}

export async function extractionRows(store: Store, extractions: Extractions): Promise<ExtractionRows> {
  const { file, patient, sample, values } = extractions;
  const set = await store.columns({
    table: extractionsTable,
    columns: [
      ...(patient === undefined ? [] : [patient]),
      ...(sample ? [sample.stratum] : []),
      ...values.flatMap(({ model, human }) => [model, human]),
    ],
  });
  const cluster = patient === undefined ? undefined : Uint32Array.from(textOf(set, patient).codes);
  return {
    file,
    n: set.n,
    sourceLine: set.sourceLine,
    ...(cluster ? { cluster } : {}),
    ...(sample ? { sample: sampleIn(set, sample) } : {}),
    values: values.map((rule): ReadValue => {
      const [extracted, abstracted] = [rule.model, rule.human].map((name) => numbersIn(set, name, rule));
      const isThere = (column: Float64Array) => Uint8Array.from(column, (x) => +!Number.isNaN(x));
      const presence = { isExtracted: isThere(extracted!), isAbstracted: isThere(abstracted!) };
      return {
        rule,
        presence: { ...presence, ...(cluster ? { cluster } : {}) },
        extracted: extracted!,
        abstracted: abstracted!,
      };
    }),
  };
}

export function sampleIn(
  set: ColumnSet,
  { stratum, strata }: ChartSample,
): ExtractionRows["sample"] & object {
  const { codes, levels } = textOf(set, stratum);
  const names = strata.map(({ name }) => name);
  return {
    names,
    stratum: Uint16Array.from(codes, (code) => names.indexOf(levels[code]!)),
    sizes: Float64Array.from(strata, ({ size }) => size),
  };
}

/** Missing is NaN. */
function numbersIn(set: ColumnSet, name: string, rule: ExtractedValue): Float64Array {
  const column = set.columns.get(name);
  if (rule.kind !== "category") {
    if (column?.kind !== rule.kind) throw new Error(`column ${name} is no ${rule.kind}`);
    return column.values;
  }
  const { codes, levels } = textOf(set, name);
  const place = new Map(rule.levels.map((code, i) => [code, i]));
  return Float64Array.from(codes, (code) => (code < 0 ? Number.NaN : place.get(levels[code]!)!));
}

function textOf({ columns }: ColumnSet, name: string): Column & { readonly kind: "text" } {
  const column = columns.get(name);
  if (column?.kind !== "text") throw new Error(`column ${name} is not text`);
  return column;
}
