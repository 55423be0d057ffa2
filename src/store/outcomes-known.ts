import type { LogEntry } from "./log.ts";
import { outcomes } from "./record-kinds.ts";
import { openingRuns, runsOnPatients, type StudyIdentity } from "./same-study.ts";
import { protocolsIn, type StudyTrail, type TrailEntry } from "./study-trail.ts";

/** Whether results were opened for certain, which says more than that somebody could have known the outcomes. */
export function isOpened(known: string | undefined): boolean {
  return known?.startsWith("results opened before") ?? false;
}

/**
 * What a lock or an amendment of now has to say of the outcomes, as far as ledger and receipts tell; undefined where
 * neither knows of results.
 *
 * A run opened them where it is one of this study, under whichever name, or one on the same patients, or one on a data
 * report that somebody acknowledged. From the first acknowledgement on they could be opened: with its receipt, on any
 * machine, whose ledger is not at hand.
 */
export function outcomesKnown(
  log: readonly LogEntry[],
  trail: Pick<StudyTrail, "entries" | "acknowledgements">,
  identity: StudyIdentity,
): string | undefined {
  const earlierProtocols = protocolsIn(trail);
  const reports = [undefined, ...trail.acknowledgements.map(({ record }) => String(record.body.quality))];
  const ofStudy = reports.flatMap((quality) =>
    openingRuns(log, { ...identity, earlierProtocols, ...(quality === undefined ? {} : { quality }) }),
  );
  const [run] = [...ofStudy, ...runsOnPatients(log, identity)]
    .map(({ record }) => record)
    .sort((a, b) => a.index - b.index);
  if (run !== undefined) {
    const other = run.body.study === identity.study ? undefined : String(run.body.study);
    return outcomes.opened(run.time.slice(0, 10), other);
  }
  const [first] = trail.acknowledgements;
  return first && outcomes.openable(first.record.time.slice(0, 10));
}

/**
 * What the record of a lock or an amendment says of the outcomes, or what a ledger knows more of the time before it: the
 * lock was made elsewhere, or the patients' file was not yet in the study.
 */
export function outcomesAt(
  { record, origin }: Pick<TrailEntry, "record" | "origin">,
  ledger: { readonly log: readonly LogEntry[]; readonly origin: string },
  identity: StudyIdentity,
): string {
  const stated = String(record.body.outcomes);
  if (isOpened(stated)) return stated;
  const before = ledger.log.filter((entry) =>
    origin === ledger.origin ? entry.record.index < record.index : entry.record.time < record.time,
  );
  return outcomesKnown(before, { entries: [], acknowledgements: [] }, identity) ?? stated;
}
