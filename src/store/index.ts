/** What a workspace writes down in its ledger, and the receipts that travel with a study. */
export {
  committeeDossier,
  type Files,
  readCommitteeFiles,
  runOf,
  sealPath,
  sha256,
  signedHashes,
  signedMemoPath,
  signedPaths,
} from "./dossier-files.ts";
export { type Log, type LogEntry, readLog } from "./log.ts";
export { openReceipt, type ProvenRecord, type Receipt, recordWithReceipt } from "./receipt.ts";
export { opened, outcomes, recordKinds } from "./record-kinds.ts";
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
export { lockedProtocol, readTrail, type StudyTrail, type TrailEntry, writeReceipt } from "./study-trail.ts";
export { hasLedger, ledgerFolder, type OpenWorkspace, type Workspace, withWorkspace } from "./workspace.ts";
