import {
  type LedgerRecord,
  leafHash,
  parseRecord,
  refusalOf,
  type TreeHead,
  verifyInclusion,
} from "../ledger/index.ts";
import { type Checks, unless } from "./check.ts";
import { headOf } from "./held-checkpoint.ts";
import { recordKinds } from "./record-kinds.ts";
import type { Seal, SealedEntry } from "./seal.ts";

/** The run and the signatures of a seal. */
export interface SealedRecords {
  readonly run: LedgerRecord;
  readonly signatures: readonly LedgerRecord[];
}

/** Checks the seal's checkpoint and that each of its records is in the ledger; undefined where one is none. */
export function checkSeal(checks: Checks, { ledger, run, signatures }: Seal): SealedRecords | undefined {
  const head = headOf(ledger.checkpoint, ledger.vkey);
  const { origin, size, root } = ledger;
  const isSigned = checks.add(
    `seal.json: checkpoint over ${size} records is signed by the key of ${origin}`,
    "fault" in head
      ? `it ${head.fault}`
      : unless(head.origin === origin && head.size === size && head.root === root, "it states another head"),
  );
  if (!isSigned) return undefined;
  const [ran, ...signed] = [run, ...signatures].map((entry, i) =>
    provenRecord(checks, entry, { head: ledger, type: i === 0 ? "run" : "signature" }),
  );
  const whole = signed.filter((record) => record !== undefined);
  checks.add("seal.json: there is a signature", unless(signatures.length > 0, "there is none"));
  return ran === undefined || whole.length < signed.length ? undefined : { run: ran, signatures: whole };
}

function provenRecord(
  checks: Checks,
  { line, index, proof }: SealedEntry,
  { head, type }: { readonly head: TreeHead; readonly type: string },
): LedgerRecord | undefined {
  const bytes = Buffer.from(line, "utf8");
  const record = parseRecord(bytes);
  const isIn = verifyInclusion({ leaf: leafHash(bytes), index, head, proof });
  const refused = record && refusalOf(record, recordKinds);
  const holds = checks.add(
    `${type}, record ${index}: is in the ledger of the seal`,
    record === undefined || record.index !== index || record.type !== type
      ? `it is no ${type} of this place`
      : isIn
        ? refused
        : "its path does not lead to the root",
  );
  return holds ? record : undefined;
}
