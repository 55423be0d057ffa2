import type { Protocol } from "../../protocol/index.ts";
import { quantiles } from "../../stats/quantile.ts";
import { outputColumn } from "../cohort/column-names.ts";
import type { NumberPlace } from "./provenance.ts";
import { type PatientColumns, type RowTest, valueIn } from "./study-columns.ts";

/** As many as the calibration table asks for. */
const nRiskGroups = 5;

/** Whether a patient belongs to the group that an id names: `age:50-64`, `slice:many_nodes`, `age:50-64,sex:F`, `risk-group:2`. */
export function groupTest(patients: PatientColumns, protocol: Protocol, place: NumberPlace): RowTest {
  const { stratum, horizon } = place;
  if (stratum === undefined) return () => true;
  if (stratum.includes(",")) {
    const parts = stratum
      .split(",")
      .map((part) => groupTest(patients, protocol, { ...place, stratum: part }));
    return (row) => parts.every((isIn) => isIn(row));
  }
  const at = stratum.indexOf(":");
  const [family, name] = [stratum.slice(0, at), stratum.slice(at + 1)];
  if (family === "risk-group") return riskGroupTest(patients, protocol, horizon, Number(name) - 1);
  if (family === "slice") {
    const answers = patients.slices.get(name);
    if (!answers) throw new Error(`the protocol names no slice "${name}"`);
    return (row) => answers[row] === 1;
  }
  return stratumTest(patients, protocol, family, name);
}

/** The group that a number about another is of: `race:AA` of `zip~race:AA`. */
export function groupCompared({ stratum = "" }: NumberPlace): string {
  return stratum.split("~").at(-1)!;
}

/** Whether the variable is recorded whose group a number is of. */
export function recordedTest({ columns }: PatientColumns, place: NumberPlace): RowTest {
  const [variable = ""] = groupCompared(place).split(":");
  const column = columns.get(variable);
  if (!column) throw new Error(`the protocol does not stratify by "${variable}"`);
  return (row) => valueIn(column, row) !== undefined;
}

function stratumTest(
  { columns }: PatientColumns,
  { strata }: Protocol,
  variable: string,
  id: string,
): RowTest {
  const stratifier = strata.find((one) => one.variable === variable);
  const column = columns.get(variable);
  if (!stratifier || !column) throw new Error(`the protocol does not stratify by "${variable}"`);
  const value = (row: number) => valueIn(column, row);
  if (stratifier.kind === "levels") {
    const level = stratifier.groups.find((group) => group.id === id);
    // Codes may be written as numbers or as text, in the protocol and in the file.
    if (level) return (row) => value(row) !== undefined && String(value(row)) === String(level.code);
  } else {
    const cut = stratifier.groups.find((group) => group.id === id);
    if (cut)
      return (row) =>
        Number(value(row)) >= (cut.from ?? -Infinity) && Number(value(row)) < (cut.below ?? Infinity);
  }
  if (id !== "missing") throw new Error(`"${variable}" has no group "${id}"`);
  return (row) => value(row) === undefined;
}

/** Groups cut at the fifths of the risk among the patients analysed, closed above; empty ones have no number. */
function riskGroupTest(
  { columns, isAnalysed }: PatientColumns,
  { model }: Protocol,
  horizon: string | undefined,
  place: number,
): RowTest {
  const output = model.outputs.find((one) => one.horizon.short === horizon);
  if (!output) throw new Error(`the model has no output at ${horizon}`);
  const column = columns.get(outputColumn(output.name));
  if (column?.kind !== "number") throw new Error(`column ${output.name} is not numeric`);
  const risk = column.values;
  const analysed = risk.filter((_, row) => isAnalysed[row] === 1);
  const cuts = quantiles(
    analysed,
    Array.from({ length: nRiskGroups + 1 }, (_, k) => k / nRiskGroups),
  );
  const ends = [...new Set(cuts.slice(1))].filter((end) => end > cuts[0]!);
  const groupAt = (row: number) => ends.findIndex((end) => risk[row]! <= end);
  const isFilled = ends.map(() => false);
  risk.forEach((_, row) => {
    if (isAnalysed[row]) isFilled[groupAt(row)] = true;
  });
  const wanted = ends.flatMap((_, k) => (isFilled[k] ? [k] : []))[place];
  return (row) => groupAt(row) === wanted;
}
