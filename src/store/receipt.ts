import { Problem } from "../evidence/problem.ts";
import {
  inclusionProof,
  type LedgerRecord,
  leafHash,
  openCheckpoint,
  parseRecord,
  refusalOf,
  verifyInclusion,
} from "../ledger/index.ts";
import { readLog } from "./log.ts";
import { recordKinds } from "./record-kinds.ts";
import type { OpenWorkspace } from "./workspace.ts";

/**
 * A record that can leave its ledger: its line, the path from it to the root, and the signed checkpoint with that root.
 * Source: RFC 9162, section 2.1.3; C2SP tlog-checkpoint.
 */
export interface Receipt {
  readonly format: "probity-receipt/1";
  readonly line: string;
  readonly index: number;
  readonly proof: readonly string[];
  readonly checkpoint: string;
  /** Of the ledger that signed the checkpoint. */
  readonly vkey: string;
}

/** Where a record stands: in which ledger, at which place, under which leaf hash. */
export interface ProvenRecord {
  readonly record: LedgerRecord;
  readonly origin: string;
  readonly leaf: string;
}

/**
 * Receipts of records that the ledger holds, as of now: each leads to a checkpoint over all records, so one that is
 * issued later proves the same as the first and is of other bytes.
 */
export async function receiptsOf(
  { ledger, vkey }: OpenWorkspace,
  indices: readonly number[],
): Promise<readonly Receipt[]> {
  const checkpoint = await ledger.checkpoint();
  const log = await readLog(ledger);
  const leaves = log.map(({ leaf }) => leaf);
  return indices.map((index) => ({
    format: "probity-receipt/1",
    line: log[index]!.line,
    index,
    proof: inclusionProof(leaves, index),
    checkpoint,
    vkey,
  }));
}

/** Checks signature, path and form. Throws the Problem receipt-damaged where one does not hold. */
export function openReceipt(receipt: Receipt, where: string): ProvenRecord {
  const damaged = (reason: string, cause?: unknown) =>
    new Problem("receipt-damaged", `the receipt ${reason}`, {
      where,
      hint: "restore the file as it was written; nothing in it may be edited",
      cause,
    });
  const { line, index, proof, checkpoint, vkey } = receipt;
  const head = opened(checkpoint, vkey, damaged);
  if ("fault" in head) throw damaged(`has a checkpoint that ${head.fault}`);
  const bytes = Buffer.from(line, "utf8");
  const leaf = leafHash(bytes);
  if (!verifyInclusion({ leaf, index, head, proof })) throw damaged("does not lead to its checkpoint");
  const record = parseRecord(bytes);
  if (record === undefined || record.index !== index) throw damaged("holds no record of its place");
  const refusal = refusalOf(record, recordKinds);
  if (refusal !== undefined) throw damaged(`holds a record that ${refusal}`);
  return { record, origin: head.origin, leaf };
}

function opened(checkpoint: string, vkey: string, damaged: (reason: string, cause: unknown) => Problem) {
  try {
    return openCheckpoint(checkpoint, vkey);
  } catch (error) {
    if (error instanceof Problem) throw damaged("has no usable verifier key", error);
    throw error;
  }
}
