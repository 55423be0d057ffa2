import type { LedgerRecord } from "../ledger/index.ts";
import type { Log, LogEntry } from "./log.ts";
import { opened } from "./record-kinds.ts";
import { filesOf, type InputFile, isSameRole } from "./recorded-files.ts";

/** What a study is known by in a ledger; the more of it is given, the more changes of the others it is known under. */
export interface StudyIdentity {
  /** The name of its folder. */
  readonly study: string;
  /** SHA-256 of its protocol as it is now. */
  readonly protocol: string;
  /** Those that its receipts hold. */
  readonly earlierProtocols?: readonly string[];
  /** SHA-256 of its data report. */
  readonly quality?: string;
  readonly files?: readonly InputFile[];
}

/** The study that a run evaluated. */
export function studyOf(run: Pick<LedgerRecord, "body">): StudyIdentity {
  const { study, protocol, quality } = run.body;
  return {
    study: String(study),
    protocol: String(protocol),
    quality: String(quality),
    files: filesOf(run),
  };
}

/**
 * The runs that opened results of a study: under its name; of one of its protocols; on its data report; or on its
 * patients with its predictions or its model. So a copy under another name stays the same study, whichever one of these
 * is changed in it; another model on the same patients is another study.
 */
export function openingRuns(log: Log, identity: StudyIdentity): readonly LogEntry[] {
  const { study, protocol, earlierProtocols = [], quality, files = [] } = identity;
  const linked = linkedProtocols(log, [protocol, ...earlierProtocols]);
  return resultRuns(log).filter(({ record }) => {
    const { body } = record;
    if (body.study === study || linked.has(String(body.protocol))) return true;
    if (quality !== undefined && body.quality === quality) return true;
    const others = filesOf(record);
    return (
      isSameRole(files, others, "patients") &&
      (isSameRole(files, others, "predictions") || isSameRole(files, others, "model"))
    );
  });
}

/**
 * The opening runs of a study on what may be other files: under one of its names, or on its patients. The same protocol
 * on other patients under a name of its own is the study of another place.
 */
export function runsToCompare(log: Log, identity: StudyIdentity): readonly LogEntry[] {
  const { study, protocol, earlierProtocols = [], files = [] } = identity;
  const names = namesOf(log, study, linkedProtocols(log, [protocol, ...earlierProtocols]));
  return openingRuns(log, identity).filter(
    ({ record }) => names.has(String(record.body.study)) || isSameRole(files, filesOf(record), "patients"),
  );
}

/** The name of a study, and those under which one of its protocols was locked or amended. */
export function namesOf(log: Log, study: string, linked: ReadonlySet<string>): ReadonlySet<string> {
  const acts = log.filter(({ record }) => protocolsOf(record).some((hash) => linked.has(hash)));
  return new Set([study, ...acts.map(({ record }) => String(record.body.study))]);
}

/** The runs that opened results on the same patients: whichever model was evaluated, their outcomes were seen. */
export function runsOnPatients(log: Log, { files = [] }: Pick<StudyIdentity, "files">): readonly LogEntry[] {
  return resultRuns(log).filter(({ record }) => isSameRole(files, filesOf(record), "patients"));
}

function resultRuns(log: Log): readonly LogEntry[] {
  return log.filter(({ record: { type, body } }) => type === "run" && body.opened === opened.results);
}

/** All protocols that lead to these or come of them, over any number of amendments. */
export function linkedProtocols(log: Log, known: readonly string[]): ReadonlySet<string> {
  const linked = new Set(known);
  const links = log
    .filter(({ record }) => record.type === "amendment")
    .map(({ record }) => protocolsOf(record));
  for (let size = -1; size !== linked.size; ) {
    size = linked.size;
    for (const link of links.filter((hashes) => hashes.some((hash) => linked.has(hash)))) {
      for (const hash of link) linked.add(hash);
    }
  }
  return linked;
}

/** Protocols that a lock or an amendment names. */
export function protocolsOf({ type, body }: LogEntry["record"]): string[] {
  if (type === "lock") return [String(body.protocol)];
  return type === "amendment" ? [String(body.replaces), String(body.protocol)] : [];
}
