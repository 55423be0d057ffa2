import type { ComputedEstimate } from "../../evidence/estimate.ts";
import type { Matrix } from "../../evidence/figures.ts";
import { saidOf } from "../../evidence/noun.ts";
import type { BinaryObservedExpected } from "../../stats/binary-observed-expected.ts";
import { binaryCellShares } from "../../stats/binary-two-by-two.ts";
import { isNotEstimable, type NotEstimable } from "../../stats/not-estimable.ts";
import type { TwoByTwo } from "../../stats/two-by-two.ts";
import type { BinaryCohort, Reading } from "../cohort/cohort.ts";
import { type Context, estimateOf, type Outcome } from "../estimate-of.ts";
import { cellNames } from "./rates.ts";

type Rows = Pick<BinaryCohort, "n" | "event" | "patient" | "unit">;

/** Rows and events, by the one horizon. */
export function binaryContext({ n, event }: Pick<Rows, "n" | "event">, { short }: Reading): Context {
  const events = event.reduce((sum, code) => sum + code, 0);
  return { n, events, horizon: short, evidence: "retrospective" };
}

/** What is added to a method where the rows of a patient are taken together. */
export function clustering({ unit, patient }: Pick<Rows, "unit" | "patient">): string {
  return patient ? `, ${unit.many} clustered in patients` : "";
}

/** How the share of rows with the event, or flagged, has its interval. */
export function rateMethod(cohort: Pick<Rows, "unit" | "patient">): string {
  return cohort.patient
    ? `share of ${cohort.unit.many}; Wilson interval at the effective size${clustering(cohort)}`
    : "share of patients; Wilson interval";
}

/** Observed over expected on the log scale that its interval and the figures have: without events there is none. */
export function ratioOutcome(found: BinaryObservedExpected | NotEstimable): Outcome {
  if (isNotEstimable(found)) return found;
  const { ratio: value, lower, upper, kind, nEvents } = found;
  return nEvents === 0 ? { notEstimable: "no events" } : { value, lower, upper, kind };
}

/** Cells per 1,000 scored: shares of all rows, with the interval of other shares. */
export function binaryPerThousand(
  { event, patient, unit }: Rows,
  { risk }: Reading,
  threshold: number,
  context: Context,
): ComputedEstimate[] {
  const shares = binaryCellShares({ event, risk, threshold, ...(patient ? { cluster: patient } : {}) });
  return cellNames.map(([key, name, cell]) => {
    const share = shares[cell];
    return estimateOf(
      context,
      {
        measure: `performance.${key}`,
        label: `${name}, per 1,000`,
        unit: "perThousand",
        method: rateMethod({ unit, ...(patient ? { patient } : {}) }),
      },
      isNotEstimable(share)
        ? share
        : {
            value: 1000 * share.value,
            lower: 1000 * share.lower,
            upper: 1000 * share.upper,
            kind: share.kind,
          },
    );
  });
}

/** Counts as they stand in the file, behind the cells per 1,000. */
export function binaryRawCounts(
  { unit }: Pick<Rows, "unit">,
  { short, label }: Reading,
  { all, flagged }: TwoByTwo,
): Matrix {
  return {
    id: `performance.operating-point@${short}`,
    label: saidOf(unit, `Patients at the operating point by status at ${label}, counted`),
    rows: ["flagged", "not flagged"],
    columns: ["event", "event-free"],
    cells: [
      [flagged.events, flagged.eventFree],
      [all.events - flagged.events, all.eventFree - flagged.eventFree],
    ],
  };
}
