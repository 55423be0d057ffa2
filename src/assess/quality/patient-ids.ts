import type { Store } from "../../data/index.ts";
import type { Protocol } from "../../protocol/index.ts";
import type { LoadedStudy } from "../cohort/load-study.ts";
import { countOf } from "../estimate-of.ts";
import type { Piece } from "../piece.ts";

/** How sources call the column that says which patient a row is of. */
const looksLikePatient =
  /^(?:patient|person|subject|member|beneficiary|participant|pat|pt|mrn|empi|pid)(?:[ _.-]?(?:id|ids|nbr|nr|no|num|number|key|code|identifier))?$/i;

/**
 * A column of the patients table that is named like a patient's and holds fewer values than there are rows: an encounter
 * counted as a patient, unless the protocol says whose row each is. Empty cells are no value.
 */
export async function patientIds(store: Store, { data }: Protocol, study: LoadedStudy): Promise<Piece> {
  if (data.patients.patient !== undefined) return {};
  const { name: file, rows, columns } = study.patients;
  const name = columns.map((column) => column.name).find(isOtherId(data.patients.key));
  if (name === undefined) return {};
  const table = "patient_ids";
  await store.loadCsv({ file, table, columns: [{ name, type: "text", nullable: true }], key: [] });
  const [profile] = await store.profile({ table, columns: [{ name }] });
  const { distinct, missing } = profile!;
  if (distinct === 0 || distinct >= rows - missing) return {};
  const found = countOf(
    { n: rows, stratum: "patients", evidence: "retrospective" },
    "data.patient-ids",
    `Different values of ${name}`,
    distinct,
  );
  return {
    estimates: [found],
    findings: [
      {
        id: "quality.rows-of-one-patient",
        stage: "quality",
        severity: "concern",
        sentence: [
          `The column ${name} looks as if it said whose row it is, and has `,
          { id: found.id, part: "value" },
          " values in ",
          { id: found.id, part: "n" },
          ` rows of ${file}: each row is counted as a patient, and intervals that take them so are too narrow.`,
        ],
        estimates: [found.id],
        remedy:
          "Name the column in data.patients.patient, give one row a patient, or rename it where it says something else.",
      },
    ],
  };
}

function isOtherId(key: string): (name: string) => boolean {
  return (name) => name !== key && looksLikePatient.test(name);
}
