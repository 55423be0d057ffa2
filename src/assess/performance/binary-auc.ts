import type { ComputedEstimate } from "../../evidence/estimate.ts";
import { clusteredAuc } from "../../stats/clustered-auc.ts";
import { type AucDeLong, aucDeLong } from "../../stats/delong.ts";
import type { NotEstimable } from "../../stats/not-estimable.ts";
import { type BinaryCohort, primaryReading } from "../cohort/cohort.ts";
import { type Context, estimatesOf } from "../estimate-of.ts";
import { clustering } from "./binary-rates.ts";

/** How well the risks tell rows apart; beside it, where patients have several rows, on the first row of each alone. */
export function binaryAuc(cohort: BinaryCohort, context: Context): ComputedEstimate[] {
  const { event, patient, unit } = cohort;
  const { risk } = primaryReading(cohort);
  if (!patient)
    return auc(aucDeLong(risk, event, 0.95), context, {
      key: "auc",
      label: "AUC",
      method: "DeLong interval",
    });
  const all = clusteredAuc({ score: risk, event, cluster: patient });
  const first = firstRows(patient);
  const alone = aucDeLong(
    Float64Array.from(first, (row) => risk[row]!),
    Uint8Array.from(first, (row) => event[row]!),
    0.95,
  );
  const { events: _, ...ofPatients } = context;
  return [
    ...auc(all, context, { key: "auc", label: "AUC", method: `Obuchowski interval${clustering(cohort)}` }),
    ...auc(
      alone,
      { ...ofPatients, n: first.length },
      {
        key: "auc-first-row",
        label: `AUC on the first ${unit.one} of each patient`,
        method: "DeLong interval; first in the order of the file",
      },
    ),
  ];
}

function auc(
  found: AucDeLong | NotEstimable,
  context: Context,
  { key, label, method }: { readonly key: string; readonly label: string; readonly method: string },
): ComputedEstimate[] {
  return estimatesOf(context, found, [
    {
      naming: { measure: `performance.${key}`, label, unit: "proportion", method },
      outcome: ({ auc: value, lower, upper, kind }) => ({ value, lower, upper, kind }),
    },
  ]);
}

/** The first row of each patient, in the order of the rows. */
export function firstRows(patient: Uint32Array): Uint32Array {
  const seen = new Set<number>();
  return Uint32Array.from(patient, (_, row) => row).filter((row) => {
    const code = patient[row]!;
    if (seen.has(code)) return false;
    seen.add(code);
    return true;
  });
}
