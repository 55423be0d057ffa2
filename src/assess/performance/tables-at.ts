import { binaryPartitionedTwoByTwo } from "../../stats/binary-two-by-two.ts";
import { type PartitionedTables, partitionedTwoByTwo } from "../../stats/two-by-two.ts";
import { type Cohort, columnsAt, type Family, primaryReading } from "../cohort/cohort.ts";
import { rateMethod } from "./binary-rates.ts";

/** The two-by-two tables of the primary horizon, of the whole and of every group, in the order of the families. */
export function tablesAt(cohort: Cohort, threshold: number, families: readonly Family[]): PartitionedTables {
  const partitions = families.map((family) => ({ group: family[0]!.codes, nGroups: family.length }));
  if (cohort.kind === "time to event")
    return partitionedTwoByTwo({ ...columnsAt(cohort, primaryReading(cohort)), threshold, partitions });
  const { event, patient, readings } = cohort;
  const { risk } = readings[0];
  return binaryPartitionedTwoByTwo({
    ...{ event, risk, threshold, partitions },
    ...(patient ? { cluster: patient } : {}),
  });
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
