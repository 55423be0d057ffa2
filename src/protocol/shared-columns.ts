import type { Normalising } from "./normalising.ts";
import type { Data, DevelopmentVariable } from "./protocol.ts";
import { rowColumns } from "./vocabulary.ts";

/** A column that is both key and probability of the predictions file. */
export function refuseKeyAsOutput(work: Normalising): void {
  const { key } = work.input.data.predictions;
  if (!Object.hasOwn(work.input.model.output, key)) return;
  work.contradiction(
    ["data", "predictions", "key"],
    `the key "${key}" is one of model.output, too`,
    "name the column that holds the patients' keys",
  );
}

/** Columns of the patients file under the names that the table of rows gives to its own. */
export function refuseRowColumns(work: Normalising, { patients, variables }: Data): void {
  const rename = "rename the column, in the table as well";
  for (const field of ["key", "patient"] as const) {
    const name = patients[field];
    if (name === undefined || !(rowColumns as readonly string[]).includes(name.toLowerCase())) continue;
    const message = `"${name}" is a column of the rows that are written beside the key: ${rowColumns.join(", ")}`;
    work.contradiction(["data", "patients", field], message, rename);
  }
  const line: (typeof rowColumns)[number] = "prediction_line";
  const column = work.input.endpoint.time?.column;
  if (variables.some(({ name }) => name === line))
    work.contradiction(["data", "variables", line], `"${line}" is kept for the line of a prediction`, rename);
  if (column === line)
    work.contradiction(
      ["endpoint", "time", "column"],
      `"${line}" is kept for the line of a prediction`,
      rename,
    );
}

/** Columns of the development table that would have to be read in two ways, and treatments that are not coded 0 and 1. */
export function refuseTwoReadings(work: Normalising, { development, treatments, variables }: Data): void {
  const typeOf = (name: string) => variables.find((one) => one.name === name)?.type;
  for (const { name, study } of treatments) {
    const type = study.kind === "column" ? typeOf(study.column) : undefined;
    if (type === undefined || type === "number") continue;
    const message = `a treatment is coded 1 and 0, and "${study.kind === "column" && study.column}" is a ${type}`;
    work.contradiction(
      ["data", "treatments", name, "study"],
      message,
      "declare the variable with levels 0 and 1",
    );
  }
  if (!development) return;
  const readAs = new Map([[development.key, "the key"]]);
  const read = (path: readonly string[], column: string, as: string) => {
    const other = readAs.get(column);
    readAs.set(column, other ?? as);
    if (other === undefined || other === as) return;
    const message = `column "${column}" cannot be read as ${as}: it is ${other}`;
    work.contradiction(["data", ...path], message, "name another column, or write absent");
  };
  for (const mapped of development.variables) {
    if (mapped.kind === "absent") continue;
    read(["development", "variables", mapped.variable], mapped.column, readingOf(mapped, typeOf));
  }
  for (const { name, development: given } of treatments)
    if (given?.kind === "column") read(["treatments", name, "development"], given.column, "a number");
}

function readingOf({ kind, variable }: DevelopmentVariable, typeOf: (name: string) => string | undefined) {
  return kind === "classes" ? "a text" : `a ${typeOf(variable) ?? "number"}`;
}
