import type { ColumnSet, Offenders, Store } from "../../data/index.ts";
import { Problem } from "../../evidence/problem.ts";
import { daysPer, type Endpoint, type Protocol, riskColumns } from "../../protocol/index.ts";
import { type FollowUp, timeOrder } from "../../stats/censoring.ts";
import { type IpcwSample, ipcwSample } from "../../stats/ipcw-mean.ts";
import { inThisThread, type ReadingRunner } from "../performance/reading-runner.ts";
import type { BinaryCohort, Cohort, Reading, TimedCohort, TimedReading } from "./cohort.ts";
import { cohortGroups } from "./cohort-groups.ts";
import { cohortInputs } from "./cohort-inputs.ts";
import { eventColumn, outputColumn, sliceColumn } from "./column-names.ts";
import { numbers, studyTable, truths } from "./load-study.ts";
import { listed } from "./offending-rows.ts";
import { sharedCopy } from "./shared-memory.ts";

/** The cohort as columns, and who fell out because the endpoint was not recorded. */
export interface BuiltCohort {
  readonly cohort: Cohort;
  readonly endpointMissing: number;
  /** For each row of the cohort, its place among the kept rows of the table in their order. */
  readonly keptRow: Uint32Array;
  readonly nKept: number;
  /** Absent where the endpoint has no time. */
  readonly longest?: LongestTime;
}

/** The longest follow-up time as recorded, and the rows in which it stands; 0 in no row where nobody is left. */
export interface LongestTime {
  readonly time: number;
  readonly rows: Offenders;
}

const listedRows = 20;

/**
 * Takes the kept rows out of the store, with the endpoint and the risks.
 *
 * With a time to the event, patients are in ascending order of time, administrative censoring applied:
 *
 *     time = min(time, censor_at);  event = event and time ≤ censor_at
 *
 * Ties keep the order of the source lines; without a time all rows keep it. A row whose endpoint is missing is left out
 * and counted. Errors: a kept row without prediction.
 */
export async function buildCohort(
  store: Store,
  protocol: Protocol,
  { sort }: Pick<ReadingRunner, "sort"> = inThisThread,
): Promise<BuiltCohort> {
  const { data, endpoint } = protocol;
  const { time } = endpoint;
  const { outcomes, describing } = fetched(store, protocol);
  // Waited for below; an error before leaves its own behind.
  describing.catch(() => {});
  const set = await outcomes;
  const happened = truths(set, eventColumn);
  const recorded = time && numbers(set, time.column);
  const analysed = rowsWithEndpoint(happened, recorded);
  for (const name of riskColumns(protocol))
    refuseUnscored(numbers(set, outputColumn(name)), { rows: analysed, line: set.sourceLine, protocol });
  const counts = { endpointMissing: set.n - analysed.length, nKept: set.n };
  if (!time || !recorded) {
    const predicted = await ordered(protocol, set, analysed, sort);
    const described = describedBy(protocol, await describing, analysed);
    const cohort = binaryCohort(protocol, set, analysed, { predicted, described });
    return { ...counts, cohort, keptRow: analysed };
  }
  const rows = inOrderOfTime(analysed, recorded);
  // While another thread puts long columns in order, and the engine fetches more, the rest is made here.
  const ordering = ordered(protocol, set, rows, sort);
  ordering.catch(() => {});
  const followUp = followUpOf(protocol.endpoint, daysPer[time.unit], { rows, recorded, happened });
  const longest = longestTime(recorded, analysed, (row) => {
    return `${data.patients.file}:${set.sourceLine[row]}:${time.column}`;
  });
  const described = describedBy(protocol, await describing, rows);
  const predicted = await ordering;
  const cohort: TimedCohort = {
    kind: "time to event",
    n: rows.length,
    unit: data.patients.unit,
    ...followUp,
    ...replacedRisk(protocol, set, rows),
    readings: readingsOf(protocol, followUp, (output) => predicted.get(output)!),
    ...described,
  };
  return { ...counts, cohort, keptRow: rows, longest };
}

/** The kept rows, all in one order: what is predicted and what happened, which the work begins with, and the rest. */
function fetched(store: Store, protocol: Protocol) {
  const { data, endpoint, proxies, slices, strata } = protocol;
  const { patient } = data.patients;
  const kept = { table: studyTable, rows: "kept" } as const;
  const outcomes = store.columns({
    ...kept,
    columns: [
      ...new Set([
        ...(endpoint.time ? [endpoint.time.column] : []),
        ...(patient === undefined ? [] : [patient]),
      ]),
      { name: eventColumn, expression: endpoint.event.expression },
      ...riskColumns(protocol).map(outputColumn),
    ],
  });
  const describing = store.columns({
    ...kept,
    columns: [
      ...new Set([...strata.map(({ variable }) => variable), ...(proxies?.inputs ?? [])]),
      ...slices.map(({ name, rule }) => ({ name: sliceColumn(name), expression: rule.expression })),
    ],
  });
  return { outcomes, describing };
}

type Described = Pick<Cohort, "groups" | "inputs">;

function describedBy(protocol: Protocol, set: ColumnSet, rows: Uint32Array): Described {
  return { groups: cohortGroups(protocol, set, rows), inputs: cohortInputs(protocol, set, rows) };
}

type Predicted = Pick<Reading, "risk" | "byRisk" | "ascending">;

/** The risks of each output in the cohort's order, and their own order. */
async function ordered(
  { model }: Protocol,
  set: ColumnSet,
  rows: Uint32Array,
  sort: ReadingRunner["sort"],
): Promise<ReadonlyMap<string, Predicted>> {
  const risks = model.outputs.map(({ name }) => sharedCopy(picked(numbers(set, outputColumn(name)), rows)));
  const sorted = await Promise.all(risks.map(sort));
  return new Map(model.outputs.map(({ name }, i) => [name, { risk: risks[i]!, ...sorted[i]! }]));
}

function binaryCohort(
  protocol: Protocol,
  set: ColumnSet,
  rows: Uint32Array,
  {
    predicted,
    described,
  }: { readonly predicted: ReadonlyMap<string, Predicted>; readonly described: Described },
): BinaryCohort {
  const { data, endpoint, model } = protocol;
  const happened = truths(set, eventColumn);
  const { name: output } = model.outputs[0]!;
  const { label, short } = endpoint.horizon;
  const reading: Reading = { ...{ label, short, output, isPrimary: true }, ...predicted.get(output)! };
  return {
    kind: "binary",
    n: rows.length,
    unit: data.patients.unit,
    event: Uint8Array.from(rows, (row) => happened[row]!),
    readings: [reading],
    ...replacedRisk(protocol, set, rows),
    ...(data.patients.patient === undefined ? {} : { patient: codesOf(set, data.patients.patient, rows) }),
    ...described,
  };
}

function replacedRisk(
  { replaces }: Protocol,
  set: ColumnSet,
  rows: Uint32Array,
): Pick<Cohort, "replacedRisk"> {
  return replaces ? { replacedRisk: picked(numbers(set, outputColumn(replaces.output)), rows) } : {};
}

function codesOf(set: ColumnSet, name: string, rows: Uint32Array): Uint32Array {
  const column = set.columns.get(name);
  if (column?.kind !== "text" || column.missing > 0)
    throw new Error(`column ${name} names no patient in some row`);
  return Uint32Array.from(rows, (row) => column.codes[row]!);
}

function longestTime(recorded: Float64Array, rows: Uint32Array, place: (row: number) => string): LongestTime {
  let time = 0;
  for (let i = 0; i < rows.length; i++) time = Math.max(time, recorded[rows[i]!]!);
  const first: string[] = [];
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    if (recorded[rows[i]!] !== time) continue;
    count++;
    if (first.length < listedRows) first.push(place(rows[i]!));
  }
  return { time, rows: { count, first } };
}

function rowsWithEndpoint(happened: Int8Array, time: Float64Array | undefined): Uint32Array {
  const rows = new Uint32Array(happened.length);
  let n = 0;
  for (let row = 0; row < happened.length; row++)
    if (happened[row] !== -1 && !(time && Number.isNaN(time[row]))) rows[n++] = row;
  return rows.slice(0, n);
}

/** Equal times keep their order. */
function inOrderOfTime(rows: Uint32Array, time: Float64Array): Uint32Array {
  const order = timeOrder(picked(time, rows));
  if (!order) return rows;
  for (let i = 0; i < order.length; i++) order[i] = rows[order[i]!]!;
  return order;
}

/** The values of these rows, in their order. */
function picked(values: Float64Array, rows: Uint32Array): Float64Array {
  const result = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) result[i] = values[rows[i]!]!;
  return result;
}

function followUpOf(
  { censorAt }: Endpoint,
  days: number,
  columns: { readonly rows: Uint32Array; readonly recorded: Float64Array; readonly happened: Int8Array },
): FollowUp {
  const { rows, recorded, happened } = columns;
  const censorDays = censorAt?.days ?? Number.POSITIVE_INFINITY;
  const time = new Float64Array(rows.length);
  const event = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const followed = recorded[rows[i]!]! * days;
    time[i] = Math.min(followed, censorDays);
    event[i] = happened[rows[i]!] === 1 && followed <= censorDays ? 1 : 0;
  }
  return { time: sharedCopy(time), event: sharedCopy(event) };
}

function refuseUnscored(
  risk: Float64Array,
  patients: { readonly rows: Uint32Array; readonly line: Int32Array; readonly protocol: Protocol },
): void {
  const { rows, line } = patients;
  const { data } = patients.protocol;
  const offenders: string[] = [];
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    if (!Number.isNaN(risk[rows[i]!])) continue;
    count++;
    if (offenders.length < listedRows) offenders.push(`${data.patients.file}:${line[rows[i]!]}`);
  }
  if (count === 0) return;
  const { one, many } = data.patients.unit;
  const isPatient = data.patients.patient === undefined;
  const that = isPatient ? "who" : "that";
  const who = count === 1 ? `1 ${one} ${that} meets` : `${count} ${many} ${that} meet`;
  const what = `${who} the criteria ${count === 1 ? "has" : "have"} no prediction`;
  throw new Problem("data-patient-without-prediction", what, {
    where: data.predictions.file,
    hint: `score every ${one} of the population, or narrow the population in the protocol`,
    others: listed({ count, first: offenders }),
  });
}

function readingsOf(
  { endpoint, model }: Protocol,
  followUp: FollowUp,
  predicted: (output: string) => Predicted,
): TimedReading[] {
  return [endpoint.horizon, ...endpoint.also]
    .toSorted((a, b) => a.days - b.days)
    .map((horizon): TimedReading => {
      const output = model.outputs.find((candidate) => candidate.horizon.days === horizon.days);
      if (!output) throw new Error(`no output for the horizon ${horizon.label}`);
      const isPrimary = horizon.days === endpoint.horizon.days;
      const readAt = isPrimary ? endpoint.readAt : undefined;
      const atDays = (readAt ?? horizon).days;
      let sample: IpcwSample | undefined;
      return {
        label: horizon.label,
        short: horizon.short,
        atDays,
        ...(readAt ? { readAt: readAt.label } : {}),
        output: output.name,
        ...predicted(output.name),
        // Made when first asked for: by then another thread works on the calibration.
        get sample() {
          sample ??= ipcwSample({ ...followUp, horizon: atDays });
          return sample;
        },
        isPrimary,
      };
    });
}
