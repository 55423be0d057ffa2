import type { Store } from "../../data/index.ts";
import type { ExtractedValue, Protocol } from "../../protocol/index.ts";
import { variableAt } from "./conditions.ts";
import type { ExtractionCondition, NumberPlace } from "./provenance.ts";
import { type RowTest, type TableColumns, tableColumns, valueIn } from "./study-columns.ts";

/** Written out again here and beneath, so that a trace does not ask the code that made a number. */
const extractionsTable = "extractions";
const unitChanges = [10, 100, 1000, 2.54, 0.45359237];
const [nearRatio, roundingError] = [0.01, 1e-12];

export async function extractionColumns(
  store: Store,
  { extractions }: Protocol,
): Promise<TableColumns | null> {
  if (!extractions) return null;
  const { file, key, sample, values } = extractions;
  const columns = [
    key,
    ...(sample ? [sample.stratum] : []),
    ...values.flatMap((one) => [one.model, one.human]),
  ];
  const set = await store.columns({ table: extractionsTable, columns });
  return tableColumns(set, { table: extractionsTable, file, key });
}

/** The charts that a number is of: all, or those of the stratum of the draw after `~`. */
export function isOfSample(
  { columns }: TableColumns,
  sample: { readonly stratum: string } | undefined,
  { stratum = "" }: NumberPlace,
): RowTest {
  const [, drawn] = stratum.split("~");
  if (drawn === undefined) return () => true;
  const column = sample && columns.get(sample.stratum);
  if (!column) throw new Error("the protocol names no strata of charts");
  return (row) => valueIn(column, row) === drawn;
}

/** What may be asked of a chart about the value that a number is of. */
export function extractionConditions(
  { columns }: TableColumns,
  { extractions }: Protocol,
  { stratum = "", cell }: NumberPlace,
): Readonly<Record<ExtractionCondition, () => RowTest>> {
  const { name, level } = variableAt({ stratum: stratum.split("~")[0]! });
  const rule = extractions?.values.find((one) => one.name === name);
  const read = (side: "model" | "human") => {
    const column = rule && columns.get(rule[side]);
    if (!column) throw new Error(`the protocol compares no value "${name}"`);
    return (row: number) => valueIn(column, row);
  };
  const asked =
    (test: (e: number | string | undefined, a: number | string | undefined) => boolean) => (): RowTest => {
      const [model, human] = [read("model"), read("human")];
      return (row) => test(model(row), human(row));
    };
  const code = (place: number | undefined) =>
    rule?.kind === "category" && place !== undefined ? rule.levels[place - 1] : undefined;
  const dates = (test: (e: Date, a: Date) => boolean) =>
    asked((e, a) => test(new Date(Number(e) * 86_400_000), new Date(Number(a) * 86_400_000)));
  const differ = (e: Date, a: Date) => e.getTime() !== a.getTime();
  return {
    "the chart has a value": asked((_, a) => a !== undefined),
    "the chart has no value": asked((_, a) => a === undefined),
    "the model gives a value": asked((e) => e !== undefined),
    "the model gives no value": asked((e) => e === undefined),
    "model and chart agree": asked((e, a) => rule !== undefined && areOne(rule, e, a)),
    "exactly the same": asked((e, a) => e === a),
    "the chart says the level": asked((_, a) => a !== undefined && a === code(level)),
    "the model gives the level": asked((e) => e !== undefined && e === code(level)),
    "in the cell": asked((e, a) => a === code(cell?.[0]) && e === code(cell?.[1])),
    "explained by a change of unit": asked(
      (e, a) => rule !== undefined && !areOne(rule, e, a) && isUnitChange(Number(e) / Number(a)),
    ),
    "in the same month": dates(
      (e, a) => e.getUTCFullYear() === a.getUTCFullYear() && e.getUTCMonth() === a.getUTCMonth(),
    ),
    "the model's is earlier": asked((e, a) => Number(e) < Number(a)),
    "the model's is later": asked((e, a) => Number(e) > Number(a)),
    "day and month exchanged": dates(
      (e, a) =>
        differ(e, a) &&
        e.getUTCFullYear() === a.getUTCFullYear() &&
        e.getUTCMonth() + 1 === a.getUTCDate() &&
        e.getUTCDate() === a.getUTCMonth() + 1,
    ),
    "another year, the same day and month": dates(
      (e, a) =>
        e.getUTCFullYear() !== a.getUTCFullYear() &&
        e.getUTCMonth() === a.getUTCMonth() &&
        e.getUTCDate() === a.getUTCDate(),
    ),
  };
}

/** Asked of charts with both values only. */
function areOne(
  rule: ExtractedValue,
  e: number | string | undefined,
  a: number | string | undefined,
): boolean {
  if (e === undefined || a === undefined) return false;
  if (rule.kind === "category") return e === a;
  const [x, y] = [Number(e), Number(a)];
  const allowed =
    rule.kind === "date"
      ? rule.withinDays
      : rule.tolerance + roundingError * Math.max(Math.abs(x), Math.abs(y));
  return Math.abs(x - y) <= allowed;
}

function isUnitChange(ratio: number): boolean {
  return unitChanges.some(
    (factor) => Math.abs(ratio / factor - 1) <= nearRatio || Math.abs(ratio * factor - 1) <= nearRatio,
  );
}
