import type { ComputedEstimate } from "../../evidence/estimate.ts";
import { saidOf } from "../../evidence/noun.ts";
import type { BinaryCohort } from "../cohort/cohort.ts";
import { countOf, estimateOf, shareOf } from "../estimate-of.ts";

const retrospective = "retrospective" as const;

/** Rows and events, and the same by patient where a patient may have several rows. */
export function binaryCounts(cohort: BinaryCohort): readonly ComputedEstimate[] {
  const { n, event, unit, patient } = cohort;
  const [{ short, label }] = cohort.readings;
  const events = event.reduce((sum, code) => sum + code, 0);
  const context = { n, events, horizon: short, evidence: retrospective };
  return [
    countOf({ n, evidence: retrospective }, "cohort.analysed", saidOf(unit, "Patients analysed"), n),
    ...(patient ? byPatient(cohort, patient) : []),
    countOf(context, "cohort.events", `Events by ${label}`, events),
    countOf(context, "cohort.event-free", `Event-free at ${label}`, n - events),
  ];
}

/** What an encounter counted as a patient would hide: how many patients there are, and how many rows of each. */
function byPatient({ event, unit, n, readings }: BinaryCohort, patient: Uint32Array): ComputedEstimate[] {
  const [{ short, label }] = readings;
  const rows = new Map<number, number>();
  const withEvent = new Set<number>();
  patient.forEach((code, row) => {
    rows.set(code, (rows.get(code) ?? 0) + 1);
    if (event[row]) withEvent.add(code);
  });
  const nPatients = rows.size;
  const context = { n: nPatients, evidence: retrospective };
  let most = 0;
  for (const count of rows.values()) most = Math.max(most, count);
  return [
    countOf(context, "cohort.patients", "Patients", nPatients),
    estimateOf(
      context,
      {
        measure: "cohort.rows-per-patient",
        label: `${unit.many} for each patient`,
        unit: "number",
        method: "counted",
      },
      nPatients === 0 ? { notEstimable: "nobody to count" } : { value: n / nPatients, decimals: 2 },
    ),
    countOf(context, "cohort.most-rows", `Most ${unit.many} of one patient`, most),
    shareOf(
      { ...context, horizon: short },
      "cohort.patients-with-event",
      `Patients with an event by ${label} in any ${unit.one}`,
      withEvent.size,
      nPatients,
    ),
  ];
}

/** So many rows that, whichever they are, they are of so many patients at least. */
export function rowsOfPatients({ patient }: Pick<BinaryCohort, "patient">, nPatients: number): number {
  const rows = new Map<number, number>();
  for (const code of patient ?? []) rows.set(code, (rows.get(code) ?? 0) + 1);
  const most = [...rows.values()].sort((a, b) => b - a).slice(0, nPatients - 1);
  return most.reduce((sum, count) => sum + count, 1);
}

/** How many patients the rows are of. */
export function patientsIn({ n, patient }: Pick<BinaryCohort, "n" | "patient">): number {
  return patient ? new Set(patient).size : n;
}
