/** What a workspace writes down in its ledger, and the receipts that travel with a study. */

export { actsWithoutReceipt, readActsWithoutReceipt } from "./acts.ts";
export type { Check, Verified } from "./check.ts";
export { type DossierFacts, dossierFacts, isTrail } from "./dossier-facts.ts";
export {
  type Files,
  readCommitteeFiles,
  runOf,
  sealPath,
  sha256,
  signedHashes,
  signedMemoPath,
  signedPaths,
} from "./dossier-files.ts";
export { earlierVerdicts, rejectionsOf } from "./earlier-opinions.ts";
export { type HeldCheckpoint, parseHeld } from "./held-checkpoint.ts";
export { type Log, type LogEntry, readLog } from "./log.ts";
export { openOpinionsIn } from "./opinions.ts";
export { isOpened, outcomesAt, outcomesKnown } from "./outcomes-known.ts";
export { packBytes } from "./pack.ts";
export { openReceipt, type ProvenRecord, type Receipt } from "./receipt.ts";
export { recordWithReceipt } from "./record-act.ts";
export { opened, outcomes, recordKinds } from "./record-kinds.ts";
export { type InputFile, inputTexts } from "./recorded-files.ts";
export { expected, parseEntry } from "./registers/parse-entry.ts";
export { commonFields, fieldsOf, type Register, type RegisterField } from "./registers/register.ts";
export { type RegisterContent, type RegisterEntry, registerContent } from "./registers/register-entries.ts";
export { recordType } from "./registers/register-records.ts";
export { registerSummary } from "./registers/register-summary.ts";
export { registers } from "./registers/registers.ts";
export { replacedFiles } from "./replaced-files.ts";
export { restoreReceipts } from "./restore-receipts.ts";
export { refuseBehindReceipts, refuseBehindSeal } from "./same-history.ts";
export type { StudyIdentity } from "./same-study.ts";
export { parseSeal, type Seal, sealMarks, sealText } from "./seal.ts";
export {
  keyFingerprint,
  recordedDossier,
  recordKey,
  type SignedDossier,
  signDossier,
  signedDossier,
} from "./sign-dossier.ts";
export { type Meaning, meanings } from "./statement.ts";
export { maxZipBytes } from "./stored-zip.ts";
export {
  lockedProtocol,
  protocolsIn,
  readReceipts,
  readTrail,
  receiptText,
  type StudyTrail,
  type TrailEntry,
  writeReceipt,
} from "./study-trail.ts";
export { isManifestRecorded, readTeamFiles, type TeamFiles, teamFilesOf } from "./team-files.ts";
export { type Verifying, verifyDossier } from "./verify-dossier.ts";
export { verifyLedgerFolder } from "./verify-ledger-folder.ts";
export { verifyPack } from "./verify-pack.ts";
export { hasLedger, ledgerFolder, type OpenWorkspace, type Workspace, withWorkspace } from "./workspace.ts";
