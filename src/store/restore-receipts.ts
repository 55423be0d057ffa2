import { join } from "node:path";
import { Problem } from "../evidence/problem.ts";
import { createFile, ensureFolder, passedOnFileSystem } from "../ledger/index.ts";
import { type Files, sha256 } from "./dossier-files.ts";
import type { LogEntry } from "./log.ts";
import { receiptsOf } from "./receipt.ts";
import { readReceipts, receiptsFolder, receiptText, type TrailEntry, trailFrom } from "./study-trail.ts";
import type { OpenWorkspace } from "./workspace.ts";

/**
 * Writes the receipts of acts that the ledger holds into the study, between those that are there; returns their files.
 *
 * A receipt of a lock or amendment holds the protocol, which the ledger knows by its hash alone: its text is one of
 * `protocols`, or of the receipts that are there.
 * Throws a Problem, before anything is written: receipt-protocol-missing, or receipt-order where the receipts that are
 * there leave no place.
 */
export async function restoreReceipts(
  studyDir: string,
  open: OpenWorkspace,
  { acts, protocols }: { readonly acts: readonly LogEntry[]; readonly protocols: readonly string[] },
): Promise<readonly string[]> {
  const present = readReceipts(studyDir);
  const { entries } = trailFrom(present);
  const kept = entries.flatMap(({ protocol }) => protocol ?? []);
  const texts = new Map([...kept, ...protocols].map((text) => [sha256(text), text]));
  refuseUnknownProtocol(acts, texts);
  const receipts = await receiptsOf(
    open,
    acts.map(({ record }) => record.index),
  );
  const numbers = freeNumbers(entries, acts, open.ledger.origin);
  const written: Files = new Map(
    acts.map(({ record: { type, body } }, i) => {
      const path = `${receiptsFolder}/${String(numbers[i]).padStart(4, "0")}-${type}.json`;
      return [path, Buffer.from(receiptText(receipts[i]!, texts.get(String(body.protocol))))];
    }),
  );
  trailFrom(new Map([...present, ...written].sort(([a], [b]) => (a < b ? -1 : 1))));
  await ensureFolder(passedOnFileSystem, join(studyDir, receiptsFolder));
  for (const [path, bytes] of written) await createFile(passedOnFileSystem, join(studyDir, path), bytes);
  return [...written.keys()];
}

function refuseUnknownProtocol(acts: readonly LogEntry[], texts: ReadonlyMap<string, string>): void {
  const unknown = acts.filter(
    ({ record: { type, body } }) => type !== "acknowledgement" && !texts.has(String(body.protocol)),
  );
  if (unknown.length === 0) return;
  throw new Problem("receipt-protocol-missing", "a receipt holds the protocol, and its text is not here", {
    others: unknown.map(
      ({ record: { type, time, actor, body } }) =>
        `${type} of ${time.slice(0, 10)} by ${actor}: sha256 ${body.protocol}`,
    ),
    hint: "give each version, as an older copy of the study has it: --protocol <file>",
  });
}

/** The lowest number that is not taken, after all receipts that came before. */
function freeNumbers(entries: readonly TrailEntry[], acts: readonly LogEntry[], origin: string): number[] {
  const numberOf = ({ file }: TrailEntry) => Number.parseInt(file.slice(receiptsFolder.length + 1), 10);
  const taken = new Set(entries.map(numberOf));
  let last = -1;
  return acts.map(({ record }) => {
    const before = entries.filter((entry) =>
      entry.origin === origin ? entry.record.index < record.index : entry.record.time <= record.time,
    );
    let number = Math.max(last + 1, taken.has(1) ? 0 : 1, ...before.map((entry) => numberOf(entry) + 1));
    while (taken.has(number)) number += 1;
    last = number;
    return number;
  });
}
