import type { Store } from "../../data/index.ts";
import type { Protocol, TrialMatching } from "../../protocol/index.ts";
import type { NumberPlace, ScreeningCondition } from "./provenance.ts";
import { type RowTest, type TableColumns, tableColumns, valueIn } from "./study-columns.ts";

const screeningTable = "screening";

export async function screeningColumns(
  store: Store,
  { trialMatching }: Protocol,
): Promise<TableColumns | null> {
  if (!trialMatching) return null;
  const { file, key, steps, sample, by } = trialMatching;
  const columns = [
    ...[key, steps.eligible, steps.identified, steps.confirmed, steps.consented],
    ...(sample ? [sample.stratum] : []),
    ...by.map(({ column }) => column),
  ];
  const set = await store.columns({ table: screeningTable, columns });
  return tableColumns(set, { table: screeningTable, file, key });
}

/** The charts of a number's group, `sex:F`, or of a stratum of the draw, `charts~named`. */
export function isOfScreened(
  { columns }: TableColumns,
  { sample }: TrialMatching,
  { stratum }: NumberPlace,
): RowTest {
  if (stratum === undefined) return () => true;
  const [name, value] = stratum.startsWith("charts~")
    ? [sample?.stratum ?? "", stratum.slice("charts~".length)]
    : [stratum.slice(0, stratum.indexOf(":")), stratum.slice(stratum.indexOf(":") + 1)];
  const column = columns.get(name);
  if (!column) throw new Error(`the protocol reports no charts by "${stratum}"`);
  return (row) => (valueIn(column, row) ?? "missing") === value;
}

/** What may be asked of a screened chart; written out again here, so that a trace does not ask the code that made a number. */
export function screeningConditions(
  { columns }: TableColumns,
  { steps, kind }: TrialMatching,
): Readonly<Record<ScreeningCondition, () => RowTest>> {
  const cell = (step: keyof TrialMatching["steps"]) => {
    const column = columns.get(steps[step]);
    if (!column) throw new Error(`column ${steps[step]} was not fetched`);
    return (row: number) => valueIn(column, row);
  };
  const [eligible, named, confirmed, consented] = [
    cell("eligible"),
    cell("identified"),
    cell("confirmed"),
    cell("consented"),
  ];
  /** Yes, no, or undefined where it is not known. */
  const happened = (value: number | string | undefined): boolean | undefined =>
    kind === "dates" ? value !== undefined : value === undefined ? undefined : value === 1;
  const isImpossible = (row: number): boolean => {
    const [n, c, s] = [named(row), confirmed(row), consented(row)];
    const [isNamed, isConfirmed, isConsented] = [happened(n), happened(c), happened(s)];
    if (isNamed === false && (isConfirmed || isConsented)) return true;
    if (isConfirmed === false && isConsented) return true;
    if (kind !== "dates") return false;
    const days = [n, c, s].filter((day) => day !== undefined).map(Number);
    return days.some((day, i) => i > 0 && day < days[i - 1]!);
  };
  const isTold = (row: number): boolean => {
    if (isImpossible(row) || eligible(row) === undefined) return false;
    const isNamed = happened(named(row));
    if (!isNamed) return isNamed === false;
    const isConfirmed = happened(confirmed(row));
    if (!isConfirmed) return isConfirmed === false;
    return happened(consented(row)) !== undefined;
  };
  return {
    "every step is told": () => isTold,
    "a step is not told": () => (row) => !isTold(row) && !isImpossible(row),
    "in an impossible order": () => isImpossible,
    "meets the criteria": () => (row) => eligible(row) === 1,
    "does not meet the criteria": () => (row) => eligible(row) === 0,
    "named by the model": () => (row) => happened(named(row)) === true,
    "confirmed by the staff": () => (row) => happened(confirmed(row)) === true,
    consents: () => (row) => happened(consented(row)) === true,
  };
}
