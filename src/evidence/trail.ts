/** Where a record stands in a ledger: enough to find it there and to prove it. */
export interface LedgerEntry {
  /** The ledger's name. */
  readonly ledger: string;
  readonly index: number;
  /** Leaf hash of its line: names the record and everything before it. */
  readonly leaf: string;
  /** UTC with milliseconds. */
  readonly time: string;
  readonly by: string;
}

export interface ProtocolLock {
  readonly entry: LedgerEntry;
  readonly protocolSha256: string;
  /** Whether the outcomes could be known when it was locked: by its record, or by a ledger that knows more. */
  readonly outcomes: string;
}

export interface Amendment extends ProtocolLock {
  readonly reason: string;
  /** Field by field; null where a field was absent. */
  readonly changes: readonly {
    readonly path: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

export interface Acknowledgement {
  readonly entry: LedgerEntry;
  /** Of the data report that was acknowledged. */
  readonly qualitySha256: string;
  readonly reason: string;
}

/** An act on the study that the workspace's ledger holds, and whose receipt is not in the study's folder. */
export interface ActWithoutReceipt {
  readonly kind: "lock" | "amendment" | "acknowledgement";
  readonly entry: LedgerEntry;
  /** Of the protocol, or of the data report. */
  readonly sha256: string;
}

/** What an input file of a study is for. */
export type FileRole =
  | "patients"
  | "predictions"
  | "development"
  | "extractions"
  | "screening"
  | "model"
  | "review";

/** An input file of which results were opened, or could be, on another. */
export interface ReplacedFile {
  readonly role: FileRole;
  /** The run that opened results on the other file, or the acknowledgement after which they could be opened. */
  readonly entry: LedgerEntry;
  readonly resultsOpened: boolean;
  /** Whether it is the first one again: the other file was in its place between. */
  readonly isFirstAgain: boolean;
  readonly before: { readonly name: string; readonly sha256: string };
  readonly now: { readonly name: string; readonly sha256: string };
}

/** A signature that rejected an earlier dossier of the study. */
export interface Rejection {
  readonly entry: LedgerEntry;
  readonly role: string;
  /** The verdict of the dossier that was rejected. */
  readonly verdict: string;
}

/** What an earlier evaluation of the study came to, with results opened. */
export interface EarlierVerdict {
  readonly entry: LedgerEntry;
  readonly protocolSha256: string;
  readonly verdict: string;
}

/** Who decided what before the results were opened, and what was changed since. */
export interface Trail {
  readonly lock: ProtocolLock | null;
  readonly amendments: readonly Amendment[];
  readonly acknowledgement: Acknowledgement;
  /** Acknowledgements of other data reports, in their order: void since the data report is no longer theirs. */
  readonly voided: readonly Acknowledgement[];
  /** In the order of the ledger; empty where the study's receipts are whole. */
  readonly withoutReceipt: readonly ActWithoutReceipt[];
  /** Of each role at most one: the first other file; empty where all results were opened on the files of now. */
  readonly replaced: readonly ReplacedFile[];
  /** Of earlier dossiers, as the ledger of the workspace has them, in their order. */
  readonly rejections: readonly Rejection[];
  /** Other words than this dossier's: of each, and each protocol, the first that the ledger of the workspace has. */
  readonly earlier: readonly EarlierVerdict[];
}
