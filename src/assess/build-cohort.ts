import type { Store } from "../data/index.ts";
import { Problem } from "../evidence/problem.ts";
import { daysPer, type Expression, type Protocol, type Stratifier } from "../protocol/index.ts";
import type { Cohort, Group, Reading } from "./cohort.ts";
import { numbers, outputColumn, studyTable, truths } from "./load-study.ts";

/** The cohort as columns, and who fell out because the endpoint was not recorded. */
export interface BuiltCohort {
  readonly cohort: Cohort;
  readonly endpointMissing: number;
  /** Keys' order in the row-level table: for each kept row of the table, whether it is in the cohort. */
  readonly isAnalysed: Uint8Array;
}

const eventColumn = "probity_event";
const sliceColumn = (name: string) => `probity_slice_${name}`;

/**
 * Takes the kept patients out of the store in ascending order of time and applies administrative censoring.
 *
 *     time = min(time, censor_at);  event = event and time ≤ censor_at
 *
 * Ties keep the order of the source lines. A patient whose endpoint is missing is left out and counted.
 * Errors: a negative time; a kept patient without prediction.
 */
export async function buildCohort(store: Store, protocol: Protocol): Promise<BuiltCohort> {
  const { endpoint, model, slices } = protocol;
  const set = await store.columns({
    table: studyTable,
    rows: "kept",
    orderBy: [endpoint.time.column],
    columns: [
      ...new Set([endpoint.time.column, ...protocol.strata.map(({ variable }) => variable)]),
      { name: eventColumn, expression: endpoint.event.expression },
      ...slices.map(({ name, rule }) => ({ name: sliceColumn(name), expression: rule.expression })),
      ...model.outputs.map(({ name }) => outputColumn(name)),
    ],
  });
  const recorded = numbers(set, endpoint.time.column);
  const happened = truths(set, eventColumn);
  refuseNegativeTimes(recorded, set.sourceLine, protocol);
  const isAnalysed = Uint8Array.from(recorded, (time, i) =>
    Number.isNaN(time) || happened[i] === -1 ? 0 : 1,
  );
  const rows = Uint32Array.from(indicesOf(isAnalysed));
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);

  const days = pick(recorded).map((time) => time * daysPer[endpoint.time.unit]);
  const censorDays = endpoint.censorAt?.days ?? Number.POSITIVE_INFINITY;
  const event = Uint8Array.from(rows, (row, i) => (happened[row] === 1 && days[i]! <= censorDays ? 1 : 0));
  const sourceLine = Int32Array.from(rows, (row) => set.sourceLine[row]!);
  refuseUnscored(
    model.outputs.map(({ name }) => pick(numbers(set, outputColumn(name)))),
    sourceLine,
    protocol,
  );
  const cohort: Cohort = {
    n: rows.length,
    time: days.map((time) => Math.min(time, censorDays)),
    event,
    sourceLine,
    readings: readingsOf(protocol, (output) => pick(numbers(set, outputColumn(output)))),
    groups: [
      ...protocol.strata.flatMap((stratifier) =>
        stratumGroups(stratifier, rows, variableOf(set, stratifier.variable)),
      ),
      ...slices.map(({ name }): Group => {
        const inSlice = truths(set, sliceColumn(name));
        return group(`slice:${name}`, "slice", name.replaceAll("_", " "), rows, (row) => inSlice[row] === 1);
      }),
    ],
  };
  return { cohort, endpointMissing: isAnalysed.length - rows.length, isAnalysed };
}

function* indicesOf(mask: Uint8Array): Generator<number> {
  for (let i = 0; i < mask.length; i++) if (mask[i]) yield i;
}

function refuseNegativeTimes(time: Float64Array, line: Int32Array, { data, endpoint }: Protocol): void {
  const offenders: string[] = [];
  let count = 0;
  for (let i = 0; i < time.length && !(time[i]! >= 0); i++) {
    if (Number.isNaN(time[i]!)) break;
    count++;
    if (offenders.length < 20)
      offenders.push(`${data.patients.file}:${line[i]} ${endpoint.time.column}: ${time[i]}`);
  }
  if (count === 0) return;
  throw new Problem("data-negative-time", `${count} follow-up times are negative`, {
    where: `${data.patients.file} column ${endpoint.time.column}`,
    hint: "time runs from the index to the event or the end of follow-up; correct the dates it was computed from",
    others: offenders,
  });
}

function refuseUnscored(risks: readonly Float64Array[], line: Int32Array, { data }: Protocol): void {
  const lines = [...line.keys()].filter((i) => risks.some((risk) => Number.isNaN(risk[i]!)));
  if (lines.length === 0) return;
  throw new Problem(
    "data-patient-without-prediction",
    `${lines.length} patients who meet the criteria have no prediction`,
    {
      where: data.predictions.file,
      hint: "score every patient of the population, or narrow the population in the protocol",
      others: lines.slice(0, 20).map((i) => `${data.patients.file}:${line[i]}`),
    },
  );
}

function readingsOf({ endpoint, model }: Protocol, risk: (output: string) => Float64Array): Reading[] {
  return [endpoint.horizon, ...endpoint.also]
    .toSorted((a, b) => a.days - b.days)
    .flatMap((horizon): Reading[] => {
      const output = model.outputs.find((candidate) => candidate.horizon.days === horizon.days);
      if (!output) return [];
      const isPrimary = horizon.days === endpoint.horizon.days;
      const readAt = isPrimary ? endpoint.readAt : undefined;
      return [
        {
          label: horizon.label,
          short: horizon.short,
          atDays: (readAt ?? horizon).days,
          ...(readAt ? { readAt: readAt.label } : {}),
          output: output.name,
          risk: risk(output.name),
          isPrimary,
        },
      ];
    });
}

/** Row → value of a stratifying variable: a number, or a level's text; undefined where missing. */
type ValueOf = (row: number) => number | string | undefined;

function variableOf(set: Awaited<ReturnType<Store["columns"]>>, variable: string): ValueOf {
  const column = set.columns.get(variable);
  if (!column) throw new Error(`column ${variable} was not fetched`);
  if (column.kind === "text") return (row) => column.levels[column.codes[row]!];
  if (column.kind === "boolean")
    return (row) => (column.values[row] === -1 ? undefined : column.values[row]!);
  return (row) => (Number.isNaN(column.values[row]!) ? undefined : column.values[row]!);
}

/** One group a level, in the protocol's order, and one for missing values where there are any. */
function stratumGroups(stratifier: Stratifier, rows: Uint32Array, value: ValueOf): Group[] {
  const { variable } = stratifier;
  const groups =
    stratifier.kind === "levels"
      ? stratifier.groups.map(({ id, label, code }) =>
          group(`${variable}:${id}`, variable, label, rows, (row) => String(value(row)) === String(code)),
        )
      : stratifier.groups.map(({ id, label, from = -Infinity, below = Infinity }) =>
          group(`${variable}:${id}`, variable, label, rows, (row) => {
            const known = value(row);
            return typeof known === "number" && known >= from && known < below;
          }),
        );
  const missing = group(
    `${variable}:missing`,
    variable,
    "not recorded",
    rows,
    (row) => value(row) === undefined,
  );
  return missing.n > 0 ? [...groups, missing] : groups;
}

function group(
  id: string,
  family: string,
  label: string,
  rows: Uint32Array,
  test: (row: number) => boolean,
): Group {
  const isMember = Uint8Array.from(rows, (row) => (test(row) ? 1 : 0));
  return { id, family, label, isMember, n: isMember.reduce((sum, member) => sum + member, 0) };
}

/** The names of the columns that an expression reads. */
export function columnsRead(expression: Expression): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    else if (node !== null && typeof node === "object") {
      const { kind, name } = node as { kind?: string; name?: string };
      if (kind === "column" && name !== undefined) names.add(name);
      for (const child of Object.values(node)) visit(child);
    }
  };
  visit(expression);
  return names;
}
