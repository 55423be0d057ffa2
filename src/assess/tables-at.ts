import { binaryTwoByTwo } from "../stats/binary-two-by-two.ts";
import { type TwoByTwoTables, twoByTwoAtHorizon } from "../stats/two-by-two.ts";
import { rateMethod } from "./binary-rates.ts";
import { type Cohort, columnsAt, primaryReading } from "./cohort.ts";

/** The two-by-two tables of the primary horizon, of all and of each stratum. */
export function tablesAt(
  cohort: Cohort,
  options: { readonly threshold: number; readonly stratum?: Int32Array; readonly nStrata?: number },
): TwoByTwoTables {
  if (cohort.kind === "time to event")
    return twoByTwoAtHorizon({ ...columnsAt(cohort, primaryReading(cohort)), ...options });
  const { event, patient } = cohort;
  const { risk } = primaryReading(cohort);
  return binaryTwoByTwo({ event, risk, ...(patient ? { cluster: patient } : {}), ...options });
}

const weighted = "IPCW, one pooled censoring curve";

/** How the rates of the tables were made, and how their cells were. */
export function methodsAt(cohort: Cohort): { readonly rates: string; readonly cells: string } {
  return cohort.kind === "binary"
    ? { rates: rateMethod(cohort), cells: "counted; adds up to the whole" }
    : {
        rates: `${weighted}; Wilson interval at the effective size`,
        cells: `${weighted}; adds up to the whole`,
      };
}
