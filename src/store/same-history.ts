import { Problem } from "../evidence/problem.ts";
import type { Log } from "./log.ts";
import type { Seal } from "./seal.ts";
import type { StudyTrail } from "./study-trail.ts";

interface OwnLog {
  readonly log: Log;
  /** The ledger's name, which is that of its key. */
  readonly origin: string;
}

/**
 * Refuses a ledger that does not hold what it gave a receipt of: its folder was put back to an earlier day, and whatever
 * is written into it now is another history of the same key, which no verifier takes.
 *
 * Throws the Problem ledger-behind, naming the receipt.
 */
export function refuseBehindReceipts(
  { log, origin }: OwnLog,
  { entries }: Pick<StudyTrail, "entries">,
): void {
  const ahead = entries.find(
    (entry) => entry.origin === origin && log[entry.record.index]?.leaf !== entry.leaf,
  );
  if (ahead === undefined) return;
  const { type, index, actor } = ahead.record;
  throw behind(`the ${type} by ${actor}, record ${index}, of which it gave this receipt`, ahead.file, log);
}

/** The same for what a seal holds. */
export function refuseBehindSeal(
  { log, origin }: OwnLog,
  { ledger, run, signatures }: Seal,
  where: string,
): void {
  if (ledger.origin !== origin) return;
  const ahead = [run, ...signatures].find(({ index, line }) => log[index]?.line !== line);
  if (ahead !== undefined) throw behind(`record ${ahead.index}, which this seal holds`, where, log);
}

function behind(what: string, where: string, log: Log): Problem {
  return new Problem("ledger-behind", `the ledger, of ${log.length} records, does not hold ${what}`, {
    where,
    hint: "put the newest copy of the workspace back; one that is lost is followed by another: --workspace",
  });
}
