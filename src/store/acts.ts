import type { ActWithoutReceipt } from "../evidence/trail.ts";
import type { Ledger } from "../ledger/index.ts";
import { type Log, type LogEntry, readLog } from "./log.ts";
import { refuseBehindReceipts } from "./same-history.ts";
import { linkedProtocols, namesOf, protocolsOf, type StudyIdentity } from "./same-study.ts";
import type { StudyTrail } from "./study-trail.ts";

/**
 * The acts of a ledger on a study whose receipts are not among the study's, in their order.
 *
 * Locks and amendments are the study's under its name, and under any name where one of its protocols is linked to them:
 * a protocol is linked to the one that it replaces and to those that replace it. So neither another name for the folder
 * nor another protocol in it makes the study a new one; both together do. An acknowledgement is the study's under its
 * name and those of these acts, where the data report came of a run of such a protocol.
 */
export function actsWithoutReceipt(
  log: Log,
  trail: Pick<StudyTrail, "entries">,
  { study, protocol }: StudyIdentity,
): readonly LogEntry[] {
  const ofName = log.filter(({ record: { body } }) => body.study === study).map(({ record }) => record);
  const known = [...trail.entries.map(({ record }) => record), ...ofName].flatMap(protocolsOf);
  const linked = linkedProtocols(log, [protocol, ...known]);
  const names = namesOf(log, study, linked);
  const reportOf = ({ body }: LogEntry["record"]) => `${body.quality} ${body.study}`;
  const reports = new Set(
    log
      .filter(
        ({ record: { type, body } }) =>
          type === "run" && names.has(String(body.study)) && linked.has(String(body.protocol)),
      )
      .map(({ record }) => reportOf(record)),
  );
  const receipts = new Set(trail.entries.map(({ leaf }) => leaf));
  return log.filter(({ record, leaf }) => {
    if (receipts.has(leaf)) return false;
    if (record.type === "acknowledgement") return reports.has(reportOf(record));
    return protocolsOf(record).some((hash) => linked.has(hash));
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
