import { join } from "node:path";

/** Where things lie in the folder of an intake, finished or not. Numbers are those of the sources, from 1. */
export const intakePaths = {
  manifest: "ingest.json",
  /** Where the sources lay: beside the manifest, which says nothing of the machine. */
  locations: "locations.json",
  quarantine: "quarantine.ndjson",
  /** With slashes on every system: the manifest names it. */
  table: (type: string, source: number) => `tables/${type}/${padded(source)}.ndjson`,
  /** As `table`, once duplicates have been taken out. */
  distinct: (type: string, source: number) => `tables/${type}/${padded(source)}-distinct.ndjson`,
  index: (source: number) => join("lines", `${padded(source)}.index`),
  /** Of an unfinished intake only. */
  stage: "stage",
  record: (source: number) => join("stage", `${padded(source)}.json`),
  quarantined: (source: number) => join("stage", `${padded(source)}.quarantine.ndjson`),
  duplicates: (type: string) => join("stage", `${type}.duplicates.ndjson`),
} as const;

const padded = (source: number) => String(source).padStart(6, "0");
