import type { Digest, TreeHead } from "./merkle.ts";
import type { LedgerRecord, NewRecord } from "./record.ts";

/** What is known of a record once it is on the disk. */
export interface Receipt {
  readonly index: number;
  readonly time: string;
  /** Leaf hash of its line: names the record and everything before it. */
  readonly leaf: Digest;
}

export interface StoredRecord {
  readonly record: LedgerRecord;
  /** The line as it is kept, without newline; its leaf hash is what proofs are about. */
  readonly line: Buffer;
}

/** An append-only log of records. One interface for each store. */
export interface Ledger {
  readonly origin: string;
  /** Size and root of what is on the disk. */
  readonly head: TreeHead;
  /** Resolves when the record is on the disk; records of concurrent calls go there together. */
  append(record: NewRecord): Promise<Receipt>;
  /** Records of index `from` up to and without `to`, in order. */
  read(range: { readonly from: number; readonly to: number }): AsyncIterable<StoredRecord>;
  /** A signed statement of the head, kept beside the log; the same one again while nothing is added. */
  checkpoint(): Promise<string>;
  /** Waits for what was begun and frees the folder. */
  close(): Promise<void>;
}
