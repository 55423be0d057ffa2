/** Paths within a dossier, with slashes: where its signatures are held and shown. */
export const sealPath = "seal.json";
export const signedMemoPath = "committee/memo-signed.html";

/** What a run recorded and people sign, by the field of the record. */
export const signedPaths = {
  committee: "committee/dossier.json",
  memo: "committee/memo.html",
  report: "committee/report.html",
} as const;

/** Name of the rows' file within `team/rows`. */
export const rowsFile = "patients.parquet";
/** Of charts whose extracted values were compared. */
export const extractionRowsFile = "extractions.parquet";
/** Of charts read for a trial. */
export const screeningRowsFile = "screening.parquet";

/** Every file that a dossier may hold. */
export const dossierPaths: readonly string[] = [
  ...Object.values(signedPaths),
  signedMemoPath,
  "team/data-report.html",
  "team/dossier.json",
  "team/manifest.json",
  "team/quality.json",
  "team/report.html",
  `team/rows/${rowsFile}`,
  `team/rows/${extractionRowsFile}`,
  `team/rows/${screeningRowsFile}`,
  sealPath,
];
