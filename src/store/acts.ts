import type { ActWithoutReceipt } from "../evidence/trail.ts";
import type { Ledger } from "../ledger/index.ts";
import { type Log, type LogEntry, readLog } from "./log.ts";
import { refuseBehindReceipts } from "./same-history.ts";
import type { StudyTrail } from "./study-trail.ts";

/** What a study is known by in a ledger. */
export interface StudyIdentity {
  /** The name of its folder. */
  readonly study: string;
  /** SHA-256 of its protocol as it is now. */
  readonly protocol: string;
}

/**
 * The acts of a ledger on a study whose receipts are not among the study's, in their order.
 *
 * Locks and amendments are the study's under its name, and under any name where one of its protocols is linked to them:
 * a protocol is linked to the one that it replaces and to those that replace it. So neither another name for the folder
 * nor another protocol in it makes the study a new one; both together do. An acknowledgement is the study's under its
 * name where the data report came of a run of such a protocol.
 */
export function actsWithoutReceipt(
  log: Log,
  trail: Pick<StudyTrail, "entries">,
  { study, protocol }: StudyIdentity,
): readonly LogEntry[] {
  const ofName = log.filter(({ record: { body } }) => body.study === study).map(({ record }) => record);
  const known = [...trail.entries.map(({ record }) => record), ...ofName].flatMap(hashesOf);
  const linked = linkedProtocols(log, [protocol, ...known]);
  const reports = new Set(
    ofName
      .filter(({ type, body }) => type === "run" && linked.has(String(body.protocol)))
      .map(({ body }) => body.quality),
  );
  const receipts = new Set(trail.entries.map(({ leaf }) => leaf));
  return log.filter(({ record, leaf }) => {
    if (receipts.has(leaf)) return false;
    const { type, body } = record;
    if (type === "acknowledgement") return body.study === study && reports.has(body.quality);
    return hashesOf(record).some((hash) => linked.has(hash));
  });
}

/** The same, read from the ledger. Throws the Problem ledger-behind where it does not hold what it gave a receipt of. */
export async function readActsWithoutReceipt(
  ledger: Ledger,
  trail: StudyTrail,
  identity: StudyIdentity,
): Promise<readonly ActWithoutReceipt[]> {
  const log = await readLog(ledger);
  refuseBehindReceipts({ log, origin: ledger.origin }, trail);
  const acts = actsWithoutReceipt(log, trail, identity);
  return acts.map((act) => actOf(act, ledger.origin));
}

export function actOf({ record, leaf }: LogEntry, origin: string): ActWithoutReceipt {
  const { type, index, time, actor, body } = record;
  return {
    kind: type as ActWithoutReceipt["kind"],
    entry: { ledger: origin, index, leaf, time, by: actor },
    sha256: String(type === "acknowledgement" ? body.quality : body.protocol),
  };
}

/** All protocols that lead to these or come of them, over any number of amendments. */
export function linkedProtocols(log: Log, known: readonly string[]): ReadonlySet<string> {
  const linked = new Set(known);
  const links = log.filter(({ record }) => record.type === "amendment").map(({ record }) => hashesOf(record));
  for (let size = -1; size !== linked.size; ) {
    size = linked.size;
    for (const link of links.filter((hashes) => hashes.some((hash) => linked.has(hash)))) {
      for (const hash of link) linked.add(hash);
    }
  }
  return linked;
}

/** Protocols that a lock or an amendment names. */
function hashesOf({ type, body }: LogEntry["record"]): string[] {
  if (type === "lock") return [String(body.protocol)];
  return type === "amendment" ? [String(body.replaces), String(body.protocol)] : [];
}
