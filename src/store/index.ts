/** What a workspace writes down in its ledger, and the receipts that travel with a study. */
export { openReceipt, type ProvenRecord, type Receipt, recordWithReceipt } from "./receipt.ts";
export { opened, outcomes, recordKinds } from "./record-kinds.ts";
export { lockedProtocol, readTrail, type StudyTrail, type TrailEntry, writeReceipt } from "./study-trail.ts";
export { hasLedger, ledgerFolder, type OpenWorkspace, type Workspace, withWorkspace } from "./workspace.ts";
