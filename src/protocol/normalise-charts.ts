import { given, type Normalising } from "./normalising.ts";
import type { Protocol } from "./protocol.ts";
import type { ChartSample, ExtractedValue, ExtractionLimits, Extractions } from "./protocol-charts.ts";
import type { ProtocolInput } from "./schema.ts";
import type { Path } from "./yaml-source.ts";

type ExtractionsInput = NonNullable<ProtocolInput["extractions"]>;
type ValueInput = ExtractionsInput["values"][string];
type SampleInput = NonNullable<ExtractionsInput["sample"]>;

const mostValues = 20;
const sourceColumns = ["source_file", "source_line"];

/** Values that a model read out of text, where the protocol names their file. */
export function normaliseExtractions(work: Normalising): Pick<Protocol, "extractions"> {
  const { extractions: input } = work.input;
  if (input === undefined) return {};
  const { file, key, patient } = input;
  const values = Object.entries(input.values);
  refuseNumberOf(work, values.length);
  refuseSameNames(
    work,
    values.map(([name]) => name),
  );
  refuseOtherFile(work, ["extractions", "file"], file);
  const path = (...rest: Path) => ["extractions", ...rest];
  refuseSharedColumns(work, [
    [path("key"), key],
    ...(patient === undefined ? [] : [[path("patient"), patient] as const]),
    ...(input.sample ? [[path("sample", "stratum"), input.sample.stratum] as const] : []),
    ...values.flatMap(([name, { model, human }]) => [
      [path("values", name, "model"), model] as const,
      [path("values", name, "human"), human] as const,
    ]),
  ]);
  if (patient !== undefined && input.sample)
    work.contradiction(
      path("sample"),
      "several charts of a patient, drawn at different rates",
      "draw patients and give one chart of each, or leave out sample",
    );
  const extractions: Extractions = given({
    file,
    key,
    patient,
    sample: input.sample && sampleOf(input.sample),
    values: values.map(([name, value]) => extractedValue(work, name, value)),
  });
  return { extractions };
}

function refuseNumberOf(work: Normalising, n: number): void {
  if (n > 0 && n <= mostValues) return;
  work.contradiction(
    ["extractions", "values"],
    n === 0 ? "no value is named" : `${n} values are more than ${mostValues}`,
    n === 0 ? "name at least one, or leave out extractions" : "keep those that someone decides on",
  );
}

/** The written rows have a column for each value, and column names do not differ in case alone. */
function refuseSameNames(work: Normalising, names: readonly string[]): void {
  const folded = names.map((name) => name.toLowerCase());
  folded.forEach((name, i) => {
    if (folded.indexOf(name) < i)
      work.contradiction(
        ["extractions", "values", names[i]!],
        `"${names[i]}" differs from another value in case alone`,
        "give each a name of its own",
      );
  });
}

/** One file is read in one way. */
export function refuseOtherFile(work: Normalising, path: Path, file: string): void {
  const { patients, predictions, development } = work.input.data;
  const others = [patients.file, predictions.file, ...(development ? [development.file] : [])];
  if (!others.includes(file)) return;
  work.contradiction(
    path,
    `"${file}" is one of the study's tables already`,
    "give the charts a file of their own",
  );
}

/** Each column is read in one way, and stands in the written rows under its name, where case does not tell names apart. */
export function refuseSharedColumns(work: Normalising, columns: readonly (readonly [Path, string])[]): void {
  columns.forEach(([path, column], i) => {
    const before = columns.findIndex(([, other]) => other.toLowerCase() === column.toLowerCase());
    if (sourceColumns.includes(column.toLowerCase()))
      work.contradiction(
        path,
        `"${column}" is kept for the place in the file`,
        "rename the column, in the table as well",
      );
    if (before < i)
      work.contradiction(
        path,
        `the column "${column}" has another meaning, too: ${columns[before]![0].join(".")}`,
        "name a column of its own",
      );
  });
}

export function sampleOf({ stratum, sizes }: SampleInput): ChartSample {
  return { stratum, strata: Object.entries(sizes).map(([name, size]) => ({ name, size })) };
}

const ofKind = {
  category: ["levels"],
  number: ["unit", "tolerance"],
  date: ["within_days"],
} as const satisfies Record<ValueInput["kind"], readonly (keyof ValueInput)[]>;

function extractedValue(work: Normalising, name: string, input: ValueInput): ExtractedValue {
  const path = ["extractions", "values", name];
  const { kind, model, human, label = name } = input;
  for (const [other, fields] of Object.entries(ofKind))
    for (const field of fields)
      if (other !== kind && input[field] !== undefined)
        work.contradiction([...path, field], `a ${kind} has no ${field}`, "remove it, or correct the kind");
  const base = { name, label, model, human, limits: limitsOf(input) };
  if (kind === "number") {
    if (input.unit === undefined)
      work.contradiction(
        path,
        `"${name}" is a number without a unit`,
        "add unit; count for a number of things",
      );
    return { ...base, kind, tolerance: input.tolerance ?? 0, unit: input.unit ?? "" };
  }
  if (kind === "date") return { ...base, kind, withinDays: input.within_days ?? 0 };
  if (input.levels === undefined)
    work.contradiction(path, `"${name}" is a category without levels`, "list every value that may occur");
  const codes = (input.levels ?? []).map(String);
  codes.forEach((code, i) => {
    if (codes.indexOf(code) < i)
      work.contradiction([...path, "levels", i], `level ${code} stands twice`, "keep one of them");
  });
  const reserved = codes.indexOf("no value");
  if (reserved >= 0)
    work.contradiction(
      [...path, "levels", reserved],
      'no value is an empty cell, and no level is called "no value"',
      "empty these cells in the file, and take the level out",
    );
  return { ...base, kind, levels: codes };
}

function limitsOf(input: ValueInput): ExtractionLimits {
  return given({
    agreement: input.agreement_at_least,
    missed: input.missed_at_most,
    invented: input.invented_at_most,
  });
}
