/** An append-only record of who decided what and when, which an outsider can verify; and a vault beside it. */
export { type Checkpoint, openCheckpoint, parseCheckpoint } from "./checkpoint.ts";
export { createFile, ensureFolder, readAll, smallFileBytes } from "./durable-file.ts";
export {
  type FileSystem,
  hasCode,
  nodeFileSystem,
  type OpenFile,
  passedOnFileSystem,
} from "./file-system.ts";
export { type FolderLock, lockFolder } from "./folder-lock.ts";
export { foundAt } from "./found-at.ts";
export type { Ledger, Receipt, StoredRecord } from "./ledger.ts";
export { type Digest, emptyRoot, leafHash, rootOver, type TreeHead } from "./merkle.ts";
export { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from "./merkle-proof.ts";
export { type LedgerOptions, openLedger } from "./open-ledger.ts";
export { machineProcesses, type Processes, type ProcessIdentity } from "./processes.ts";
export {
  type BodyCheck,
  type LedgerRecord,
  maxClockStepMs,
  maxLineBytes,
  type NewRecord,
  parseLine as parseRecord,
  type RecordBody,
  type RecordKinds,
  refusalOf,
} from "./record.ts";
export { bodyOf, type FieldKind } from "./record-kinds.ts";
export {
  isKeyName,
  type NoteSigner,
  nameOfVerifierKey,
  openNote,
  signNote,
  strictBase64,
  verifierKey,
} from "./signed-note.ts";
export { generateSigningKey, loadSigningKey, storeSigningKey } from "./signing-key.ts";
export { openVault, type Vault } from "./vault.ts";
export { type Verification, type VerifiedLedger, verifyLedger } from "./verify-ledger.ts";
