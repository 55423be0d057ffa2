/** What a workspace writes down in its ledger, and the receipts that travel with a study. */
export { openReceipt, type ProvenRecord, type Receipt, recordWithReceipt } from "./receipt.ts";
export { opened, outcomes, recordKinds } from "./record-kinds.ts";
export { expected, parseEntry } from "./registers/parse-entry.ts";
export { commonFields, fieldsOf, type Register, type RegisterField } from "./registers/register.ts";
export { type RegisterContent, type RegisterEntry, registerContent } from "./registers/register-entries.ts";
export { recordType } from "./registers/register-records.ts";
export { registerSummary } from "./registers/register-summary.ts";
export { registers } from "./registers/registers.ts";
export { lockedProtocol, readTrail, type StudyTrail, type TrailEntry, writeReceipt } from "./study-trail.ts";
export { hasLedger, ledgerFolder, type OpenWorkspace, type Workspace, withWorkspace } from "./workspace.ts";
