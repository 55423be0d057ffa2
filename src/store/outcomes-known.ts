import { linkedProtocols, type StudyIdentity } from "./acts.ts";
import type { Log } from "./log.ts";
import { opened, outcomes } from "./record-kinds.ts";
import type { StudyTrail } from "./study-trail.ts";

/** Whether results were opened for certain, which says more than that somebody could have known the outcomes. */
export function isOpened(known: string | undefined): boolean {
  return known?.startsWith("results opened before") ?? false;
}

/**
 * What a lock or an amendment of now has to say of the outcomes, as far as ledger and receipts tell; undefined where
 * neither knows of results.
 *
 * A run opened results of this study where it has the study's name, or one of its protocols, or the data report that
 * somebody acknowledged: a copy of the folder under another name shows the same results. From the first acknowledgement
 * on they could be opened: with its receipt, on any machine, whose ledger is not at hand.
 */
export function outcomesKnown(
  log: Log,
  { entries, acknowledgements }: Pick<StudyTrail, "entries" | "acknowledgements">,
  { study, protocol }: StudyIdentity,
): string | undefined {
  const ofTrail = entries.map(({ record }) => record.body.protocol);
  const known = [protocol, ...ofTrail].filter((hash) => typeof hash === "string");
  const linked = linkedProtocols(log, known);
  const reports = new Set(acknowledgements.map(({ record }) => record.body.quality));
  const run = log.find(
    ({ record: { type, body } }) =>
      type === "run" &&
      body.opened === opened.results &&
      (body.study === study || linked.has(String(body.protocol)) || reports.has(body.quality)),
  )?.record;
  if (run !== undefined) {
    const other = run.body.study === study ? undefined : String(run.body.study);
    return outcomes.opened(run.time.slice(0, 10), other);
  }
  const [first] = acknowledgements;
  return first && outcomes.openable(first.record.time.slice(0, 10));
}
